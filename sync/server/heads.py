"""What live events ask of the database: how far the log reaches, whom a part of it concerns, whose sign-in has ended.

Each question is one short read for all streams of a worker together, never one for each stream.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from sqlalchemy import Connection, Select, select

from sync.server.auth import LIVE_USER
from sync.server.recording import read_head
from sync.server.schema import CHANGE_LOG, CLIENT, ENTITY_TABLES, SCOPE_EVENT, SHARD, TOKEN, USER_SCOPE
from sync.server.storage import Storage

T = TypeVar("T")

_MOST_LINES: Final = 2_000
"""A window longer than this is an import or a realignment; it concerns everybody without asking."""

_PART: Final = 500
_MOVING: Final = ("account", "assignment", "share", "territory", "user")
"""Changes of these types may take a scope away from somebody."""

_USERS: Final = ENTITY_TABLES["user"]


@dataclass(frozen=True, slots=True)
class News:
    """The log reaches ``head``; what came since concerns ``users``, or everybody where that is ``None``."""

    head: int
    users: frozenset[str] | None


def log_end(storage: Storage) -> int:
    """Tell how far the log reaches."""
    with storage.reading() as connection:
        return read_head(connection).seq


def look(storage: Storage, since: int, listening: Collection[str]) -> News:
    """Tell what came after ``since`` and which of the users who listen it concerns.

    A log that ends before ``since`` is another one, set back to a backup, and concerns everybody.
    """
    with storage.reading() as connection:
        head = read_head(connection).seq
        if head == since:
            return News(head, frozenset())
        if not since < head <= since + _MOST_LINES:
            return News(head, None)
        return News(
            head, frozenset(_seeing(connection, since, head)) | frozenset(_losing(connection, since, listening))
        )


def still_signed_in(storage: Storage, tokens: Iterable[bytes]) -> set[bytes]:
    """Give those of the tokens (hashes) that are valid and of somebody who may work."""
    valid: set[bytes] = set()
    with storage.reading() as connection:
        for part in _parts(tokens):
            found = connection.scalars(
                select(TOKEN.c.hash)
                .join(CLIENT, CLIENT.c.client_id == TOKEN.c.client_id)
                .join(_USERS, _USERS.c.id == TOKEN.c.user_id)
                .where(
                    TOKEN.c.hash.in_(part),
                    TOKEN.c.revoked_at.is_(None),
                    CLIENT.c.user_id == TOKEN.c.user_id,
                    *LIVE_USER,
                )
            )
            valid.update(bytes(each) for each in found)
    return valid


def _seeing(connection: Connection, since: int, until: int) -> Iterator[str]:
    scopes = _window(since).where(CHANGE_LOG.c.seq <= until)
    return iter(connection.scalars(select(USER_SCOPE.c.user_id).where(USER_SCOPE.c.scope.in_(scopes)).distinct()))


def _losing(connection: Connection, since: int, listening: Collection[str]) -> Iterator[str]:
    moving = _window(since).where(CHANGE_LOG.c.type.in_(_MOVING)).limit(1)
    if connection.scalar(moving) is None:
        return
    for part in _parts(listening):
        yield from connection.scalars(
            select(SCOPE_EVENT.c.user_id)
            .where(SCOPE_EVENT.c.shard == SHARD, SCOPE_EVENT.c.user_id.in_(part), SCOPE_EVENT.c.seq > since)
            .distinct()
        )


def _window(since: int) -> Select[tuple[str]]:
    return select(CHANGE_LOG.c.scope).where(CHANGE_LOG.c.shard == SHARD, CHANGE_LOG.c.seq > since)


def _parts(keys: Iterable[T]) -> Iterator[list[T]]:
    every = list(keys)
    for start in range(0, len(every), _PART):
        yield every[start : start + _PART]
