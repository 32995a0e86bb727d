"""A first sync by manifest: which chunks there are and which are here, what each brought, and its end.

The sums of the rows that chunks bring are kept as they come, so that comparing with the office afterwards needs no
reading of all rows.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from desktop.store import digests, index_making, loading, meta, snapshots
from desktop.store.connections import raw
from desktop.store.database import Database
from desktop.store.tables import digest_stale, overflow, scope_digest, snapshot_chunk
from sync.client.first_sync import MissingChunk, Stored, UnderWay
from sync.contract.chunks import ChunkEntry, Manifest, Slab
from sync.contract.digest import MODULUS, row_hash
from sync.contract.wire import Counts

_SOME_PULLED = "SELECT EXISTS (SELECT 1 FROM {table} WHERE version > 0)"


def under_way(connection: Connection) -> UnderWay | None:
    """Tell how far the manifest under way has come."""
    told = meta.read(connection, meta.MANIFEST)
    if told is None:
        return None
    chunk = snapshot_chunk.c
    rows = connection.execute(select(chunk.n, chunk.name, chunk.place, chunk.rows, chunk.here).order_by(chunk.n)).all()
    missing = [
        MissingChunk(n=each.n, entry=ChunkEntry(name=each.name, place=each.place, rows=each.rows))
        for each in rows
        if not each.here
    ]
    left = sum(each.entry.rows for each in missing)
    counted = meta.read(connection, meta.COUNTED) or {}
    return UnderWay(
        cursor=told["cursor"],
        done=max(0, told["rows"] - left),
        total=told["rows"],
        missing=missing,
        is_counted=counted.get("manifest") == told["cursor"],
    )


def note_counts(database: Database, counts: Counts) -> None:
    """Remember for the manifest under way how much there is at the office."""
    with database.writing_patiently() as connection:
        told = meta.read(connection, meta.MANIFEST) or {}
        meta.write(connection, {meta.COUNTED: {**asdict(counts), "manifest": told.get("cursor")}})


def take_manifest(database: Database, manifest: Manifest) -> None:
    """Begin with a manifest, or go on with a newer one."""
    snapshots.begin(database)
    with database.writing_patiently() as connection:
        before = connection.execute(select(snapshot_chunk)).all()
        known = {each.name: each.scopes for each in before if each.here}
        if meta.read(connection, meta.MANIFEST) is None:
            fresh = not _holds_rows(connection, database)
            if fresh:
                connection.execute(delete(scope_digest))
                connection.execute(delete(digest_stale))
        else:
            fresh = bool((meta.read(connection, meta.MANIFEST) or {}).get("fresh"))
        names = {each.name for each in manifest.chunks}
        given_up = [each for each in before if each.scopes is not None and not (each.here and each.name in names)]
        _await_again(connection, database, given_up, kept=[known[name] for name in names & known.keys()])
        connection.execute(delete(snapshot_chunk))
        rows = [
            {
                "n": n,
                "name": each.name,
                "place": each.place,
                "rows": each.rows,
                "here": int(each.name in known),
                "scopes": known.get(each.name),
            }
            for n, each in enumerate(manifest.chunks)
        ]
        if rows:
            connection.execute(insert(snapshot_chunk), rows)
        told = {"cursor": manifest.cursor, "seq": manifest.seq, "rows": manifest.rows, "fresh": fresh}
        meta.write(connection, {meta.MANIFEST: told})


def take_slabs(database: Database, missing: MissingChunk, slabs: Iterable[Slab], rest: ChunkEntry | None) -> Stored:
    """Store a chunk; with the last transaction it counts as here, or what follows in its place as missing."""
    sums = _Sums()
    loading.load(database, sums.watching(slabs), lambda connection: _settle(connection, missing, rest, sums))
    index_making.make_growing(database, sums.types)
    if "custom_field" in sums.types:
        database.refresh_catalogue()
    return Stored(
        types=frozenset(each for each in sums.types if each in database.catalogue),
        rows=sums.rows if missing.entry.rows else 0,
    )


def finish(database: Database) -> Iterator[None]:
    """End the first sync in steps: indexes, what did not come again, the cursor."""
    with database.reading() as connection:
        told = meta.read(connection, meta.MANIFEST)
    if told is not None:
        yield from snapshots.finish(database, told["cursor"], told["seq"], added_up=bool(told["fresh"]))


class _Sums:
    """What a chunk brought."""

    def __init__(self) -> None:
        self.types: set[str] = set()
        self.rows = 0
        self._found: dict[str, list[int]] = {}

    def watching(self, slabs: Iterable[Slab]) -> Iterator[Slab]:
        """Add up slabs as they go through."""
        for slab in slabs:
            self.types.add(slab.type)
            self.rows += slab.rows
            found, kind = self._found, slab.type
            for record_id, scope, version in zip(*slab.values[:3], strict=True):
                hashed = row_hash(kind, record_id, version)
                known = found.get(scope)
                if known is None:
                    found[scope] = [1, hashed]
                else:
                    known[0] += 1
                    known[1] += hashed
            yield slab

    @property
    def scopes(self) -> set[str]:
        """The scopes of all rows."""
        return set(self._found)

    def lines(self) -> list[tuple[str, int, int]]:
        """Give scope, rows and sum of each."""
        return [(scope, rows, total % MODULUS) for scope, (rows, total) in self._found.items()]


def _settle(connection: Connection, missing: MissingChunk, rest: ChunkEntry | None, sums: _Sums) -> None:
    mine = snapshot_chunk.c.n == missing.n
    before = connection.execute(select(snapshot_chunk.c.scopes).where(mine)).scalar()
    scopes = sums.scopes.union(json.loads(before or "[]"))
    values: dict[str, object] = {
        "name": missing.entry.name,
        "here": int(rest is None),
        "scopes": json.dumps(sorted(scopes)),
    }
    if rest is not None:
        values.update(name=rest.name, place=rest.place, rows=rest.rows)
    connection.execute(update(snapshot_chunk).where(mine).values(values))
    # Without rows of its own in the manifest, all of it comes once more with other chunks.
    if missing.entry.rows:
        if before is None:
            _forget_sums(connection, sums.scopes)
        digests.add(connection, sums.lines())


def _await_again(
    connection: Connection, database: Database, given_up: Sequence[Row[Any]], kept: Sequence[str | None]
) -> None:
    """Hide at the end what came with chunks that are no more, unless it comes again or is in one that is kept."""
    scopes = _scopes(each.scopes for each in given_up)
    for each in kept if scopes else ():
        scopes -= _scopes([each])
    if scopes:
        loading.await_again(connection, database.schema, sorted(scopes))
        _forget_sums(connection, scopes)


def _scopes(texts: Iterable[str | None]) -> set[str]:
    return {scope for each in texts for scope in json.loads(each or "[]")}


def _forget_sums(connection: Connection, scopes: Iterable[str]) -> None:
    raw(connection).executemany("DELETE FROM scope_digest WHERE scope = ?", [(each,) for each in scopes])


def _holds_rows(connection: Connection, database: Database) -> bool:
    tables = [database.schema.table(record.name).name for record in database.catalogue]
    return any(
        raw(connection).execute(_SOME_PULLED.format(table=name)).fetchone()[0] for name in (*tables, overflow.name)
    )
