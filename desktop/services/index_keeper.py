"""Makes the indexes that an earlier version or a first sync left, one after the other, in the background."""

import threading
import time
from collections.abc import Callable, Iterator

from desktop.domain.changes import ChangeSet, Origin
from desktop.store import meta
from desktop.store.database import Database
from desktop.store.index_making import catch_up

REST_S = 60.0
"""So long what a first sync left is let lie when it could not be made: each attempt holds the writer and the lane."""

_MAY_LEAVE = frozenset({Origin.SYNC, Origin.FOREIGN})
"""A first sync runs here or in another process of this profile."""


class IndexKeeper:
    """Brings the long indexes of one profile to this version. ``start`` and ``stop`` may be called from any thread."""

    def __init__(
        self,
        database: Database,
        submit: Callable[[Callable[[], None]], object],
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        """Steps run by ``submit`` one after the other, and between two of them what else was submitted.

        ``elapsed`` gives seconds that never go back.
        """
        self._database = database
        self._submit = submit
        self._elapsed = elapsed
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._running = False
        self._ended_at: float | None = None

    def note_change(self, changes: ChangeSet) -> None:
        """Hear of a commit; one of a sync begins again with what a first sync left, unless that was tried just now."""
        if changes.origin not in _MAY_LEAVE:
            return
        if not self._database.meta.get(meta.INDEXES_LEFT):
            # Whatever is left from now on has not been tried.
            self._ended_at = None
        elif self._ended_at is None or self._elapsed() - self._ended_at >= REST_S:
            self.start()

    def start(self) -> None:
        """Begin with what is left to be done; returns at once. What fails is tried again by the next start."""
        with self._lock:
            if self._running or self._stopped.is_set():
                return
            self._running = True
        self._submit(self._begin)

    def stop(self) -> None:
        """End soon; an index under way is left as it was."""
        self._stopped.set()

    def finish(self) -> None:
        """Do all of it on the calling thread."""
        for _step in catch_up(self._database, self._stopped.is_set):
            continue

    def _begin(self) -> None:
        self._go_on(catch_up(self._database, self._stopped.is_set))

    def _go_on(self, steps: Iterator[None]) -> None:
        is_over = True
        try:
            for _step in steps:
                is_over = False
                self._submit(lambda: self._go_on(steps))
                return
        finally:
            if is_over:
                with self._lock:
                    self._running = False
                    self._ended_at = self._elapsed()
