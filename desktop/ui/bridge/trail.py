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
        self._at: dict[str, dict[str, int]] = {}

    def follow(self, record_type: str, ids: Sequence[str]) -> None:
        """Walk through this list from now on; the order is taken as it is."""
        self._ids[record_type] = ids
        self._at.pop(record_type, None)

    def place(self, record_type: str, record_id: str) -> TrailPlace | None:
        """Tell where a record stands, ``None`` when it is not in the list."""
        index = self._index(record_type).get(record_id)
        return None if index is None else TrailPlace(index + 1, len(self._ids[record_type]))

    def neighbour(self, record_type: str, record_id: str, step: int) -> str | None:
        """Give the id ``step`` places further, ``None`` at the ends of the list."""
        index = self._index(record_type).get(record_id)
        ids = self._ids.get(record_type, ())
        if index is None or not 0 <= index + step < len(ids):
            return None
        return ids[index + step]

    def _index(self, record_type: str) -> dict[str, int]:
        index = self._at.get(record_type)
        if index is None:
            index = {record_id: place for place, record_id in enumerate(self._ids.get(record_type, ()))}
            self._at[record_type] = index
        return index
