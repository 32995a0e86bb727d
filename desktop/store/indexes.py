"""Secondary indexes of the record tables, from the catalogue; taken away for the first snapshot and made after it."""

from collections.abc import Iterator

from sqlalchemy import Connection

from sync.contract.catalogue import Catalogue
from sync.contract.fields import Field, FieldType, RecordType, Scope
from sync.contract.values import columns

NOCASE_TYPES = frozenset(
    {FieldType.TEXT, FieldType.PHONE, FieldType.EMAIL, FieldType.URL, FieldType.ADDRESS, FieldType.CHOICE}
)
"""Field types that compare and sort without regard to the case of Latin letters."""


def index_ddl(record: RecordType) -> Iterator[tuple[str, str]]:
    """Give name and DDL of each index of a record type's table.

    Lists read only what is shown (``hidden = 0``), so the indexes hold only that. The id follows in every index, so
    that a sorted list of ids comes from the index alone.
    """
    table = record.table
    if record.scope is not Scope.SHARED:
        name = f"{table}_by_scope"
        yield name, f"CREATE INDEX {name} ON {table} (scope, deleted, hidden)"
    for field in record.stored_fields:
        if field.indexed:
            name = f"{table}_by_{field.name}"
            yield name, f"CREATE INDEX {name} ON {table} ({_key(field)}, id) WHERE hidden = 0"


def missing_indexes(connection: Connection, catalogue: Catalogue) -> list[tuple[str, str]]:
    """List the indexes that are not there, with their DDL."""
    there = _existing(connection)
    return [(name, ddl) for record in catalogue for name, ddl in index_ddl(record) if name not in there]


def create_missing(connection: Connection, catalogue: Catalogue) -> None:
    """Make every index that is not there, in the caller's transaction."""
    for _, ddl in missing_indexes(connection, catalogue):
        connection.exec_driver_sql(ddl)


def drop_all(connection: Connection, catalogue: Catalogue) -> None:
    """Take every secondary index of the record tables away, in the caller's transaction."""
    there = _existing(connection)
    for record in catalogue:
        for name, _ in index_ddl(record):
            if name in there:
                connection.exec_driver_sql(f"DROP INDEX {name}")


def _existing(connection: Connection) -> frozenset[str]:
    rows = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'index'")
    return frozenset(str(name) for (name,) in rows)


def _key(field: Field) -> str:
    column = columns(field)[0].name
    return f'"{column}" COLLATE NOCASE' if field.type in NOCASE_TYPES else f'"{column}"'
