"""The user's own acts: which one undo or redo would take, what waits to be sent, what the office did not accept."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, literal_column, select

from desktop.domain.changes import ActKind
from desktop.domain.views import AttentionView, SyncRun, UndoLabel, Waiting
from desktop.store.journal import loads
from desktop.store.queries import titles
from desktop.store.schema import Schema
from desktop.store.tables import command, journal, sync_run
from sync.contract.wire import ATTENTION, Op, Outcome


def undoable(connection: Connection) -> UndoLabel | None:
    """Tell which act undo would take back: the latest that is not taken back yet, nor passed over."""
    return _latest(connection, command.c.kind.in_((ActKind.DO.value, ActKind.REDO.value)))


def redoable(connection: Connection) -> UndoLabel | None:
    """Tell which act redo would bring back: the latest undo, unless something new was done since."""
    done = select(func.coalesce(func.max(command.c.n), 0)).where(command.c.kind == ActKind.DO.value)
    return _latest(connection, command.c.kind == ActKind.UNDO.value, command.c.n > done.scalar_subquery())


def attention(connection: Connection, schema: Schema) -> list[AttentionView]:
    """List own changes that the office did not accept and that nobody dealt with yet, newest first."""
    # As literals, so that the partial index is used.
    open_ones = journal.c.settled.is_(None), journal.c.outcome.is_not(None)
    accepted = journal.c.outcome.in_(sorted(ATTENTION))
    rows = connection.execute(select(journal).where(*open_ones, accepted).order_by(journal.c.n.desc())).all()
    by_type: dict[str, set[str]] = {}
    for row in rows:
        by_type.setdefault(row.type, set()).add(row.record)
    called: dict[tuple[str, str], str] = {}
    for name, ids in by_type.items():
        called.update(titles.of_records(connection, schema, name, ids))
    return [_attention(schema, row, called) for row in rows]


def waiting(connection: Connection) -> list[Waiting]:
    """Count the unsent changes by record type, most first."""
    unsent = journal.c.outcome.is_(None), journal.c.origin == literal_column("'local'")
    changes = func.count()
    statement = (
        select(journal.c.type, changes, func.count(func.distinct(journal.c.record)), func.min(journal.c.at))
        .where(*unsent)
        .group_by(journal.c.type)
        .order_by(changes.desc(), journal.c.type)
    )
    rows = connection.execute(statement).all()
    return [Waiting(type=each[0], changes=each[1], records=each[2], oldest_at=each[3]) for each in rows]


def sync_runs(connection: Connection, limit: int = 30) -> list[SyncRun]:
    """List the latest syncs, newest first."""
    rows = connection.execute(select(sync_run).order_by(sync_run.c.n.desc()).limit(limit)).all()
    return [
        SyncRun(
            started_at=row.started_at,
            finished_at=row.finished_at,
            pushed=row.pushed,
            pulled=row.pulled,
            conflicts=row.conflicts,
            attention=row.attention,
            first=bool(row.first),
            error=row.error,
            data=loads(row.data),
        )
        for row in rows
    ]


def _latest(connection: Connection, *wanted: ColumnElement[bool]) -> UndoLabel | None:
    open_ones = command.c.undone_by.is_(None), command.c.undoable == 1
    row = connection.execute(
        select(command).where(*open_ones, *wanted).order_by(command.c.n.desc()).limit(1)
    ).one_or_none()
    if row is None:
        return None
    first = _first_of(connection, row)
    return UndoLabel(command=row.id, label=first.label, label_values=loads(first.label_values), at=first.at)


def _first_of(connection: Connection, row: Row[Any]) -> Row[Any]:
    """Follow undo and redo back to what the user did: that is what both are called by."""
    while row.target is not None:
        target = connection.execute(select(command).where(command.c.id == row.target)).one_or_none()
        if target is None:
            break
        row = target
    return row


def _attention(schema: Schema, row: Row[Any], called: titles.Names) -> AttentionView:
    values = loads(row.new)
    title = called.get((row.type, row.record)) or titles.title_of(schema.record(row.type), values, {})
    return AttentionView(
        id=row.mutation,
        type=row.type,
        record=row.record,
        title=title,
        op=Op(row.op),
        values=values,
        outcome=Outcome(row.outcome),
        code=row.code or "",
        data=loads(row.data),
        at=row.at,
    )
