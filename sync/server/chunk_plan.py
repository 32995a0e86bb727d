"""Cuts what a user sees into chunks and names them; knows scopes and their sums, no rows.

A place is a part of what the user sees: accounts of one territory in a range of ids, other scopes in a range, or the
opening. Where it ends depends only on the scopes themselves, so users who see the same accounts get the same chunks,
and one more account changes one of them. What lies in a place is asked anew for every chunk and every user.
"""

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from itertools import chain
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, select

from sync.contract.catalogue import Catalogue
from sync.contract.chunks import CHUNK_ROWS, ChunkEntry, Manifest
from sync.contract.entities import SCHEMA_VERSION
from sync.contract.errors import AppError, Code
from sync.contract.rules import SHARED_SCOPE, USER_SCOPE_PREFIX
from sync.server.chain import Cursor, pack, prefix, unpack
from sync.server.prepared import Among, Prepared
from sync.server.recording import read_head
from sync.server.schema import ACCOUNT_HEAD, ENTITY_TABLES, SHARD, TX_LOG, USER_SCOPE

_FORMAT: Final = "1"
_FULL_ROWS: Final = CHUNK_ROWS * 3 // 4
_ENOUGH_ROWS: Final = CHUNK_ROWS // 2
_CUT_EVERY: Final = 32
"""One scope of so many is one after which a chunk ends once it has enough."""

_FOREMOST: Final = 2**40
_OPENING: Final = 1_000
_MOST_SCOPES: Final = 20_000
_ACCOUNTS: Final = ENTITY_TABLES["account"]
_DEALS: Final = ENTITY_TABLES["opportunity"]

OPENING_TYPES: Final = ("account", "opportunity")
"""What the opening holds: enough for the first screen, before everything else."""


@dataclass(frozen=True, slots=True)
class Member:
    """A scope with what identifies its content: number of rows, the sum of their hashes, the last change."""

    scope: str
    rows: int
    total: int
    changed: int


@dataclass(frozen=True, slots=True)
class Place:
    """A part of what a user sees.

    ``kind`` is ``a`` for accounts of the territory ``group``, ``s`` for scopes that are no accounts, ``o`` for the
    opening. The range is from ``first`` to ``last``, both in it. ``members`` is a short hash over the scopes there.
    A chunk begins after the row named by ``at_kind``, ``at_scope`` and ``at_record``.
    """

    kind: str
    group: str
    first: str
    last: str
    members: str
    at_kind: int = -1
    at_scope: str = ""
    at_record: str = ""

    def text(self) -> str:
        """Write the place as opaque text."""
        return pack(list(astuple(self)))

    @classmethod
    def read(cls, text: str) -> "Place":
        """Read what ``text`` wrote.

        Raises:
            AppError: ``MESSAGE_UNREADABLE``.
        """
        return cls(*unpack(text, tuple[str, str, str, str, str, int, str, str]))


def make_manifest(connection: Connection, user: str, catalogue: Catalogue) -> Manifest:
    """List everything that a user sees as chunks: the shared scope, the opening, own accounts, the others."""
    head = read_head(connection)
    naming = Naming(connection, catalogue)
    cursor = Cursor(head.epoch, SHARD, head.seq, prefix(head.chain))
    parts = chain(_opening(connection, user), _other_parts(connection, user), _account_parts(connection, user))
    ranked = [(each.rank, _entry(naming, each)) for each in parts]
    # Sorting keeps the order of equals.
    ranked.sort(key=itemgetter(0))
    chunks = [entry for _rank, entry in ranked]
    return Manifest(cursor=cursor.text(), seq=head.seq, rows=sum(each.rows for each in chunks), chunks=chunks)


def members_of(connection: Connection, user: str, place: Place) -> list[Member]:
    """Give the scopes in a place that the user sees now.

    Raises:
        AppError: ``MESSAGE_UNREADABLE`` for a place that no manifest names.
    """
    span = {"user": user, "first": place.first, "last": place.last}
    if place.kind == "a":
        among_them = _IN_TERRITORY.rows(connection, group=place.group, **span) if place.group else None
        found = _IN_NONE.rows(connection, **span) if among_them is None else among_them
    elif place.kind == "s":
        found = _NO_ACCOUNTS.rows(connection, **span)
    elif place.kind == "o":
        found = _OWN_DEALS.rows(connection, user=user) or _ANY_DEALS.rows(connection, user=user)
    else:
        raise AppError(Code.MESSAGE_UNREADABLE, "a place that no manifest names")
    if len(found) > _MOST_SCOPES:
        raise AppError(Code.MESSAGE_UNREADABLE, "a place that no manifest names")
    return [Member(*each) for each in found]


