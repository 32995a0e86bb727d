"""Sums of row hashes by scope: kept in a table, worked out anew where a trigger noted a change.

Only rows that the office gave count (``version`` above 0), deleted ones and those of unknown types too; what left or
was revoked does not.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from sqlalchemy import Connection, delete

from desktop.store import meta, overflow
from desktop.store.connections import raw
from desktop.store.database import Database
from desktop.store.schema import Schema
from desktop.store.scopes import frozen_scopes
from desktop.store.tables import GONE_SCOPE, digest_stale, scope_digest
from sync.contract.digest import MODULUS, Sum, add_up, row_hash

_TOGETHER = 1000
"""Sums written in one transaction; a save that waits goes between two."""

_KEPT = "SELECT scope, rows, total FROM scope_digest"
_WRITE = (
    "INSERT INTO scope_digest (scope, rows, total) VALUES (?, ?, ?) "
    "ON CONFLICT (scope) DO UPDATE SET rows = excluded.rows, total = excluded.total"
)
_SETTLED = "DELETE FROM digest_stale WHERE scope = ? AND mark = ?"


def sums(database: Database) -> dict[str, Sum]:
    """Give the sum of every scope that counts, after working out those that changed."""
    _refresh(database)
    with database.reading() as connection:
        frozen = frozen_scopes(connection)
        kept = raw(connection).execute(_KEPT)
        return {scope: Sum(rows, total) for scope, rows, total in kept if rows and scope not in frozen}


def whole(database: Database) -> Sum:
    """Add everything up."""
    return add_up(sums(database).values())


def differing(database: Database, theirs: Mapping[str, Sum]) -> list[str]:
    """Name the scopes of which another list of sums says something else."""
    ours = sums(database)
    return sorted(scope for scope in ours.keys() | theirs.keys() if ours.get(scope) != theirs.get(scope))


def forget(connection: Connection) -> None:
    """Have everything added up anew, in the caller's transaction."""
    connection.execute(delete(scope_digest))
    connection.execute(delete(digest_stale))
    meta.write(connection, {meta.DIGESTS_KNOWN: None})


def wrong(connection: Connection, schema: Schema) -> list[str]:
    """Add everything up without believing the table, and name the scopes of which it is wrong."""
    stale = {scope for (scope,) in raw(connection).execute("SELECT scope FROM digest_stale")}
    if not meta.read(connection, meta.DIGESTS_KNOWN):
        return []
    right = _added_up(connection, schema, None)
    kept = {scope: Sum(rows, total) for scope, rows, total in raw(connection).execute(_KEPT) if rows}
    return sorted(
        each for each in right.keys() | kept.keys() if each not in stale and right.get(each) != kept.get(each)
    )


def _refresh(database: Database) -> None:
    with database.reading() as connection:
        known = bool(meta.read(connection, meta.DIGESTS_KNOWN))
        stale = dict(raw(connection).execute("SELECT scope, mark FROM digest_stale").fetchall())
        if known and not stale:
            return
        fresh = _added_up(connection, database.schema, stale if known else None)
    if not known:
        with database.writing_patiently() as connection:
            connection.execute(delete(scope_digest))
    written = iter({**dict.fromkeys(stale, Sum()), **fresh}.items())
    while part := list(islice(written, _TOGETHER)):
        with database.writing_patiently() as connection:
            driver = raw(connection)
            driver.executemany(_WRITE, [(scope, each.rows, each.total) for scope, each in part])
            driver.executemany(_SETTLED, [(scope, stale[scope]) for scope, _ in part if scope in stale])
    if not known:
        with database.writing_patiently() as connection:
            meta.write(connection, {meta.DIGESTS_KNOWN: True})


def _added_up(connection: Connection, schema: Schema, scopes: Iterable[str] | None) -> dict[str, Sum]:
    """Add up the rows of some scopes, or of all."""
    rows: defaultdict[str, int] = defaultdict(int)
    totals: defaultdict[str, int] = defaultdict(int)
    for scope, hashed in _hashes(connection, schema, None if scopes is None else list(scopes)):
        rows[scope] += 1
        totals[scope] += hashed
    return {scope: Sum(rows[scope], totals[scope] % MODULUS) for scope in rows}


def _hashes(connection: Connection, schema: Schema, scopes: list[str] | None) -> Iterator[tuple[str, int]]:
    wanted = None if scopes is None else json.dumps([each for each in scopes if each != GONE_SCOPE])
    for record in schema.catalogue:
        table = schema.table(record.name).name
        among = "scope <> ?" if wanted is None else "scope IN (SELECT value FROM json_each(?))"
        counted = f"SELECT scope, id, version FROM {table} WHERE version > 0 AND {among}"  # noqa: S608 - our own names
        for scope, record_id, version in raw(connection).execute(counted, (wanted or GONE_SCOPE,)):
            yield scope, row_hash(record.name, record_id, version)
    for scope, kind, record_id, version in overflow.versions(connection, scopes):
        yield scope, row_hash(kind, record_id, version)
