"""Tasks: what somebody promised to do."""

from desktop.commands import following
from desktop.commands.bus import Command, Work


class _SetDone(Command):
    def __init__(self, task_id: str, *, done: bool) -> None:
        super().__init__()
        self.task_id = task_id
        self.done = done

    def apply(self, work: Work) -> str:
        """Set it; when it was done follows."""
        task = following.found(work, "task", self.task_id)
        work.change("task", self.task_id, {"done": self.done})
        self.label_values["title"] = following.title_of(work.catalogue["task"], task)
        return self.task_id


class CompleteTask(_SetDone):
    """Say that a task is done; the result is its id."""

    label = "commands.task_done"

    def __init__(self, task_id: str) -> None:
        """Name the task."""
        super().__init__(task_id, done=True)


class ReopenTask(_SetDone):
    """Say that a task is not done after all; the result is its id."""

    label = "commands.task_reopened"

    def __init__(self, task_id: str) -> None:
        """Name the task."""
        super().__init__(task_id, done=False)
