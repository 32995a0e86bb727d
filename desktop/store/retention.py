"""Keeps the laptop's database from growing for ever: old entries of the journal, and records out of its user's sight.

How old an entry is, is told by where the journal ended on a day, by the office's calendar: a laptop's clock may have
stood anywhere when the entry was made. What was not sent, or needs attention, is never touched; nor is the newest own
entry, from which numbers go on. The ledger and the lineage remember what went.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from desktop.store import gate, lineage, meta
from desktop.store.connections import raw
from desktop.store.database import Database
from desktop.store.gate import GateMode
from desktop.store.selecting import stored_by_id
from desktop.store.tables import GONE_SCOPE
from desktop.store.writing import remove_rows
from sync.contract.clock import instant_text, parse_instant

KEPT = timedelta(days=400)
"""So long changes stay in the history of records; far longer than backups of an office are old."""

EVERY = timedelta(days=7)
"""So often the database is looked through."""

_SLICE = 500
"""Entries or rows removed in one transaction; a save that waits goes between two."""

_OLD = (
    "SELECT n, client_n, command FROM journal WHERE n <= ? AND n < (SELECT max(n) FROM journal) AND at IS NOT NULL "
    "AND (origin = 'sync' OR (settled IS NOT NULL AND outcome IS NOT NULL AND client_n <= ? "
    "AND client_n < (SELECT max(client_n) FROM journal))) ORDER BY n LIMIT ?"
)
_OWN_UPTO = "SELECT max(client_n) FROM journal WHERE n <= ? AND client_n IS NOT NULL"
_IDLE_ACTS = (
    "DELETE FROM command WHERE id IN (SELECT value FROM json_each(?)) "
    "AND NOT EXISTS (SELECT 1 FROM journal AS j WHERE j.command = command.id)"
)
_LEFT_BEHIND = (
    "AND NOT EXISTS (SELECT 1 FROM journal AS j WHERE j.record = t.id AND j.origin = 'local' AND j.settled IS NULL) "
    "AND NOT EXISTS (SELECT 1 FROM agreed AS a WHERE a.type = ? AND a.record = t.id) LIMIT ?"
)


def tidy(database: Database) -> int:
    """Remove what is old, at most once in ``EVERY``; gives the number of entries and rows removed.

    Call it after a sync: then the difference between this clock and the office's is known.
    """
    with database.reading() as connection:
        known = meta.read_all(connection)
    now = database.moment() + timedelta(milliseconds=int(known.get(meta.CLOCK_OFFSET_MS) or 0))
    marks = _marks(known.get(meta.JOURNAL_MARKS), now)
    if marks and now - marks[-1][0] < EVERY:
        return 0
    old = [number for at, number in marks if now - at > KEPT]
    with database.writing_patiently() as connection:
        head = int(raw(connection).execute("SELECT coalesce(max(n), 0) FROM journal").fetchone()[0])
        kept = [*(each for each in marks if now - each[0] <= KEPT + EVERY), (now, head)]
        meta.write(connection, {meta.JOURNAL_MARKS: [[instant_text(at), number] for at, number in kept]})
    removed = _trim(database, old[-1]) if old else 0
    return removed + sum(_drop_left(database, record.name) for record in database.catalogue)


def _marks(kept: object, now: datetime) -> list[tuple[datetime, int]]:
    """Read where the journal ended on which day. A day that is yet to come counts as today: nothing goes too early."""
    listed = kept if isinstance(kept, list) else []
    return [(min(parse_instant(at), now), int(number)) for at, number in listed]


def _trim(database: Database, upto: int) -> int:
    removed = 0
    while True:
        with database.writing_patiently() as connection, gate.opened(connection, GateMode.SYNC):
            base = _lineage_at(connection, upto)
            rows = raw(connection).execute(_OLD, (upto, base, _SLICE)).fetchall()
            if rows:
                _remove(connection, rows)
        removed += len(rows)
        if len(rows) < _SLICE:
            return removed


def _lineage_at(connection: Connection, upto: int) -> int:
    """Let comparisons with the office begin no earlier than what is about to go; gives the last own number before."""
    number = raw(connection).execute(_OWN_UPTO, (upto,)).fetchone()[0]
    return 0 if number is None else lineage.remember_upto(connection, int(number))


def _remove(connection: Connection, rows: Sequence[Sequence[int | str | None]]) -> None:
    driver = raw(connection)
    own = [row[1] for row in rows if row[1] is not None]
    if own:
        gone = meta.read(connection, meta.LEDGER_GONE)
        first, count = gone if isinstance(gone, list) else [own[0], 0]
        meta.write(connection, {meta.LEDGER_GONE: [min(int(first), *map(int, own)), int(count) + len(own)]})
    meta.write(connection, {meta.FORGETTING: max(int(row[0] or 0) for row in rows)})
    driver.executemany("DELETE FROM journal WHERE n = ?", [(row[0],) for row in rows])
    meta.write(connection, {meta.FORGETTING: None})
    acts = json.dumps(sorted({str(row[2]) for row in rows if row[2] is not None}))
    driver.execute(_IDLE_ACTS, (acts,))


def _drop_left(database: Database, name: str) -> int:
    """Remove rows of records that left this user's sight and over which nothing own lies."""
    removed, table = 0, database.schema.table(name)
    ask = f"SELECT t.id FROM {table.name} AS t WHERE t.scope = ? AND t.version > 0 {_LEFT_BEHIND}"  # noqa: S608 - a table's name
    with database.reading() as connection:
        left = f"SELECT 1 FROM {table.name} WHERE scope = ? LIMIT 1"  # noqa: S608 - a table's name
        if raw(connection).execute(left, (GONE_SCOPE,)).fetchone() is None:
            return 0
    while True:
        with database.writing_patiently() as connection, gate.opened(connection, GateMode.SYNC):
            ids = [row[0] for row in raw(connection).execute(ask, (GONE_SCOPE, name, _SLICE)).fetchall()]
            rows = stored_by_id(connection, database.schema, name, ids)
            remove_rows(connection, database.schema, name, [row.row for row in rows.values()])
        removed += len(ids)
        if len(ids) < _SLICE:
            return removed


def own_gone(connection: Connection) -> tuple[int, int] | None:
    """Tell the first number of an own entry that went and how many did; ``None`` where none has."""
    gone = meta.read(connection, meta.LEDGER_GONE)
    return (int(gone[0]), int(gone[1])) if isinstance(gone, list) else None
