"""The list from which a record was opened, so that its page can go to the previous and the next one."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrailPlace:
    """Where a record stands in its list, from 1."""

    number: int
    total: int


class RecordTrail:
    """The ids of the list that was last walked through, by record type."""

    def __init__(self) -> None:
        self._ids: dict[str, Sequence[str]] = {}

    def follow(self, record_type: str, ids: Sequence[str]) -> None:
        """Walk through this list from now on; it is kept as it is and must not change."""
        self._ids[record_type] = ids

    def place(self, record_type: str, record_id: str) -> TrailPlace | None:
        """Tell where a record stands, ``None`` when it is not in the list."""
        index = self._index(record_type, record_id)
        return None if index is None else TrailPlace(index + 1, len(self._ids[record_type]))

    def neighbour(self, record_type: str, record_id: str, step: int) -> str | None:
        """Give the id ``step`` places further, ``None`` at the ends of the list."""
        index = self._index(record_type, record_id)
        ids = self._ids.get(record_type, ())
        if index is None or not 0 <= index + step < len(ids):
            return None
        return ids[index + step]

    def _index(self, record_type: str, record_id: str) -> int | None:
        try:
            return self._ids.get(record_type, ()).index(record_id)
        except ValueError:
            return None
