"""Stages and cards of a board."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stage:
    """One column: ``note`` is muted behind the title, ``total`` and ``share`` stand in the second line."""

    key: str
    title: str
    note: str = ""
    total: str = ""
    share: str = ""


@dataclass(frozen=True, slots=True)
class BoardCard:
    """One card, all of it written out.

    ``time`` stands beside the bar that ``time_share`` fills (0 to 1), in ``time_tone`` when it is over; ``tally`` is
    "2/4" of what is needed, ``next_step`` the last line.
    """

    id: str
    title: str
    second: str = ""
    amount: str = ""
    time: str = ""
    time_share: float | None = None
    time_tone: str = ""
    tally: str = ""
    next_step: str = ""
    next_tone: str = ""
    unsent: bool = False
    needs_choice: bool = False
    spoken: str = ""

    @property
    def is_heading(self) -> bool:
        """Never a heading."""
        return False

    def sentence(self) -> str:
        """Say all of it, for screen readers."""
        parts = (self.title, self.second, self.amount, self.time, self.tally, self.next_step)
        return self.spoken or ", ".join(part for part in parts if part)
