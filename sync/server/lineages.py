"""What the office knows of each laptop's own numbering: how far it goes, its lineage, and laptops that part from it."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from sync.contract.errors import AppError, Code
from sync.contract.lineage import BEGIN, extend
from sync.contract.wire import PartAnswer, PartRequest
from sync.server.auth import Caller, end_tokens
from sync.server.chain import Cursor, prefix
from sync.server.log import Log
from sync.server.passwords import new_token, token_hash
from sync.server.prepared import Prepared
from sync.server.pull import chain_at
from sync.server.recording import read_head
from sync.server.schema import CLIENT, MUTATION, TOKEN

_LONGEST = 1000
_MOST_MARKS = 100
_NUMBERING: Final = Prepared(
    lambda _among: select(CLIENT.c.last_n, CLIENT.c.last_hash).where(CLIENT.c.client_id == bindparam("client"))
)
_LATER: Final = Prepared(
    lambda _among: (
        select(MUTATION.c.client_n, MUTATION.c.mutation_id)
        .where(MUTATION.c.client_id == bindparam("client"), MUTATION.c.client_n > bindparam("last_n"))
        .order_by(MUTATION.c.client_n)
    )
)


def known(connection: Connection, client: str) -> tuple[int, str]:
    """Give the number up to which a laptop has handed in everything, and its lineage there."""
    ((last_n, lineage),) = _NUMBERING.rows(connection, client=client)
    if lineage is not None or not last_n:
        return last_n, BEGIN if lineage is None else bytes(lineage).decode()
    # Written by a program that kept no lineage: it follows from the mutations.
    mine = select(MUTATION.c.mutation_id).where(MUTATION.c.client_id == client, MUTATION.c.client_n <= last_n)
    return last_n, extend(BEGIN, connection.scalars(mine.order_by(MUTATION.c.client_n)))


def extended(connection: Connection, client: str) -> dict[str, Any]:
    """Give the columns of a laptop after mutations of it were written: as far as its numbers have no gap.

    Lower numbers come again when the office was set back, or from before a laptop parted: they add nothing.
    """
    last_n, lineage = known(connection, client)
    for number, mutation in _LATER.rows(connection, client=client, last_n=last_n):
        if number != last_n + 1:
            break
        last_n, lineage = number, extend(lineage, [mutation])
    return {"last_n": last_n, "last_hash": lineage.encode()}


def common(connection: Connection, marks: Sequence[str]) -> int:
    """Give the highest of a laptop's former positions at which this log is the one that the laptop knew."""
    head = read_head(connection)
    for text in marks[:_MOST_MARKS]:
        try:
            cursor = Cursor.read(text)
        except AppError:
            continue
        if cursor.seq <= head.seq and prefix(chain_at(connection, cursor.seq, head)) == cursor.chain:
            return cursor.seq
    return 0


def part(log: Log, caller: Caller, request: PartRequest) -> PartAnswer:
    """Register a laptop that parts from the one of the caller's token.

    Raises:
        AppError: ``MESSAGE_UNREADABLE``, or ``WRONG_USER`` for an id that belongs to somebody else.
    """
    if not 0 < len(request.client_id) <= _LONGEST or request.last_n < 0 or request.client_id == caller.client:
        raise AppError(Code.MESSAGE_UNREADABLE, "a laptop that parts needs an id of its own")
    token, now = new_token(), log.now()
    with log.storage.writing() as connection:
        old = connection.execute(select(CLIENT).where(CLIENT.c.client_id == caller.client)).mappings().one()
        there = select(CLIENT.c.user_id).where(CLIENT.c.client_id == request.client_id)
        owner = connection.scalar(there)
        if owner not in {None, caller.user}:
            raise AppError(Code.WRONG_USER, "this device belongs to another user")
        numbering = {"last_n": request.last_n, "last_hash": BEGIN.encode(), "last_seen": now}
        if owner is None:
            own = {"client_id": request.client_id, "first_seen": now, "install_nonce": None}
            connection.execute(insert(CLIENT), {**old, **own, **numbering})
        else:
            # The answer got lost the last time; nothing can have been handed in without its token.
            end_tokens(connection, request.client_id, now)
            connection.execute(update(CLIENT).where(CLIENT.c.client_id == request.client_id).values(numbering))
        mine = {"client_id": request.client_id, "user_id": caller.user, "created_at": now, "revoked_at": None}
        connection.execute(insert(TOKEN), {"hash": token_hash(token), **mine})
    return PartAnswer(token=token)
