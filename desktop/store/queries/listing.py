"""Sorted ids of a listing, and the records that a page of them shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, func, literal_column, or_, select

from desktop.domain.listing import Clause, Condition, Either, Listing, Test, tested_fields
from desktop.domain.packed_ids import GAP, PackedIds, joined
from desktop.store import aliases
from desktop.store.indexes import gives_ids_in_order, listed_there
from desktop.store.queries import conditions, flags, sorting, titles
from desktop.store.schema import Schema
from desktop.store.search import matching
from desktop.store.selecting import among, stored_by_id
from sync.contract.fields import RecordType, Value

_MANY_ROWS = 2_000

_PART_IDS = 25_000
"""Ids that SQLite writes into one text: 1 MB, which stand three times in memory for a moment."""


def ids(connection: Connection, schema: Schema, listing: Listing) -> list[str]:
    """As ``packed``, as a list."""
    return list(packed(connection, schema, listing))


def packed(connection: Connection, schema: Schema, listing: Listing) -> Sequence[str]:
    """List the ids of a listing in its order; ties go by id in the direction of the last key, no order by id.

    Raises:
        AppError: ``UNKNOWN_TYPE``, ``UNKNOWN_FIELD``, or ``NOT_COMPARABLE`` or ``NOT_SORTABLE`` for a test or
            a sort key that the field's type does not have.
    """
    table = schema.table(listing.type)
    keys = [sorting.key_of(connection, schema, listing.type, each) for each in listing.sort]
    if _comes_in_index_order(listing, keys):
        return _in_index_order(connection, schema, listing, keys[0])
    if any(key.places is not None for key in keys):
        return _by_titles_of_others(connection, schema, listing, keys)
    statement = narrowed(connection, schema, listing, table.c.id)
    if statement is None:
        return []
    if len(keys) == 1 and keys[0].required and _is_covered(connection, schema, listing):
        leads = gives_ids_in_order(connection, schema.record(listing.type), keys[0].name)
        return _ids_along(connection, statement, _order(table, keys[0], leads=leads), listing.limit)
    return _fetch_ids(connection, statement.order_by(*sorting.directed(keys, table.c.id)).limit(listing.limit))


def _by_titles_of_others(
    connection: Connection, schema: Schema, listing: Listing, keys: Sequence[sorting.Key]
) -> list[str]:
    """Sort by what a reference points to, which no index of this type knows."""
    table = schema.table(listing.type)
    # A list that ends on its title comes in that order from the list index, if that index holds all that is asked;
    # only what stands before is left to sort. Else reading the rows as they lie is faster.
    titled = keys[-1].required and _is_covered(connection, schema, listing)
    first = keys[:-1] if titled else keys
    statement = narrowed(connection, schema, listing, table.c.id, *(key.column for key in first))
    if statement is None:
        return []
    rows = fetch(connection, statement.order_by(*_order(table, keys[-1]).directed()) if titled else statement)
    ordered = rows if titled else sorting.by_id(rows, descending=keys[-1].descending)
    return [row[0] for row in sorting.in_order(ordered, first)[: listing.limit]]


def fetch(connection: Connection, statement: Select[Any]) -> list[tuple[Any, ...]]:
    """Read plain tuples past SQLAlchemy's row objects, which cost more than SQLite itself at 100,000 rows."""
    result = connection.execute(statement)
    rows: list[tuple[Any, ...]] = list(result.cursor.fetchall())
    result.close()
    return rows


@dataclass(frozen=True, slots=True)
class _Order:
    """What a list of ids goes by, the id last and in the direction of what is before it.

    An index gives both then, read forwards or backwards. ``leads`` tells that one is there which does.
    """

    columns: tuple[ColumnElement[Any], ...]
    descending: bool
    leads: bool

    def directed(self) -> list[ColumnElement[Any]]:
        """Give what to order by."""
        return [each.desc() if self.descending else each.asc() for each in self.columns]

    def after(self, connection: Connection, last: str) -> ColumnElement[bool]:
        """Give the condition that a record comes after another one."""
        *keys, own = self.columns
        beyond = own < last if self.descending else own > last
        for key in keys:
            (place,) = connection.execute(select(key).where(own == last)).one()
            # The index is entered by the first of these; a comparison of pairs would not enter it by a text.
            level, further = (key <= place, key < place) if self.descending else (key >= place, key > place)
            beyond = and_(level, or_(further, beyond))
        return beyond


def _order(table: Table, key: sorting.Key, *, leads: bool = False) -> _Order:
    value: ColumnElement[Any] = table.c[key.name]
    return _Order((value.collate("NOCASE") if key.textual else value, table.c.id), key.descending, leads)


def _ids_along(connection: Connection, found: Select[Any], order: _Order, limit: int | None) -> Sequence[str]:
    """Take the ids of a long list in parts, each from where the one before ended, if an index leads there.

    SQLite and Python would both hold the ids of 200,000 people for a moment, 7 MB each and while they grow twice that.
    """
    ordered = found.order_by(*order.directed())
    if not order.leads or (limit is not None and limit <= _PART_IDS):
        return _fetch_ids(connection, ordered.limit(limit))
    return joined(_parts_along(connection, ordered, order, limit))[:limit]


def _parts_along(
    connection: Connection, ordered: Select[Any], order: _Order, limit: int | None
) -> Iterator[Sequence[str]]:
    part = _fetch_ids(connection, ordered.limit(_PART_IDS))
    count = len(part)
    yield part
    while len(part) == _PART_IDS and (limit is None or count < limit):
        further = ordered.where(order.after(connection, part[-1]))
        part = _fetch_ids(connection, further.limit(_PART_IDS))
        count += len(part)
        yield part


