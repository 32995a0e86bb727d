"""Questions that are asked all the time: written out once for each kind of database, then only filled in.

SQLAlchemy builds, hashes and looks up every statement anew, which takes longer than a small answer itself.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import ARRAY, ColumnElement, Connection, Dialect, Select, Text, bindparam, func, select

from sync.server import statements

Among: TypeAlias = Callable[[ColumnElement[Any], str], ColumnElement[bool]]
"""Makes the condition that a column holds one of the texts in the list given under a name."""


class Prepared:
    """A query with named parameters; lists of texts travel as one parameter, however long they are."""

    def __init__(self, make: Callable[[Among], Select[Any]]) -> None:
        """``make`` writes the query; it is called once for each kind of database that is asked."""
        self._make = make
        self._known: dict[str, tuple[str, dict[str, Any]]] = {}

    def rows(self, connection: Connection, **values: Any) -> Sequence[Any]:  # noqa: ANN401 - whatever is stored
        """Ask, and give all rows; their columns have places, no names."""
        return statements.rows(connection, *self._filled(connection.dialect, values))

    def parts(self, connection: Connection, size: int, **values: Any) -> Iterator[Sequence[Any]]:  # noqa: ANN401 - whatever is stored
        """Ask, and give the rows so many at a time; no more of them are ever held."""
        sql, filled = self._filled(connection.dialect, values)
        with connection.exec_driver_sql(sql, filled, execution_options={"stream_results": True}) as found:
            while part := found.fetchmany(size):
                yield part

    def row(self, connection: Connection, **values: Any) -> Any:  # noqa: ANN401 - whatever is stored
        """Ask, and give the first row, ``None`` where there is none."""
        found = self.rows(connection, **values)
        return found[0] if found else None

    def _filled(self, dialect: Dialect, values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        known = self._known.get(dialect.name)
        if known is None:
            known = self._known[dialect.name] = self._written(dialect)
        sql, fixed = known
        if dialect.name == "sqlite":
            values = {name: _as_json(value) for name, value in values.items()}
        return sql, {**fixed, **values}

    def _written(self, dialect: Dialect) -> tuple[str, dict[str, Any]]:
        statement = self._make(_one_of_json if dialect.name == "sqlite" else _one_of_array)
        compiled = statement.compile(dialect=dialect)
        return str(compiled), {name: value for name, value in compiled.params.items() if value is not None}


def _one_of_json(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    listed = func.json_each(bindparam(name, type_=Text())).table_valued("value")
    return column.in_(select(listed.c.value))


def _one_of_array(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    return column == func.any(bindparam(name, type_=ARRAY(Text())))


def _as_json(value: Any) -> Any:  # noqa: ANN401 - whatever is stored
    return msgspec.json.encode(value).decode() if isinstance(value, list) else value
