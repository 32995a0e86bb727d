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


def stored_select(schema: Schema, record_type: str) -> Select[Any]:
    """Give the statement that reads all rows of a type; narrow it with ``where``."""
    return _select(schema.table(record_type))


def stored_rows(
    connection: Connection, schema: Schema, record_type: str, *where: ColumnElement[bool]
) -> list[StoredRow]:
    """Read the rows of a type that satisfy all conditions, hidden ones included unless a condition says otherwise."""
    statement = stored_select(schema, record_type).where(*where)
    return decoded(schema, record_type, connection.execute(statement).all())


def stored_row(connection: Connection, schema: Schema, record_type: str, record_id: str) -> StoredRow | None:
    """Read one row by its id."""
    found = stored_rows(connection, schema, record_type, schema.table(record_type).c.id == record_id)
    return found[0] if found else None


def stored_by_id(connection: Connection, schema: Schema, record_type: str, ids: Iterable[str]) -> dict[str, StoredRow]:
    """Read the rows of these ids, however many."""
    rows = raw(connection).execute(_by_id(schema.table(record_type)), (json.dumps(list(ids)),)).fetchall()
    return {each.id: each for each in decoded(schema, record_type, rows)}


def decoded(schema: Schema, record_type: str, rows: Sequence[Any]) -> list[StoredRow]:
    """Turn rows of ``stored_select`` into wire values."""
    codec = schema.codec(record_type)
    return [codec.stored(row) for row in rows]


def among(column: ColumnElement[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """Give the condition that a column holds one of any number of values; they travel as one JSON parameter."""
    listed = func.json_each(json.dumps(list(values))).table_valued("value")
    return column.in_(select(listed.c.value))


@lru_cache(maxsize=256)
def _select(table: Table) -> Select[Any]:
    names = [column.name for column in table.columns if column.name not in OWN_COLUMNS]
    return select(*(table.c[name] for name in (*OWN_COLUMNS, *names)))


@lru_cache(maxsize=256)
def _by_id(table: Table) -> str:
    return f"{_select(table)} WHERE {table.name}.id IN (SELECT value FROM json_each(?))"  # noqa: S608 - our own names