def check_members(place: Place, members: Sequence[Member]) -> None:
    """Refuse a place in which the user sees other scopes than those of which the manifest told.

    Raises:
        AppError: ``SNAPSHOT_EXPIRED``.
    """
    if place.kind != "o" and _hash_of(members) != place.members:
        raise AppError(Code.SNAPSHOT_EXPIRED, "what this user sees there has changed")


class Naming:
    """Names chunks within one transaction."""

    def __init__(self, connection: Connection, catalogue: Catalogue) -> None:
        """``catalogue`` is the organisation's, because custom fields are columns of chunks."""
        self._connection = connection
        layout = [(each.name, *each.fields) for each in catalogue]
        self._begin = f"{_FORMAT}\n{SCHEMA_VERSION}\n{layout}\n"

    def name(self, members: Iterable[Member], place: Place) -> str:
        """Hash what makes up a chunk: scopes, versions of their rows, where in them it begins.

        Versions are log positions, which an office that was set back gives once more; the chain at the last of them
        tells the two histories apart.
        """
        state = hashlib.sha256(self._begin.encode())
        changed = 0
        for each in members:
            state.update(f"{each.scope} {each.rows} {each.total}\n".encode())
            changed = max(changed, each.changed)
        state.update(self._chain(changed))
        state.update(f"{place.kind == 'o'} {place.at_kind} {place.at_scope} {place.at_record}".encode())
        return state.hexdigest()

    def _chain(self, seq: int) -> bytes:
        row = _CHAIN_FROM.row(self._connection, seq=seq)
        return b"" if row is None else bytes(row[0])


@dataclass(frozen=True, slots=True)
class _Part:
    place: Place
    members: list[Member]
    rows: int
    rank: int
    """What is fetched first has the lowest: the shared scope, the opening, where most is the user's own."""


def _entry(naming: Naming, part: _Part) -> ChunkEntry:
    return ChunkEntry(name=naming.name(part.members, part.place), place=part.place.text(), rows=part.rows)


def _opening(connection: Connection, user: str) -> Iterator[_Part]:
    place = Place("o", "", "", "", "")
    members = members_of(connection, user, place)
    if members:
        # Its rows come once more where they belong, so they do not count.
        yield _Part(place, members, 0, -_FOREMOST)


def _account_parts(connection: Connection, user: str) -> Iterator[_Part]:
    found = connection.execute(_all_accounts(user).execution_options(yield_per=1000))
    gathering = _Gathering("a")
    for group, scope, rows, total, changed, owner in found:
        yield from gathering.add(group, Member(scope, rows, total, changed), own=owner == user)
    yield from gathering.end()


def _other_parts(connection: Connection, user: str) -> Iterator[_Part]:
    gathering = _Gathering("s")
    for each in _NO_ACCOUNTS.rows(connection, user=user, first="", last="\U0010ffff"):
        group = SHARED_SCOPE if each[0] == SHARED_SCOPE else ""
        own = each[0] == USER_SCOPE_PREFIX + user
        yield from gathering.add(group, Member(*each), own=own)
    yield from gathering.end()


