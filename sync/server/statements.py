"""Runs statements that are written out already; on SQLite past SQLAlchemy, which costs more there than a small answer.

Errors are those that SQLAlchemy raises, so that nobody needs to know which way a statement went.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

Parameters: TypeAlias = dict[str, Any] | tuple[Any, ...]


def rows(connection: Connection, sql: str, parameters: Parameters) -> Sequence[Any]:
    """Ask, and give all rows: plain ones, without names."""
    if connection.dialect.name != "sqlite":
        return connection.exec_driver_sql(sql, parameters).fetchall()
    with _Wrapped(connection, sql):
        found: Sequence[Any] = _driver(connection).execute(sql, parameters).fetchall()
    return found


def run_many(connection: Connection, sql: str, parameters: list[tuple[Any, ...]]) -> None:
    """Run a statement for each of many rows."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(sql, parameters)
        return
    with _Wrapped(connection, sql):
        _driver(connection).executemany(sql, parameters)


def begin(connection: Connection, *, writes: bool) -> None:
    """Begin a transaction of SQLite; a writing one waits for its turn here."""
    sql = "BEGIN IMMEDIATE" if writes else "BEGIN"
    with _Wrapped(connection, sql):
        _driver(connection).execute(sql)


def _driver(connection: Connection) -> Any:  # noqa: ANN401 - the driver is published without types
    return connection.connection.driver_connection


class _Wrapped:
    """Turns an error of the driver into SQLAlchemy's; a class, because a generator costs as much as a statement."""

    def __init__(self, connection: Connection, sql: str) -> None:
        self._connection = connection
        self._sql = sql

    def __enter__(self) -> None:
        """Nothing to do before."""

    def __exit__(self, _kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if error is None:
            return
        base = self._connection.dialect.loaded_dbapi.Error
        if isinstance(error, base):
            raise DBAPIError.instance(self._sql, None, error, base) from error
