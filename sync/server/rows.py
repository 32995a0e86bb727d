"""Between tables and records: reads rows into records, gives what a row must hold, shapes slices for the wire."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Select, bindparam, select
from sqlalchemy.sql import ColumnElement

from sync.contract.catalogue import CUSTOM_PREFIX
from sync.contract.entities import CATALOGUE
from sync.contract.fields import Field, FieldType, RecordType, Value, Values
from sync.contract.values import columns, from_columns, to_columns
from sync.server.prepared import Prepared
from sync.server.schema import ENTITY_TABLES

SYSTEM_COLUMNS: Final = ("id", "scope", "version", "deleted_seq", "fv", "custom")
_MANY: Final = 500

_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True)
class Record:
    """A record as the office has it.

    ``values`` lacks empty fields. ``version`` is the log position of the last change, ``fv`` that of each field and
    lacks fields never changed since the creation. ``deleted_seq`` is ``None`` for a live record.
    """

    type: str
    id: str
    scope: str
    version: int
    values: Values
    deleted_seq: int | None = None
    fv: Mapping[str, int] = field(default_factory=dict)

    @property
    def deleted(self) -> bool:
        """Whether the record is deleted."""
        return self.deleted_seq is not None


class Codec:
    """Knows the columns of one built-in record type. Custom fields travel in one JSON column."""

    def __init__(self, record: RecordType) -> None:
        """``record`` without custom fields will do."""
        self.name = record.name
        self.table = ENTITY_TABLES[record.name]
        self._places: list[tuple[Field, int, int]] = []
        self._names: dict[str, tuple[str, ...]] = {}
        at = len(SYSTEM_COLUMNS)
        for each in record.stored_fields:
            self._names[each.name] = tuple(column.name for column in columns(each))
            width = len(self._names[each.name])
            self._places.append((each, at, at + width))
            at += width
        self._fields = {one.name: one for one, _start, _end in self._places}
        self._plain = [(one.name, start) for one, start, _end in self._places if one.type not in _SHAPED]
        self._shaped = [(one, start, end) for one, start, end in self._places if one.type in _SHAPED]

    @cached_property
    def selected(self) -> list[ColumnElement[Any]]:
        """All columns in the order in which ``record`` expects them."""
        own = [self.table.c[name] for names in self._names.values() for name in names]
        return [*(self.table.c[name] for name in SYSTEM_COLUMNS), *own]

    def select(self) -> Select[Any]:
        """Begin a query for whole records."""
        return select(*self.selected)

    @cached_property
    def by_id(self) -> Prepared:
        """Ask for the rows with these ``ids``."""
        return Prepared(lambda among: self.select().where(among(self.table.c.id, "ids")))

    @cached_property
    def every(self) -> Prepared:
        """Ask for all rows."""
        return Prepared(lambda _among: self.select())

    @cached_property
    def by_scope(self) -> Prepared:
        """Ask for the rows in these ``scopes``."""
        return Prepared(lambda among: self.select().where(among(self.table.c.scope, "scopes")))

    @cached_property
    def in_scope(self) -> Prepared:
        """Ask for ``room`` rows of one ``scope`` after the id ``record``, in the order of ids."""
        after = self.table.c.scope == bindparam("scope"), self.table.c.id > bindparam("record")
        return Prepared(lambda _among: self.select().where(*after).order_by(self.table.c.id).limit(bindparam("room")))

    @cached_property
    def versions(self) -> Prepared:
        """Ask for id and version of the rows with these ``ids``."""
        own = self.table.c
        return Prepared(lambda among: select(own.id, own.version).where(among(own.id, "ids")))

    @cached_property
    def wire(self) -> "WireShape":
        """Give the shape of a row in a page of the log."""
        return WireShape(CATALOGUE[self.name], self)

    def values(self, raw: Sequence[Any]) -> dict[str, Value]:
        """Read a row's fields, empty ones left out."""
        values = {name: value for name, at in self._plain if (value := raw[at]) is not None}
        for one, start, end in self._shaped:
            if raw[start] is not None:
                values[one.name] = from_columns(one, raw[start:end])
        if raw[5] is not None:
            values.update(_decode(raw[5]))
        return values

    def record(self, raw: Sequence[Any]) -> Record:
        """Read a whole row."""
        fv = _decode(raw[4]) if raw[4] else {}
        return Record(self.name, raw[0], raw[1], raw[2], self.values(raw), raw[3], fv)

    def row(self, record: Record) -> dict[str, Any]:
        """Give all columns of a record."""
        found = _system_columns(record)
        found["custom"] = _custom(record)
        values = record.values
        for name, _at in self._plain:
            found[name] = values.get(name)
        for one, _start, _end in self._shaped:
            found.update(zip(self._names[one.name], to_columns(one, values.get(one.name)), strict=True))
        return found

    def changed(self, record: Record, names: Iterable[str]) -> dict[str, Any]:
        """Give the columns of some fields, and those that every change touches."""
        found = _system_columns(record)
        for name in names:
            one = self._fields.get(name)
            if one is not None:
                found.update(zip(self._names[name], to_columns(one, record.values.get(name)), strict=True))
            else:
                found["custom"] = _custom(record)
        return found


