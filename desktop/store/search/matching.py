"""Asks the index: which rows of a type hold what was typed."""

from collections.abc import Iterator

from sqlalchemy import Connection

from desktop.store.connections import raw
from desktop.store.schema import Schema
from desktop.store.search import former
from desktop.store.search.documents import RANK_SHIFT, has_titles, type_ranks
from desktop.store.search.typed import Kind, Typed, read_typed

TEXTS = "search_text"
TITLES = "search_title"
_INDEXES = (TEXTS, TITLES, former.BEFORE)

_DOCUMENTS = {
    index: f"SELECT rowid FROM {index} WHERE {index} MATCH ? AND rowid >= ? AND rowid < ? ORDER BY rowid DESC"  # noqa: S608
    for index in _INDEXES
}


def documents(connection: Connection, index: str, expression: str, first: int, last: int) -> Iterator[int]:
    """Go through the numbers of the documents that satisfy an expression, of the types from rank to rank.

    The last ones come first: of very many that is the part with what is new.
    """
    bounds = first << RANK_SHIFT, (last + 1) << RANK_SHIFT
    found = raw(connection).execute(_DOCUMENTS[index], (expression, *bounds))
    return (number for (number,) in found)


def rows_matching(connection: Connection, schema: Schema, record_type: str, text: str) -> list[int]:
    """List the row numbers of a type that hold every part; none where a text holds no word."""
    typed = read_typed(text)
    rank = type_ranks(connection).get(record_type)
    if not typed.parts or rank is None:
        return []
    short = _is_one_letter(typed) and has_titles(schema.record(record_type))
    first = rank << RANK_SHIFT
    found = set(documents(connection, TITLES if short else TEXTS, typed.anywhere(), rank, rank))
    before = former.expression(typed.text)
    if before is not None and record_type in former.unbuilt(connection):
        found.update(documents(connection, former.BEFORE, before, rank, rank))
    return sorted(number - first for number in found)


def _is_one_letter(typed: Typed) -> bool:
    """Tell whether it is one Latin letter: nearly every record has it, but in titles it still says something."""
    return len(typed.parts) == 1 and typed.parts[0].kind is Kind.WORD and len(typed.parts[0].text) == 1
