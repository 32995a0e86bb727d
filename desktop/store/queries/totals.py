"""Figures: how many records there are, and sums grouped by a field or by a stretch of time."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, cast, func, null, select

from desktop.domain.listing import Listing
from desktop.domain.views import Total
from desktop.store import aliases
from desktop.store.queries import conditions, titles
from desktop.store.queries.listing import narrowed
from desktop.store.schema import Schema
from desktop.store.tables import row_count
from sync.contract.errors import AppError, Code
from sync.contract.fields import Field, FieldType, Value

_YEAR, _MONTH = 4, 7
_PERIODS: dict[str, Callable[[ColumnElement[Any]], ColumnElement[Any]]] = {
    "year": lambda day: func.substr(day, 1, _YEAR),
    "month": lambda day: func.substr(day, 1, _MONTH),
    "quarter": lambda day: func.substr(day, 1, _YEAR).concat("-Q").concat(_quarter(day)),
}
_UNGROUPED = frozenset({FieldType.GEO, FieldType.JSON, FieldType.TAGS, FieldType.MONEY})


def counts(connection: Connection) -> dict[str, int]:
    """Count the records of each type that lists show."""
    rows = connection.execute(select(row_count.c.type, row_count.c.shown)).all()
    return {str(name): int(shown) for name, shown in rows}


def totals(connection: Connection, schema: Schema, listing: Listing, *, group_by: str, amount: str = "") -> list[Total]:
    """Sum a field over the groups of a listing, sorted by the group; records without a group come last.

    ``group_by`` names a field, for days and instants with ``:year``, ``:quarter`` or ``:month``. ``amount`` names an
    amount or a number; without one the records are only counted. Instants are grouped by their day in UTC.

    Raises:
        AppError: ``UNKNOWN_FIELD``, or ``VALUE_UNREADABLE`` for fields that cannot be grouped or summed.
    """
    key_field, key = _group(schema, listing.type, group_by)
    value, currency = _amount(schema, listing.type, amount)
    statement = narrowed(connection, schema, listing, key, currency, func.count(), func.sum(value))
    if statement is None:
        return []
    rows = connection.execute(statement.group_by(key, currency)).all()
    grouped = [tuple(row) for row in rows]
    if key_field.target == aliases.ACCOUNT and key_field.name != aliases.MERGED_INTO:
        standing = aliases.roots(connection, [row[0] for row in rows if row[0] is not None])
        grouped = [(standing.get(row[0], row[0]), *row[1:]) for row in grouped]
    names = _names(connection, schema, key_field, [row[0] for row in grouped])
    return _merged(grouped, key_field, names)


def _quarter(day: ColumnElement[Any]) -> ColumnElement[Any]:
    return (cast(func.substr(day, 6, 2), Integer) + 2).self_group().op("/")(3)


def _group(schema: Schema, record_type: str, group_by: str) -> tuple[Field, ColumnElement[Any]]:
    name, _, period = group_by.partition(":")
    field = conditions.find_field(schema.record(record_type), name)
    column = conditions.column_of(schema.table(record_type), field)
    if not period and field.type not in _UNGROUPED:
        return field, column
    if field.type not in {FieldType.DATE, FieldType.INSTANT} or period not in _PERIODS:
        raise AppError(Code.VALUE_UNREADABLE, field=name, value=group_by, expected=", ".join(_PERIODS))
    return field, _PERIODS[period](column)


def _amount(schema: Schema, record_type: str, name: str) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    if not name:
        return null(), null()
    field = conditions.find_field(schema.record(record_type), name)
    table = schema.table(record_type)
    if field.type is FieldType.MONEY:
        return conditions.column_of(table, field), conditions.second_of(table, field)
    if field.type is FieldType.NUMBER:
        return conditions.column_of(table, field), null()
    raise AppError(Code.VALUE_UNREADABLE, field=name, value="sum", expected=FieldType.MONEY.value)


def _names(connection: Connection, schema: Schema, field: Field, keys: list[Value]) -> dict[str, str]:
    if field.type is not FieldType.REFERENCE or field.target is None:
        return {}
    wanted = {str(key) for key in keys if key is not None}
    return {each: title for (_, each), title in titles.of_records(connection, schema, field.target, wanted).items()}


def _merged(rows: list[tuple[Any, ...]], field: Field, names: dict[str, str]) -> list[Total]:
    counted: dict[Value, int] = {}
    sums: dict[Value, dict[str, int | float]] = {}
    for key, currency, number, total in rows:
        shown = bool(key) if field.type is FieldType.BOOLEAN and key is not None else key
        counted[shown] = counted.get(shown, 0) + number
        group = sums.setdefault(shown, {})
        if total is not None:
            group[currency or ""] = group.get(currency or "", 0) + total
    ordered = sorted(counted, key=lambda key: (key is None, names.get(str(key), str(key)).casefold()))
    return [
        Total(key=key, title=names.get(str(key), "" if key is None else str(key)), count=counted[key], sums=sums[key])
        for key in ordered
    ]
