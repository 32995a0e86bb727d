"""Puts records into the search index and takes them out; always a full replacement, in the row's own transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from desktop.store.connections import raw
from desktop.store.schema import Schema
from desktop.store.search.words import indexable, phone_words
from sync.contract.fields import Field, FieldType, RecordType, Value, Values

RANK_SHIFT = 40
"""A document's number is the rank of its type, shifted by this, plus the row's number: one type is one range."""

_TITLE_TOO = frozenset({"local_name"})
_REPLACE = "INSERT OR REPLACE INTO search_text (rowid, title, body) VALUES (?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Document:
    """What the index holds of one record."""

    row: int
    values: Values


def type_ranks(connection: Connection) -> dict[str, int]:
    """Give the rank of each searched type; a rank never changes once it is given."""
    return dict(raw(connection).execute("SELECT type, rank FROM search_type").fetchall())


def replace(connection: Connection, schema: Schema, documents: Mapping[str, Iterable[Document]]) -> None:
    """Put documents into the index, type by type, in place of what was there."""
    ranks = type_ranks(connection)
    for name, each in documents.items():
        if name in schema.searched and name in ranks:
            record, first = schema.record(name), ranks[name] << RANK_SHIFT
            raw(connection).executemany(_REPLACE, [(first + one.row, *texts(record, one.values)) for one in each])


def remove(connection: Connection, record_type: str, rows: Iterable[int]) -> None:
    """Take documents out of the index."""
    rank = type_ranks(connection).get(record_type)
    if rank is not None:
        first = rank << RANK_SHIFT
        raw(connection).executemany("DELETE FROM search_text WHERE rowid = ?", [(first + row,) for row in rows])


def texts(record: RecordType, values: Values) -> tuple[str, str]:
    """Give the two columns of a record's document: title and everything else that is searched."""
    title: list[str] = []
    body: list[str] = []
    for field in record.searched:
        value = values.get(field.name)
        if value is not None:
            into = title if field.name in record.title or field.name in _TITLE_TOO else body
            into.append(_text(field, value))
    return "\n".join(title), "\n".join(body)


def touches_search(record: RecordType, names: Iterable[str]) -> bool:
    """Tell whether a change of these fields changes the record's document."""
    searched = {field.name for field in record.searched}
    return not searched.isdisjoint(names)


def searched_text(field: Field, value: Value) -> str:
    """Give the text of a value as a person would search for it."""
    return " ".join(value) if field.type is FieldType.TAGS else str(value)


def _text(field: Field, value: Value) -> str:
    if field.type is FieldType.PHONE:
        return " ".join(phone_words(str(value)))
    return indexable(searched_text(field, value))
