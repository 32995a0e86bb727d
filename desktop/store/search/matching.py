"""Asks the index: which rows of a type hold the words of a text."""

from typing import Any

from sqlalchemy import BigInteger, Connection, Select, column, select, table, text

from desktop.store.search.documents import RANK_SHIFT, type_ranks
from desktop.store.search.words import match_expression

_INDEX = table("search_text", column("rowid", BigInteger))


def rows_matching(connection: Connection, record_type: str, typed: str) -> Select[Any] | None:
    """Select the row numbers of a type that hold every word; ``None`` where nothing can match."""
    expression = match_expression(typed)
    rank = type_ranks(connection).get(record_type)
    if expression is None or rank is None:
        return None
    return matching(rank, expression)


def matching(rank: int, expression: str) -> Select[Any]:
    """Select the row numbers of one type's documents that satisfy an FTS5 expression, in their order."""
    first = rank << RANK_SHIFT
    found = text("search_text MATCH :words").bindparams(words=expression)
    rowid = _INDEX.c.rowid
    return select((rowid - first).label("row")).where(found, rowid >= first, rowid < first + (1 << RANK_SHIFT))
