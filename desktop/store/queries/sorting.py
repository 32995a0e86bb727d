"""The order of a list: by an index where one gives it, else sorted by SQLite, by the titles of others in Python."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, UnaryExpression, func, select
from sqlalchemy.sql.operators import custom_op

from desktop.domain.listing import Sort
from desktop.store.indexes import NOCASE_TYPES
from desktop.store.queries import conditions, titles
from desktop.store.schema import Schema
from sync.contract.errors import AppError, Code
from sync.contract.fields import FieldType


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One sort key: what to select, and how to compare it. ``places`` ranks what a reference points to."""

    name: str
    column: ColumnElement[Any]
    descending: bool
    textual: bool
    required: bool
    indexed: bool
    places: dict[str, int] | None = None


def key_of(connection: Connection, schema: Schema, record_type: str, sort: Sort) -> Key:
    """Prepare a sort key.

    Raises:
        AppError: ``UNKNOWN_FIELD``, or ``NOT_SORTABLE`` for a field that has no order.
    """
    field = conditions.find_field(schema.record(record_type), sort.field)
    if field.type in {FieldType.JSON, FieldType.GEO}:
        raise AppError(Code.NOT_SORTABLE, field=field.name)
    textual = field.type in NOCASE_TYPES
    column = conditions.value_of(schema.table(record_type), field)
    places = None
    if field.type is FieldType.REFERENCE and field.target is not None:
        places = _places(connection, schema, field.target)
    return Key(
        name=field.name,
        column=func.lower(column) if textual else column,
        descending=sort.descending,
        textual=textual,
        required=field.required,
        indexed=field.indexed and not field.custom and places is None,
        places=places,
    )


def directed(keys: Sequence[Key], own_id: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """Give what to order by: empty values last, ties by id in the direction of the last key.

    SQLite would walk along an index that begins with the first of these and look every row up; sorting what it found
    is faster by far.
    """
    sorted_by = [(key.column, key.descending) for key in keys]
    sorted_by.append((own_id, bool(keys) and keys[-1].descending))
    found = [(_past_indexes(column), descending) for column, descending in sorted_by]
    return [(column.desc() if descending else column.asc()).nulls_last() for column, descending in found]


def _past_indexes(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return UnaryExpression(column, operator=custom_op("+"), type_=column.type)


def in_order(rows: Sequence[tuple[Any, ...]], keys: Sequence[Key]) -> list[tuple[Any, ...]]:
    """Sort rows that hold an id and then one value per key; empty values last, ties as they come."""
    ordered = list(rows)
    for index in range(len(keys), 0, -1):
        key = keys[index - 1]
        filled, empty = _parted(ordered, index, key.places)
        places = key.places
        if places is None:
            filled.sort(key=itemgetter(index), reverse=key.descending)
        else:
            ranked = [(places[row[index]], row) for row in filled]
            ranked.sort(key=itemgetter(0), reverse=key.descending)
            filled = [row for _, row in ranked]
        ordered = filled + empty
    return ordered


def by_id(rows: Sequence[tuple[Any, ...]], *, descending: bool) -> list[tuple[Any, ...]]:
    """Sort rows by the id that each begins with."""
    return sorted(rows, key=itemgetter(0), reverse=descending)


def _parted(
    rows: Sequence[tuple[Any, ...]], index: int, places: dict[str, int] | None
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    if places is None:
        filled = [row for row in rows if row[index] is not None]
        return filled, [row for row in rows if row[index] is None] if len(filled) < len(rows) else []
    # What points to something that is not on this laptop has no title to sort by.
    filled = [row for row in rows if row[index] in places]
    return filled, [row for row in rows if row[index] not in places] if len(filled) < len(rows) else []


def _places(connection: Connection, schema: Schema, target: str) -> dict[str, int]:
    """Rank the records of a type by title; equal titles share a place, so that the next key decides between them."""
    table = schema.table(target)
    title = titles.title_column(schema, target, table)
    places: dict[str, int] = {}
    last, place = None, 0
    for record_id, name in connection.execute(select(table.c.id, func.lower(title)).order_by(func.lower(title))):
        if name != last:
            last, place = name, place + 1
        if name is not None:
            places[record_id] = place
    return places
