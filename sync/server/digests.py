"""Tells what a user may see as sums of row hashes, and gives one scope whole so that a laptop can mend it."""

from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Select, bindparam, func, select

from sync.contract.digest import MODULUS
from sync.contract.errors import AppError, Code
from sync.contract.wire import MAX_PULL_ROWS, MAX_SCOPE_SUMS, Digest, ScopeDigests
from sync.server.chain import Delivery
from sync.server.grants import part_of_scope
from sync.server.prepared import Among, Prepared
from sync.server.recording import read_head
from sync.server.rows import WireRow
from sync.server.schema import ACCOUNT_HEAD
from sync.server.scope import joined, seen_among

# Many 56-bit sums do not fit into 64 bits; each half of them does.
_HALF_BITS: Final = 28
_HALF: Final = 1 << _HALF_BITS


class ScopePage(msgspec.Struct):
    """``wire.ScopeRows`` with rows as they go over the wire."""

    seq: int
    rows: list[WireRow]
    after: str | None


def digest(connection: Connection, user: str) -> Digest:
    """Add up everything that a user may see."""
    ((rows, upper, lower),) = _SUMS.rows(connection, user=user)
    total = (int(upper or 0) * _HALF + int(lower or 0)) % MODULUS
    return Digest(seq=read_head(connection).seq, rows=int(rows or 0), total=total)


def _sums(_among: Among) -> Select[Any]:
    high, low = ACCOUNT_HEAD.c.sum_h.op("/")(_HALF), ACCOUNT_HEAD.c.sum_h.op("%")(_HALF)
    sums = select(func.sum(ACCOUNT_HEAD.c.n_rows), func.sum(high), func.sum(low))
    return sums.select_from(joined(ACCOUNT_HEAD, bindparam("user")))


_SUMS: Final = Prepared(_sums)


def scope_digests(connection: Connection, user: str, after: str) -> ScopeDigests:
    """List the sums of the scopes that a user may see and that come after a scope."""
    head = ACCOUNT_HEAD.c
    page = (
        select(head.scope, head.n_rows, head.sum_h)
        .select_from(joined(ACCOUNT_HEAD, user))
        .where(head.scope > after)
        .order_by(head.scope)
        .limit(MAX_SCOPE_SUMS)
    )
    sums = [(scope, rows, total) for scope, rows, total in connection.execute(page)]
    more = len(sums) == MAX_SCOPE_SUMS
    return ScopeDigests(seq=read_head(connection).seq, sums=sums, after=sums[-1][0] if more else None)


def scope_rows(connection: Connection, user: str, scope: str, after: str) -> ScopePage:
    """Give a page of the rows of one scope.

    Raises:
        AppError: ``RECORD_NOT_FOUND`` where the user does not see it, ``MESSAGE_UNREADABLE`` for a bad ``after``.
    """
    if not seen_among(connection, user, [scope]):
        raise AppError(Code.RECORD_NOT_FOUND, "this user does not see this scope", type="account", record=scope)
    kind, record = _place(after)
    rows, rest = part_of_scope(connection, Delivery(0, scope, kind, record), MAX_PULL_ROWS)
    following = None if rest is None else f"{rest.kind}:{rest.record}"
    return ScopePage(read_head(connection).seq, [each.row for each in rows], following)


def _place(after: str) -> tuple[int, str]:
    if not after:
        return 0, ""
    kind, colon, record = after.partition(":")
    if not colon or not kind.isascii() or not kind.isdigit():
        raise AppError(Code.MESSAGE_UNREADABLE, "after is not what a page before gave")
    return int(kind), record
