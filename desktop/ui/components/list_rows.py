"""Rows of short lists: people, choices to make, what was settled."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row. ``mark`` is "person", "company" or an icon's name; ``right`` stands at the end of the first line.

    ``tone`` colours ``right``: "", muted, success, warning, danger, accent; ``second_tone`` the second line. With
    ``is_heading`` it parts groups and cannot be chosen. ``badge`` and its tone stand instead of ``right``.
    """

    id: str
    title: str
    second: str = ""
    right: str = ""
    tone: str = ""
    second_tone: str = ""
    mark: str = ""
    mark_tone: str = ""
    badge: str = ""
    beside: str = ""
    is_heading: bool = False
    is_done: bool = False
    is_checkable: bool = False
    unsent: bool = False
    needs_choice: bool = False
    spoken: str = ""
    data: Mapping[str, str] = field(default_factory=dict)

    def sentence(self) -> str:
        """Say all of it, for screen readers."""
        parts = (self.title, self.beside, self.second, self.badge, self.right)
        return self.spoken or ", ".join(part for part in parts if part)
