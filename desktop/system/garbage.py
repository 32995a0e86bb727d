"""How often Python looks for garbage that refers to itself, in a process without a window."""

import gc

_YOUNG, _MIDDLE = 20_000, 20
"""Python's own are 700 and 10: a thousand rows of the office make it look ten times, and find nothing."""


def look_rarely() -> None:
    """Look for it thirty times as rarely, once for the whole process; whatever is in no cycle goes at once as ever."""
    gc.set_threshold(_YOUNG, _MIDDLE, _MIDDLE)
