"""Notices what other processes of the same profile commit, and tells the live queries; knows no Qt."""

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from desktop.domain.changes import ChangeSet
from desktop.store.notes import Tail
from sync.contract.errors import AppError

log = logging.getLogger(__name__)

INTERVAL_S = 0.5
"""How often the database is asked; one pragma, without reading any data."""


class Journalling(Protocol):
    """What is asked of the database."""

    def data_version(self) -> int:
        """Give a number that changes with every commit."""
        ...

    def journal_head(self) -> int:
        """Give the number of the latest note."""
        ...

    def journal_tail(self, since_n: int) -> Tail:
        """Sum up what other processes committed after a note."""
        ...


class ForeignChanges:
    """Publishes the commits of other processes as changes of origin ``FOREIGN``."""

    def __init__(self, database: Journalling, publish: Callable[[ChangeSet], None]) -> None:
        """Begin at what the database holds now; nothing runs before ``start``."""
        self._database = database
        self._publish = publish
        self._version = database.data_version()
        self._head = database.journal_head()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def check(self) -> bool:
        """Look once; tells whether something of another process was published."""
        version = self._database.data_version()
        if version == self._version:
            return False
        tail = self._database.journal_tail(self._head)
        # Set after reading: what is committed in between changes the version again and is looked at next time.
        self._version, self._head = version, tail.head
        if not tail.changes.records:
            return False
        self._publish(tail.changes)
        return True

    def start(self, interval_s: float = INTERVAL_S) -> None:
        """Look from now on every ``interval_s`` seconds, on a thread of its own."""
        self._thread = threading.Thread(target=self._run, args=(interval_s,), name="foreign-changes", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more; returns when the thread has ended."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self, interval_s: float) -> None:
        while not self._stopped.wait(interval_s):
            try:
                self.check()
            except AppError as refusal:
                # A busy database is asked again; a broken one is told by the next act of the user.
                log.info("foreign changes cannot be read now: %s", refusal.code.value)
