"""Sums of row hashes by scope: kept in a table, worked out anew where a trigger noted a change.

Only rows that the office gave count (``version`` above 0), deleted ones and those of unknown types too; what left or
was revoked does not.
"""

import json
from collections import defaultdict
from collections.abc import Generator, Iterable, Mapping
from contextlib import closing
from itertools import islice

from sqlalchemy import Connection, delete

from desktop.store import meta, overflow
from desktop.store.connections import raw
from desktop.store.database import Database
from desktop.store.schema import Schema
from desktop.store.tables import GONE_SCOPE, digest_stale, scope_digest
from sync.contract.digest import MODULUS, Sum, row_hash

_TOGETHER = 1000
"""Sums written in one transaction; a save that waits goes between two."""

_ROWS_TOGETHER = 5000
"""Rows of which sums are held while everything is added up."""

# Many 56-bit sums do not fit into 64 bits; each half of them does.
_HALF = 1 << 28
_WHOLE = (
    "SELECT coalesce(sum(rows), 0), coalesce(sum(total / :half), 0), coalesce(sum(total % :half), 0) "
    "FROM scope_digest WHERE scope NOT IN (SELECT scope FROM frozen_scope)"
)
_ADD = (
    "INSERT INTO scope_digest (scope, rows, total) VALUES (?, ?, ?) ON CONFLICT (scope) DO UPDATE SET "
    "rows = rows + excluded.rows, total = (total + excluded.total) % ?"
)
_KEPT = "SELECT scope, rows, total FROM scope_digest"
_COUNTING = (
    "SELECT scope, rows, total FROM scope_digest WHERE rows > 0 AND scope > ? AND (? IS NULL OR scope <= ?) "
    "AND scope NOT IN (SELECT scope FROM frozen_scope)"
)
_WRITE = (
    "INSERT INTO scope_digest (scope, rows, total) VALUES (?, ?, ?) "
    "ON CONFLICT (scope) DO UPDATE SET rows = excluded.rows, total = excluded.total"
)
_EMPTY = "DELETE FROM scope_digest WHERE scope = ?"
_STALE = "SELECT scope, mark FROM digest_stale WHERE ? IS NULL OR scope > ? ORDER BY scope LIMIT ?"
_SETTLED = "DELETE FROM digest_stale WHERE scope = ? AND mark = ?"


def whole(database: Database) -> Sum:
    """Add everything up, inside the database: there may be very many scopes."""
    _refresh(database)
    with database.reading() as connection:
        rows, upper, lower = raw(connection).execute(_WHOLE, {"half": _HALF}).fetchone()
    return Sum(rows, (upper * _HALF + lower) % MODULUS)


def differing(database: Database, theirs: Mapping[str, Sum], after: str, upto: str | None) -> list[str]:
    """Name the scopes behind ``after``, up to ``upto``, of which another list of sums says something else."""
    _refresh(database)
    with database.reading() as connection:
        found = raw(connection).execute(_COUNTING, (after, upto, upto))
        ours = {scope: Sum(rows, total) for scope, rows, total in found}
    return sorted(scope for scope in ours.keys() | theirs.keys() if ours.get(scope) != theirs.get(scope))


def add(connection: Connection, lines: Iterable[tuple[str, int, int]]) -> None:
    """Add scope, rows and sum of each line to what is kept, in the caller's transaction."""
    raw(connection).executemany(_ADD, [(*each, MODULUS) for each in lines])


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
    right = _added_up(_hashes(connection, schema, None))
    kept = {scope: Sum(rows, total) for scope, rows, total in raw(connection).execute(_KEPT) if rows}
    return sorted(
        each for each in right.keys() | kept.keys() if each not in stale and right.get(each) != kept.get(each)
    )


def _refresh(database: Database) -> None:
    """Work out the sums of the scopes that changed, some at a time, and those of all where none are known."""
    after: str | None = None
    while True:
        with database.reading() as connection:
            known = bool(meta.read(connection, meta.DIGESTS_KNOWN))
            stale = _stale(connection, after) if known else {}
            fresh = _added_up(_hashes(connection, database.schema, list(stale))) if stale else {}
        if not known:
            _add_up_all(database)
            continue
        if stale:
            with database.writing_patiently() as connection:
                _write(connection, {**dict.fromkeys(stale, Sum()), **fresh})
                raw(connection).executemany(_SETTLED, list(stale.items()))
        if len(stale) < _TOGETHER:
            return
        after = max(stale)


def _write(connection: Connection, fresh: Mapping[str, Sum]) -> None:
    driver = raw(connection)
    driver.executemany(_WRITE, [(scope, each.rows, each.total) for scope, each in fresh.items() if each.rows])
    driver.executemany(_EMPTY, [(scope,) for scope, each in fresh.items() if not each.rows])


def _stale(connection: Connection, after: str | None) -> dict[str, int]:
    """List the next scopes whose sum is to be worked out, each with its mark."""
    return dict(raw(connection).execute(_STALE, (after, after, _TOGETHER)).fetchall())


def _add_up_all(database: Database) -> None:
    """Work out every sum, holding some of the rows' hashes at a time; a change that comes meanwhile is noted."""
    with database.writing_patiently() as connection:
        connection.execute(delete(scope_digest))
        connection.execute(delete(digest_stale))
    with database.reading() as reading, closing(_hashes(reading, database.schema, None)) as hashes:
        while part := _added_up(islice(hashes, _ROWS_TOGETHER)):
            with database.writing_patiently() as connection:
                add(connection, ((scope, each.rows, each.total) for scope, each in part.items()))
    with database.writing_patiently() as connection:
        meta.write(connection, {meta.DIGESTS_KNOWN: True})


def _added_up(hashes: Iterable[tuple[str, int]]) -> dict[str, Sum]:
    """Add up hashes by scope."""
    rows: defaultdict[str, int] = defaultdict(int)
    totals: defaultdict[str, int] = defaultdict(int)
    for scope, hashed in hashes:
        rows[scope] += 1
        totals[scope] += hashed
    return {scope: Sum(rows[scope], totals[scope] % MODULUS) for scope in rows}


def _hashes(connection: Connection, schema: Schema, scopes: list[str] | None) -> Generator[tuple[str, int], None, None]:
    wanted = None if scopes is None else json.dumps([each for each in scopes if each != GONE_SCOPE])
    for record in schema.catalogue:
        table = schema.table(record.name).name
        among = "scope <> ?" if wanted is None else "scope IN (SELECT value FROM json_each(?))"
        counted = f"SELECT scope, id, version FROM {table} WHERE version > 0 AND {among}"  # noqa: S608 - our own names
        for scope, record_id, version in raw(connection).execute(counted, (wanted or GONE_SCOPE,)):
            yield scope, row_hash(record.name, record_id, version)
    for scope, kind, record_id, version in overflow.versions(connection, scopes):
        yield scope, row_hash(kind, record_id, version)
