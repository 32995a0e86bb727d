"""Reads whole rows of record tables as ``StoredRow``; the one place that knows their column order."""

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, func, select

from desktop.store.connections import raw
from desktop.store.rows import StoredRow
from desktop.store.schema import Schema
from desktop.store.tables import OWN_COLUMNS

AMONG = "IN (SELECT value FROM json_each(?))"
"""What follows a column in SQL's own words: that it holds one of any number of values, which ``listed`` gives."""


_BY_ID = f"id {AMONG}"


def listed(values: Iterable[Any]) -> str:
    """Give values as the one JSON parameter that ``AMONG`` asks for."""
    return json.dumps(list(values))


def stored_select(schema: Schema, record_type: str) -> Select[Any]:
    """Give the statement that reads all rows of a type; narrow it with ``where``."""
    return _select(schema.table(record_type))


def stored_row(connection: Connection, schema: Schema, record_type: str, record_id: str) -> StoredRow | None:
    """Read one row by its id."""
    found = stored_where(connection, schema, record_type, "id = ?", (record_id,))
    return found[0] if found else None


def stored_by_id(connection: Connection, schema: Schema, record_type: str, ids: Iterable[str]) -> dict[str, StoredRow]:
    """Read the rows of these ids, however many."""
    return {each.id: each for each in stored_where(connection, schema, record_type, _BY_ID, (listed(ids),))}


def stored_where(
    connection: Connection, schema: Schema, record_type: str, condition: str, values: Sequence[Any]
) -> list[StoredRow]:
    """Read the rows of a type that satisfy a condition in SQL's own words, hidden ones included."""
    rows = raw(connection).execute(_narrowed(schema.table(record_type), condition), values).fetchall()
    return decoded(schema, record_type, rows)


def decoded(schema: Schema, record_type: str, rows: Sequence[Any]) -> list[StoredRow]:
    """Turn rows of ``stored_select`` into wire values."""
    codec = schema.codec(record_type)
    return [codec.stored(row) for row in rows]


def among(column: ColumnElement[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """Give the condition that a column holds one of any number of values; they travel as one JSON parameter."""
    given = func.json_each(listed(values)).table_valued("value")
    return column.in_(select(given.c.value))


@lru_cache(maxsize=256)
def _select(table: Table) -> Select[Any]:
    names = [column.name for column in table.columns if column.name not in OWN_COLUMNS]
    return select(*(table.c[name] for name in (*OWN_COLUMNS, *names)))


@lru_cache(maxsize=512)
def _narrowed(table: Table, condition: str) -> str:
    return f"{_select(table)} WHERE {condition}"
