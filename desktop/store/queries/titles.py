"""What records are called: titles of records, and of what their reference fields point to, resolved in bulk."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, FromClause, func

from desktop.store import aliases
from desktop.store.connections import raw
from desktop.store.schema import Schema
from desktop.store.selecting import AMONG, listed
from sync.contract.fields import FieldType, RecordType, Value, Values

_LONGEST_TITLE = 80

Names: TypeAlias = Mapping[tuple[str, str], str]
"""Titles by type and id."""


def of_records(
    connection: Connection, schema: Schema, record_type: str, ids: Iterable[str]
) -> dict[tuple[str, str], str]:
    """Give the titles of records by type and id, hidden ones too; those that are not there are absent."""
    record = schema.record(record_type)
    columns = ", ".join(f'"{name}"' for name in ("id", *record.title))
    asked = f"SELECT {columns} FROM {record.table} WHERE id {AMONG}"  # noqa: S608 - our own names
    rows = raw(connection).execute(asked, (listed(ids),))
    return {(record_type, each[0]): " ".join(str(part) for part in each[1:] if part is not None) for each in rows}


def of_references(
    connection: Connection, schema: Schema, record_type: str, records: Iterable[Values]
) -> dict[tuple[str, str], str]:
    """Give the titles of everything that the reference fields of these records point to."""
    references = _references(schema.record(record_type))
    wanted: dict[str, set[str]] = {}
    for values in records:
        for name, target in references:
            if name in values:
                wanted.setdefault(target, set()).add(values[name])
    found: dict[tuple[str, str], str] = {}
    for target, ids in wanted.items():
        found.update(of_records(connection, schema, target, ids))
    merged = aliases.roots(connection, wanted.get(aliases.ACCOUNT, ()))
    standing = of_records(connection, schema, aliases.ACCOUNT, set(merged.values())) if merged else {}
    for each, root in merged.items():
        found[aliases.ACCOUNT, each] = standing[aliases.ACCOUNT, root]
    return found


def pick(record: RecordType, values: Values, names: Names) -> dict[str, str]:
    """Choose the titles that belong to one record, by its reference fields."""
    return {
        name: names[target, values[name]]
        for name, target in _references(record)
        if name in values and (target, values[name]) in names
    }


def title_of(record: RecordType, values: Values, titles: Mapping[str, str]) -> str:
    """Write a record's own title; ``titles`` names what its reference fields point to.

    A record without one (a note without a subject) is called by the beginning of its first text.
    """
    title = " ".join(str(titles.get(name, values[name])) for name in record.title if values.get(name) is not None)
    if title:
        return title
    body = next((str(values[field.name]) for field in record.searched if values.get(field.name)), "")
    return body.strip().partition("\n")[0][:_LONGEST_TITLE]


def title_column(schema: Schema, record_type: str, table: FromClause) -> ColumnElement[Any]:
    """Give the SQL by which records of a type sort by title."""
    columns = [table.c[name] for name in schema.record(record_type).title]
    if len(columns) == 1:
        return columns[0].collate("NOCASE")
    joined: ColumnElement[Any] = func.trim(func.concat_ws(" ", *columns))
    return joined.collate("NOCASE")


def user_names(connection: Connection, schema: Schema, ids: Iterable[Value]) -> dict[str, str]:
    """Give the names of users by id."""
    wanted = {str(each) for each in ids if each}
    return {user: name for (_, user), name in of_records(connection, schema, "user", wanted).items()}


def _references(record: RecordType) -> list[tuple[str, str]]:
    return [
        (field.name, field.target)
        for field in record.stored_fields
        if field.type is FieldType.REFERENCE and field.target is not None
    ]
