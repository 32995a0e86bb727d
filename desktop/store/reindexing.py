"""When a record type must go into the search index once more: other fields of it are searched than before."""

from collections.abc import Collection

from sqlalchemy import Connection, func, select, update

from desktop.store.schema import Schema
from desktop.store.tables import search_type


def types_to_index(connection: Connection, before: Schema, after: Schema) -> list[str]:
    """List the types of which another custom field is searched now, if any record holds a value of it."""
    found = []
    for record in after.catalogue:
        old = {field.name for field in before.record(record.name).searched if field.custom}
        new = {field.name for field in record.searched if field.custom}
        if any(_is_used(connection, after, record.name, name) for name in old ^ new):
            found.append(record.name)
    return found


def index_again(connection: Connection, record_types: Collection[str]) -> None:
    """Let the background building begin with these types anew; what is in the index stays until it is replaced."""
    mine = search_type.c.type.in_(sorted(record_types))
    connection.execute(update(search_type).where(mine).values(ready=0, position=0))


def _is_used(connection: Connection, schema: Schema, record_type: str, name: str) -> bool:
    table = schema.table(record_type)
    holds = func.json_extract(table.c.custom, f"$.{name}").is_not(None)
    one = select(table.c.row).where(table.c.custom.is_not(None), holds).limit(1)
    return connection.execute(one).first() is not None