class _Gathering:
    """Gathers scopes of one group until they make a chunk."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._group = ""
        self._members: list[Member] = []
        self._rows = 0
        self._own = 0

    def add(self, group: str, member: Member, *, own: bool) -> Iterator[_Part]:
        """Take the next scope; gives the chunk before it, if that is done."""
        if self._members and (group != self._group or self._is_done(member)):
            yield from self.end()
        self._group = group
        self._members.append(member)
        self._rows += member.rows
        self._own += own

    def end(self) -> Iterator[_Part]:
        """Give what is left."""
        if self._members:
            members, rows, own = self._members, self._rows, self._own
            group = self._group if self._kind == "a" else ""
            place = Place(self._kind, group, members[0].scope, members[-1].scope, _hash_of(members))
            self._members, self._rows, self._own = [], 0, 0
            yield _Part(place, members, rows, -2 * _FOREMOST if place.first == SHARED_SCOPE else -own)

    def _is_done(self, following: Member) -> bool:
        if self._rows + following.rows > _FULL_ROWS or len(self._members) >= _MOST_SCOPES:
            return True
        last = self._members[-1].scope
        return self._rows >= _ENOUGH_ROWS and zlib.crc32(last.encode()) % _CUT_EVERY == 0


def _hash_of(members: Iterable[Member]) -> str:
    return hashlib.sha256("\n".join(each.scope for each in members).encode()).hexdigest()[:16]


_HEAD: Final = ACCOUNT_HEAD.c
_MEMBER: Final = (_HEAD.scope, _HEAD.n_rows, _HEAD.sum_h, _HEAD.max_seq)
_SEEN: Final = USER_SCOPE.join(ACCOUNT_HEAD, and_(_HEAD.scope == USER_SCOPE.c.scope, _HEAD.n_rows > 0))
_SEEN_ACCOUNTS: Final = _SEEN.join(_ACCOUNTS, _ACCOUNTS.c.id == USER_SCOPE.c.scope)
_NO_TERRITORY: Final = func.coalesce(_ACCOUNTS.c.territory, "") == ""


def _all_accounts(user: str) -> Select[Any]:
    group = func.coalesce(_ACCOUNTS.c.territory, "").label("territory")
    found = select(group, *_MEMBER, _ACCOUNTS.c.owner).select_from(_SEEN_ACCOUNTS)
    return found.where(USER_SCOPE.c.user_id == user).order_by(group, _ACCOUNTS.c.id)


def _accounts_where(*where: ColumnElement[bool]) -> Select[Any]:
    span = _ACCOUNTS.c.id >= bindparam("first"), _ACCOUNTS.c.id <= bindparam("last")
    found = select(*_MEMBER).select_from(_SEEN_ACCOUNTS).where(USER_SCOPE.c.user_id == bindparam("user"), *span, *where)
    return found.order_by(_ACCOUNTS.c.id).limit(_MOST_SCOPES + 1)


def _others(_among: Among) -> Select[Any]:
    found = select(*_MEMBER).select_from(_SEEN.outerjoin(_ACCOUNTS, _ACCOUNTS.c.id == USER_SCOPE.c.scope))
    span = USER_SCOPE.c.scope >= bindparam("first"), USER_SCOPE.c.scope <= bindparam("last")
    none = _ACCOUNTS.c.id.is_(None)
    return found.where(USER_SCOPE.c.user_id == bindparam("user"), *span, none).order_by(USER_SCOPE.c.scope)


def _with_deals(*where: ColumnElement[bool]) -> Select[Any]:
    is_open = _DEALS.c.status == "open", _DEALS.c.deleted_seq.is_(None), _DEALS.c.scope == _ACCOUNTS.c.id
    deals = select(_DEALS.c.id).where(*is_open).exists()
    mine = USER_SCOPE.c.user_id == bindparam("user"), _ACCOUNTS.c.deleted_seq.is_(None)
    found = select(*_MEMBER).select_from(_SEEN_ACCOUNTS).where(*mine, *where, deals)
    return found.order_by(_ACCOUNTS.c.id.desc()).limit(_OPENING)


_IN_TERRITORY: Final = Prepared(lambda _among: _accounts_where(_ACCOUNTS.c.territory == bindparam("group")))
_IN_NONE: Final = Prepared(lambda _among: _accounts_where(_NO_TERRITORY))
_NO_ACCOUNTS: Final = Prepared(_others)
_OWN_DEALS: Final = Prepared(lambda _among: _with_deals(_ACCOUNTS.c.owner == bindparam("user")))
_ANY_DEALS: Final = Prepared(lambda _among: _with_deals())
_CHAIN_FROM: Final = Prepared(
    lambda _among: (
        select(TX_LOG.c.chain)
        .where(TX_LOG.c.shard == SHARD, TX_LOG.c.seq_to >= bindparam("seq"))
        .order_by(TX_LOG.c.seq_to)
        .limit(1)
    )
)
