"""The list from which a record was opened, so that its page can go to the previous and the next one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_KEPT_AROUND = 200
"""Records before and after one that are kept over a kill; a list may have 100,000."""


@dataclass(frozen=True, slots=True)
class TrailPlace:
    """Where a record stands in its list, from 1."""

    number: int
    total: int


@dataclass(frozen=True, slots=True)
class _Walk:
    """A list, or the stretch of one that begins behind ``before`` others and is part of ``total``."""

    ids: Sequence[str]
    before: int
    total: int


class RecordTrail:
    """The ids of the list that was last walked through, by record type."""

    def __init__(self) -> None:
        self._walks: dict[str, _Walk] = {}

    def follow(self, record_type: str, ids: Sequence[str]) -> None:
        """Walk through this list from now on; it is kept as it is and must not change."""
        self._walks[record_type] = _Walk(ids, 0, len(ids))

    def place(self, record_type: str, record_id: str) -> TrailPlace | None:
        """Tell where a record stands, ``None`` when it is not in the list."""
        index, walk = self._index(record_type, record_id), self._walks.get(record_type)
        return None if index is None or walk is None else TrailPlace(walk.before + index + 1, walk.total)

    def neighbour(self, record_type: str, record_id: str, step: int) -> str | None:
        """Give the id ``step`` places further, ``None`` at the ends of the list."""
        index, walk = self._index(record_type, record_id), self._walks.get(record_type)
        if index is None or walk is None or not 0 <= index + step < len(walk.ids):
            return None
        return walk.ids[index + step]

    def around(self, record_type: str, record_id: str) -> Mapping[str, Any] | None:
        """Give the list near a record as JSON values, for ``go_on``; ``None`` when it is not in the list."""
        index, walk = self._index(record_type, record_id), self._walks.get(record_type)
        if index is None or walk is None:
            return None
        first = max(0, index - _KEPT_AROUND)
        ids = list(walk.ids[first : index + _KEPT_AROUND + 1])
        return {"type": record_type, "ids": ids, "before": walk.before + first, "total": walk.total}

    def go_on(self, kept: Mapping[str, Any]) -> None:
        """Walk on in the stretch that ``around`` gave in another life of the program."""
        ids = [str(each) for each in kept.get("ids") or ()]
        self._walks[str(kept.get("type"))] = _Walk(ids, int(kept.get("before", 0)), int(kept.get("total", len(ids))))

    def _index(self, record_type: str, record_id: str) -> int | None:
        walk = self._walks.get(record_type)
        try:
            return None if walk is None else walk.ids.index(record_id)
        except ValueError:
            return None
