"""Gives the log from a cursor on: a pure function of user, cursor and limit, read in one unchanging moment.

A window of the log ends on a transaction boundary. What was granted or revoked in it is told first, over several pages
when it is much; rows are sent once, in the state they have now.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, func, select

from sync.contract.errors import AppError, Code
from sync.contract.wire import MAX_ANSWER_BYTES, MAX_PULL_ROWS, Gone, Granted, Op, Revoked, Row
from sync.server.chain import GENESIS, Cursor, Delivery, prefix
from sync.server.grants import deliver
from sync.server.recording import Head, read_head
from sync.server.rows import CODECS, Record, load_records
from sync.server.schema import CHANGE_LOG, SHARD, TX_LOG, USER_SCOPE
from sync.server.scope import seen_among

_SPAN: Final = 10_000
_SPANS: Final = 10
"""A page looks at most at so many spans of the log, then lets the laptop ask again."""

_BUDGET_BYTES: Final = MAX_ANSWER_BYTES - 512 * 1024

_LINE: Final = tuple(
    CHANGE_LOG.c[name]
    for name in ("seq", "scope", "type", "record", "op", "delta", "actor", "at", "mutation", "command")
)


class PullPage(msgspec.Struct):
    """``wire.PullAnswer`` with rows and changes that are JSON already."""

    rows: list[msgspec.Raw]
    changes: list[msgspec.Raw]
    gone: list[Gone]
    granted: list[Granted]
    revoked: list[Revoked]
    cursor: str
    seq: int
    head: int
    more: bool


class _Change(msgspec.Struct):
    seq: int
    type: str
    record: str
    op: str
    fields: msgspec.Raw
    by: str | None
    at: str
    mutation: str | None
    command: str | None


@dataclass(frozen=True, slots=True)
class _Window:
    """Lines of the log that a user may see, up to a transaction boundary."""

    lines: Sequence[Any]
    until: int


def pull(connection: Connection, user: str, text: str, limit: int) -> PullPage:
    """Give one page.

    Raises:
        AppError: ``CURSOR_DIVERGED`` when the cursor is of another history, ``MESSAGE_UNREADABLE`` when it is none.
    """
    cursor = Cursor.read(text)
    head = read_head(connection)
    check_cursor(connection, cursor, head)
    limit = max(1, min(limit, MAX_PULL_ROWS))
    page = _page(connection, user, cursor, head, limit)
    while limit > 1 and sum(len(bytes(each)) for each in (*page.rows, *page.changes)) > _BUDGET_BYTES:
        limit = max(1, limit // 4)
        page = _page(connection, user, cursor, head, limit)
    return page


def _page(connection: Connection, user: str, cursor: Cursor, head: Head, limit: int) -> PullPage:
    delivery = cursor.delivery or Delivery(_choose_end(connection, user, cursor.seq, head, limit))
    told = deliver(connection, user, cursor.seq, delivery, limit)
    if told.next is not None:
        here = Cursor(cursor.epoch, cursor.shard, cursor.seq, cursor.chain, told.next)
        rows = [each.text for each in told.rows]
        return PullPage(rows, [], [], told.granted, told.revoked, here.text(), cursor.seq, head.seq, more=True)
    page = _log_page(connection, user, _Window(_lines(connection, user, cursor.seq, delivery.until), delivery.until))
    present = {(each.type, each.id) for each in told.rows}
    rows = [each.text for each in told.rows] + [
        text for (kind, record_id), text in page.rows.items() if (kind, record_id) not in present
    ]
    here = Cursor(head.epoch, SHARD, delivery.until, prefix(chain_at(connection, delivery.until)))
    return PullPage(
        rows=rows,
        changes=page.changes,
        gone=page.gone,
        granted=told.granted,
        revoked=told.revoked,
        cursor=here.text(),
        seq=delivery.until,
        head=head.seq,
        more=delivery.until < head.seq,
    )


def check_cursor(connection: Connection, cursor: Cursor, head: Head) -> None:
    """Refuse a cursor that does not lie on this server's log.

    Raises:
        AppError: ``CURSOR_DIVERGED``.
    """
    same = cursor.epoch == head.epoch and cursor.shard == SHARD and cursor.seq <= head.seq
    if not same or prefix(chain_at(connection, cursor.seq)) != cursor.chain:
        raise AppError(Code.CURSOR_DIVERGED, "this cursor is of another history")


def chain_at(connection: Connection, seq: int) -> bytes:
    """Give the chain after the transaction that ends at a position; empty where none does."""
    if seq == 0:
        return GENESIS
    found = connection.scalar(select(TX_LOG.c.chain).where(TX_LOG.c.shard == SHARD, TX_LOG.c.seq_to == seq))
    return found or b""


def _choose_end(connection: Connection, user: str, start: int, head: Head, limit: int) -> int:
    """Choose where the window ends: after about ``limit`` visible lines, always on a transaction boundary."""
    upto = start
    count = 0
    for _span in range(_SPANS):
        upto = min(upto + _SPAN, head.seq)
        lines = _visible_lines(user, start, upto).with_only_columns(CHANGE_LOG.c.seq)
        found = list(connection.scalars(lines.order_by(CHANGE_LOG.c.seq).offset(count).limit(limit + 1 - count)))
        count += len(found)
        if count > limit:
            upto = found[-2] if len(found) > 1 else found[-1] - 1
            break
        if upto == head.seq:
            return upto
    ends = select(func.max(TX_LOG.c.seq_to)).where(TX_LOG.c.shard == SHARD, TX_LOG.c.seq_to <= upto)
    end: int = connection.scalar(ends) or 0
    if end > start:
        return end
    beyond = select(func.min(TX_LOG.c.seq_to)).where(TX_LOG.c.shard == SHARD, TX_LOG.c.seq_to > start)
    return connection.scalar(beyond) or head.seq


def _visible_lines(user: str, start: int, until: int) -> Any:  # noqa: ANN401 - a query
    # Lines from before the grant belong to a time in which the user did not see this scope.
    return (
        select(*_LINE)
        .join(USER_SCOPE, USER_SCOPE.c.scope == CHANGE_LOG.c.scope)
        .where(
            CHANGE_LOG.c.shard == SHARD,
            CHANGE_LOG.c.seq > start,
            CHANGE_LOG.c.seq <= until,
            USER_SCOPE.c.user_id == user,
            USER_SCOPE.c.granted_seq <= CHANGE_LOG.c.seq,
        )
    )


def _lines(connection: Connection, user: str, start: int, until: int) -> Sequence[Any]:
    return connection.execute(_visible_lines(user, start, until).order_by(CHANGE_LOG.c.seq)).all()


@dataclass(frozen=True, slots=True)
class _LogPage:
    rows: dict[tuple[str, str], msgspec.Raw]
    changes: list[msgspec.Raw]
    gone: list[Gone]


def _log_page(connection: Connection, user: str, window: _Window) -> _LogPage:
    current = _current(connection, {(line.type, line.record) for line in window.lines})
    seen = seen_among(connection, user, {each.scope for each in current.values()})
    visible = {key for key, record in current.items() if record.scope in seen}
    gone = {
        (line.type, line.record): Gone(type=line.type, id=line.record)
        for line in window.lines
        if line.op == Op.MOVE_OUT and (line.type, line.record) not in visible
    }
    changes = [_change(line) for line in window.lines if line.op != Op.MOVE_OUT and (line.type, line.record) in visible]
    keys = dict.fromkeys((line.type, line.record) for line in window.lines)
    rows = {key: row_text(current[key]) for key in keys if key in visible}
    return _LogPage(rows, changes, list(gone.values()))


def _current(connection: Connection, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Record]:
    ids: dict[str, set[str]] = {}
    for kind, record_id in keys:
        if kind in CODECS:
            ids.setdefault(kind, set()).add(record_id)
    return {
        (kind, each.id): each
        for kind, wanted in ids.items()
        for each in load_records(connection, kind, wanted).values()
    }


def _change(line: Any) -> msgspec.Raw:  # noqa: ANN401 - a row of the log
    delta = msgspec.Raw((line.delta or "{}").encode())
    change = _Change(line.seq, line.type, line.record, line.op, delta, line.actor, line.at, line.mutation, line.command)
    return msgspec.Raw(msgspec.json.encode(change))


def row_text(record: Record) -> msgspec.Raw:
    """Write a record as it goes over the wire."""
    row = Row(
        type=record.type,
        id=record.id,
        scope=record.scope,
        version=record.version,
        deleted=record.deleted,
        fields=dict(record.values),
    )
    return msgspec.Raw(msgspec.json.encode(row))
