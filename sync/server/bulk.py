"""Runs one statement for many rows, handing them to the driver as they are.

SQLAlchemy looks at every parameter of every row; our values are text, whole and real numbers, and bytes, which both
drivers take as they are, and quickest by their places. A batch of 200 edits takes a third less time this way.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeAlias

from sqlalchemy import Connection, Dialect, Table, TextClause, bindparam, insert, update

from sync.server import statements

Rows: TypeAlias = Sequence[dict[str, Any]]

_Written: TypeAlias = tuple[str, Callable[[dict[str, Any]], tuple[Any, ...]]]
"""A statement with places for its parameters, and what takes them out of a row."""

_MARKS = {"named": (re.compile(r":(\w+)"), "?"), "pyformat": (re.compile(r"%\((\w+)\)s"), "%s")}


def insert_rows(connection: Connection, table: Table, rows: Rows) -> None:
    """Insert rows that name all the same columns."""
    if rows:
        _run(connection, _insert(connection.dialect, table, tuple(rows[0])), rows)


def update_rows(connection: Connection, table: Table, rows: Rows) -> None:
    """Update rows by ``id``; all name the same columns."""
    if rows:
        _run(connection, _update(connection.dialect, table, tuple(rows[0])), rows)


def run_for_rows(connection: Connection, statement: TextClause, rows: Rows) -> None:
    """Run a statement in SQL's own words, with named parameters."""
    if rows:
        _run(connection, _text(connection.dialect, statement), rows)


def _run(connection: Connection, written: _Written, rows: Rows) -> None:
    sql, places = written
    statements.run_many(connection, sql, [places(row) for row in rows])


@lru_cache(maxsize=256)
def _insert(dialect: Dialect, table: Table, names: tuple[str, ...]) -> _Written:
    return _written(dialect, str(insert(table).compile(dialect=dialect, column_keys=list(names))))


@lru_cache(maxsize=1024)
def _update(dialect: Dialect, table: Table, names: tuple[str, ...]) -> _Written:
    values: dict[str, Any] = {name: bindparam(name) for name in names if name != "id"}
    # A parameter must not have a column's name here, or it would be taken for a value to set.
    statement = update(table).where(table.c.id == bindparam("id_")).values(values)
    return _written(dialect, str(statement.compile(dialect=dialect)), {"id_": "id"})


@lru_cache(maxsize=64)
def _text(dialect: Dialect, statement: TextClause) -> _Written:
    return _written(dialect, str(statement.compile(dialect=dialect)))


def _written(dialect: Dialect, sql: str, renamed: dict[str, str] | None = None) -> _Written:
    mark, place = _MARKS[dialect.paramstyle]
    names = [(renamed or {}).get(name, name) for name in mark.findall(sql)]
    if len(names) == 1:
        return mark.sub(place, sql), lambda row: (row[names[0]],)
    return mark.sub(place, sql), itemgetter(*names)
