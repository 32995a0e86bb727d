"""The fast way of a slab's rows into their table: one prepared statement, no SQLAlchemy, hardly any Python per row."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from desktop.store.rows import custom_text
from desktop.store.tables import field_columns
from sync.contract.chunks import SLAB_HEAD, Slab
from sync.contract.fields import FieldType, RecordType, Value
from sync.contract.values import canonical_json, columns

_Convert: TypeAlias = Callable[[Sequence[Value]], list[Sequence[Any]]]
"""Makes a field's columns out of its values."""


class BulkRows:
    """Turns rows of one slab into parameters of ``sql``; ``hidden`` becomes what ``deleted`` is."""

    def __init__(self, record: RecordType, slab: Slab) -> None:
        """Columns that the catalogue does not know go into the custom JSON."""
        self.ids: Sequence[str] = slab.values[0]
        head = slab.values[: len(SLAB_HEAD)]
        made: list[Sequence[Any]] = [*head, head[SLAB_HEAD.index("deleted")]]
        names = [*SLAB_HEAD, "hidden"]
        loose: dict[str, Sequence[Value]] = {}
        for name, values in zip(slab.columns, slab.values[len(SLAB_HEAD) :], strict=True):
            field = record.fields.get(name)
            if field is None or field.custom:
                loose[name] = values
                continue
            names += [column.name for column in columns(field)]
            convert = _CONVERT.get(field.type)
            made += [values] if convert is None else convert(values)
        if loose:
            names.append("custom")
            made.append(_custom(loose))
        self.sql = _upsert(record.table, tuple(names), _changing(record))
        self.parameters: list[tuple[Any, ...]] = list(zip(*made, strict=True))


@lru_cache(maxsize=512)
def _upsert(table: str, written: tuple[str, ...], changing: tuple[str, ...]) -> str:
    named = ", ".join(f'"{name}"' for name in written)
    marks = ", ".join("?" * len(written))
    # A column that the slab lacks is empty in ``excluded``, and so becomes empty in a row that is there already.
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in changing)
    return f"INSERT INTO {table} ({named}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {changes}"  # noqa: S608 - names of the catalogue


def _changing(record: RecordType) -> tuple[str, ...]:
    return ("scope", "version", "deleted", "hidden", "custom", *field_columns(record))


def _custom(loose: Mapping[str, Sequence[Value]]) -> list[str | None]:
    rows = zip(*loose.values(), strict=True)
    return [custom_text(dict(zip(loose, row, strict=True))) for row in rows]


def _pairs(values: Sequence[Value]) -> list[Sequence[Any]]:
    return [[None if each is None else each[place] for each in values] for place in (0, 1)]


def _json(values: Sequence[Value]) -> list[Sequence[Any]]:
    return [[None if each is None else canonical_json(each) for each in values]]


_CONVERT: dict[FieldType, _Convert] = {
    FieldType.MONEY: _pairs,
    FieldType.GEO: _pairs,
    FieldType.TAGS: _json,
    FieldType.JSON: _json,
}
