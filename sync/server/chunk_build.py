"""Writes the rows of a place as a chunk: column by column, so that a row costs hardly any Python."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

import msgspec
import zstandard
from sqlalchemy import Connection, bindparam, select

from sync.contract.catalogue import Catalogue
from sync.contract.chunks import CHUNK_BYTES, CHUNK_END, CHUNK_ROWS
from sync.contract.entities import CATALOGUE
from sync.contract.fields import FieldType, RecordType, Scope
from sync.contract.rules import SHARED_SCOPE
from sync.contract.values import columns
from sync.server.chunk_names import Member, Place
from sync.server.chunk_plan import OPENING_TYPES
from sync.server.prepared import Prepared
from sync.server.schema import ENTITY_TABLES

_LEVEL: Final = 3
_SLAB_ROWS: Final = 500
_SLAB_BYTES: Final = 512 * 1024
_BYTES: Final = CHUNK_BYTES - _SLAB_BYTES

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True)
class Built:
    """A chunk's packed bytes; ``rest`` is where it goes on when it does not hold all of its place."""

    data: bytes
    rows: int
    rest: Place | None


def build(connection: Connection, catalogue: Catalogue, place: Place, members: Sequence[Member]) -> Built:
    """Read the rows of these scopes from the place's beginning on, up to the limits of a chunk."""
    writing = _Writing()
    scopes = [each.scope for each in members]
    for kind, record in enumerate(catalogue):
        if kind < place.at_kind or not _belongs(record, place, members):
            continue
        shape = SlabShape(record)
        begun = (place.at_scope, place.at_record) if kind == place.at_kind else ("", "")
        for raws in shape.rows(connection, scopes, begun, CHUNK_ROWS + 1 - writing.rows):
            written = writing.take(shape, raws)
            if written < len(raws):
                at = (kind, raws[written - 1][1], raws[written - 1][0]) if written else writing.last
                rest = None if place.kind == "o" else replace(place, at_kind=at[0], at_scope=at[1], at_record=at[2])
                return writing.end(rest)
            writing.last = (kind, raws[-1][1], raws[-1][0])
    return writing.end(None)


def _belongs(record: RecordType, place: Place, members: Sequence[Member]) -> bool:
    """Tell whether a place can have rows of a type."""
    if place.kind == "o":
        return record.name in OPENING_TYPES
    shared = len(members) > 0 and members[0].scope == SHARED_SCOPE
    return (record.scope is Scope.SHARED) == shared


class _Writing:
    """A chunk that is being packed."""

    def __init__(self) -> None:
        self.rows = 0
        self.last = (-1, "", "")
        self._size = 0
        self._parts: list[bytes] = []
        self._packer = zstandard.ZstdCompressor(level=_LEVEL).compressobj()

    def take(self, shape: "SlabShape", raws: Sequence[Any]) -> int:
        """Write rows as long as there is room; gives how many."""
        raws = raws[: CHUNK_ROWS - self.rows]
        if not raws:
            return 0
        text = _encode(shape.slab(raws))
        if len(text) > _SLAB_BYTES and len(raws) > 1:
            half = len(raws) // 2
            written = self.take(shape, raws[:half])
            return written if written < half else half + self.take(shape, raws[half:])
        if self._size and self._size + len(text) > _BYTES:
            return 0
        self._parts.append(self._packer.compress(text + b"\n"))
        self._size += len(text)
        self.rows += len(raws)
        return len(raws)

    def end(self, rest: Place | None) -> Built:
        self._parts += self._packer.compress(CHUNK_END), self._packer.flush()
        return Built(b"".join(self._parts), self.rows, rest)


class SlabShape:
    """Turns raw rows of one type into slabs."""

    def __init__(self, record: RecordType) -> None:
        """``record`` with the organisation's custom fields, which become columns of their own."""
        self._record = record
        self._queries = _queries(record.name)
        self._steps: list[tuple[str, int, int, _Shape | None]] = []
        at = len(_FIXED)
        for each in record.stored_fields:
            width = len(columns(each))
            self._steps.append((each.name, at, width, _SHAPES.get(each.type)))
            at += width
        self._custom = [each.name for each in record.custom_fields]

    def rows(
        self, connection: Connection, scopes: list[str], begun: tuple[str, str], room: int
    ) -> Iterator[Sequence[Any]]:
        """Read rows in the order of scope and id after the one that ``begun`` names, some at a time."""
        scope, record = begun
        if scope:
            yield from self._queries.in_one.parts(connection, _SLAB_ROWS, scope=scope, record=record, room=room)
        left = [each for each in scopes if each > scope]
        if len(left) == 1:
            yield from self._queries.in_one.parts(connection, _SLAB_ROWS, scope=left[0], record="", room=room)
        elif left:
            yield from self._queries.in_many.parts(connection, _SLAB_ROWS, scopes=left, room=room)

    def slab(self, raws: Sequence[Any]) -> dict[str, Any]:
        """Give ``Slab`` as it is written."""
        parts = list(zip(*raws, strict=True))
        names: list[str] = []
        values: list[Any] = [parts[0], parts[1], parts[2], [each is not None for each in parts[3]]]
        many = len(raws)
        for name, at, width, shape in self._steps:
            if parts[at].count(None) == many:
                continue
            names.append(name)
            column = parts[at] if width == 1 else list(map(_pair, parts[at], parts[at + 1]))
            values.append(column if shape is None else list(map(shape, column)))
        if self._custom and parts[4].count(None) != many:
            found = [_decode(each) if each else {} for each in parts[4]]
            for name in self._custom:
                names.append(name)
                values.append([each.get(name) for each in found])
        return {"type": self._record.name, "columns": names, "values": values}


# The first four make SLAB_HEAD.
_FIXED: Final = ("id", "scope", "version", "deleted_seq", "custom")
_Shape = Callable[[Any], Any]
_SHAPES: Final[dict[FieldType, _Shape]] = {
    FieldType.BOOLEAN: lambda value: None if value is None else bool(value),
    FieldType.TAGS: lambda text: None if text is None else msgspec.Raw(text.encode()),
    FieldType.JSON: lambda text: None if text is None else msgspec.Raw(text.encode()),
}


def _pair(first: Any, second: Any) -> Any:  # noqa: ANN401 - two columns of any kind
    return None if first is None else (first, second)


@dataclass(frozen=True, slots=True)
class _Queries:
    in_one: Prepared
    in_many: Prepared


@lru_cache(maxsize=64)
def _queries(name: str) -> _Queries:
    table = ENTITY_TABLES[name]
    fields = CATALOGUE[name].stored_fields
    names = [*_FIXED, *(column.name for field in fields for column in columns(field))]
    whole = select(*(table.c[each] for each in names)).limit(bindparam("room"))
    after = table.c.scope == bindparam("scope"), table.c.id > bindparam("record")
    return _Queries(
        Prepared(lambda _among: whole.where(*after).order_by(table.c.id)),
        Prepared(lambda among: whole.where(among(table.c.scope, "scopes")).order_by(table.c.scope, table.c.id)),
    )
