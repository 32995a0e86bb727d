"""Puts records into the search index and takes them out; always a full replacement, in the row's own transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter

from sqlalchemy import Connection

from desktop.store.connections import raw
from desktop.store.schema import Schema
from desktop.store.search import former, tidying
from desktop.store.search.words import phone_entries, text_entries, title_entries
from desktop.store.selecting import AMONG, listed
from sync.contract.fields import Field, FieldType, RecordType, Value, Values

RANK_SHIFT = 40
"""A document's number is the rank of its type, shifted by this, plus the row's number: one type is one range."""

_TITLE_TOO = frozenset({"local_name"})
_SOUNDED = frozenset({FieldType.TEXT, FieldType.ADDRESS, FieldType.TAGS})
_REPLACE = {
    table: f"INSERT OR REPLACE INTO {table} (rowid, words) VALUES (?, ?)"  # noqa: S608 - our own names
    for table in ("search_text", "search_title")
}
_REMOVE = {table: f"DELETE FROM {table} WHERE rowid {AMONG}" for table in _REPLACE}  # noqa: S608 - our own names


@dataclass(frozen=True, slots=True)
class Document:
    """What the index holds of one record; where its names are as they were, its titles need not be written again."""

    row: int
    values: Values
    is_renamed: bool = True


def type_ranks(connection: Connection) -> dict[str, int]:
    """Give the rank of each searched type; a rank never changes once it is given."""
    return dict(raw(connection).execute("SELECT type, rank FROM search_type").fetchall())


def replace(connection: Connection, schema: Schema, documents: Mapping[str, Iterable[Document]]) -> None:
    """Put changed documents into the index, type by type, in place of what was there."""
    unbuilt = former.unbuilt(connection)
    numbers = put(connection, schema, documents, with_titles=bool(unbuilt))
    if unbuilt:
        former.remove(connection, numbers)


def put(
    connection: Connection, schema: Schema, documents: Mapping[str, Iterable[Document]], *, with_titles: bool = True
) -> list[int]:
    """Put documents into the index in place of what was there, and leave that of an earlier version; give numbers.

    Without ``with_titles`` only titles of what is renamed.
    """
    ranks = type_ranks(connection)
    driver = raw(connection)
    numbers: list[int] = []
    for name, each in documents.items():
        if name not in schema.searched or name not in ranks:
            continue
        record, first = schema.record(name), ranks[name] << RANK_SHIFT
        texts, titles = [], []
        # FTS5 writes out what it has gathered whenever a number is lower than the one before it.
        for one in sorted(each, key=attrgetter("row")):
            texts.append((first + one.row, " ".join(entries(record, one.values))))
            if (with_titles or one.is_renamed) and has_titles(record):
                titles.append((first + one.row, " ".join(entries_of_title(record, one.values))))
        driver.executemany(_REPLACE["search_text"], texts)
        driver.executemany(_REPLACE["search_title"], titles)
        numbers += [number for number, _ in texts]
    return numbers


def remove(connection: Connection, schema: Schema, record_type: str, rows: Iterable[int]) -> None:
    """Take documents out of the index; what is left of their words is cleared away in the background."""
    rank = type_ranks(connection).get(record_type)
    gone = [((0 if rank is None else rank << RANK_SHIFT) + row) for row in rows]
    if rank is None or not gone:
        return
    # In one statement: begun for each of them it takes six times as long.
    left = raw(connection).execute(_REMOVE["search_text"], (listed(gone),)).rowcount
    if has_titles(schema.record(record_type)):
        raw(connection).execute(_REMOVE["search_title"], (listed(gone),))
    if former.unbuilt(connection):
        former.remove(connection, gone)
        left = len(gone)
    # Those of records that the office told to be gone had left before.
    tidying.note_left(connection, left)


def has_titles(record: RecordType) -> bool:
    """Tell whether records of a type are known by name, so that there is a second, small index of their titles.

    Of a visit or a note the subject is one text among others, and there may be very many.
    """
    return any(field.name in record.title and field.required for field in record.searched)


def title_fields(record: RecordType) -> list[Field]:
    """List the fields by which a record is known."""
    return [field for field in record.searched if field.name in record.title or field.name in _TITLE_TOO]


def is_sounded(field: Field) -> bool:
    """Tell whether Chinese in a field is found by its sound: names, places, tags, one line each, not whole texts."""
    return field.type in _SOUNDED and not field.multiline


def entries(record: RecordType, values: Values) -> set[str]:
    """Give the entries of everything that is searched of a record."""
    found: set[str] = set()
    for field in record.searched:
        value = values.get(field.name)
        if value is None:
            continue
        if field.type is FieldType.PHONE:
            found |= phone_entries(str(value))
        else:
            found |= text_entries(searched_text(field, value), by_sound=is_sounded(field))
    return found


def entries_of_title(record: RecordType, values: Values) -> set[str]:
    """Give the entries of a record's names."""
    found: set[str] = set()
    for field in title_fields(record):
        if values.get(field.name) is not None:
            found |= title_entries(str(values[field.name]))
    return found


def touches_titles(record: RecordType, names: Iterable[str]) -> bool:
    """Tell whether a change of these fields changes what the record is called."""
    return not {field.name for field in title_fields(record)}.isdisjoint(names)


def touches_search(record: RecordType, names: Iterable[str]) -> bool:
    """Tell whether a change of these fields changes the record's document."""
    searched = {field.name for field in record.searched}
    return not searched.isdisjoint(names)


def searched_text(field: Field, value: Value) -> str:
    """Give the text of a value as a person would search for it."""
    return " ".join(value) if field.type is FieldType.TAGS else str(value)
