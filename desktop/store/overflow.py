"""Records of types that this program does not know: kept whole until a program that knows them opens the database.

An office that was updated first sends them like all others. They are stored in the transaction of their page, follow
grants and revocations, and count in digests; what no table shows, nobody can edit. Unknown *fields* of known types need
no place of their own: they stand in their row's ``custom`` column.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence

from sqlalchemy import ColumnElement, Connection, func, select

from desktop.store import scopes
from desktop.store.connections import raw
from desktop.store.schema import Schema
from desktop.store.selecting import AMONG, listed, stored_by_id
from desktop.store.tables import GONE_SCOPE, overflow
from desktop.store.writing import VisibleRow, write_rows
from sync.client.untrusted import is_of_kind
from sync.contract.fields import RecordType, Values
from sync.contract.wire import Row

_TOGETHER = 1000
"""Records that are moved into their table at once."""

_KEEP = (
    "INSERT INTO overflow (type, record, scope, version, deleted, fields) VALUES (?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (type, record) DO UPDATE SET scope = excluded.scope, version = excluded.version, "
    "deleted = excluded.deleted, fields = excluded.fields"
)
_KEEP_NEWEST = f"{_KEEP} WHERE excluded.version >= overflow.version"
_DROP = f"DELETE FROM overflow WHERE type = ? AND record {AMONG}"  # noqa: S608 - our own names
_DROP_SCOPES = f"DELETE FROM overflow WHERE scope {AMONG}"  # noqa: S608 - our own names
_LEAVE = f"UPDATE overflow SET scope = ? WHERE type = ? AND record {AMONG}"  # noqa: S608 - our own names
_IN_SCOPES = f"SELECT type, record FROM overflow WHERE scope {AMONG}"  # noqa: S608 - our own names
_VERSIONS = "SELECT scope, type, record, version FROM overflow WHERE scope <> ?"
_VERSIONS_AMONG = f"{_VERSIONS} AND scope {AMONG}"


def keep(connection: Connection, rows: Iterable[Row], *, whatever_is_here: bool = False) -> None:
    """Keep records; older ones than what is here are passed over unless said otherwise. The gate must be open."""
    from msgspec.json import encode

    statement = _KEEP if whatever_is_here else _KEEP_NEWEST
    kept = [
        (row.type, row.id, row.scope, row.version, int(row.deleted), encode(row.fields).decode())
        for row in sorted(rows, key=lambda each: each.version)
    ]
    raw(connection).executemany(statement, kept)


def drop(connection: Connection, record_type: str, ids: Collection[str]) -> None:
    """Forget records."""
    raw(connection).execute(_DROP, (record_type, listed(ids)))


def drop_scopes(connection: Connection, dropped: Collection[str]) -> None:
    """Forget everything in some scopes: it comes again with them, or the user sees it no more."""
    raw(connection).execute(_DROP_SCOPES, (listed(dropped),))


def drop_records(connection: Connection, records: Iterable[tuple[str, str]]) -> None:
    """Forget records by type and id, whatever scope they are in."""
    by_type: dict[str, list[str]] = {}
    for record_type, record in records:
        by_type.setdefault(record_type, []).append(record)
    for name, ids in by_type.items():
        drop(connection, name, ids)


def leave(connection: Connection, record_type: str, ids: Collection[str]) -> None:
    """Note that records left what this user may see; ``purging`` takes them off with what is told of them."""
    raw(connection).execute(_LEAVE, (GONE_SCOPE, record_type, listed(ids)))


def keys_in(connection: Connection, scopes: Collection[str]) -> list[tuple[str, str]]:
    """List type and id of the records of some scopes."""
    return list(raw(connection).execute(_IN_SCOPES, (listed(scopes),)))


def count(connection: Connection) -> int:
    """Count the records that wait for a newer program, without deleted ones."""
    shown = overflow.c.deleted == 0, overflow.c.scope != GONE_SCOPE
    found = select(func.count()).select_from(overflow).where(*shown)
    return int(connection.execute(found).scalar_one())


def versions(connection: Connection, wanted: Sequence[str] | None) -> Iterator[tuple[str, str, str, int]]:
    """Give scope, type, id and version of the records of some scopes, or of all: what digests are made of."""
    if wanted is None:
        return iter(raw(connection).execute(_VERSIONS, (GONE_SCOPE,)))
    return iter(raw(connection).execute(_VERSIONS_AMONG, (GONE_SCOPE, listed(wanted))))


def move_in(connection: Connection, schema: Schema, record: RecordType) -> int:
    """Move what waits for a type into its table; gives how many. For a migration: no trigger may be there."""
    moved = 0
    while rows := _some(connection, overflow.c.type == record.name):
        gone = scopes.deleted_accounts(connection, {row.scope for row in rows})
        visible = [_visible(record, row, hidden=row.deleted or row.scope in {*gone, GONE_SCOPE}) for row in rows]
        before = stored_by_id(connection, schema, record.name, [row.id for row in rows])
        write_rows(connection, schema, record.name, before, visible)
        drop(connection, record.name, [row.id for row in rows])
        moved += len(rows)
    return moved


def of_kind(record: RecordType, values: Values) -> Values:
    """Leave out what a field of this record type cannot hold; unknown fields stay."""
    fields = record.fields
    return {name: value for name, value in values.items() if name not in fields or is_of_kind(fields[name], value)}


def _some(connection: Connection, which: ColumnElement[bool]) -> list[Row]:
    rows = connection.execute(select(overflow).where(which).limit(_TOGETHER)).all()
    return [
        Row(
            type=each.type,
            id=each.record,
            scope=each.scope,
            version=each.version,
            deleted=bool(each.deleted),
            fields=json.loads(each.fields),
        )
        for each in rows
    ]


def _visible(record: RecordType, row: Row, *, hidden: bool) -> VisibleRow:
    values = {name: value for name, value in of_kind(record, row.fields).items() if value is not None}
    return VisibleRow(
        id=row.id, scope=row.scope, version=row.version, deleted=row.deleted, hidden=hidden, values=values
    )
