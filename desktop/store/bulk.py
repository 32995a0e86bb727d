"""The fast way of a chunk's rows into their table: one prepared statement, no SQLAlchemy, little Python per row."""

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, TypeAlias

from desktop.store.rows import custom_text
from sync.contract.fields import FieldType, RecordType, Value
from sync.contract.values import canonical_json, columns

_Convert: TypeAlias = Callable[[Value], tuple[Any, ...]]

HEAD = ("id", "scope", "version", "deleted")
"""What a chunk's row begins with, before the values of its columns."""


class BulkRows:
    """Turns rows of one chunk into parameters of ``sql``; ``hidden`` becomes what ``deleted`` is."""

    def __init__(self, record: RecordType, names: Sequence[str]) -> None:
        """``names`` are the chunk's columns; those that the catalogue does not know go into the custom JSON."""
        self._special: list[tuple[int, _Convert]] = []
        plain: list[tuple[int, str]] = []
        special_names: list[str] = []
        self._loose: list[tuple[int, str]] = []
        for index, name in enumerate(names, start=len(HEAD)):
            field = record.fields.get(name)
            if field is None or field.custom:
                self._loose.append((index, name))
            elif field.type in _CONVERT:
                self._special.append((index, _CONVERT[field.type]))
                special_names += [column.name for column in columns(field)]
            else:
                plain.append((index, columns(field)[0].name))
        deleted = HEAD.index("deleted")
        taken = [*range(len(HEAD)), deleted, *(index for index, _ in plain)]
        self._plain: Callable[[Sequence[Any]], tuple[Any, ...]] = itemgetter(*taken)
        written = [*HEAD, "hidden", *(name for _, name in plain), *special_names]
        self.sql = _upsert(record, [*written, "custom"] if self._loose else written)

    def parameters(self, rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
        """Give the parameters of each row."""
        if not self._special and not self._loose:
            return [self._plain(row) for row in rows]
        return [self._one(row) for row in rows]

    def _one(self, row: Sequence[Any]) -> tuple[Any, ...]:
        made = self._plain(row)
        for index, convert in self._special:
            made += convert(row[index])
        if self._loose:
            made += (custom_text({name: row[index] for index, name in self._loose}),)
        return made


def _upsert(record: RecordType, written: Sequence[str]) -> str:
    every = ["scope", "version", "deleted", "hidden", "custom"]
    every += [column.name for field in record.stored_fields for column in columns(field)]
    named = ", ".join(f'"{name}"' for name in written)
    marks = ", ".join("?" * len(written))
    # A column that the chunk lacks is empty in ``excluded``, and so becomes empty in a row that is there already.
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in every)
    return f"INSERT INTO {record.table} ({named}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {changes}"  # noqa: S608 - names of the catalogue


def _pair(value: Value) -> tuple[Any, ...]:
    return (None, None) if value is None else (value[0], value[1])


def _json(value: Value) -> tuple[Any, ...]:
    return (None if value is None else canonical_json(value),)


_CONVERT: dict[FieldType, _Convert] = {
    FieldType.MONEY: _pair,
    FieldType.GEO: _pair,
    FieldType.TAGS: _json,
    FieldType.JSON: _json,
}
