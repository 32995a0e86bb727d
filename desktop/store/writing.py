"""Writes whole rows that came from the office, many at once, and keeps the search index with them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Table, delete
from sqlalchemy.dialects.sqlite import Insert, insert

from desktop.store.rows import StoredRow
from desktop.store.schema import Schema
from desktop.store.search import documents
from desktop.store.selecting import among, stored_by_id
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
            and {**row.custom, **row.values} == dict(self.values)
        )


def write_rows(connection: Connection, schema: Schema, record_type: str, rows: Sequence[VisibleRow]) -> None:
    """Insert or overwrite rows of one type; the gate must be open."""
    if not rows:
        return
    codec = schema.codec(record_type)
    parameters = [
        {
            "id": row.id,
            "scope": row.scope,
            "version": row.version,
            "deleted": int(row.deleted),
            "hidden": int(row.hidden),
            **codec.whole(row.values),
        }
        for row in rows
    ]
    connection.execute(upsert(schema.table(record_type)), parameters)


def index_rows(
    connection: Connection, schema: Schema, record_type: str, before: Mapping[str, StoredRow], ids: Iterable[str]
) -> None:
    """Bring the search index up to date with rows of which the searched texts changed."""
    if record_type not in schema.searched:
        return
    record = schema.record(record_type)
    changed = []
    for row in stored_by_id(connection, schema, record_type, ids).values():
        old = before.get(row.id)
        # A record that left was taken out of the index; now that it is back it must be put in again.
        left = old is not None and old.scope == GONE_SCOPE
        if old is None or left or documents.texts(record, old.values) != documents.texts(record, row.values):
            changed.append(documents.Document(row.row, row.values))
    documents.replace(connection, schema, {record_type: changed})


def remove_rows(connection: Connection, schema: Schema, record_type: str, rows: Iterable[StoredRow]) -> None:
    """Take rows out of their table and of the search index; the gate must be open for the office's rows."""
    gone = list(rows)
    table = schema.table(record_type)
    documents.remove(connection, record_type, [row.row for row in gone])
    connection.execute(delete(table).where(among(table.c.id, [row.id for row in gone])))


def upsert(table: Table) -> Insert:
    """Give the statement that inserts rows or overwrites all their columns; never REPLACE, which hides the old row."""
    statement = insert(table)
    changed = {column.name: statement.excluded[column.name] for column in table.columns if column.name not in _FIXED}
    return statement.on_conflict_do_update(index_elements=["id"], set_=changed)


_FIXED = frozenset({"row", "id"})
