"""Measures how soon a change on one laptop is in the database of another, in a process for each of them.

The time of a save travels inside the saved record: all processes of a machine share the clock that never goes back.
"""

import random
import threading
import time
from typing import Any

from desktop.commands.records import AddRecord
from desktop.domain.changes import ChangeSet, Origin
from desktop.domain.listing import Condition, Listing, Test
from desktop.services.application import Application

_NEVER_S = 86_400.0
_READY = "ready"
_SAVED = "saved at "
_GIVE_UP_S = 600.0
_SHORTEST_PAUSE_S = 0.4
_LONGEST_PAUSE_S = 0.8


class _Titles:
    """Titles of tasks in the order in which syncs bring them, each with when it could be read from the database."""

    def __init__(self, application: Application) -> None:
        self.came: list[tuple[str, float]] = []
        self._application = application
        self._changed = threading.Condition()
        application.hub.subscribe(self._hear)

    def wait_for(self, prefix: str, count: int) -> list[tuple[str, float]]:
        """Give the titles that begin so, when there are so many."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._with(prefix)) >= count, _GIVE_UP_S):
                raise TimeoutError(f"{len(self._with(prefix))} of {count} changes came in ten minutes")
            return self._with(prefix)

    def _hear(self, changes: ChangeSet) -> None:
        if changes.origin is not Origin.SYNC or not changes.records.get("task"):
            return
        rows = self._application.reads.rows("task", sorted(changes.records["task"]))
        now = time.monotonic()
        with self._changed:
            known = {title for title, _at in self.came}
            self.came += [(str(row["title"]), now) for row in rows if row["title"] not in known]
            self._changed.notify_all()

    def _with(self, prefix: str) -> list[tuple[str, float]]:
        return [(title, at) for title, at in self.came if title.startswith(prefix)]


def measure_hearing(application: Application, count: int) -> dict[str, Any]:
    """Wait for ``count`` changes of the other laptop; gives the milliseconds of each, and the seconds of CPU used."""
    application.sync.sync()
    titles = _Titles(application)
    application.start(_NEVER_S)
    application.bus.run(AddRecord("task", {"title": f"{_READY} {time.monotonic()}"}))
    began, used = time.monotonic(), time.process_time()
    came = titles.wait_for(_SAVED, count)
    return {
        "milliseconds": [(at - float(title.removeprefix(_SAVED))) * 1000 for title, at in came],
        "cpu_share": (time.process_time() - used) / (time.monotonic() - began),
    }


def measure_saving(application: Application, count: int, *, seed: int) -> dict[str, Any]:
    """Save ``count`` changes with pauses, as soon as the other laptop is there."""
    titles = _Titles(application)
    application.sync.sync()
    application.start(_NEVER_S)
    # It may have come with the first sync already, which tells no single records.
    if not application.reads.ids(Listing("task", (Condition("title", Test.CONTAINS, _READY),))):
        titles.wait_for(_READY, 1)
    pauses, waiting = random.Random(seed), threading.Event()
    for _ in range(count):
        waiting.wait(pauses.uniform(_SHORTEST_PAUSE_S, _LONGEST_PAUSE_S))
        application.bus.run(AddRecord("task", {"title": f"{_SAVED}{time.monotonic()}"}))
    # The last one is still on its way.
    while application.reads.sync_figures().pending:
        waiting.wait(_SHORTEST_PAUSE_S)
    return {"saved": count}
