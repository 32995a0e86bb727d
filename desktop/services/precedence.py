"""What a person did is answered before everything is read that follows from it."""

import threading

HELD_AT_MOST_S = 0.1
"""Longest time that reads wait: a window that does not answer keeps nobody else from answers."""


class Precedence:
    """Lets reads wait while the window says that something is saved. May be called from any thread.

    What is read then is turned into Python's objects, one thread at a time: each of these moments would be taken from
    drawing the answer.
    """

    def __init__(self, held_at_most_s: float = HELD_AT_MOST_S) -> None:
        """Hold reads for so long at most."""
        self._held_at_most_s = held_at_most_s
        self._is_free = threading.Event()
        self._is_free.set()

    @property
    def is_free(self) -> bool:
        """Whether nothing goes before."""
        return self._is_free.is_set()

    def claim(self) -> None:
        """Hold reads that have not begun."""
        self._is_free.clear()

    def release(self) -> None:
        """Let them go on."""
        self._is_free.set()

    def wait(self) -> None:
        """Wait until nothing goes before."""
        if not self._is_free.wait(self._held_at_most_s):
            self._is_free.set()
