"""What laptops tell an office that was set back, and what follows: edits that wait, and the list of what is lost.

A laptop that stood further in the log than the office does now tells what it had seen beyond. Whatever its author hands
in again is back; the rest is lost to the office and is listed, with the values where a laptop still holds them.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, func, or_, select, text, update

from sync.contract.entities import CATALOGUE
from sync.contract.errors import AppError, Code
from sync.contract.fields import STAMPS
from sync.contract.wire import Mutation, Op
from sync.contract.witness import MAX_SEEN_LINES, ROW, SeenLine, WitnessAnswer, WitnessRequest
from sync.server.auth import Caller
from sync.server.bulk import run_for_rows
from sync.server.chain import Cursor
from sync.server.log import Log, Writer
from sync.server.rows import Record, load_records
from sync.server.schema import ENTITY_TABLES, MUTATION
from sync.server.schema_keeping import WAITING, WITNESSED

_OPERATIONS: Final = frozenset({Op.CREATE, Op.PATCH, Op.DELETE, Op.RESTORE, ROW})
AWAITED: Final = "awaited"
"""Member of a receipt's data that names the record which has to come back."""

_LONGEST: Final = 200
_LONGEST_FIELDS: Final = 100_000
_STREAMED: Final = 1000

_TAKE_DOWN: Final = text(
    "INSERT INTO witnessed (epoch, seq, record, type, op, actor, at, mutation, title, fields, client_id, told_at)"
    " VALUES (:epoch, :seq, :record, :type, :op, :actor, :at, :mutation, :title, :fields, :client_id, :told_at)"
    " ON CONFLICT (epoch, seq, record) DO UPDATE SET mutation = COALESCE(witnessed.mutation, excluded.mutation),"
    " fields = COALESCE(witnessed.fields, excluded.fields)"
)
_KEEP_WAITING: Final = text(
    "INSERT INTO waiting (mutation_id, client_id, user_id, type, record, op, awaited, payload, since)"
    " VALUES (:mutation_id, :client_id, :user_id, :type, :record, :op, :awaited, :payload, :since)"
    " ON CONFLICT (mutation_id) DO NOTHING"
)


def take_down(log: Log, caller: Caller, request: WitnessRequest) -> WitnessAnswer:
    """Take down what a laptop has seen.

    Raises:
        AppError: ``MESSAGE_UNREADABLE`` or ``MESSAGE_TOO_LARGE``.
    """
    if len(request.lines) > MAX_SEEN_LINES:
        raise AppError(Code.MESSAGE_TOO_LARGE, f"at most {MAX_SEEN_LINES} lines go into one request")
    epoch, now = Cursor.read(request.cursor).epoch, log.now()
    rows = [{**_line(each), "epoch": epoch, "client_id": caller.client, "told_at": now} for each in request.lines]
    with log.storage.writing() as connection:
        run_for_rows(connection, _TAKE_DOWN, rows)
    return WitnessAnswer(lines=len(rows))


def _line(seen: SeenLine) -> dict[str, Any]:
    names = (seen.type, seen.record, seen.op, seen.by or "", seen.at, seen.mutation or "")
    if seen.op not in _OPERATIONS or not 0 < seen.seq < 2**63 or any(len(each) > _LONGEST for each in names):
        raise AppError(Code.MESSAGE_UNREADABLE, "a line that cannot have been seen here")
    fields = msgspec.json.encode(seen.fields).decode() if seen.fields else None
    return {
        "seq": seen.seq,
        "record": seen.record,
        "type": seen.type,
        "op": seen.op,
        "actor": seen.by,
        "at": seen.at,
        "mutation": seen.mutation,
        "title": seen.title[:_LONGEST],
        "fields": fields if fields is not None and len(fields) <= _LONGEST_FIELDS else None,
    }


# ---------------------------------------------------------------------------------------------- waiting


def awaited(writer: Writer, refusal: AppError, coming: Collection[str]) -> str | None:
    """Name the record that has to come back before an edit can be taken that was refused for lack of it.

    That is one which a laptop has seen here before the office was set back, or which is made by an edit that waits
    (``coming``, those of this batch).
    """
    if refusal.code not in {Code.RECORD_NOT_FOUND, Code.REFERENCE_NOT_FOUND}:
        return None
    kind, record = refusal.data.get("type") or refusal.data.get("target"), str(refusal.data.get("record"))
    if kind not in ENTITY_TABLES or writer.get(kind, record) is not None or writer.is_dead(record):
        return None
    seen = select(WITNESSED.c.record).where(WITNESSED.c.record == record, WITNESSED.c.closed_at.is_(None)).limit(1)
    taken = select(MUTATION.c.mutation_id).where(MUTATION.c.mutation_id == WAITING.c.mutation_id).exists()
    made = select(WAITING.c.record).where(WAITING.c.record == record, WAITING.c.op == Op.CREATE.value, ~taken).limit(1)
    found = (writer.connection.execute(query).first() is not None for query in (seen, made))
    return record if record in coming or any(found) else None


