"""Which rows of a table are at hand, which are out of date, and which were asked for. Knows no Qt."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Generic, TypeVar

MOST_ROWS: Final = 4000

RowT = TypeVar("RowT")


class RowCache(Generic[RowT]):
    """Keeps about ``most`` rows; a row that is out of date is still shown until its successor is here."""

    def __init__(self, most: int = MOST_ROWS) -> None:
        self._most = most
        self._rows: dict[str, RowT] = {}
        self._stale: set[str] = set()
        self._asked: set[str] = set()

    @property
    def is_waiting(self) -> bool:
        """Whether rows were asked for that are not here yet."""
        return bool(self._asked)

    def get(self, row_id: str) -> RowT | None:
        """Give a row, perhaps out of date."""
        return self._rows.get(row_id)

    def needs(self, row_id: str) -> bool:
        """Tell whether a row should be asked for: missing or out of date, and not asked for yet."""
        return row_id not in self._asked and (row_id not in self._rows or row_id in self._stale)

    def ask(self, row_ids: Iterable[str]) -> None:
        """Note that rows were asked for, so that they are asked for once."""
        self._asked.update(row_ids)

    def keep(self, rows: Mapping[str, RowT]) -> None:
        """Take rows over."""
        for row_id, row in rows.items():
            self._rows.pop(row_id, None)
            self._rows[row_id] = row
        self._stale.difference_update(rows)
        self._asked.difference_update(rows)
        for oldest in list(self._rows)[: max(0, len(self._rows) - self._most)]:
            del self._rows[oldest]
            self._stale.discard(oldest)

    def outdate(self, row_ids: Iterable[str]) -> None:
        """Note that rows changed; they are asked for again when they are looked at."""
        for row_id in row_ids:
            self._asked.discard(row_id)
            if row_id in self._rows:
                self._stale.add(row_id)

    def outdate_all(self) -> None:
        """Note that any row may have changed."""
        self._asked.clear()
        self._stale.update(self._rows)

    def missing(self, row_ids: Sequence[str]) -> list[str]:
        """List those that should be asked for."""
        return [row_id for row_id in row_ids if self.needs(row_id)]
