"""Makes record tables, triggers and counts what the catalogue says; adds, never takes away.

Indexes of long tables are left to the background (``index_making``).
"""

import hashlib
import json
from collections.abc import Collection, Iterator
from functools import lru_cache

from sqlalchemy import Connection, Table, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.schema import CreateColumn

from desktop.store import aliases, counting, indexes, meta, overflow, reindexing, triggers
from desktop.store.rows import custom_text
from desktop.store.schema import Schema
from desktop.store.tables import record_tables, row_count, search_type
from sync.contract.catalogue import Catalogue
from sync.contract.fields import RecordType
from sync.contract.values import columns, inherited_columns, to_columns


def align(connection: Connection, schema: Schema) -> None:
    """Make tables and columns that are missing, all triggers anew, and the counts of new types.

    What a newer office sent before this program knew where to put it goes to its place.
    """
    drop_triggers(connection)
    gained = set()
    for record in schema.catalogue:
        if _align_table(connection, record, schema.tables[record.name]):
            gained.add(record.name)
        connection.execute(insert(row_count).values(type=record.name).on_conflict_do_nothing())
    _rank_types(connection, schema)
    for record in schema.catalogue:
        if overflow.move_in(connection, schema, record):
            gained.add(record.name)
    if "account" in gained:
        aliases.settle(connection, schema, aliases.all_here(connection))
    if gained:
        counting.recount(connection, schema)
        reindexing.index_again(connection, gained)
    create_triggers(connection, schema.catalogue)
    indexes.align(connection, schema.catalogue, make_missing=not meta.read(connection, meta.SNAPSHOT_STARTED))


@lru_cache(maxsize=8)
def fingerprint(catalogue: Catalogue) -> str:
    """Give a short text that changes whenever tables, triggers or indexes of a catalogue do."""
    digest = hashlib.sha256()
    tables = record_tables(catalogue)
    for record in catalogue:
        # Compiling CREATE TABLE says the same and takes a twentieth of a second at every start.
        described = [(each.name, type(each.type).__name__, each.nullable) for each in tables[record.name].columns]
        digest.update(repr((record.table, described)).encode())
        for index in indexes.indexes_of(record):
            digest.update(index.ddl.encode())
    for ddl in _all_triggers(catalogue):
        digest.update(ddl.encode())
    return digest.hexdigest()[:16]


def drop_triggers(connection: Connection) -> None:
    """Take away every trigger made here."""
    names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
    for name in names:
        if triggers.is_ours(name):
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')


def create_triggers(connection: Connection, catalogue: Catalogue) -> None:
    """Make every trigger; none may be there."""
    for ddl in _all_triggers(catalogue):
        connection.exec_driver_sql(ddl)


def missing_triggers(connection: Connection, catalogue: Catalogue) -> list[str]:
    """List the DDL of triggers that are not there, or differ from what they should be."""
    there = set(connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'trigger'").scalars().all())
    return [ddl for ddl in _all_triggers(catalogue) if ddl not in there]


def _all_triggers(catalogue: Catalogue) -> Iterator[str]:
    yield from triggers.own_trigger_ddl()
    for record in catalogue:
        yield from triggers.trigger_ddl(record)


def _align_table(connection: Connection, record: RecordType, table: Table) -> bool:
    """Make a table or its missing columns; tells whether values that waited for them are in them now."""
    listed = connection.exec_driver_sql("SELECT name FROM pragma_table_info(?)", (table.name,))
    there = set(listed.scalars().all())
    if not there:
        table.create(connection)
        return False
    gained = [column for column in table.columns if column.name not in there]
    for column in gained:
        clause = CreateColumn(column).compile(connection.engine)
        connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {clause}")
    filled = _inherit(connection, record, {column.name for column in gained}, there)
    return bool(gained) and (_settle_values(connection, record, table) or filled)


def _inherit(connection: Connection, record: RecordType, gained: Collection[str], there: Collection[str]) -> bool:
    """Let fields with new names take over what their former ones hold."""
    taken = [pair for field in record.stored_fields for pair in inherited_columns(field, gained, there).items()]
    if taken:
        changes = ", ".join(f'"{new}" = "{old}"' for new, old in taken)
        connection.exec_driver_sql(f"UPDATE {record.table} SET {changes}")  # noqa: S608 - names of the catalogue
    return bool(taken)


def _settle_values(connection: Connection, record: RecordType, table: Table) -> bool:
    """Move values that a newer office sent before this program knew their fields into the new columns."""
    moved = False
    rows = connection.execute(select(table.c.row, table.c.custom).where(table.c.custom.is_not(None))).all()
    for row, text in rows:
        custom = json.loads(text)
        fit = overflow.of_kind(record, custom)
        known = [field for field in record.stored_fields if field.name in fit]
        if not known:
            continue
        changes = {}
        for field in known:
            raw = to_columns(field, custom.pop(field.name))
            changes.update({column.name: value for column, value in zip(columns(field), raw, strict=True)})
        changes["custom"] = custom_text(custom)
        connection.execute(update(table).where(table.c.row == row).values(changes))
        moved = True
    return moved


def _rank_types(connection: Connection, schema: Schema) -> None:
    for record in schema.catalogue:
        if record.name in schema.searched:
            connection.execute(insert(search_type).values(type=record.name).on_conflict_do_nothing())
