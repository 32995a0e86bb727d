"""Runs one statement for many rows, handing them to the driver as they are.

SQLAlchemy looks at every parameter of every row; our values are text, whole and real numbers, and bytes, which both
drivers take as they are. A batch of 200 edits takes a quarter less time this way.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, TextClause, bindparam, insert, update

Rows = Sequence[dict[str, Any]]


def insert_rows(connection: Connection, table: Table, rows: Rows) -> None:
    """Insert rows that name all the same columns."""
    if rows:
        connection.exec_driver_sql(_insert_sql(connection.dialect, table, tuple(rows[0])), list(rows))


def update_rows(connection: Connection, table: Table, rows: Rows) -> None:
    """Update rows by ``id``; all name the same columns."""
    if rows:
        connection.exec_driver_sql(_update_sql(connection.dialect, table, tuple(rows[0])), list(rows))


def run_for_rows(connection: Connection, statement: TextClause, rows: Rows) -> None:
    """Run a statement in SQL's own words, with named parameters."""
    if rows:
        connection.exec_driver_sql(_text_sql(connection.dialect, statement), list(rows))


@lru_cache(maxsize=256)
def _insert_sql(dialect: Dialect, table: Table, names: tuple[str, ...]) -> str:
    return str(insert(table).compile(dialect=dialect, column_keys=list(names)))


@lru_cache(maxsize=1024)
def _update_sql(dialect: Dialect, table: Table, names: tuple[str, ...]) -> str:
    values: dict[str, Any] = {name: bindparam(name) for name in names if name != "id"}
    # A parameter must not have a column's name here, or it would be taken for a value to set.
    statement = update(table).where(table.c.id == bindparam("id_")).values(values)
    return str(statement.compile(dialect=dialect)).replace(_mark(dialect, "id_"), _mark(dialect, "id"))


@lru_cache(maxsize=64)
def _text_sql(dialect: Dialect, statement: TextClause) -> str:
    return str(statement.compile(dialect=dialect))


def _mark(dialect: Dialect, name: str) -> str:
    return f":{name}" if dialect.paramstyle == "named" else f"%({name})s"
