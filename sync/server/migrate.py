"""Brings a database to the tables of this program: creates what is missing, adds columns, refuses a newer one."""

import uuid
from typing import Final

from sqlalchemy import Column, Connection, Table, insert, inspect, literal_column, select, text, update
from sqlalchemy.schema import CreateColumn

from sync.contract.entities import CATALOGUE, SCHEMA_VERSION
from sync.contract.errors import AppError, Code
from sync.contract.values import inherited_columns
from sync.server import schema_keeping  # noqa: F401 - its tables are among those of METADATA
from sync.server.chain import GENESIS
from sync.server.schema import METADATA, SCHEMA_VERSION_TABLE, SHARD, SHARD_HEAD, STRUCTURE_VERSION
from sync.server.storage import Storage

# Any number will do, as long as every program that migrates this database takes the same one.
_MIGRATION_LOCK: Final = 7_305_121


def migrate(storage: Storage, now: str) -> bool:
    """Create or migrate the tables in one transaction; tells whether the database is new.

    Raises:
        AppError: ``DATABASE_NEWER`` or ``DATABASE_UNUSABLE``.
    """
    with storage.writing() as connection:
        if not storage.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
        tables = set(inspect(connection).get_table_names())
        _refuse_newer(connection, tables)
        METADATA.create_all(connection)
        for table in METADATA.sorted_tables:
            if table.name in tables:
                gained = _add_columns(connection, table)
                _add_indexes(connection, table)
                _inherit(connection, table, gained)
        _note_version(connection, now)
        is_new = SHARD_HEAD.name not in tables
        if is_new:
            _begin_log(connection)
        return is_new


def _refuse_newer(connection: Connection, tables: set[str]) -> None:
    if SCHEMA_VERSION_TABLE.name not in tables:
        return
    versions = connection.execute(select(SCHEMA_VERSION_TABLE.c.structure, SCHEMA_VERSION_TABLE.c.catalogue))
    if any(structure > STRUCTURE_VERSION or catalogue > SCHEMA_VERSION for structure, catalogue in versions):
        raise AppError(Code.DATABASE_NEWER, "a newer program has written this database; update this one")


def _add_columns(connection: Connection, table: Table) -> set[str]:
    present = {each["name"] for each in inspect(connection).get_columns(table.name)}
    gained = [column for column in table.columns if column.name not in present]
    for column in gained:
        connection.execute(text(_add_column(connection, table, column)))
    return {column.name for column in gained}


def _inherit(connection: Connection, table: Table, gained: set[str]) -> None:
    """Let fields with new names take over what their former ones hold."""
    present = {each["name"] for each in inspect(connection).get_columns(table.name)} - gained if gained else set()
    for record in CATALOGUE:
        if record.table != table.name or not gained:
            continue
        for field in record.stored_fields:
            for new, old in inherited_columns(field, gained, present).items():
                connection.execute(update(table).values({new: literal_column(f'"{old}"')}))


def _add_column(connection: Connection, table: Table, column: Column[object]) -> str:
    compiler = connection.dialect
    name = compiler.identifier_preparer.format_table(table)
    return f"ALTER TABLE {name} ADD COLUMN {CreateColumn(column).compile(dialect=compiler)}"


def _add_indexes(connection: Connection, table: Table) -> None:
    present = {each["name"] for each in inspect(connection).get_indexes(table.name)}
    for index in table.indexes:
        if index.name not in present:
            index.create(connection)


def _note_version(connection: Connection, now: str) -> None:
    known = connection.execute(
        select(SCHEMA_VERSION_TABLE.c.at).where(
            SCHEMA_VERSION_TABLE.c.structure == STRUCTURE_VERSION, SCHEMA_VERSION_TABLE.c.catalogue == SCHEMA_VERSION
        )
    )
    if known.first() is None:
        values = {"structure": STRUCTURE_VERSION, "catalogue": SCHEMA_VERSION, "at": now}
        connection.execute(insert(SCHEMA_VERSION_TABLE), values)


def _begin_log(connection: Connection) -> None:
    head = {"shard": SHARD, "seq": 0, "chain": GENESIS, "epoch": str(uuid.uuid4()), "min_cursor": 0}
    connection.execute(insert(SHARD_HEAD), head)
