"""Entries of a timeline."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. ``when`` is written out ("09:41", "17 Nov"); ``by`` stands behind the title.

    ``state`` is "" or one of the route line's: done, here, next, suggested. A heading ("This month") parts groups.
    """

    id: str
    when: str = ""
    icon: str = ""
    title: str = ""
    by: str = ""
    text: str = ""
    badge: str = ""
    badge_tone: str = "neutral"
    badge_icon: str = ""
    state: str = ""
    is_heading: bool = False
    spoken: str = ""

    def sentence(self) -> str:
        """Say all of it, for screen readers."""
        parts = (self.when, self.title, self.by, self.text, self.badge)
        return self.spoken or ", ".join(part for part in parts if part)
