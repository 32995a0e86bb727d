"""Asking running work to stop: a token that is set once, from any thread."""

import threading
from collections.abc import Callable
from contextlib import suppress


class CancelledError(Exception):
    """The work was stopped because its caller asked for it. Nothing is half done."""


class CancelToken:
    """Tells running work to stop. Set once, from any thread; never unset."""

    def __init__(self) -> None:
        """Make a token that is not set."""
        self._lock = threading.Lock()
        self._set = False
        self._callbacks: list[Callable[[], None]] = []

    @property
    def is_set(self) -> bool:
        """Whether the work should stop."""
        return self._set

    def set(self) -> None:
        """Ask the work to stop; callbacks run on the calling thread."""
        with self._lock:
            self._set = True
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def check(self) -> None:
        """Stop here when asked to.

        Raises:
            CancelledError: the token is set.
        """
        if self._set:
            raise CancelledError

    def call_when_set(self, callback: Callable[[], None]) -> None:
        """Run ``callback`` once when the token is set, at once if it is."""
        with self._lock:
            if not self._set:
                self._callbacks.append(callback)
                return
        callback()

    def forget(self, callback: Callable[[], None]) -> None:
        """Take a callback back."""
        with self._lock, suppress(ValueError):
            self._callbacks.remove(callback)
