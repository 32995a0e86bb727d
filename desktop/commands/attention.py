"""What the office did not accept: its values go out again, or are put aside."""

from desktop.commands import following
from desktop.commands.bus import Command, Work
from desktop.store.journal import Step
from sync.contract.errors import AppError, Code
from sync.contract.wire import Op


class Resend(Command):
    """Make the values that were not accepted a new edit; the result is the record's id."""

    label = "commands.sent_again"

    def __init__(self, mutation: str) -> None:
        """Name the change that was not accepted, as ``AttentionView.id`` does."""
        super().__init__()
        self.mutation = mutation

    def apply(self, work: Work) -> str:
        """Write the edit and take the old one off the list."""
        step = refused_step(work, self.mutation)
        work.settle_attention(self.mutation)
        record_id = _again(work, step)
        values = work.get(step.type, record_id) or {**step.new, "id": record_id}
        self.label_values["title"] = following.title_of(work.catalogue[step.type], values)
        return record_id


class Discard(Command):
    """Put the values that were not accepted aside; the record stays as the office has it. The result is its id."""

    label = "commands.put_aside"

    def __init__(self, mutation: str) -> None:
        """Name the change that was not accepted, as ``AttentionView.id`` does."""
        super().__init__()
        self.mutation = mutation

    def apply(self, work: Work) -> str:
        """Take it off the list; its values stay in the record's history."""
        step = refused_step(work, self.mutation)
        work.settle_attention(self.mutation)
        values = work.get(step.type, step.record) or {**step.new, "id": step.record}
        self.label_values["title"] = following.title_of(work.catalogue[step.type], values)
        return step.record


def refused_step(work: Work, mutation: str) -> Step:
    """Read a change that was not accepted.

    Raises:
        AppError: ``NOTHING_TO_ATTEND``.
    """
    step = work.step(mutation)
    if step is None:
        raise AppError(Code.NOTHING_TO_ATTEND, id=mutation)
    return step


def _again(work: Work, step: Step) -> str:
    match step.op:
        case Op.DELETE:
            work.delete(step.type, step.record)
        case Op.RESTORE:
            work.restore(step.type, step.record)
        case _ if work.get(step.type, step.record) is None:
            # The office never had it, so neither has the laptop now: it is made anew, under an id of its own.
            return following.create(work, step.type, step.new)
        case _:
            work.restore(step.type, step.record)
            following.change(work, step.type, step.record, step.new)
    return step.record
