"""Very many ids in one text: 37 bytes each instead of 94, and made and compared at the speed of C."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Self, overload

WIDTH = 36
"""Letters of an id; every id that the program makes has so many."""

GAP = " "
_STEP = WIDTH + len(GAP)


class PackedIds(Sequence[str]):
    """A sequence of ids of ``WIDTH`` letters. Equal to a list of the same ids."""

    __slots__ = ("_count", "_text")

    def __init__(self, text: str = "") -> None:
        """Take ids that stand in one text with a ``GAP`` between each two; ``from_text`` looks whether they do."""
        self._text = text
        self._count = (len(text) + len(GAP)) // _STEP

    @classmethod
    def from_text(cls, text: str) -> Self | None:
        """Take such a text, ``None`` where some id has another width."""
        packed = cls(text)
        gaps = max(packed._count - 1, 0)
        is_even = len(text) == max(packed._count * _STEP - len(GAP), 0)
        # As many gaps as there must be, all of them where one must be: then none is elsewhere.
        is_packed = is_even and text.count(GAP) == gaps and text[WIDTH::_STEP] == GAP * gaps and text.isascii()
        return packed if is_packed else None

    @property
    def text(self) -> str:
        """All ids, with a ``GAP`` between each two."""
        return self._text

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[str]: ...
    def __getitem__(self, at: int | slice) -> str | Sequence[str]:
        if isinstance(at, slice):
            start, stop, step = at.indices(self._count)
            if step != 1:
                return list(self)[at]
            return PackedIds(self._text[start * _STEP : max(stop * _STEP - len(GAP), start * _STEP)])
        place = at + self._count if at < 0 else at
        if not 0 <= place < self._count:
            raise IndexError(at)
        return self._text[place * _STEP : place * _STEP + WIDTH]

    def __iter__(self) -> Iterator[str]:
        return iter(self._text.split(GAP) if self._count else ())

    def __contains__(self, value: object) -> bool:
        return isinstance(value, str) and self._find(value) >= 0

    def __eq__(self, other: object) -> bool:
        if isinstance(other, PackedIds):
            return self._text == other._text
        if isinstance(other, list):
            return len(other) == self._count and list(self) == other
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return f"PackedIds({self._count})"

    def index(self, value: str, start: int = 0, stop: int | None = None) -> int:
        """Give the place of an id.

        Raises:
            ValueError: It is not there.
        """
        place = self._find(value)
        if place not in range(self._count)[start:stop]:
            raise ValueError(value)
        return place

    def _find(self, value: str) -> int:
        if len(value) != WIDTH or GAP in value:
            return -1
        at = self._text.find(value)
        # With no gap in it and so wide it can only stand where an id stands.
        return -1 if at < 0 else at // _STEP


def joined(parts: Iterable[Sequence[str]]) -> Sequence[str]:
    """Put sequences of ids together, packed where all of them are; given one by one, none stands beside the whole."""
    text, others = "", None
    for part in parts:
        if others is not None:
            others.extend(part)
        elif isinstance(part, PackedIds):
            # Grown in its place, as long as nobody else holds it.
            text += GAP + part.text if text and part.text else part.text
        elif len(part):
            others = [*PackedIds(text), *part]
    return PackedIds(text) if others is None else others
