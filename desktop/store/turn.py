"""Whose turn it is to write: one at a time, and a waiting save goes before the slices of a sync."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class WriterTurn:
    """The writer's lock inside this process, with two priorities. Not reentrant."""

    def __init__(self) -> None:
        self._free = threading.Condition()
        self._holder: int | None = None
        self._urgent_waiting = 0

    @contextmanager
    def urgent(self) -> Iterator[None]:
        """Hold the turn for something a person waits for."""
        self._take_urgently()
        try:
            yield
        finally:
            self._give()

    @contextmanager
    def patient(self) -> Iterator[None]:
        """Hold the turn for background work; lets every waiting save go first."""
        self._take_patiently()
        try:
            yield
        finally:
            self._give()

    def wanted(self) -> bool:
        """Tell whether a save is waiting, so that background work should end its transaction."""
        return self._urgent_waiting > 0

    def _take_urgently(self) -> None:
        with self._free:
            self._refuse_reentry()
            self._urgent_waiting += 1
            try:
                self._free.wait_for(lambda: self._holder is None)
                self._holder = threading.get_ident()
            finally:
                self._urgent_waiting -= 1

    def _take_patiently(self) -> None:
        with self._free:
            self._refuse_reentry()
            self._free.wait_for(lambda: self._holder is None and self._urgent_waiting == 0)
            self._holder = threading.get_ident()

    def _give(self) -> None:
        with self._free:
            self._holder = None
            self._free.notify_all()

    def _refuse_reentry(self) -> None:
        if self._holder == threading.get_ident():
            message = "this thread is writing already; a unit of work must not open another one"
            raise RuntimeError(message)
