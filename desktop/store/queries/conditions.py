"""Turns the tests of a listing into SQL with bound values; names come from the catalogue, never from text."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Table,
    and_,
    false,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    true,
)

from desktop.domain.listing import Clause, Condition, Test
from desktop.store.indexes import NOCASE_TYPES, has_index
from desktop.store.selecting import among
from sync.contract.errors import AppError, Code
from sync.contract.fields import Field, FieldType, RecordType, Value

_ORDERED = frozenset({Test.LT, Test.LE, Test.GT, Test.GE})
_ALONG_AN_INDEX = _ORDERED | {Test.NOT_SINCE, Test.EQ, Test.IN}
_NO_ORDER = frozenset({FieldType.GEO, FieldType.JSON, FieldType.TAGS, FieldType.REFERENCE, FieldType.BOOLEAN})
_TEXTUAL = NOCASE_TYPES | {FieldType.CHOICE, FieldType.REFERENCE, FieldType.DATE, FieldType.INSTANT}
_LIKELY: ColumnElement[float] = literal_column("0.9")
_OPPOSITE = {Test.NE: Test.EQ, Test.NOT_IN: Test.IN, Test.LACKS: Test.CONTAINS}
_SIGNS = {Test.LT: "<", Test.LE: "<=", Test.GT: ">", Test.GE: ">=", Test.EQ: "=", Test.CONTAINS: "~"}
_OWN = {"id": FieldType.REFERENCE, "scope": FieldType.REFERENCE}

_COMPARE: dict[Test, Callable[[ColumnElement[Any], Any], ColumnElement[bool]]] = {
    Test.EQ: lambda column, value: column == value,
    Test.LT: lambda column, value: column < value,
    Test.LE: lambda column, value: column <= value,
    Test.GT: lambda column, value: column > value,
    Test.GE: lambda column, value: column >= value,
}


def compile_conditions(record: RecordType, table: Table, where: Sequence[Clause]) -> list[ColumnElement[bool]]:
    """Turn all conditions of a listing into SQL.

    Nearly everything on a laptop belongs to its user and is of one of a few kinds, so "mine" and "visits" leave much
    while "today" and "of this customer" leave little. SQLite takes all equalities for equally sharp, and for sharper
    than a stretch of time, and would read a million rows for one day; here it is told.

    Raises:
        AppError: as ``compile_condition``.
    """
    compiled = [compile_clause(record, table, each) for each in where]
    sharpness = [_sharpness(record, each) for each in where]
    most = max(sharpness, default=0)
    return [leaves_much(sql) if 0 < own < most else sql for sql, own in zip(compiled, sharpness, strict=True)]


def compile_listed(record: RecordType, table: Table, where: Sequence[Clause]) -> list[ColumnElement[bool]]:
    """Turn conditions into SQL that goes through the index of long lists, which must hold all that they are about.

    SQLite expects ten records in a city or of an owner, and would look up each of what may be all of them, which takes
    six times as long as reading that index through.

    Raises:
        AppError: as ``compile_condition``.
    """
    return [leaves_much(compile_clause(record, table, each)) for each in where]


def leaves_much(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Keep SQLite from finding by a condition what another one finds faster."""
    return func.likelihood(condition, _LIKELY, type_=Boolean)


def compile_clause(record: RecordType, table: Table, clause: Clause) -> ColumnElement[bool]:
    """Turn a condition, or several of which some must hold, into SQL.

    Raises:
        AppError: as ``compile_condition``.
    """
    if isinstance(clause, Condition):
        return compile_condition(record, table, clause)
    groups = [and_(true(), *(compile_clause(record, table, each) for each in group)) for group in clause.groups]
    return or_(false(), *groups)


def _sharpness(record: RecordType, clause: Clause) -> int:
    """Rank how little a condition leaves of what its index holds: 0 where there is none to go by, 1 for an owner."""
    if not isinstance(clause, Condition):
        return 0
    field = find_field(record, clause.field)
    if clause.test in {Test.EQ, Test.IN}:
        if field.target == "user":
            return 1
        if field.type is FieldType.CHOICE:
            return 2 if has_index(record, field) else 0
    return 3 if field.indexed and clause.test in _ALONG_AN_INDEX else 0


def compile_condition(record: RecordType, table: Table, condition: Condition) -> ColumnElement[bool]:
    """Turn one condition into SQL.

    Raises:
        AppError: ``UNKNOWN_FIELD``, or ``NOT_COMPARABLE`` for a test that the field's type does not have.
    """
    field = find_field(record, condition.field)
    test, value = condition.test, condition.value
    first = column_of(table, field)
    if test is Test.EMPTY:
        return first.is_(None)
    if test is Test.FILLED:
        return first.is_not(None)
    if test is Test.NOT_SINCE:
        # One expression, so that SQLite reads an index through instead of looking up each of very many rows.
        return func.iif(first.is_(None), literal_column("1"), _positive(table, field, Test.LT, value), type_=Boolean)
    if test in _OPPOSITE:
        return or_(first.is_(None), not_(_positive(table, field, _OPPOSITE[test], value)))
    return _positive(table, field, test, value)


