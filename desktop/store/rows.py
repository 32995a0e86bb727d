"""Between table rows and wire values: one codec per record type, made for speed over many rows."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sync.contract.fields import Field, FieldType, RecordType, Value, Values
from sync.contract.values import canonical_json, columns

_PLAIN, _BOOLEAN, _PAIR, _JSON = range(4)
_KINDS = {
    FieldType.MONEY: _PAIR,
    FieldType.GEO: _PAIR,
    FieldType.BOOLEAN: _BOOLEAN,
    FieldType.TAGS: _JSON,
    FieldType.JSON: _JSON,
}


@dataclass(frozen=True, slots=True)
class StoredRow:
    """One row as the store sees it; ``values`` lacks empty fields, ``custom`` is the whole JSON column."""

    row: int
    id: str
    scope: str
    version: int
    deleted: bool
    hidden: bool
    values: dict[str, Value]
    custom: dict[str, Value]


class RowCodec:
    """Reads and writes the rows of one record type."""

    def __init__(self, record: RecordType) -> None:
        """Prepare for a record type, its custom fields included."""
        self.record = record
        self.columns: tuple[str, ...] = tuple(
            column.name for field in record.stored_fields for column in columns(field)
        )
        self._custom = frozenset(each.name for each in record.custom_fields)
        self._plan = _plan(record.stored_fields)
        # Most types have only values that stand in their columns as they are.
        self._plain = all(kind == _PLAIN for _, _, kind in self._plan) and [name for name, _, _ in self._plan]
        self._targets = _targets(record.stored_fields)
        self._as_they_are = frozenset(name for name, (kind, _, _) in self._targets.items() if kind == _PLAIN)

    def are_plain(self, names: Iterable[str]) -> bool:
        """Tell whether the values of these fields stand as they are in columns of the fields' names."""
        return self._as_they_are.issuperset(names)

    def values(self, raw: Sequence[Any], custom: Mapping[str, Value]) -> dict[str, Value]:
        """Turn what ``self.columns`` hold, and the custom JSON, into wire values of the fields that are not empty."""
        if self._plain:
            found = {name: value for name, value in zip(self._plain, raw, strict=True) if value is not None}
        else:
            found = self._shaped(raw)
        if custom:
            for name in self._custom:
                if custom.get(name) is not None:
                    found[name] = custom[name]
        return found

    def _shaped(self, raw: Sequence[Any]) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for name, index, kind in self._plan:
            value = raw[index]
            if value is None:
                continue
            if kind == _PLAIN:
                found[name] = value
            elif kind == _PAIR:
                found[name] = [value, raw[index + 1]]
            elif kind == _JSON:
                found[name] = json.loads(value)
            else:
                found[name] = bool(value)
        return found

    def values_of(self, raw: Mapping[str, Any]) -> dict[str, Value]:
        """Turn a mapping of columns (as triggers capture them) into wire values of the fields that are not empty."""
        return self.values([raw.get(name) for name in self.columns], custom_of(raw.get("custom")))

    def stored(self, row: Sequence[Any]) -> StoredRow:
        """Read a row selected as the store's own columns, then ``self.columns``."""
        custom = custom_of(row[6])
        return StoredRow(
            row=row[0],
            id=row[1],
            scope=row[2],
            version=row[3],
            deleted=bool(row[4]),
            hidden=bool(row[5]),
            values=self.values(row[7:], custom),
            custom=custom,
        )

    def encode(self, changes: Values, custom: Mapping[str, Value]) -> dict[str, Any]:
        """Turn changed wire values into columns; ``custom`` is the row's JSON before the change."""
        encoded: dict[str, Any] = {}
        loose: dict[str, Value] = {}
        for name, value in changes.items():
            target = self._targets.get(name)
            if target is None:
                loose[name] = value
                continue
            kind, first, second = target
            if kind == _PAIR:
                encoded[first], encoded[second] = (None, None) if value is None else (value[0], value[1])
            elif kind == _PLAIN or value is None:
                encoded[first] = value
            else:
                encoded[first] = canonical_json(value) if kind == _JSON else int(value)
        if loose:
            encoded["custom"] = custom_text({**custom, **loose})
        return encoded

    def whole(self, values: Values) -> dict[str, Any]:
        """Turn all values of a record into all its columns; absent fields become empty."""
        encoded: dict[str, Any] = dict.fromkeys(self.columns)
        encoded["custom"] = None
        encoded.update(self.encode(values, {}))
        return encoded


def custom_of(text: str | None) -> dict[str, Value]:
    """Read the custom JSON column."""
    return {} if text is None else dict(json.loads(text))


def custom_text(values: Values) -> str | None:
    """Write the custom JSON column; empty values are left out."""
    kept = {name: value for name, value in values.items() if value is not None}
    return canonical_json(kept) if kept else None


def _plan(fields: Sequence[Field]) -> tuple[tuple[str, int, int], ...]:
    plan, index = [], 0
    for field in fields:
        plan.append((field.name, index, _KINDS.get(field.type, _PLAIN)))
        index += len(columns(field))
    return tuple(plan)


def _targets(fields: Sequence[Field]) -> dict[str, tuple[int, str, str]]:
    """Say for each field what kind it is and which columns hold it, the same one twice where there is one."""
    named = {field.name: tuple(column.name for column in columns(field)) for field in fields}
    return {
        field.name: (_KINDS.get(field.type, _PLAIN), named[field.name][0], named[field.name][-1]) for field in fields
    }
