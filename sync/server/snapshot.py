"""Gives everything a user may see, slice by slice. No state between slices: the token holds all.

Rows of a type come in the order of scope and id. A row that changes while slices are being fetched may come in either
state or not at all; the log from the beginning of the snapshot on sets it right.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, and_, func, select

from sync.contract.catalogue import Catalogue
from sync.contract.entities import CATALOGUE
from sync.contract.wire import MAX_ANSWER_BYTES, MAX_SNAPSHOT_ROWS
from sync.server.chain import Cursor, Slice, prefix
from sync.server.pull import check_cursor
from sync.server.recording import read_head
from sync.server.rows import CODECS, ArrayShape
from sync.server.schema import ACCOUNT_HEAD, SHARD, USER_SCOPE
from sync.server.scope import joined

_KINDS: Final = [record.name for record in CATALOGUE]
_BUDGET_BYTES: Final = MAX_ANSWER_BYTES - 512 * 1024


class SnapshotSlice(msgspec.Struct):
    """``wire.Chunk`` with rows that are JSON already."""

    type: str
    columns: list[str]
    rows: list[msgspec.Raw]
    after: str | None
    cursor: str | None
    seq: int
    done: int
    total: int


def snapshot(connection: Connection, user: str, catalogue: Catalogue, text: str | None) -> SnapshotSlice:
    """Give the slice after a token, the first one for ``None``.

    Raises:
        AppError: ``CURSOR_DIVERGED`` when the token is of another history, ``MESSAGE_UNREADABLE`` when it is none.
    """
    walk_in_order(connection)
    at = _begin(connection, user) if text is None else Slice.read(text)
    begin = Cursor(at.epoch, at.shard, at.seq, at.chain)
    if text is not None:
        check_cursor(connection, begin, read_head(connection))
    for kind in range(max(0, at.kind), len(_KINDS)):
        same = kind == at.kind
        scope, record = (at.scope, at.record) if same else ("", "")
        found = _slice(connection, user, catalogue, (kind, scope, record))
        if found is not None:
            rows, (last_scope, last_record) = found
            done = at.done + len(rows)
            after = Slice(at.epoch, at.shard, at.seq, at.chain, kind, last_scope, last_record, done, at.total)
            return _answer(catalogue, kind, rows, after, None)
    return _answer(catalogue, len(_KINDS) - 1, [], at, begin)


def walk_in_order(connection: Connection) -> None:
    """Let queries of this transaction follow indexes in their order instead of sorting.

    PostgreSQL would collect and sort all that is left for every slice, which makes a first sync quadratic.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_sort = off")
        connection.exec_driver_sql("SET LOCAL enable_incremental_sort = off")


def _begin(connection: Connection, user: str) -> Slice:
    head = read_head(connection)
    rows = select(func.sum(ACCOUNT_HEAD.c.n_rows)).select_from(joined(ACCOUNT_HEAD, user))
    total = connection.scalar(rows) or 0
    return Slice(head.epoch, SHARD, head.seq, prefix(head.chain), total=int(total))


def _slice(
    connection: Connection, user: str, catalogue: Catalogue, position: tuple[int, str, str]
) -> tuple[list[msgspec.Raw], tuple[str, str]] | None:
    """Read rows of one type from a position on, up to the limits of an answer; ``None`` where there are none."""
    kind, scope, record = position
    shape = ArrayShape(catalogue[_KINDS[kind]])
    encode = msgspec.json.Encoder().encode
    rows: list[msgspec.Raw] = []
    size = 0
    last = (scope, record)
    for raw in _rows(connection, user, position):
        text = encode(shape.array(raw))
        size += len(text) + 1
        if rows and size > _BUDGET_BYTES:
            break
        rows.append(msgspec.Raw(text))
        last = (raw[1], raw[0])
    return (rows, last) if rows else None


def _rows(connection: Connection, user: str, position: tuple[int, str, str]) -> Iterator[Any]:
    kind, scope, record = position
    codec = CODECS[_KINDS[kind]]
    table = codec.table
    mine = codec.select().select_from(joined(table, user))
    room = MAX_SNAPSHOT_ROWS
    if scope:
        # Two queries instead of one with OR, so that each is one walk along an index.
        rest = mine.where(table.c.scope == scope, table.c.id > record).order_by(table.c.id)
        for raw in connection.execute(rest.limit(room)):
            room -= 1
            yield raw
    if room:
        # Said of both tables, so that neither is walked from its beginning for every slice.
        beyond = and_(USER_SCOPE.c.scope > scope, table.c.scope > scope)
        others = mine.where(beyond).order_by(USER_SCOPE.c.scope, table.c.id)
        yield from connection.execute(others.limit(room))


def _answer(
    catalogue: Catalogue, kind: int, rows: list[msgspec.Raw], at: Slice, cursor: Cursor | None
) -> SnapshotSlice:
    return SnapshotSlice(
        type=_KINDS[kind],
        columns=ArrayShape(catalogue[_KINDS[kind]]).columns,
        rows=rows,
        after=at.text() if cursor is None else None,
        cursor=None if cursor is None else cursor.text(),
        seq=at.seq,
        done=at.done,
        total=max(at.total, at.done),
    )
