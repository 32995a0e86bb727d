"""Calls something at the earliest of the times that were asked for."""

import threading
from collections.abc import Callable


class Alarm:
    """Calls ``ring`` when the earliest time asked for has come; one thread, which ends with ``stop``."""

    def __init__(self, elapsed: Callable[[], float], ring: Callable[[], None]) -> None:
        """``elapsed`` gives seconds that never go back; nothing rings before ``start``."""
        self._elapsed = elapsed
        self._ring = ring
        self._changed = threading.Condition()
        self._due: float | None = None
        self._thread: threading.Thread | None = None
        self._stopped = False

    def start(self) -> None:
        """Ring from now on, also for what was asked before."""
        with self._changed:
            if self._thread is None and not self._stopped:
                self._thread = threading.Thread(target=self._run, name="sync-timer", daemon=True)
                self._thread.start()

    def at_latest(self, delay_s: float) -> None:
        """Ring after a delay, or earlier if that was asked for before."""
        with self._changed:
            due = self._elapsed() + delay_s
            if self._due is None or due < self._due:
                self._due = due
                self._changed.notify()

    def forget(self) -> None:
        """Do not ring for what was asked so far."""
        with self._changed:
            self._due = None
            self._changed.notify()

    def stop(self) -> None:
        """End; returns when nothing rings any more."""
        with self._changed:
            self._stopped = True
            self._changed.notify()
            thread = self._thread
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        while self._wait():
            self._ring()

    def _wait(self) -> bool:
        with self._changed:
            while not self._stopped:
                left = None if self._due is None else self._due - self._elapsed()
                if left is not None and left <= 0:
                    self._due = None
                    return True
                self._changed.wait(left)
            return False
