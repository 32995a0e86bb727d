"""Sorted ids of a listing, and the records that a page of them shows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, literal_column, select

from desktop.domain.listing import Listing, Sort
from desktop.store.queries import conditions, flags, titles
from desktop.store.schema import Schema
from desktop.store.search import matching
from desktop.store.selecting import stored_by_id
from sync.contract.errors import AppError, Code
from sync.contract.fields import FieldType, RecordType, Value


def ids(connection: Connection, schema: Schema, listing: Listing) -> list[str]:
    """List the ids of a listing in its order; ties, and lists without an order, go by id.

    Raises:
        AppError: ``UNKNOWN_TYPE``, ``UNKNOWN_FIELD``, or ``VALUE_UNREADABLE`` for a test or a sort key that the
            field's type does not have.
    """
    statement = narrowed(connection, schema, listing, schema.table(listing.type).c.id)
    if statement is None:
        return []
    found: list[str] = []
    for each in _runs(schema, listing, statement):
        left = None if listing.limit is None else listing.limit - len(found)
        found += connection.execute(each.limit(left)).scalars().all()
        if listing.limit is not None and len(found) >= listing.limit:
            break
    return found


def narrowed(
    connection: Connection, schema: Schema, listing: Listing, *columns: ColumnElement[Any]
) -> Select[Any] | None:
    """Select columns of the records that satisfy a listing, unsorted; ``None`` when its text holds no word."""
    record, table = schema.record(listing.type), schema.table(listing.type)
    # Partial indexes are used only where the condition stands in the statement itself, so no bound value here.
    shown = table.c.deleted == 1 if listing.deleted else table.c.hidden == literal_column("0")
    statement = select(*columns).where(shown)
    for each in listing.where:
        statement = statement.where(conditions.compile_condition(record, table, each))
    if listing.text.strip():
        found = matching.rows_matching(connection, listing.type, listing.text)
        if found is None:
            return None
        statement = statement.where(table.c.row.in_(found))
    return statement


def rows(connection: Connection, schema: Schema, record_type: str, wanted: Sequence[str]) -> list[dict[str, Value]]:
    """Read records in the order of ``wanted``; ids of records that are not there are left out.

    Each is its wire values that are not empty, and ``id``, ``titles`` (reference field to title), ``pending`` (an edit
    waits to be sent) and ``choice`` (somebody has to choose between two values).
    """
    found = stored_by_id(connection, schema, record_type, wanted)
    names = titles.of_references(connection, schema, record_type, [each.values for each in found.values()])
    pending = flags.pending(connection, record_type, wanted)
    choices = flags.with_choice(connection, schema, wanted)
    return [
        {
            **found[each].values,
            "id": each,
            "titles": titles.pick(schema.record(record_type), found[each].values, names),
            "pending": each in pending,
            "choice": each in choices,
        }
        for each in wanted
        if each in found
    ]


def _runs(schema: Schema, listing: Listing, statement: Select[Any]) -> list[Select[Any]]:
    """Order a listing; empty values come last, which takes a run of its own so that an index can give the order."""
    record, table = schema.record(listing.type), schema.table(listing.type)
    if not listing.sort:
        return [statement.order_by(table.c.id)]
    keys = []
    for sort in listing.sort:
        key, statement = _sort_key(schema, record, table, sort, statement)
        keys.append(key)
    rest = [_directed(key, sort).nulls_last() for key, sort in zip(keys[1:], listing.sort[1:], strict=True)]
    first = _directed(keys[0], listing.sort[0])
    if record.fields.get(listing.sort[0].field) is not None and record.fields[listing.sort[0].field].required:
        return [statement.order_by(first, *rest, table.c.id)]
    filled = statement.where(keys[0].is_not(None)).order_by(first, *rest, table.c.id)
    return [filled, statement.where(keys[0].is_(None)).order_by(*rest, table.c.id)]


def _sort_key(
    schema: Schema, record: RecordType, table: Table, sort: Sort, statement: Select[Any]
) -> tuple[ColumnElement[Any], Select[Any]]:
    field = conditions.find_field(record, sort.field)
    if field.type in {FieldType.JSON, FieldType.GEO}:
        raise AppError(Code.VALUE_UNREADABLE, field=field.name, value="sort", expected=field.type.value)
    if field.type is not FieldType.REFERENCE or field.target is None:
        return conditions.column_of(table, field), statement
    target = schema.table(field.target).alias()
    title = titles.title_column(schema, field.target, target)
    joined = statement.outerjoin(target, target.c.id == table.c[field.name])
    return title, joined


def _directed(key: ColumnElement[Any], sort: Sort) -> ColumnElement[Any]:
    return key.desc() if sort.descending else key.asc()
