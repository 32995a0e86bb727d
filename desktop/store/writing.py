"""Writes whole rows that came from the office, many at once, and keeps the search index with them."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from desktop.store.connections import raw
from desktop.store.rows import RowCodec, StoredRow
from desktop.store.schema import Schema
from desktop.store.search import documents
from desktop.store.selecting import AMONG, listed
from desktop.store.tables import GONE_SCOPE
from sync.contract.fields import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibleRow:
    """A row as it is to stand in its table."""

    id: str
    scope: str
    version: int
    deleted: bool
    hidden: bool
    values: Mapping[str, Value]

    def looks_like(self, row: StoredRow | None) -> bool:
        """Tell whether a reader would see no difference."""
        return (
            row is not None
            and row.scope == self.scope
            and row.deleted == self.deleted
            and row.hidden == self.hidden
            and (row.values if not row.custom else {**row.custom, **row.values}) == self.values
        )


def write_rows(
    connection: Connection,
    schema: Schema,
    record_type: str,
    before: Mapping[str, StoredRow],
    rows: Sequence[VisibleRow],
) -> None:
    """Insert rows of one type, and of those that are in ``before`` write what differs; the gate must be open."""
    codec, table = schema.codec(record_type), schema.record(record_type).table
    inserts: dict[str, list[tuple[Any, ...]]] = {}
    changes: list[tuple[int, dict[str, Any]]] = []
    for row in rows:
        old = before.get(row.id)
        if old is None:
            columns = {**_own(row), **codec.whole(row.values)}
            inserts.setdefault(_insert(table, tuple(columns)), []).append((*columns.values(), row.id))
        else:
            changes.append((old.row, _changed(codec, old, row)))
    driver = raw(connection)
    for statement, parameters in inserts.items():
        driver.executemany(statement, parameters)
    update_rows(connection, table, changes)


def update_rows(connection: Connection, table: str, changes: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
    """Write columns of rows, given by their numbers; the gate must be open."""
    statements: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for number, columns in changes:
        if columns:
            statements.setdefault(tuple(columns), []).append((*columns.values(), number))
    driver = raw(connection)
    for names, parameters in statements.items():
        driver.executemany(_update(table, names), parameters)


def index_rows(
    connection: Connection,
    schema: Schema,
    record_type: str,
    before: Mapping[str, StoredRow],
    rows: Sequence[VisibleRow],
) -> None:
    """Bring the search index up to date with rows of which the searched texts changed."""
    if record_type not in schema.searched:
        return
    record = schema.record(record_type)
    names = [field.name for field in record.searched]
    changed: list[documents.Document] = []
    fresh: dict[str, VisibleRow] = {}
    for row in rows:
        old = before.get(row.id)
        if old is None:
            fresh[row.id] = row
        # A record that left was taken out of the index; now that it is back it must be put in again.
        elif old.scope == GONE_SCOPE:
            changed.append(documents.Document(old.row, row.values))
        elif other := [name for name in names if old.values.get(name) != row.values.get(name)]:
            changed.append(documents.Document(old.row, row.values, documents.touches_titles(record, other)))
    if fresh:
        numbered = raw(connection).execute(_numbers(schema.record(record_type).table), (json.dumps(list(fresh)),))
        changed += [documents.Document(number, fresh[record].values) for number, record in numbered.fetchall()]
    if changed:
        documents.replace(connection, schema, {record_type: changed})


@lru_cache(maxsize=64)
def _numbers(table: str) -> str:
    return f"SELECT row, id FROM {table} WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608 - our own names


def add_row(connection: Connection, table: str, columns: Mapping[str, Any], record_id: str) -> None:
    """Insert one row; the gate must be open."""
    raw(connection).execute(_insert(table, tuple(columns)), (*columns.values(), record_id))


def change_row(connection: Connection, table: str, columns: Mapping[str, Any], record_id: str) -> None:
    """Write some columns of one row; the gate must be open."""
    raw(connection).execute(_change(table, tuple(columns)), (*columns.values(), record_id))


def remove_rows(connection: Connection, schema: Schema, record_type: str, rows: Collection[int]) -> None:
    """Take rows, by their numbers, out of table and search index; the gate must be open for the office's rows."""
    documents.remove(connection, schema, record_type, rows)
    delete = f"DELETE FROM {schema.record(record_type).table} WHERE row {AMONG}"  # noqa: S608 - our own names
    raw(connection).execute(delete, (listed(rows),))


def _own(row: VisibleRow) -> dict[str, Any]:
    return {"scope": row.scope, "version": row.version, "deleted": int(row.deleted), "hidden": int(row.hidden)}


def _changed(codec: RowCodec, old: StoredRow, row: VisibleRow) -> dict[str, Any]:
    before, after = {**old.custom, **old.values} if old.custom else old.values, row.values
    differing = {name: value for name, value in after.items() if before.get(name) != value}
    differing.update(dict.fromkeys(before.keys() - after.keys()))
    columns = codec.encode(differing, old.custom)
    if old.version != row.version:
        columns["version"] = row.version
    if old.scope != row.scope:
        columns["scope"] = row.scope
    if old.deleted != row.deleted:
        columns["deleted"] = int(row.deleted)
    if old.hidden != row.hidden:
        columns["hidden"] = int(row.hidden)
    return columns


@lru_cache(maxsize=64)
def _insert(table: str, names: tuple[str, ...]) -> str:
    columns = ", ".join(f'"{name}"' for name in (*names, "id"))
    return f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * (len(names) + 1))})"  # noqa: S608 - our own names


@lru_cache(maxsize=512)
def _update(table: str, names: tuple[str, ...]) -> str:
    return f"UPDATE {table} SET {_set(names)} WHERE row = ?"  # noqa: S608 - our own names


@lru_cache(maxsize=512)
def _change(table: str, names: tuple[str, ...]) -> str:
    return f"UPDATE {table} SET {_set(names)} WHERE id = ?"  # noqa: S608 - our own names


def _set(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}" = ?' for name in names)
