"""Rows for tables of tests, from a source that remembers what it was asked."""

from collections.abc import Mapping, Sequence

from desktop.ui.components.records import Cell, Column, RecordRow

COLUMNS = [
    Column("tick", "", 56, kind="tick"),
    Column("name", "Name", 200, kind="name", sort=True),
    Column("city", "City", 80, kind="secondary"),
    Column("open", "Open value", 100, kind="money", editable=True),
]


class Source:
    """Rows by id, remembering what was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.cities: dict[str, str] = {}

    def __call__(self, ids: Sequence[str]) -> Mapping[str, RecordRow]:
        self.asked.append(list(ids))
        return {record_id: self.row(record_id) for record_id in ids}

    def row(self, record_id: str) -> RecordRow:
        cells: dict[str, str | Cell] = {
            "name": f"Customer {record_id}",
            "city": self.cities.get(record_id, "深圳"),
            "open": "¥58,000",
        }
        return RecordRow(record_id, cells, spoken=f"Customer {record_id}, in Shenzhen")


def some_ids(count: int) -> list[str]:
    """Give so many ids in order."""
    return [f"r{number}" for number in range(count)]
