"""What a dialog asks."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """``title`` is the question, ``verb`` the act, ``keep`` the way out ("Keep it")."""

    title: str
    text: str
    verb: str
    keep: str
    danger: bool = False
