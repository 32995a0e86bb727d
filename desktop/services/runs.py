"""Runs of a service, one after another: whether the next may begin, and how the one under way is told to end."""

import threading

from sync.client.cancel import CancelToken


class Runs:
    """Gives each run its token. Thread-safe; ``ended`` is set once none will follow."""

    def __init__(self) -> None:
        """Nothing is held."""
        self.ended = CancelToken()
        self._run = CancelToken()
        self._lock = threading.Lock()
        self._is_held = False

    @property
    def is_held(self) -> bool:
        """Whether what waits for its turn may not begin."""
        return self._is_held

    def begin(self) -> CancelToken:
        """Give the token of the run that begins now: it is set already where none may."""
        with self._lock:
            self._run = CancelToken()
            if self.ended.is_set or self._is_held:
                self._run.set()
            return self._run

    def hold(self) -> CancelToken:
        """Let none begin until ``release``; gives the token of the one under way."""
        with self._lock:
            self._is_held = True
            return self._run

    def release(self) -> None:
        """Let runs begin again."""
        with self._lock:
            self._is_held = False

    def break_off(self) -> None:
        """Ask the run under way to end; the next may begin."""
        self._run.set()

    def end(self) -> None:
        """Ask the run under way to end, and let none follow."""
        with self._lock:
            self.ended.set()
        self._run.set()
