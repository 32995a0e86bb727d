"""Asks the index: which rows of a type hold the words of a text."""

from collections.abc import Iterator

from sqlalchemy import Connection

from desktop.store.connections import raw
from desktop.store.search.documents import RANK_SHIFT, type_ranks
from desktop.store.search.words import match_expression

_DOCUMENTS = "SELECT rowid FROM search_text WHERE search_text MATCH ? AND rowid >= ? AND rowid < ?"


def documents(connection: Connection, expression: str, first: int, last: int) -> Iterator[int]:
    """Go through the numbers of the documents that satisfy an FTS5 expression, of the types from rank to rank."""
    bounds = first << RANK_SHIFT, (last + 1) << RANK_SHIFT
    found = raw(connection).execute(_DOCUMENTS, (expression, *bounds))
    return (number for (number,) in found)


def rows_matching(connection: Connection, record_type: str, typed: str) -> list[int]:
    """List the row numbers of a type that hold every word; none where a text holds no word."""
    expression = match_expression(typed)
    rank = type_ranks(connection).get(record_type)
    if expression is None or rank is None:
        return []
    first = rank << RANK_SHIFT
    return [number - first for number in documents(connection, expression, rank, rank)]
