"""One page of the office's log, applied in one transaction with its cursor: scopes, rows, history, what left."""

import json
from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import Connection

from desktop.store import kept, lineage, meta, overflow, scopes
from desktop.store.connections import raw
from desktop.store.incoming import SCOPE_FIELDS, Touched, take_rows
from desktop.store.journal import SYNC
from desktop.store.overlay import Overlays, come_down
from desktop.store.schema import Schema
from desktop.store.search import documents
from desktop.store.selecting import AMONG, listed, stored_by_id
from desktop.store.tables import GONE_SCOPE
from sync.contract.fields import RecordType
from sync.contract.wire import Change, Echo, Gone, PullAnswer

_OWN = f"SELECT mutation, type, record FROM journal WHERE mutation {AMONG} AND origin = 'local'"  # noqa: S608 - our own names
_OUT = f"UPDATE {{}} SET hidden = 1, scope = ? WHERE row {AMONG}"  # noqa: S608 - our own names
_FREEZE = "INSERT INTO frozen_scope (scope, seq, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_ENTER = (
    "INSERT INTO journal (mutation, command, type, record, op, old, new, origin, actor, at, seq) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)


def take_page(connection: Connection, schema: Schema, page: PullAnswer, *, now: str, touched: Touched) -> int:
    """Apply a page in the order that the message demands; gives the number of rows taken. The gate must be open."""
    _take_scopes(connection, schema, page, now=now, touched=touched)
    # One sync runs at a time, and hands in before it reads: every receipt that is here was given before this page.
    come_down(connection, page.rows)
    taken = take_rows(connection, schema, page.rows, touched)
    kept.take_page(connection, page)
    take_changes(connection, page.changes)
    _take_gone(connection, schema, page.gone, touched)
    meta.write(connection, {meta.CURSOR: page.cursor, meta.SEQ: page.seq})
    lineage.mark(connection, page.seq, page.cursor)
    return taken


def holds(connection: Connection, schema: Schema, echoes: Sequence[Echo]) -> bool:
    """Tell whether each of these records stands here at exactly that version; one of an unknown type does not."""
    wanted: dict[str, dict[str, int]] = {}
    for each in echoes:
        wanted.setdefault(each.type, {})[each.id] = each.version
    return all(
        name in schema.catalogue and versions == dict(_versions(connection, schema.record(name).table, versions))
        for name, versions in wanted.items()
    )


def take_changes(connection: Connection, changes: Sequence[Change]) -> None:
    """Write colleagues' changes into the journal; own ones are in it already, and none is written twice.

    Those of unknown types are written too, so that history is whole when this program has been updated.
    """
    from msgspec.json import encode

    named = encode([each.mutation for each in changes if each.mutation is not None]).decode()
    own = set(raw(connection).execute(_OWN, (named,)).fetchall())
    rows = [_entry(each, encode) for each in changes if (each.mutation, each.type, each.record) not in own]
    raw(connection).executemany(_ENTER, rows)


def take_out(connection: Connection, schema: Schema, record_type: str, ids: Sequence[str]) -> list[str]:
    """Hide records that left what this user may see; gives those that were there. Their edits stay in the journal."""
    there = stored_by_id(connection, schema, record_type, ids)
    left = [row for row in there.values() if row.scope != GONE_SCOPE]
    if left:
        rows = [row.row for row in left]
        raw(connection).execute(_OUT.format(schema.record(record_type).table), (GONE_SCOPE, listed(rows)))
        documents.remove(connection, schema, record_type, rows)
        meta.write(connection, {meta.PURGE_DUE: True})
    return [row.id for row in left]


def _take_scopes(connection: Connection, schema: Schema, page: PullAnswer, *, now: str, touched: Touched) -> None:
    granted = {each.scope: each.seq for each in page.granted}
    revoked = {each.scope: each.seq for each in page.revoked if each.seq > granted.get(each.scope, -1)}
    again = [scope for scope in granted if scope not in revoked]
    whole = {each.scope for each in page.granted if not each.since}
    if again:
        _clear(connection, schema, [scope for scope in again if scope in whole], touched)
        scopes.unfreeze(connection, again)
    if revoked:
        raw(connection).executemany(_FREEZE, [(scope, seq, now) for scope, seq in revoked.items()])
        meta.write(connection, {meta.PURGE_DUE: True})
    if again or revoked:
        # Whether they may be written is shown on every page of what is in them.
        for record in schema.catalogue:
            touched.add_any(record.name)


def _clear(connection: Connection, schema: Schema, granted: Sequence[str], touched: Touched) -> None:
    """Take out what is here of granted scopes: all that is in them comes with the grant.

    What left such a scope before the grant belongs to a time that this user does not see, so nothing else tells it.
    A record that an own edit put there stays.
    """
    overflow.drop_scopes(connection, granted)
    driver, wanted = raw(connection), listed(granted)
    for record in schema.catalogue:
        ids = [row[0] for row in driver.execute(_held(record.table), (wanted,))]
        if not ids:
            continue
        overlays = Overlays(connection, [(record.name, each) for each in ids])
        left = take_out(connection, schema, record.name, [each for each in ids if not _placed(overlays, record, each)])
        touched.add(record.name, left)


def _versions(connection: Connection, table: str, ids: Iterable[str]) -> list[tuple[str, int]]:
    sql = f"SELECT id, version FROM {table} WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608 - a table's name
    return list(raw(connection).execute(sql, (json.dumps(list(ids)),)))


def _held(table: str) -> str:
    return f"SELECT id FROM {table} WHERE scope {AMONG} AND version > 0"  # noqa: S608 - a table's name


def _placed(overlays: Overlays, record: RecordType, record_id: str) -> bool:
    overlay = overlays[record.name, record_id]
    return bool(SCOPE_FIELDS & (overlay.covered().keys() | overlay.agreed.keys()))


def _take_gone(connection: Connection, schema: Schema, gone: Sequence[Gone], touched: Touched) -> None:
    by_type: dict[str, list[str]] = {}
    for each in gone:
        by_type.setdefault(each.type, []).append(each.id)
    for name, ids in by_type.items():
        if name in schema.catalogue:
            touched.add(name, take_out(connection, schema, name, ids))
        else:
            overflow.leave(connection, name, ids)


def _entry(change: Change, encode: Callable[[object], bytes]) -> tuple[object, ...]:
    old = encode({name: pair[0] for name, pair in change.fields.items()}).decode()
    new = encode({name: pair[1] for name, pair in change.fields.items()}).decode()
    what = change.type, change.record, change.op.value, old, new
    return change.mutation, change.command, *what, SYNC, change.by, change.at, change.seq
