"""One thing that can be chosen, in choices and segmented controls."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Option:
    """A value, what it is called, and perhaps an icon."""

    value: str
    text: str
    icon: str = ""