def _fetch_ids(connection: Connection, ordered: Select[Any]) -> Sequence[str]:
    """Let SQLite write the ids of a list into one text.

    Fetching them row by row takes as long again as finding them, and hands the interpreter from thread to thread at
    each, while somebody waits for the window to answer.
    """
    found = ordered.subquery()
    (text,) = connection.execute(select(func.group_concat(found.c.id, GAP))).one()
    packed = PackedIds.from_text(text or "")
    # An id of another width was made by no program of ours, and may hold whatever it likes.
    return [each for (each,) in fetch(connection, ordered)] if packed is None else packed


def _comes_in_index_order(listing: Listing, keys: Sequence[sorting.Key]) -> bool:
    """Tell whether one index gives a whole list, also a part of its order, or the few of a long list asked for."""
    if len(keys) != 1 or not keys[0].indexed or listing.text.strip() or listing.deleted:
        return False
    return listing.limit is not None or all(each == keys[0].name for each in tested_fields(listing.where))


def _in_index_order(connection: Connection, schema: Schema, listing: Listing, key: sorting.Key) -> Sequence[str]:
    """Let an index give the order. Empty values come last, which takes a run of its own."""
    table, limit = schema.table(listing.type), listing.limit
    value = table.c[key.name]
    shown = narrowed(connection, schema, listing, table.c.id)
    if shown is None:
        return []
    order = _order(table, key, leads=gives_ids_in_order(connection, schema.record(listing.type), key.name))
    found = _ids_along(connection, shown.where(value.is_not(None)), order, limit)
    if not key.required and (limit is None or len(found) < limit):
        left = None if limit is None else limit - len(found)
        by_id = replace(order, columns=(table.c.id,))
        found = joined((found, _ids_along(connection, shown.where(value.is_(None)), by_id, left)))
    return found


def _is_covered(connection: Connection, schema: Schema, listing: Listing) -> bool:
    """Tell whether the index of long lists holds everything that a listing filters and sorts by."""
    held = listed_there(connection, schema.record(listing.type))
    names = {*tested_fields(listing.where), *(each.field for each in listing.sort)}
    return bool(held) and not listing.deleted and names <= held


def _is_parted(connection: Connection, schema: Schema, listing: Listing) -> bool:
    """Tell whether a listing asks for parts of a long list, not for what has a title, nor along another index."""
    title = schema.record(listing.type).title[0]
    tested, keys = set(tested_fields(listing.where)), {each.field for each in listing.sort}
    return _is_covered(connection, schema, listing) and title not in tested and tested != keys


def narrowed(
    connection: Connection, schema: Schema, listing: Listing, *columns: ColumnElement[Any]
) -> Select[Any] | None:
    """Select columns of the records that satisfy a listing, unsorted; ``None`` when no record holds its text."""
    record, table = schema.record(listing.type), schema.table(listing.type)
    # Partial indexes are used only where the condition stands in the statement itself, so no bound value here.
    shown = table.c.deleted == 1 if listing.deleted else table.c.hidden == literal_column("0")
    statement = select(*columns).where(shown)
    wanted = [_through_aliases(connection, record, each) for each in listing.where]
    into_sql = conditions.compile_listed if _is_parted(connection, schema, listing) else conditions.compile_conditions
    statement = statement.where(*into_sql(record, table, wanted))
    if listing.text.strip():
        found = matching.rows_matching(connection, schema, listing.type, listing.text)
        if not found:
            return None
        # Each row is found by its number; of very many, reading the list index through and asking each is faster,
        # which the sum makes SQLite do.
        number = table.c.row if len(found) < _MANY_ROWS else table.c.row + literal_column("0")
        statement = statement.where(among(number, found))
    return statement


def _through_aliases(connection: Connection, record: RecordType, condition: Clause) -> Clause:
    """Let who asks for what hangs on an account also find what hangs on those that were merged into it."""
    if isinstance(condition, Either):
        groups = [tuple(_through_aliases(connection, record, each) for each in group) for group in condition.groups]
        return Either(tuple(groups))
    field = record.fields.get(condition.field)
    if field is None or field.target != aliases.ACCOUNT or field.name == aliases.MERGED_INTO:
        return condition
    if condition.test not in {Test.EQ, Test.IN} or condition.value is None:
        return condition
    asked = [condition.value] if condition.test is Test.EQ else list(condition.value)
    found = aliases.whole_families(connection, [str(each) for each in asked if each is not None])
    return condition if found <= set(asked) else Condition(condition.field, Test.IN, sorted(found))


def rows(connection: Connection, schema: Schema, record_type: str, wanted: Sequence[str]) -> list[dict[str, Value]]:
    """Read records in the order of ``wanted``; ids of records that are not there are left out.

    Each is its wire values that are not empty, and ``id``, ``titles`` (reference field to title), ``pending`` (an edit
    waits to be sent) and ``choice`` (somebody has to choose between two values).
    """
    found = stored_by_id(connection, schema, record_type, wanted)
    names = titles.of_references(connection, schema, record_type, [each.values for each in found.values()])
    pending = flags.pending(connection, record_type, wanted)
    choices = flags.with_choice(connection, schema, wanted)
    return [
        {
            **found[each].values,
            "id": each,
            "titles": titles.pick(schema.record(record_type), found[each].values, names),
            "pending": each in pending,
            "choice": each in choices,
        }
        for each in wanted
        if each in found
    ]
