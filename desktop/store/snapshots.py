"""The first sync's chunks: raw speed where nothing lies over the rows, small transactions so that saves go between.

The order at the end matters for a kill at any moment: indexes first, the cursor last. Whoever is killed in between
asks for the last chunk once more and finds everything idempotent.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from sqlalchemy import Connection, delete, func, insert, literal, select, text, update

from desktop.store import counting, digests, gate, indexes, lineage, meta, notes, overflow, scopes, testimony
from desktop.store.bulk import HEAD, BulkRows
from desktop.store.connections import raw
from desktop.store.database import Database
from desktop.store.gate import GateMode
from desktop.store.incoming import Touched, take_rows
from desktop.store.pages import take_out
from desktop.store.schema import Schema
from desktop.store.selecting import among
from desktop.store.tables import GONE_SCOPE, agreed, row_count, search_type, snapshot_missing
from sync.contract.clock import new_id
from sync.contract.fields import RecordType
from sync.contract.wire import Chunk, Row

SLICE_ROWS = 100
"""Rows between two looks at whether a save waits."""

TRANSACTION_ROWS = 1000
"""Rows after which a transaction ends in any case."""

_FEW_ROWS = 5_000
"""With more than this on the laptop already, indexes stay through the snapshot: the rep works with them meanwhile."""


_OVERLAID = text(
    "SELECT record FROM journal WHERE outcome IS NULL AND origin = 'local' AND type = :type "
    "UNION SELECT record FROM agreed WHERE type = :type"
)
_NOT_MISSING = text(
    "DELETE FROM snapshot_missing WHERE (type, record) IN "
    "(SELECT type, record FROM journal WHERE outcome IS NULL AND origin = 'local' AND op = 'create')"
)
"""What the office is yet to hear of cannot come from there."""


def take_chunk(database: Database, chunk: Chunk) -> None:
    """Apply one chunk in several transactions; its position goes with the last of them."""
    _begin(database)
    if chunk.rows and chunk.type not in database.catalogue:
        _keep(database, chunk)
    elif chunk.rows:
        _load(database, _doubled(database.schema.record(chunk.type), chunk))
    elif chunk.after is not None:
        database.meta.set(meta.SNAPSHOT_AFTER, chunk.after)
    if chunk.type == "custom_field":
        database.refresh_catalogue()
    if chunk.after is None:
        _finish(database, chunk)


def restart(database: Database, common: int | None = None, *, offer_from: int | None = None) -> None:
    """Forget cursor and position. What is here and does not come again is hidden when the snapshot is complete.

    After the office was set back, ``common`` is the position up to which its log is the one that was known, and own
    mutations above ``offer_from`` are handed in again, under a new id.
    """
    with database.writing_patiently() as connection, gate.opened(connection, GateMode.SYNC):
        if offer_from is not None:
            lineage.offer_again(connection, offer_from)
            meta.write(connection, {meta.NEXT_CLIENT_ID: new_id(database.moment())})
        if common is not None:
            lineage.rebase(connection, common)
            testimony.forget_positions(connection, common)
        connection.execute(delete(snapshot_missing))
        for record in database.catalogue:
            table = database.schema.table(record.name)
            # Deleted ones too: the office may have forgotten them meanwhile.
            pulled = table.c.version > 0, table.c.scope != GONE_SCOPE
            there = select(literal(record.name), table.c.id).where(*pulled)
            connection.execute(insert(snapshot_missing).from_select(["type", "record"], there))
            # Another office, or the same one restored, counts positions anew: what was known of them holds no more.
            overlaid = among(table.c.id, _overlaid(connection, record.name))
            connection.execute(update(table).where(overlaid).values(version=0))
        unknown = [{"type": kind, "record": record} for kind, record in overflow.keys(connection)]
        if unknown:
            connection.execute(insert(snapshot_missing), unknown)
        connection.execute(update(agreed).values(version=0))
        connection.execute(_NOT_MISSING)
        _forget_position(connection, {})
        digests.forget(connection)
        if common is not None:
            database.outbox_file.write_again(connection)


class _Load:
    """One chunk on its way into the table."""

    def __init__(self, connection: Connection, schema: Schema, chunk: Chunk, bulk: BulkRows) -> None:
        self._connection = connection
        self._schema = schema
        self._chunk = chunk
        self._bulk = bulk
        self._overlaid = _overlaid(connection, chunk.type)
        self._missing = bool(connection.execute(select(func.count()).select_from(snapshot_missing)).scalar())
        self._table = schema.table(chunk.type)
        self._before = self._last_row()
        self._deleted = 0

    def take(self, rows: Sequence[list[Any]]) -> None:
        """Write one slice."""
        free = [row for row in rows if row[0] not in self._overlaid] if self._overlaid else rows
        raw(self._connection).executemany(self._bulk.sql, self._bulk.parameters(free))
        self._deleted += sum(1 for row in free if row[3])
        if self._overlaid:
            under = [self._row(row) for row in rows if row[0] in self._overlaid]
            take_rows(self._connection, self._schema, under, Touched())
        if self._missing:
            _miss_no_more(self._connection, self._chunk.type, [row[0] for row in rows])

    def count(self) -> None:
        """Count what this transaction added, roughly: rows are counted anew when the snapshot is complete."""
        counting.add(self._connection, self._chunk.type, max(0, self._last_row() - self._before - self._deleted))

    def _last_row(self) -> int:
        return int(self._connection.execute(select(func.max(self._table.c.row))).scalar() or 0)

    def _row(self, row: Sequence[Any]) -> Row:
        return _row_of(self._chunk, row)


def _row_of(chunk: Chunk, row: Sequence[Any]) -> Row:
    fields = dict(zip(chunk.columns, row[len(HEAD) :], strict=True))
    return Row(type=chunk.type, id=row[0], scope=row[1], version=row[2], deleted=bool(row[3]), fields=fields)


def _miss_no_more(connection: Connection, record_type: str, ids: Sequence[str]) -> None:
    mine = snapshot_missing.c.type == record_type, among(snapshot_missing.c.record, ids)
    connection.execute(delete(snapshot_missing).where(*mine))


def _keep(database: Database, chunk: Chunk) -> None:
    """Keep rows of an unknown type; the position goes with the last of them."""
    for start in range(0, len(chunk.rows), TRANSACTION_ROWS):
        part = chunk.rows[start : start + TRANSACTION_ROWS]
        with database.writing_patiently() as connection, gate.opened(connection, GateMode.BULK):
            overflow.keep(connection, [_row_of(chunk, row) for row in part], whatever_is_here=True)
            _miss_no_more(connection, chunk.type, [row[0] for row in part])
            if start + TRANSACTION_ROWS >= len(chunk.rows) and chunk.after is not None:
                meta.write(connection, {meta.SNAPSHOT_AFTER: chunk.after})


def _doubled(record: RecordType, chunk: Chunk) -> Chunk:
    """Put in the newer names of fields that an office of before sends under their older ones only."""
    pairs = [(old, new) for old, new in record.doubles if old in chunk.columns and new not in chunk.columns]
    for old, new in pairs:
        place = len(HEAD) + chunk.columns.index(old)
        rows = [[*row, row[place]] for row in chunk.rows]
        chunk = replace(chunk, columns=[*chunk.columns, new], rows=rows)
    return chunk


def _load(database: Database, chunk: Chunk) -> None:
    bulk = BulkRows(database.schema.record(chunk.type), chunk.columns)
    slices = _slices(chunk.rows)
    left = len(chunk.rows)
    while left:
        with database.writing_patiently() as connection, gate.opened(connection, GateMode.BULK):
            load = _Load(connection, database.schema, chunk, bulk)
            for part in islice(slices, TRANSACTION_ROWS // SLICE_ROWS):
                load.take(part)
                left -= len(part)
                if database.writer_wanted():
                    break
            load.count()
            if not left and chunk.after is not None:
                meta.write(connection, {meta.SNAPSHOT_AFTER: chunk.after})
            notes.note(connection, database.instance, {chunk.type: frozenset()})


def _slices(rows: Sequence[list[Any]]) -> Iterator[Sequence[list[Any]]]:
    return (rows[start : start + SLICE_ROWS] for start in range(0, len(rows), SLICE_ROWS))


def _begin(database: Database) -> None:
    if database.meta.get(meta.SNAPSHOT_STARTED):
        return
    with database.writing_patiently() as connection:
        held = connection.execute(select(func.sum(row_count.c.live))).scalar() or 0
        if held < _FEW_ROWS:
            indexes.drop_long(connection, database.catalogue)
        connection.execute(update(search_type).values(ready=0, position=0))
        meta.write(connection, {meta.SNAPSHOT_STARTED: True, meta.SNAPSHOT_AFTER: None})


def _finish(database: Database, chunk: Chunk) -> None:
    for together in _index_batches(database):
        with database.writing_patiently() as connection:
            for ddl in together:
                connection.exec_driver_sql(ddl)
    with database.writing_patiently() as connection, gate.opened(connection, GateMode.BULK):
        _sweep(connection, database.schema)
        _forget_position(connection, {meta.CURSOR: chunk.cursor, meta.SEQ: chunk.seq})
        if chunk.cursor is not None:
            lineage.mark(connection, chunk.seq, chunk.cursor)
        touched = {record.name: frozenset[str]() for record in database.catalogue}
        notes.note(connection, database.instance, touched)


def _index_batches(database: Database) -> list[list[str]]:
    """Plan the making of indexes: all of the short tables at once, those of a long one each on its own."""
    with database.reading() as connection:
        missing = indexes.missing_indexes(connection, database.catalogue)
        rows = {row.type: row.live for row in connection.execute(select(row_count.c.type, row_count.c.live))}
    short = [ddl for name, found in missing.items() if rows.get(name, 0) < _FEW_ROWS for ddl in found]
    long = [[ddl] for name, found in missing.items() if rows.get(name, 0) >= _FEW_ROWS for ddl in found]
    return [short, *long] if short else long


def _sweep(connection: Connection, schema: Schema) -> None:
    """Hide what the office did not send again and what is in deleted accounts, and count anew."""
    missing: dict[str, list[str]] = {}
    for name, record_id in connection.execute(select(snapshot_missing.c.type, snapshot_missing.c.record)):
        missing.setdefault(name, []).append(record_id)
    for name, ids in missing.items():
        if name in schema.catalogue:
            take_out(connection, schema, name, ids)
        else:
            overflow.drop(connection, name, ids)
    connection.execute(delete(snapshot_missing))
    account = schema.table(scopes.ACCOUNT)
    for each in connection.execute(select(account.c.scope).where(account.c.deleted == 1)).scalars().all():
        scopes.propagate(connection, schema, each)
    counting.recount(connection, schema)
    digests.forget(connection)


def _overlaid(connection: Connection, record_type: str) -> frozenset[str]:
    """List the records of a type over which something lies: unsent edits, or what a receipt told."""
    return frozenset(connection.execute(_OVERLAID, {"type": record_type}).scalars())


def _forget_position(connection: Connection, after: dict[str, Any]) -> None:
    nothing = dict.fromkeys((meta.CURSOR, meta.SEQ, meta.SNAPSHOT_AFTER, meta.SNAPSHOT_STARTED))
    meta.write(connection, {**nothing, **after})
