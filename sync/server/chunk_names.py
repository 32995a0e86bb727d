"""Says where a chunk's rows lie, and names it by what is inside; knows scopes and their sums, no rows."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import astuple, dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, select

from sync.contract.catalogue import Catalogue
from sync.contract.entities import SCHEMA_VERSION
from sync.server.chain import pack, unpack
from sync.server.prepared import Prepared
from sync.server.schema import SHARD, TX_LOG

_FORMAT: Final = "1"


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


class Naming:
    """Names chunks within one transaction."""

    def __init__(self, connection: Connection, catalogue: Catalogue) -> None:
        """``catalogue`` is the organisation's, because custom fields are columns of chunks."""
        self._connection = connection
        layout = [(each.name, *each.fields) for each in catalogue]
        self._begun = hashlib.sha256(f"{_FORMAT}\n{SCHEMA_VERSION}\n{layout}\n".encode())

    def name(self, members: Iterable[Member], place: Place) -> str:
        """Name the chunk of these scopes."""
        begun = self.begin()
        for each in members:
            begun.add(each)
        return begun.end(place)

    def begin(self) -> "NameBegun":
        """Begin a name that is worked out scope by scope."""
        return NameBegun(self._begun.copy(), self._chain)

    def _chain(self, seq: int) -> bytes:
        row = _CHAIN_FROM.row(self._connection, seq=seq)
        return b"" if row is None else bytes(row[0])


class NameBegun:
    """A name on its way: a hash of what makes up a chunk, which are scopes, versions of their rows, where it begins.

    Versions are log positions, which an office that was set back gives once more; the chain at the last of them tells
    the two histories apart.
    """

    def __init__(self, state: "hashlib._Hash", chain_at: Callable[[int], bytes]) -> None:
        """Made by ``Naming.begin``."""
        self._state = state
        self._chain_at = chain_at
        self._changed = 0

    def add(self, member: Member) -> None:
        """Take in the next scope."""
        self._state.update(f"{member.scope} {member.rows} {member.total}\n".encode())
        self._changed = max(self._changed, member.changed)

    def end(self, place: Place) -> str:
        """Give the name."""
        self._state.update(self._chain_at(self._changed))
        self._state.update(f"{place.kind == 'o'} {place.at_kind} {place.at_scope} {place.at_record}".encode())
        return self._state.hexdigest()


def hash_of(members: Iterable[Member]) -> str:
    """Hash which scopes these are, shortly, as places carry it."""
    return shortened(hashlib.sha256("\n".join(each.scope for each in members).encode()))


def shortened(state: "hashlib._Hash") -> str:
    """Shorten a hash to what places carry."""
    return state.hexdigest()[:16]


_CHAIN_FROM: Final = Prepared(
    lambda _among: (
        select(TX_LOG.c.chain)
        .where(TX_LOG.c.shard == SHARD, TX_LOG.c.seq_to >= bindparam("seq"))
        .order_by(TX_LOG.c.seq_to)
        .limit(1)
    )
)