def compact(value: Value) -> str:
    """Write JSON as it is stored: sorted keys, no spaces, real characters; as ``canonical_json`` does, and faster."""
    return msgspec.json.encode(value, order="sorted").decode()


def _system_columns(record: Record) -> dict[str, Any]:
    return {
        "id": record.id,
        "scope": record.scope,
        "version": record.version,
        "deleted_seq": record.deleted_seq,
        "fv": compact(record.fv) if record.fv else None,
    }


def _custom(record: Record) -> str | None:
    custom = {name: value for name, value in record.values.items() if name.startswith(CUSTOM_PREFIX)}
    return compact(custom) if custom else None


_SHAPED = frozenset({FieldType.MONEY, FieldType.GEO, FieldType.BOOLEAN, FieldType.TAGS, FieldType.JSON})

CODECS: Final[dict[str, Codec]] = {record.name: Codec(record) for record in CATALOGUE}
"""One codec per record type, by its name."""


class _Values:
    """Gives the values of a raw row in the order of the type's built-in fields, ready to be written as JSON."""

    def __init__(self, record: RecordType) -> None:
        self._steps: list[tuple[int, int, Callable[[Any], Any] | None]] = []
        at = len(SYSTEM_COLUMNS)
        for each in record.stored_fields:
            width = len(columns(each))
            self._steps.append((at, width, _SHAPES.get(each.type)))
            at += width
        self._plain = all(width == 1 and shape is None for _at, width, shape in self._steps)

    def of(self, raw: Sequence[Any]) -> Sequence[Any]:
        if self._plain:
            return raw[len(SYSTEM_COLUMNS) :]
        found: list[Any] = []
        for at, width, shape in self._steps:
            value = raw[at]
            if value is None:
                found.append(None)
            elif shape is not None:
                found.append(shape(value))
            else:
                found.append(value if width == 1 else [value, raw[at + 1]])
        return found


class ArrayShape:
    """Turns raw rows of one type into the arrays of a snapshot slice."""

    def __init__(self, record: RecordType) -> None:
        """``record`` with the organisation's custom fields, which become columns of their own."""
        self.columns = [each.name for each in (*record.stored_fields, *record.custom_fields)]
        self._custom = [each.name for each in record.custom_fields]
        self._values = _Values(record)

    def array(self, raw: Sequence[Any]) -> list[Any]:
        """Give ``[id, scope, version, deleted, value of each column...]``."""
        found: list[Any] = [raw[0], raw[1], raw[2], raw[3] is not None, *self._values.of(raw)]
        if self._custom:
            custom = _decode(raw[5]) if raw[5] else {}
            found.extend(custom.get(name) for name in self._custom)
        return found


class WireRow(msgspec.Struct, gc=False):
    """``wire.Row``; ``fields`` leaves empty ones out when it is written."""

    type: str
    id: str
    scope: str
    version: int
    deleted: bool
    fields: Any


class WireShape:
    """Turns raw rows of one type into rows of a page."""

    def __init__(self, record: RecordType, codec: Codec) -> None:
        """``record`` without custom fields will do: those of a row come as they are stored."""
        self._codec = codec
        self._values = _Values(record)
        places = {f"f{place}": each.name for place, each in enumerate(record.stored_fields)}
        made = [(place, Any, None) for place in places]
        self._fields = msgspec.defstruct("Fields", made, rename=places, omit_defaults=True, gc=False)

    def row(self, raw: Sequence[Any]) -> WireRow:
        """Give a row in its present state."""
        fields = self._fields(*self._values.of(raw)) if raw[5] is None else self._codec.values(raw)
        return WireRow(self._codec.name, raw[0], raw[1], raw[2], raw[3] is not None, fields)


_SHAPES: dict[FieldType, Callable[[Any], Any]] = {
    FieldType.BOOLEAN: bool,
    # Already JSON: goes into the answer as it stands in the column.
    FieldType.TAGS: lambda text: msgspec.Raw(text.encode()),
    FieldType.JSON: lambda text: msgspec.Raw(text.encode()),
}


def load_records(connection: Connection, record_type: str, ids: Iterable[str]) -> dict[str, Record]:
    """Read the records with these ids, deleted ones too; ids that do not exist are left out."""
    codec = CODECS[record_type]
    wanted = list(set(ids))
    return {raw[0]: codec.record(raw) for raw in codec.by_id.rows(connection, ids=wanted)} if wanted else {}


def by_kind(keys: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Put the ids of records of known types together by type, in their order."""
    found: dict[str, list[str]] = {}
    for kind, record_id in keys:
        if kind in CODECS:
            found.setdefault(kind, []).append(record_id)
    return found


def in_parts(ids: Iterable[str], size: int = _MANY) -> Iterable[list[str]]:
    """Part distinct ids into lists that fit into one statement."""
    distinct = sorted(set(ids))
    for start in range(0, len(distinct), size):
        yield distinct[start : start + size]
