"""The user's own acts: which one undo or redo would take, what waits to be sent, what the office did not accept."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from desktop.domain.changes import ActKind
from desktop.domain.dependants import waits_for
from desktop.domain.views import AttentionView, SyncRun, UndoLabel, Waiting
from desktop.store import journal as journal_entries
from desktop.store.connections import raw
from desktop.store.journal import Step, loads
from desktop.store.queries import titles
from desktop.store.schema import Schema
from desktop.store.tables import command, sync_run
from sync.contract.errors import Code
from sync.contract.wire import Op, Outcome

_WAITING = (
    "SELECT type, count(*), count(DISTINCT record), min(at) FROM journal WHERE outcome IS NULL AND origin = 'local' "
    "GROUP BY type ORDER BY 2 DESC, 1"
)


def undoable(connection: Connection) -> UndoLabel | None:
    """Tell which act undo would take back: the latest that is not taken back yet, nor passed over."""
    return _latest(connection, command.c.kind.in_((ActKind.DO.value, ActKind.REDO.value)))


def redoable(connection: Connection) -> UndoLabel | None:
    """Tell which act redo would bring back: the latest undo, unless something new was done since."""
    done = select(func.coalesce(func.max(command.c.n), 0)).where(command.c.kind == ActKind.DO.value)
    return _latest(connection, command.c.kind == ActKind.UNDO.value, command.c.n > done.scalar_subquery())


def attention(connection: Connection, schema: Schema) -> list[AttentionView]:
    """List own changes that the office did not accept and that nobody dealt with yet, newest first."""
    refused = journal_entries.refused(connection)
    waits = waits_for(refused, schema.catalogue)
    called = _called(connection, schema, refused)
    together = Counter(_root(each, waits) for each in waits)
    return [_attention(schema, each, called, waits, together) for each in reversed(refused)]


def waiting(connection: Connection) -> list[Waiting]:
    """Count the unsent changes by record type, most first."""
    rows = raw(connection).execute(_WAITING)
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


def _called(connection: Connection, schema: Schema, refused: Sequence[Step]) -> titles.Names:
    """Name the records of these entries and all that they refer to; what the office never had is named by its entry."""
    called: dict[tuple[str, str], str] = {}
    by_type: dict[str, list[Step]] = {}
    for each in refused:
        if each.op is Op.CREATE:
            called[each.type, each.record] = titles.title_of(schema.record(each.type), each.new, {})
        by_type.setdefault(each.type, []).append(each)
    for name, steps in by_type.items():
        values = [part for each in steps for part in (each.old, each.new)]
        called |= titles.of_references(connection, schema, name, values)
        called |= titles.of_records(connection, schema, name, {each.record for each in steps})
    return called


def _root(mutation: str, waits: Mapping[str, str]) -> str:
    seen = {mutation}
    while mutation in waits and waits[mutation] not in seen:
        mutation = waits[mutation]
        seen.add(mutation)
    return mutation


def _attention(
    schema: Schema, step: Step, called: titles.Names, waits: Mapping[str, str], together: Mapping[str, int]
) -> AttentionView:
    title = called.get((step.type, step.record)) or titles.title_of(schema.record(step.type), step.new, {})
    root = _root(step.mutation, waits)
    data = dict(step.data)
    if step.code == Code.DELETION_HELD.value:
        # The office counts by push, the rep by what was meant.
        data["count"] = together.get(root, 0) + 1
    texts = {str(each) for each in (*step.old.values(), *step.new.values()) if isinstance(each, str)}
    return AttentionView(
        id=step.mutation,
        type=step.type,
        record=step.record,
        title=title,
        op=step.op,
        values=step.new,
        outcome=Outcome(step.outcome or Outcome.REJECTED),
        code=step.code,
        data=data,
        at=step.at,
        before=step.old,
        titles={record: named for (_, record), named in called.items() if record in texts},
        waits_for=root if step.mutation in waits else None,
        together=together.get(step.mutation, 0),
    )
