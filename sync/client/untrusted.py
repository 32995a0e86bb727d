"""What an office sends is checked before it reaches the database: shapes, known types, the kind of each value.

Values of unknown fields pass untouched (a custom field may arrive before its definition), and so do records of unknown
types: the laptop keeps both for the program that will know them. A value of the wrong kind is left empty. Checking goes
column by column, since a first sync brings millions of values.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType, NoneType
from typing import Any

from sync.contract.catalogue import Catalogue
from sync.contract.chunks import Slab
from sync.contract.errors import AppError, Code
from sync.contract.fields import Field, FieldType, RecordType, Value
from sync.contract.wire import Chunk, PullAnswer, Row, ScopeRows

log = logging.getLogger(__name__)

_FIXED = 4
"""Values before the columns in a chunk's row: id, scope, version, deleted."""

_MAX_ID = 200

_PAIR = 2
_DEGREES = frozenset({int, float})
_TEXT: frozenset[type] = frozenset({str, NoneType})
_NO_KIND: frozenset[type] = frozenset()
_KINDS: Mapping[FieldType, frozenset[type]] = MappingProxyType(
    {
        FieldType.NUMBER: frozenset({int, float, NoneType}),
        FieldType.BOOLEAN: frozenset({bool, NoneType}),
        FieldType.MONEY: frozenset({list, NoneType}),
        FieldType.GEO: frozenset({list, NoneType}),
        FieldType.TAGS: frozenset({list, NoneType}),
    }
)


def checked_page(page: PullAnswer, catalogue: Catalogue) -> PullAnswer:
    """Give a page with values of the right kinds.

    Raises:
        AppError: ``NOT_A_SERVER`` when it is no page at all.
    """
    _check_ids(text for row in page.rows for text in (row.id, row.scope))
    _check_ids(each.id for each in page.gone)
    _check_ids(each.record for each in page.changes)
    _check_ids(each.id for each in page.echoes)
    _check_ids(each.type for group in (page.rows, page.changes, page.gone, page.echoes) for each in group)
    if any(row.version < 0 for row in page.rows) or any(each.version < 0 for each in page.echoes) or page.seq < 0:
        raise _not_a_page()
    checks = _Checks(catalogue)
    return replace(page, rows=[checks.row(row) for row in page.rows])


def checked_scope(answer: ScopeRows, catalogue: Catalogue) -> ScopeRows:
    """Give a scope's rows with values of the right kinds.

    Raises:
        AppError: ``NOT_A_SERVER`` when they are no rows at all.
    """
    _check_ids(text for row in answer.rows for text in (row.type, row.id, row.scope))
    if any(row.version < 0 for row in answer.rows):
        raise _not_a_page()
    checks = _Checks(catalogue)
    return replace(answer, rows=[checks.row(each) for each in answer.rows])


def checked_chunk(chunk: Chunk, catalogue: Catalogue) -> Chunk:
    """Give a slice with values of the right kinds.

    Raises:
        AppError: ``NOT_A_SERVER`` when it is no slice at all.
    """
    width = _FIXED + len(chunk.columns)
    if any(len(row) != width for row in chunk.rows):
        raise _not_a_page()
    _check_ids([chunk.type])
    if not chunk.rows:
        return chunk
    columns = list(zip(*chunk.rows, strict=True))
    _check_fixed(columns[:_FIXED])
    if chunk.type not in catalogue:
        return chunk
    record = catalogue[chunk.type]
    for place, name in enumerate(chunk.columns, start=_FIXED):
        field = record.fields.get(name)
        if field is not None and not _all_of_kind(field, columns[place]):
            _empty_what_is_wrong(field, place, chunk.rows)
    return chunk