def find_field(record: RecordType, name: str) -> Field:
    """Find a field of a record type, or its id.

    Raises:
        AppError: ``UNKNOWN_FIELD``.
    """
    if name in _OWN:
        return Field(name=name, type=_OWN[name])
    field = record.fields.get(name)
    if field is None:
        raise AppError(Code.UNKNOWN_FIELD, type=record.name, field=name, known=", ".join(("id", *record.fields)))
    return field


def column_of(table: Table, field: Field) -> ColumnElement[Any]:
    """Give the SQL by which a field is compared: texts without regard to the case of Latin letters."""
    return collated(field, value_of(table, field))


def value_of(table: Table, field: Field) -> ColumnElement[Any]:
    """Give the SQL of a field's value: the minor units of an amount, the latitude of a point, else the value."""
    if field.custom:
        part = "[0]" if field.type in {FieldType.MONEY, FieldType.GEO} else ""
        # The path is made of a name that the catalogue checked.
        found: ColumnElement[Any] = func.json_extract(table.c.custom, f"$.{field.name}{part}")
        return found
    return table.c[f"{field.name}_lat" if field.type is FieldType.GEO else field.name]


def second_of(table: Table, field: Field) -> ColumnElement[Any]:
    """Give the SQL of the second half: an amount's currency, a point's longitude."""
    if field.custom:
        return func.json_extract(table.c.custom, f"$.{field.name}[1]")
    return table.c[f"{field.name}_lon" if field.type is FieldType.GEO else f"{field.name}_currency"]


def collated(field: Field, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Let texts compare and sort without regard to the case of Latin letters."""
    return column.collate("NOCASE") if field.type in NOCASE_TYPES else column


def _positive(table: Table, field: Field, test: Test, value: Value) -> ColumnElement[bool]:
    if value is None or (test in _ORDERED and field.type in _NO_ORDER):
        raise _refused(field, test)
    match field.type:
        case FieldType.TAGS:
            return _tags(table, field, test, value)
        case FieldType.MONEY | FieldType.GEO:
            return _pair(table, field, test, value)
        case FieldType.JSON:
            if test is not Test.CONTAINS:
                raise _refused(field, test)
            return _contains(column_of(table, field), value)
        case _:
            return _scalar(table, field, test, value)


def _scalar(table: Table, field: Field, test: Test, value: Value) -> ColumnElement[bool]:
    column = column_of(table, field)
    if test is Test.CONTAINS:
        if field.type not in _TEXTUAL:
            raise _refused(field, test)
        return _contains(column, value)
    if test is Test.IN:
        wanted = [each for each in _many(field, test, value) if each is not None]
        return column == wanted[0] if len(wanted) == 1 else among(column, wanted)
    return _COMPARE[test](column, int(value) if field.type is FieldType.BOOLEAN else value)


def _pair(table: Table, field: Field, test: Test, value: Value) -> ColumnElement[bool]:
    if test is Test.IN:
        return or_(false(), *(_pair(table, field, Test.EQ, each) for each in _many(field, test, value)))
    if test not in _COMPARE or not isinstance(value, list | tuple) or len(value) != 2:  # noqa: PLR2004 - a pair
        raise _refused(field, test)
    first, second = column_of(table, field), second_of(table, field)
    return and_(_COMPARE[test](first, value[0]), second == value[1])


def _tags(table: Table, field: Field, test: Test, value: Value) -> ColumnElement[bool]:
    wanted = [value] if isinstance(value, str) else list(value)
    if test is Test.IN:
        return or_(false(), *(_has_tag(table, field, each) for each in wanted))
    if test not in {Test.EQ, Test.CONTAINS}:
        raise _refused(field, test)
    return and_(column_of(table, field).is_not(None), *(_has_tag(table, field, each) for each in wanted))


def _has_tag(table: Table, field: Field, tag: str) -> ColumnElement[bool]:
    tags = func.json_each(column_of(table, field)).table_valued("value")
    return select(literal(1)).where(tags.c.value.collate("NOCASE") == tag).select_from(tags).exists()


def _contains(column: ColumnElement[Any], value: Value) -> ColumnElement[bool]:
    return func.instr(func.lower(column), func.lower(str(value))) > 0


def _many(field: Field, test: Test, value: Value) -> list[Value]:
    if not isinstance(value, list | tuple | set | frozenset):
        raise _refused(field, test)
    return list(value)


def _refused(field: Field, test: Test) -> AppError:
    return AppError(Code.NOT_COMPARABLE, field=field.name, value=_SIGNS.get(test, test.value))
