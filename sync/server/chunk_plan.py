"""Cuts what a user sees into chunks; knows scopes and their sums, no rows.

Where a place ends depends only on the scopes themselves, so users who see the same accounts get the same chunks, and
one more account changes one of them. What lies in a place is asked anew for every chunk and every user. However many
accounts there are, they are gone through one by one: nothing is held but the manifest itself.
"""

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, select

from sync.contract.catalogue import Catalogue
from sync.contract.chunks import CHUNK_ROWS, ChunkEntry, Manifest
from sync.contract.errors import AppError, Code
from sync.contract.rules import SHARED_SCOPE, USER_SCOPE_PREFIX
from sync.server.chain import Cursor, prefix
from sync.server.chunk_names import Member, Naming, Place, hash_of, shortened
from sync.server.prepared import Among, Prepared
from sync.server.recording import read_head
from sync.server.schema import ACCOUNT_HEAD, ENTITY_TABLES, SHARD, USER_SCOPE

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


def make_manifest(connection: Connection, user: str, catalogue: Catalogue) -> Manifest:
    """List everything that a user sees as chunks: the shared scope, the opening, own accounts, the others."""
    head = read_head(connection)
    naming = Naming(connection, catalogue)
    cursor = Cursor(head.epoch, SHARD, head.seq, prefix(head.chain))
    gathered = chain(
        _opening(connection, user, naming),
        _other_parts(connection, user, naming),
        _account_parts(connection, user, naming),
    )
    chunks = [each.entry for each in sorted(gathered, key=attrgetter("order"))]
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
    if place.kind != "o" and hash_of(members) != place.members:
        raise AppError(Code.SNAPSHOT_EXPIRED, "what this user sees there has changed")


@dataclass(frozen=True, slots=True)
class _Part:
    entry: ChunkEntry
    order: tuple[int, bool, str, str]
    """What is fetched first has the lowest: the shared scope, the opening, where most is the user's own."""


def _opening(connection: Connection, user: str, naming: Naming) -> Iterator[_Part]:
    place = Place("o", "", "", "", "")
    members = members_of(connection, user, place)
    if members:
        # Its rows come once more where they belong, so they do not count.
        yield _Part(_entry(naming.name(members, place), place, 0), (-_FOREMOST, False, "", ""))


def _account_parts(connection: Connection, user: str, naming: Naming) -> Iterator[_Part]:
    """Go through the accounts in the order of their ids, which needs no sorting; each territory has a chunk open."""
    found = connection.execute(_all_accounts(user).execution_options(yield_per=1000))
    gatherings: dict[str, _Gathering] = {}
    for group, scope, rows, total, changed, owner in found:
        gathering = gatherings.get(group)
        if gathering is None:
            gathering = gatherings[group] = _Gathering(naming, "a", group)
        yield from gathering.add(Member(scope, rows, total, changed), own=owner == user)
    for each in gatherings.values():
        yield from each.end()


def _other_parts(connection: Connection, user: str, naming: Naming) -> Iterator[_Part]:
    gathering = _Gathering(naming, "s", "")
    for each in _NO_ACCOUNTS.rows(connection, user=user, first="", last="\U0010ffff"):
        member = Member(*each)
        is_shared = member.scope == SHARED_SCOPE
        if is_shared:
            yield from gathering.end()
        yield from gathering.add(member, own=member.scope == USER_SCOPE_PREFIX + user)
        if is_shared:
            yield from gathering.end()
    yield from gathering.end()


class _Gathering:
    """Gathers scopes of one group, in their order, until they make a chunk. Holds sums and hashes, no scopes."""

    def __init__(self, naming: Naming, kind: str, group: str) -> None:
        self._naming = naming
        self._kind = kind
        self._group = group
        self._first = ""
        self._last = ""
        self._many = 0
        self._rows = 0
        self._own = 0

    def add(self, member: Member, *, own: bool) -> Iterator[_Part]:
        """Take the next scope; gives the chunk before it, if that is done."""
        if self._many and self._is_done(member):
            yield from self.end()
        if not self._many:
            self._first = member.scope
            self._name = self._naming.begin()
            self._members = hashlib.sha256()
        else:
            self._members.update(b"\n")
        self._members.update(member.scope.encode())
        self._name.add(member)
        self._last = member.scope
        self._many += 1
        self._rows += member.rows
        self._own += own

    def end(self) -> Iterator[_Part]:
        """Give what is left."""
        if self._many:
            place = Place(self._kind, self._group, self._first, self._last, shortened(self._members))
            rank = -2 * _FOREMOST if self._first == SHARED_SCOPE else -self._own
            order = rank, self._kind == "a", self._group, self._first
            entry = _entry(self._name.end(place), place, self._rows)
            self._many, self._rows, self._own = 0, 0, 0
            yield _Part(entry, order)

    def _is_done(self, following: Member) -> bool:
        if self._rows + following.rows > _FULL_ROWS or self._many >= _MOST_SCOPES:
            return True
        return self._rows >= _ENOUGH_ROWS and zlib.crc32(self._last.encode()) % _CUT_EVERY == 0


def _entry(name: str, place: Place, rows: int) -> ChunkEntry:
    return ChunkEntry(name=name, place=place.text(), rows=rows)


_HEAD: Final = ACCOUNT_HEAD.c
_MEMBER: Final = (_HEAD.scope, _HEAD.n_rows, _HEAD.sum_h, _HEAD.max_seq)
_SEEN: Final = USER_SCOPE.join(ACCOUNT_HEAD, and_(_HEAD.scope == USER_SCOPE.c.scope, _HEAD.n_rows > 0))
_SEEN_ACCOUNTS: Final = _SEEN.join(_ACCOUNTS, _ACCOUNTS.c.id == USER_SCOPE.c.scope)
_NO_TERRITORY: Final = func.coalesce(_ACCOUNTS.c.territory, "") == ""


def _all_accounts(user: str) -> Select[Any]:
    group = func.coalesce(_ACCOUNTS.c.territory, "").label("territory")
    found = select(group, *_MEMBER, _ACCOUNTS.c.owner).select_from(_SEEN_ACCOUNTS)
    # In this order the key of ``user_scope`` brings them, and nothing has to be sorted or held.
    return found.where(USER_SCOPE.c.user_id == user).order_by(USER_SCOPE.c.scope)


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