def checked_slab(slab: Slab, catalogue: Catalogue) -> Slab:
    """Give some rows of a chunk with values of the right kinds.

    Raises:
        AppError: ``NOT_A_SERVER`` when they are no rows at all.
    """
    if len(slab.values) != _FIXED + len(slab.columns) or len({len(each) for each in slab.values}) != 1:
        raise _not_a_page()
    _check_ids([slab.type])
    if not slab.rows:
        return slab
    _check_fixed(slab.values[:_FIXED])
    if min(slab.values[2]) < 0:
        raise _not_a_page()
    if slab.type not in catalogue:
        return slab
    record = catalogue[slab.type]
    for name, values in zip(slab.columns, slab.values[_FIXED:], strict=True):
        field = record.fields.get(name)
        if field is not None and not _all_of_kind(field, values):
            log.warning("the office sent values of the wrong kind: %s of %s", name, slab.type)
            values[:] = [each if is_of_kind(field, each) else None for each in values]
    return slab


class _Checks:
    """Checks rows of a page, of which each type's kinds are looked up once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._kinds: dict[str, dict[str, frozenset[type]]] = {}

    def row(self, row: Row) -> Row:
        if row.type not in self._catalogue:
            return row
        kinds = self._kinds.get(row.type)
        if kinds is None:
            kinds = self._kinds[row.type] = _plain_kinds(self._catalogue[row.type])
        doubtful = [name for name, value in row.fields.items() if type(value) not in kinds.get(name, _NO_KIND)]
        if not doubtful:
            return row
        fields = self._catalogue[row.type].fields
        wrong = [name for name in doubtful if name in fields and not is_of_kind(fields[name], row.fields[name])]
        if not wrong:
            return row
        log.warning("the office sent values of the wrong kind: %s %s %s", row.type, row.id, wrong)
        return replace(row, fields={name: value for name, value in row.fields.items() if name not in wrong})


def is_of_kind(field: Field, value: Value) -> bool:
    """Tell whether a value is of a kind that its field can hold."""
    return _all_of_kind(field, (value,))


def _plain_kinds(record: RecordType) -> dict[str, frozenset[type]]:
    """Say of which types a field's values are where their type says it all."""
    shaped = {*_SHAPES, FieldType.JSON}
    return {name: _KINDS.get(one.type, _TEXT) for name, one in record.fields.items() if one.type not in shaped}


def _check_fixed(columns: Sequence[Sequence[Any]]) -> None:
    if [set(map(type, column)) for column in columns] != [{str}, {str}, {int}, {bool}]:
        raise _not_a_page()
    _check_ids(columns[0])
    _check_ids(columns[1])


def _all_of_kind(field: Field, column: Sequence[Value]) -> bool:
    kinds = set(map(type, column))
    if not kinds <= _KINDS.get(field.type, _TEXT) and field.type is not FieldType.JSON:
        return False
    shape = _SHAPES.get(field.type)
    return shape is None or all(value is None or shape(value) for value in column)


def _empty_what_is_wrong(field: Field, place: int, rows: list[list[Any]]) -> None:
    for row in rows:
        if not is_of_kind(field, row[place]):
            log.warning("the office sent a value of the wrong kind: %s of %s", field.name, row[0])
            row[place] = None


def _is_money(value: list[Any]) -> bool:
    return len(value) == _PAIR and type(value[0]) is int and type(value[1]) is str


def _is_point(value: list[Any]) -> bool:
    return len(value) == _PAIR and all(type(each) in _DEGREES for each in value)


def _is_list_of_text(value: list[Any]) -> bool:
    return all(type(each) is str for each in value)


def _check_ids(texts: Iterable[str]) -> None:
    lengths = set(map(len, texts))
    if lengths and not 0 < min(lengths) <= max(lengths) <= _MAX_ID:
        raise _not_a_page()


_SHAPES: Mapping[FieldType, Callable[[list[Any]], bool]] = MappingProxyType(
    {FieldType.MONEY: _is_money, FieldType.GEO: _is_point, FieldType.TAGS: _is_list_of_text}
)


def _not_a_page() -> AppError:
    return AppError(Code.NOT_A_SERVER, "the answer does not hold what it should")
