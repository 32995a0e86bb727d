"""Step 1: the store's own tables as they were in the first release."""

from sqlalchemy import Connection

from desktop.store import tables
from desktop.store.triggers import GATE_TABLES

_SEARCH = (
    "CREATE VIRTUAL TABLE search_text USING fts5("
    "title, body, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2')"
)


def apply(connection: Connection) -> None:
    """Make the store's own tables in an empty file."""
    for statement in GATE_TABLES:
        connection.exec_driver_sql(statement)
    tables.own.create_all(connection, tables=[each for each in tables.own.sorted_tables if each.name != "gate"])
    connection.exec_driver_sql(_SEARCH)
