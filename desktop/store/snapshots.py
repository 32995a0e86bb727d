"""The first sync from its beginning to its end, and slice by slice as offices give it that know no manifest.

The order at the end matters for a kill at any moment: indexes first, the cursor last. Whoever is killed in between
asks for the last chunk once more and finds everything idempotent.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, delete, func, select

from desktop.store import (
    aliases,
    counting,
    digests,
    gate,
    index_making,
    indexes,
    kept,
    lineage,
    loading,
    meta,
    notes,
    overflow,
    scopes,
)
from desktop.store.connections import raw
from desktop.store.database import Database
from desktop.store.gate import GateMode
from desktop.store.pages import take_out
from desktop.store.schema import Schema
from desktop.store.search.building import rebuild
from desktop.store.selecting import AMONG, listed
from desktop.store.tables import row_count, snapshot_chunk, snapshot_missing
from sync.contract.chunks import Slab
from sync.contract.wire import Chunk

_FEW_ROWS = 5_000
"""With more than this on the laptop already, indexes stay through the snapshot: the rep works with them meanwhile."""


def take_chunk(database: Database, chunk: Chunk) -> None:
    """Apply one chunk in several transactions; its position goes with the last of them."""
    begin(database)
    if chunk.rows:
        loading.load(database, [_slab(chunk)], lambda connection: _note_position(connection, chunk.after))
        index_making.make_growing(database, [chunk.type])
    elif chunk.after is not None:
        database.meta.set(meta.SNAPSHOT_AFTER, chunk.after)
    if chunk.type == "custom_field":
        database.refresh_catalogue()
    if chunk.after is None:
        for _step in finish(database, chunk.cursor, chunk.seq):
            continue


def restart(database: Database) -> None:
    """Forget cursor and position. What is here and does not come again is hidden when the snapshot is complete."""
    with database.writing_patiently() as connection, gate.opened(connection, GateMode.SYNC):
        forget_all(connection, database)


def forget_all(connection: Connection, database: Database) -> None:
    """Let the first sync begin once more, in the caller's transaction; rows and outbox stay."""
    driver = raw(connection)
    driver.execute("DELETE FROM snapshot_missing")
    loading.await_again(connection, database.schema, None)
    for record in database.catalogue:
        # Another office, or the same one restored, counts positions anew: what was known of them holds no more.
        forget = f"UPDATE {record.table} SET version = 0 WHERE id {AMONG}"  # noqa: S608 - our own names
        driver.execute(forget, (listed(loading.overlaid(connection, record.name)),))
    driver.execute("UPDATE agreed SET version = 0")
    _forget_position(connection, {})
    digests.forget(connection)


def begin(database: Database) -> None:
    """Make room for many rows, once: indexes of long tables go, and are made again at the end."""
    if database.meta.get(meta.SNAPSHOT_STARTED):
        return
    with database.writing_patiently() as connection:
        held = connection.execute(select(func.sum(row_count.c.live))).scalar() or 0
        if held < _FEW_ROWS:
            indexes.drop_long(connection, database.catalogue)
        rebuild(connection)
        meta.write(connection, {meta.SNAPSHOT_STARTED: True, meta.SNAPSHOT_AFTER: None})


def finish(database: Database, cursor: str | None, seq: int, *, added_up: bool = False) -> Iterator[None]:
    """Make the indexes, a step each, then hide what did not come again, and remember where the log goes on.

    ``added_up`` says that the sums of all rows are known already.
    """
    yield from index_making.make_rest(database)
    with database.writing_patiently() as connection, gate.opened(connection, GateMode.BULK):
        _sweep(connection, database.schema)
        if added_up:
            meta.write(connection, {meta.DIGESTS_KNOWN: True})
        else:
            digests.forget(connection)
        _forget_position(connection, {meta.CURSOR: cursor, meta.SEQ: seq})
        if cursor is not None:
            lineage.mark(connection, seq, cursor)
        touched = {record.name: frozenset[str]() for record in database.catalogue}
        notes.note(connection, database.instance, touched)


def _sweep(connection: Connection, schema: Schema) -> None:
    """Hide what the office did not send again and what is in deleted accounts, and count anew."""
    missing: dict[str, list[str]] = {}
    for name, record_id in connection.execute(select(snapshot_missing.c.type, snapshot_missing.c.record)):
        missing.setdefault(name, []).append(record_id)
    for name, ids in missing.items():
        if name in schema.catalogue:
            take_out(connection, schema, name, ids)
        else:
            overflow.leave(connection, name, ids)
    connection.execute(delete(snapshot_missing))
    account = schema.table(scopes.ACCOUNT)
    deleted = connection.execute(select(account.c.id).where(account.c.deleted == 1)).scalars().all()
    aliases.settle(connection, schema, [*deleted, *aliases.all_here(connection)])
    counting.recount(connection, schema)


def _slab(chunk: Chunk) -> Slab:
    columns = [list(each) for each in zip(*chunk.rows, strict=True)]
    return Slab(type=chunk.type, columns=list(chunk.columns), values=columns)


def _note_position(connection: Connection, after: str | None) -> None:
    if after is not None:
        meta.write(connection, {meta.SNAPSHOT_AFTER: after})


def _forget_position(connection: Connection, after: dict[str, Any]) -> None:
    connection.execute(delete(snapshot_chunk))
    kept.forget_all(connection)
    keys = meta.CURSOR, meta.SEQ, meta.SNAPSHOT_AFTER, meta.SNAPSHOT_STARTED, meta.MANIFEST
    nothing = dict.fromkeys(keys)
    meta.write(connection, {**nothing, **after})
