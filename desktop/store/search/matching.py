"""Asks the index: which rows of a type hold the words of a text."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, Connection, Select, column, select, table, text

from desktop.store.connections import raw
from desktop.store.search.documents import RANK_SHIFT, type_ranks
from desktop.store.search.words import match_expression

_DOCUMENTS = "SELECT rowid FROM search_text WHERE search_text MATCH ? AND rowid >= ? AND rowid < ?"
_INDEX = table("search_text", column("rowid", BigInteger))


def documents(connection: Connection, expression: str, first: int, last: int) -> Iterator[int]:
    """Go through the numbers of the documents that satisfy an FTS5 expression, of the types from rank to rank."""
    bounds = first << RANK_SHIFT, (last + 1) << RANK_SHIFT
    found = raw(connection).execute(_DOCUMENTS, (expression, *bounds))
    return (number for (number,) in found)


def rows_matching(connection: Connection, record_type: str, typed: str) -> Select[Any] | None:
    """Select the row numbers of a type that hold every word; ``None`` where nothing can match."""
    expression = match_expression(typed)
    rank = type_ranks(connection).get(record_type)
    if expression is None or rank is None:
        return None
    first = rank << RANK_SHIFT
    found = text("search_text MATCH :words").bindparams(words=expression)
    rowid = _INDEX.c.rowid
    return select((rowid - first).label("row")).where(found, rowid >= first, rowid < first + (1 << RANK_SHIFT))
