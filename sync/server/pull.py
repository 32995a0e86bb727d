"""Gives the log from a cursor on: a pure function of user, cursor and limit, read in one unchanging moment.

A window of the log ends on a transaction boundary. What was granted or revoked in it is told first, over several pages
when it is much; rows are sent once, in the state they have now.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Select, bindparam, func, select

from sync.contract.errors import AppError, Code
from sync.contract.keeping import KeptScopes
from sync.contract.wire import MAX_ANSWER_BYTES, MAX_PULL_ROWS, Echo, Gone, Granted, Op, Revoked
from sync.server.chain import GENESIS, Cursor, Delivery, Head, prefix
from sync.server.echoes import echoes_among
from sync.server.grants import Reader, deliver
from sync.server.prepared import Among, Prepared
from sync.server.recording import read_head
from sync.server.rows import CODECS, WireRow, by_kind
from sync.server.schema import CHANGE_LOG, SHARD, TX_LOG, USER_SCOPE
from sync.server.scope import seen_among

_SPAN: Final = 10_000
_SPANS: Final = 10
"""A page looks at most at so many spans of the log, then lets the laptop ask again."""

_ALL: Final = 2**62
_LEAVING: Final = frozenset({Op.MOVE_OUT.value, Op.FORGET.value})
_BUDGET_BYTES: Final = MAX_ANSWER_BYTES - 512 * 1024

_LINE: Final = tuple(
    CHANGE_LOG.c[name]
    for name in ("seq", "scope", "type", "record", "op", "delta", "actor", "at", "mutation", "command", "client_id")
)

_SEQ, _KEY, _OP = 0, slice(2, 4), 4
"""Where in a line these stand."""


class _Page(msgspec.Struct):
    """``wire.PullAnswer``, quick to write."""

    rows: list[WireRow]
    changes: list["_Change"]
    gone: list[Gone]
    granted: list[Granted]
    revoked: list[Revoked]
    cursor: str
    seq: int
    head: int
    more: bool
    echoes: list[Echo]


class _Change(msgspec.Struct, gc=False):
    seq: int
    type: str
    record: str
    op: str
    fields: msgspec.Raw
    by: str | None
    at: str
    mutation: str | None
    command: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Puller:
    """Whose page this is: ``client`` is the laptop that takes echoes, empty where none is wanted.

    ``kept`` is what the laptop has of scopes that it lost.
    """

    user: str
    client: str = ""
    kept: KeptScopes = field(default_factory=KeptScopes)


@dataclass(frozen=True, slots=True)
class _Window:
    """Lines of the log that a user may see, up to a transaction boundary."""

    lines: Sequence[Any]
    until: int


def pull(connection: Connection, puller: Puller, text: str, limit: int) -> msgspec.Raw:
    """Give one page as JSON.

    Raises:
        AppError: ``CURSOR_DIVERGED`` when the cursor is of another history or from before what is kept,
            ``MESSAGE_UNREADABLE`` when it is none.
    """
    cursor = Cursor.read(text)
    head = read_head(connection)
    check_cursor(connection, cursor, head)
    if cursor.seq < head.min_cursor:
        raise AppError(Code.CURSOR_DIVERGED, "the log before this cursor is not whole any more")
    limit = max(1, min(limit, MAX_PULL_ROWS))
    reader = Reader(connection, puller.user, head.min_cursor, puller.kept)
    page = msgspec.json.encode(_page(reader, puller.client, cursor, head, limit))
    while limit > 1 and len(page) > _BUDGET_BYTES:
        limit = max(1, limit // 4)
        page = msgspec.json.encode(_page(reader, puller.client, cursor, head, limit))
    return msgspec.Raw(page)


def _page(reader: Reader, client: str, cursor: Cursor, head: Head, limit: int) -> _Page:
    connection, user = reader.connection, reader.user
    window = None if cursor.delivery is not None else _next_window(connection, user, cursor.seq, head, limit)
    until = head.seq if window is None else window.until
    delivery = cursor.delivery or Delivery(until, chain=prefix(chain_at(connection, until, head)))
    told = deliver(reader, cursor.seq, delivery, limit)
    rows = [each.row for each in told.rows]
    if told.next is not None:
        here = Cursor(cursor.epoch, cursor.shard, cursor.seq, cursor.chain, told.next)
        seq = cursor.seq
        return _Page(rows, [], told.gone, told.granted, told.revoked, here.text(), seq, head.seq, more=True, echoes=[])
    if window is None:
        window = _Window(_lines(connection, user, (cursor.seq, delivery.until)), delivery.until)
    page = _log_page(reader, client, window)
    present = {(each.type, each.id) for each in told.rows}
    rows += [row for key, row in page.rows.items() if key not in present] if present else page.rows.values()
    here = Cursor(head.epoch, SHARD, window.until, prefix(chain_at(connection, window.until, head)))
    return _Page(
        rows=rows,
        changes=page.changes,
        gone=[*told.gone, *page.gone],
        granted=told.granted,
        revoked=told.revoked,
        cursor=here.text(),
        seq=window.until,
        head=head.seq,
        more=window.until < head.seq,
        echoes=[each for each in page.echoes if (each.type, each.id) not in present],
    )


def check_cursor(connection: Connection, cursor: Cursor, head: Head) -> None:
    """Refuse a cursor that does not lie on this server's log.

    Raises:
        AppError: ``CURSOR_DIVERGED``.
    """
    same = cursor.epoch == head.epoch and cursor.shard == SHARD and cursor.seq <= head.seq
    if not same or prefix(chain_at(connection, cursor.seq, head)) != cursor.chain:
        raise AppError(Code.CURSOR_DIVERGED, "this cursor is of another history")
    told = cursor.delivery
    if told is not None and told.chain and prefix(chain_at(connection, told.until, head)) != told.chain:
        raise AppError(Code.CURSOR_DIVERGED, "what was granted before this cursor is of another history")


def chain_at(connection: Connection, seq: int, head: Head) -> bytes:
    """Give the chain after the transaction that ends at a position; empty where none does."""
    if seq == 0:
        return GENESIS
    if seq == head.seq:
        return head.chain
    found = _CHAIN.row(connection, seq=seq)
    return b"" if found is None else bytes(found[0])


def _next_window(connection: Connection, user: str, start: int, head: Head, limit: int) -> _Window:
    """Choose where the window ends: after about ``limit`` visible lines, always on a transaction boundary."""
    upto = start
    lines: list[Any] = []
    for _span in range(_SPANS):
        after, upto = upto, min(upto + _SPAN, head.seq)
        lines += _lines(connection, user, (after, upto), limit + 1 - len(lines))
        if len(lines) > limit:
            upto = lines[-2][_SEQ] if len(lines) > 1 else lines[-1][_SEQ] - 1
            break
        if upto == head.seq:
            return _Window(lines, upto)
    last = _LAST_END.row(connection, upto=upto)
    end: int = (last and last[0]) or 0
    if end > start:
        return _Window([each for each in lines if each[_SEQ] <= end], end)
    beyond = _NEXT_END.row(connection, start=start)
    end = (beyond and beyond[0]) or head.seq
    return _Window(_lines(connection, user, (start, end)), end)


def _lines(connection: Connection, user: str, span: tuple[int, int], room: int = _ALL) -> Sequence[Any]:
    """Read the lines that a user may see, after the first position up to the second."""
    start, until = span
    return _LINES.rows(connection, user=user, start=start, until=until, room=room)


def _visible_lines(_among: Among) -> Select[Any]:
    # Lines from before the grant belong to a time in which the user did not see this scope.
    return (
        select(*_LINE)
        .join(USER_SCOPE, USER_SCOPE.c.scope == CHANGE_LOG.c.scope)
        .where(
            CHANGE_LOG.c.shard == SHARD,
            CHANGE_LOG.c.seq > bindparam("start"),
            CHANGE_LOG.c.seq <= bindparam("until"),
            USER_SCOPE.c.user_id == bindparam("user"),
            USER_SCOPE.c.granted_seq <= CHANGE_LOG.c.seq,
        )
        .order_by(CHANGE_LOG.c.seq)
        .limit(bindparam("room"))
    )


_LINES: Final = Prepared(_visible_lines)
_ENDS: Final = TX_LOG.c.shard == SHARD
_LAST_END: Final = Prepared(
    lambda _among: select(func.max(TX_LOG.c.seq_to)).where(_ENDS, TX_LOG.c.seq_to <= bindparam("upto"))
)
_NEXT_END: Final = Prepared(
    lambda _among: select(func.min(TX_LOG.c.seq_to)).where(_ENDS, TX_LOG.c.seq_to > bindparam("start"))
)
_CHAIN: Final = Prepared(lambda _among: select(TX_LOG.c.chain).where(_ENDS, TX_LOG.c.seq_to == bindparam("seq")))


@dataclass(frozen=True, slots=True)
class _LogPage:
    rows: dict[tuple[str, str], WireRow]
    changes: list[_Change]
    gone: list[Gone]
    echoes: list[Echo]


def _log_page(reader: Reader, client: str, window: _Window) -> _LogPage:
    connection = reader.connection
    echoes = echoes_among(connection, client, window.lines) if client else {}
    lines = [line for line in window.lines if line[_KEY] not in echoes] if echoes else window.lines
    keys = dict.fromkeys(line[_KEY] for line in lines)
    current = _current(connection, keys)
    seen = seen_among(connection, reader.user, {raw[1] for raw in current.values()})
    rows = {key: CODECS[key[0]].wire.row(current[key]) for key in keys if key in current and current[key][1] in seen}
    changes, gone = [], dict[tuple[str, str], Gone]()
    for line in lines:
        key, leaves = line[_KEY], line[_OP] in _LEAVING
        if key in rows and not leaves:
            changes.append(_change(line))
        elif key not in rows and leaves:
            gone[key] = Gone(type=key[0], id=key[1])
    return _LogPage(rows, changes, list(gone.values()), list(echoes.values()))


def _current(connection: Connection, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Sequence[Any]]:
    return {
        (kind, raw[0]): raw
        for kind, wanted in by_kind(keys).items()
        for raw in CODECS[kind].by_id.rows(connection, ids=wanted)
    }


def _change(line: Sequence[Any]) -> _Change:
    seq, _scope, kind, record, op, delta, actor, at, mutation, command, _client = line
    return _Change(seq, kind, record, op, msgspec.Raw((delta or "{}").encode()), actor, at, mutation, command)