def keep_waiting(writer: Writer, caller: Caller, edits: Iterable[tuple[Mutation, str, str]]) -> None:
    """Note edits that wait: each with its text and the record it waits for. Their laptops keep them all the same."""
    rows = [
        {
            "mutation_id": each.id,
            "client_id": caller.client,
            "user_id": caller.user,
            "type": each.type,
            "record": each.record,
            "op": each.op.value,
            "awaited": record,
            "payload": payload,
            "since": writer.now,
        }
        for each, payload, record in edits
    ]
    run_for_rows(writer.connection, _KEEP_WAITING, rows)


# ---------------------------------------------------------------------------------------------- listing


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A change that the office had before it was set back and that nobody has handed in again.

    ``fields`` holds the values that are not in effect, as far as a laptop still had them.
    """

    at: str
    by: str
    type: str
    record: str
    title: str
    op: str
    fields: dict[str, Any] = field(default_factory=dict)
    told_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingEdit:
    """An edit that waits on its laptop for a record to come back."""

    by: str
    type: str
    record: str
    op: str
    awaited: str
    since: str


def lost(connection: Connection) -> list[Lost]:
    """List what is lost, newest first."""
    names = _user_names(connection)
    returned = select(MUTATION.c.mutation_id).where(MUTATION.c.mutation_id == WITNESSED.c.mutation).exists()
    open_ = WITNESSED.c.closed_at.is_(None), or_(WITNESSED.c.mutation.is_(None), ~returned)
    every = select(WITNESSED).where(*open_).order_by(WITNESSED.c.told_at.desc(), WITNESSED.c.seq.desc())
    rows = connection.execute(every).all()
    later: dict[str, set[str]] = {}
    return [
        Lost(
            at=row.at,
            by=names.get(row.actor, row.actor or ""),
            type=row.type,
            record=row.record,
            title=row.title,
            op=row.op,
            fields=missing,
            told_by=row.client_id,
        )
        for row, record in _with_records(connection, rows)
        if (missing := _missing(row, record, later.setdefault(row.record, set()))) is not None
    ]


def _with_records(connection: Connection, rows: Sequence[Any]) -> Iterator[tuple[Any, Record | None]]:
    for start in range(0, len(rows), _STREAMED):
        part = rows[start : start + _STREAMED]
        kinds = {row.type for row in part if row.type in CATALOGUE}
        known = {
            kind: load_records(connection, kind, [row.record for row in part if row.type == kind]) for kind in kinds
        }
        for row in part:
            yield row, known.get(row.type, {}).get(row.record)


def _missing(row: Any, record: Record | None, later: set[str]) -> dict[str, Any] | None:  # noqa: ANN401 - a database row
    """Give the values that are not in effect, ``None`` where nothing is missing. ``later`` names what came after."""
    told: dict[str, Any] = msgspec.json.decode(row.fields) if row.fields else {}
    told = {name: value for name, value in told.items() if name not in STAMPS}
    overtaken = row.op in later or (bool(told) and told.keys() <= later)
    fields = {name: value for name, value in told.items() if name not in later}
    later.update(told, (row.op,) if row.op in {Op.DELETE, Op.RESTORE} else ())
    if overtaken:
        return None
    if row.op in {Op.DELETE, Op.RESTORE}:
        is_deleted = record is None or record.deleted
        return None if is_deleted == (row.op == Op.DELETE) else {}
    if record is None:
        return fields
    differing = {name: value for name, value in fields.items() if record.values.get(name) != value}
    return differing if differing or not told else None


def waiting(connection: Connection) -> list[WaitingEdit]:
    """List the edits that wait for a record, oldest first."""
    names = _user_names(connection)
    taken = select(MUTATION.c.mutation_id).where(MUTATION.c.mutation_id == WAITING.c.mutation_id).exists()
    rows = connection.execute(select(WAITING).where(~taken).order_by(WAITING.c.since, WAITING.c.mutation_id))
    return [
        WaitingEdit(
            by=names.get(row.user_id, row.user_id),
            type=row.type,
            record=row.record,
            op=row.op,
            awaited=row.awaited,
            since=row.since,
        )
        for row in rows
    ]


def close(log: Log) -> int:
    """Give up waiting for what is lost: edits that wait for it are refused from now on, and stay with their authors."""
    with log.storage.writing() as connection:
        still = WITNESSED.c.closed_at.is_(None)
        number = connection.scalar(select(func.count()).select_from(WITNESSED).where(still)) or 0
        connection.execute(update(WITNESSED).where(still).values(closed_at=log.now()))
    return number


def _user_names(connection: Connection) -> dict[str, str]:
    people = ENTITY_TABLES["user"]
    return {
        row[0]: row[1] or row[2] or row[0]
        for row in connection.execute(select(people.c.id, people.c.name, people.c.login))
    }
