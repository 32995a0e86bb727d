"""Rows of a first sync on their way into their tables: raw speed where nothing lies over them, saves go between.

What can be done without the writer is done before a transaction begins. A transaction ends after some rows, or as soon
as a save waits.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from sqlalchemy import Connection

from desktop.store import counting, gate, notes, overflow
from desktop.store.bulk import BulkRows
from desktop.store.connections import raw
from desktop.store.database import Database
from desktop.store.gate import GateMode
from desktop.store.incoming import Touched, take_rows
from desktop.store.schema import Schema
from desktop.store.scopes import frozen_scopes, unfreeze
from desktop.store.selecting import AMONG, listed
from desktop.store.tables import GONE_SCOPE
from sync.contract.chunks import CHUNK_ROWS, SLAB_HEAD, Slab
from sync.contract.fields import RecordType
from sync.contract.wire import Row

SLICE_ROWS = 100
"""Rows between two looks at whether a save waits."""

TRANSACTION_ROWS = CHUNK_ROWS
"""Rows after which a transaction ends in any case. Ids come in no order, so each writes most pages of their index."""

_OVERLAID = (
    "SELECT record FROM journal WHERE outcome IS NULL AND origin = 'local' AND type = ? "
    "UNION SELECT record FROM agreed WHERE type = ?"
)
_SOME_MISSING = "SELECT EXISTS (SELECT 1 FROM snapshot_missing)"
_LAST_ROW = "SELECT coalesce(max(row), 0) FROM {table}"
_MISSING = "INSERT OR IGNORE INTO snapshot_missing (type, record) "
_CAME = f"DELETE FROM snapshot_missing WHERE type = ? AND record {AMONG}"  # noqa: S608 - our own names
_NOT_MISSING = (
    "DELETE FROM snapshot_missing WHERE (type, record) IN "
    "(SELECT type, record FROM journal WHERE outcome IS NULL AND origin = 'local' AND op = 'create')"
)
"""What the office is yet to hear of cannot come from there."""


def load(database: Database, slabs: Iterable[Slab], end: Callable[[Connection], None]) -> None:
    """Write rows in several transactions; ``end`` is called in the last of them."""
    waiting: deque[_Batch] = deque()
    for slab in slabs:
        while sum(each.left for each in waiting) >= TRANSACTION_ROWS:
            _write(database, waiting, None)
        waiting.append(_batch(database.schema, slab))
    while not _write(database, waiting, end):
        continue


def overlaid(connection: Connection, record_type: str) -> frozenset[str]:
    """List the records of a type over which something lies: unsent edits, or what a receipt told."""
    found = raw(connection).execute(_OVERLAID, (record_type, record_type)).fetchall()
    return frozenset(record for (record,) in found)


def await_again(connection: Connection, schema: Schema, scopes: Sequence[str] | None) -> None:
    """Note the rows of some scopes, or of all, that must come again or be hidden at the end."""
    driver = raw(connection)
    among, wanted = ("", ()) if scopes is None else (f"AND scope {AMONG}", (listed(scopes),))
    for record in schema.catalogue:
        # Deleted ones and own new ones too: the office may have forgotten them since their receipts.
        there = f"SELECT ?, id FROM {record.table} WHERE scope <> ? {among}"  # noqa: S608 - our own names
        driver.execute(_MISSING + there, (record.name, GONE_SCOPE, *wanted))
    unknown = f"SELECT type, record FROM overflow WHERE deleted = 0 AND scope <> ? {among}"  # noqa: S608 - our own names
    driver.execute(_MISSING + unknown, (GONE_SCOPE, *wanted))
    driver.execute(_NOT_MISSING)


class _Batch(Protocol):
    """Rows of one type, ready to be written."""

    type: str

    @property
    def left(self) -> int:
        """How many rows are not written yet."""
        ...

    def write(self, connection: Connection, room: int, wanted: Callable[[], bool]) -> int:
        """Write slices until there is no room or a save waits; gives the room left."""
        ...


class _Loading:
    """Rows of a known type: into its table."""

    def __init__(self, schema: Schema, slab: Slab) -> None:
        slab = _doubled(schema.record(slab.type), slab)
        self.type = slab.type
        self._schema = schema
        self._slab = slab
        self._table = schema.table(slab.type).name
        self._bulk = BulkRows(schema.record(slab.type), slab)
        self._at = 0

    @property
    def left(self) -> int:
        """How many rows are not written yet."""
        return self._slab.rows - self._at

    def write(self, connection: Connection, room: int, wanted: Callable[[], bool]) -> int:
        """Write slices until there is no room or a save waits; gives the room left."""
        over = overlaid(connection, self.type)
        missing = raw(connection).execute(_SOME_MISSING).fetchone()[0]
        before, deleted, first = self._last_row(connection), 0, self._at
        while self.left and room > 0:
            start, self._at = self._at, min(self._at + SLICE_ROWS, self._slab.rows)
            self._slice(connection, range(start, self._at), over)
            if missing:
                _came(connection, self.type, self._bulk.ids[start : self._at])
            deleted += sum(self._slab.values[SLAB_HEAD.index("deleted")][start : self._at])
            room = 0 if wanted() else room - (self._at - start)
        came = self._slab.values[SLAB_HEAD.index("scope")][first : self._at]
        unfreeze(connection, frozen_scopes(connection).intersection(came))
        # Roughly: rows are counted anew when the first sync is complete.
        counting.add(connection, self.type, max(0, self._last_row(connection) - before - deleted))
        return room

    def _slice(self, connection: Connection, places: range, over: frozenset[str]) -> None:
        parameters, ids = self._bulk.parameters[places.start : places.stop], self._bulk.ids
        if over:
            under = [self._row(at) for at in places if ids[at] in over]
            parameters = [self._bulk.parameters[at] for at in places if ids[at] not in over]
            take_rows(connection, self._schema, under, Touched())
        raw(connection).executemany(self._bulk.sql, parameters)

    def _last_row(self, connection: Connection) -> int:
        return int(raw(connection).execute(_LAST_ROW.format(table=self._table)).fetchone()[0])

    def _row(self, at: int) -> Row:
        return _row_of(self._slab, at)


class _Keeping:
    """Rows of a type that this program does not know: kept for one that does."""

    def __init__(self, slab: Slab) -> None:
        self.type = slab.type
        self._slab = slab
        self._at = 0

    @property
    def left(self) -> int:
        return self._slab.rows - self._at

    def write(self, connection: Connection, room: int, wanted: Callable[[], bool]) -> int:
        while self.left and room > 0:
            start, self._at = self._at, min(self._at + SLICE_ROWS, self._slab.rows)
            rows = [_row_of(self._slab, at) for at in range(start, self._at)]
            overflow.keep(connection, rows, whatever_is_here=True)
            _came(connection, self.type, [row.id for row in rows])
            room = 0 if wanted() else room - len(rows)
        return room


def _batch(schema: Schema, slab: Slab) -> _Batch:
    return _Loading(schema, slab) if slab.type in schema.catalogue else _Keeping(slab)


def _doubled(record: RecordType, slab: Slab) -> Slab:
    """Put in the newer names of fields that an office of before sends under their older ones only."""
    pairs = [(old, new) for old, new in record.doubles if old in slab.columns and new not in slab.columns]
    if not pairs:
        return slab
    values = [slab.values[len(SLAB_HEAD) + slab.columns.index(old)] for old, _new in pairs]
    names = [new for _old, new in pairs]
    return Slab(type=slab.type, columns=[*slab.columns, *names], values=[*slab.values, *values])


def _came(connection: Connection, record_type: str, ids: Sequence[str]) -> None:
    raw(connection).execute(_CAME, (record_type, listed(ids)))


def _row_of(slab: Slab, at: int) -> Row:
    record_id, scope, version, deleted, *values = (column[at] for column in slab.values)
    fields = dict(zip(slab.columns, values, strict=True))
    return Row(type=slab.type, id=record_id, scope=scope, version=version, deleted=bool(deleted), fields=fields)


def _write(database: Database, waiting: deque[_Batch], end: Callable[[Connection], None] | None) -> bool:
    """Write one transaction; tells whether everything is written and ``end`` was called."""
    with database.writing_patiently() as connection, gate.opened(connection, GateMode.BULK):
        room = TRANSACTION_ROWS
        types: set[str] = set()
        while waiting and room > 0:
            types.add(waiting[0].type)
            room = waiting[0].write(connection, room, database.writer_wanted)
            if not waiting[0].left:
                waiting.popleft()
        if not waiting and end is not None:
            end(connection)
        known = {name: frozenset[str]() for name in types if name in database.catalogue}
        notes.note(connection, database.instance, known)
        return not waiting
