"""Secondary indexes of the record tables, from the catalogue; taken away for the first snapshot and made after it.

Those of an earlier version are exchanged when a profile is opened, but of long tables only afterwards, in the
background: what a question finds does not depend on the index it goes by.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from desktop.store.aliases import ACCOUNT, MERGED_INTO
from desktop.store.connections import raw
from sync.contract.catalogue import Catalogue
from sync.contract.fields import Field, FieldType, RecordType, Scope
from sync.contract.values import columns

NOCASE_TYPES = frozenset({FieldType.TEXT, FieldType.PHONE, FieldType.EMAIL, FieldType.URL, FieldType.ADDRESS})
"""Field types that compare and sort without regard to the case of Latin letters."""


FEW_ROWS = 5_000
"""Indexes of fewer rows are made at once, wherever somebody waits."""

_SPARSE = frozenset({"external_id", "contact", "done_at"})
_APART = frozenset({"external_id", "updated_at", "territory"})
"""Fields that an index of their own serves well enough: each would make the index of long lists a tenth longer."""


@dataclass(frozen=True, slots=True)
class Index:
    """One index: what it is called, how it is made, which columns of its table its entries hold."""

    name: str
    ddl: str
    columns: tuple[str, ...]
    always: bool = False
    """Whether it stays while rows come: so few rows are in it that this costs nothing, and reads would miss it."""


def indexes_of(record: RecordType) -> Iterator[Index]:
    """Give each index of a record type's table.

    Lists read only what is shown (``hidden = 0``), so the indexes hold only that. The id follows in every index, so
    that a sorted list of ids comes from the index alone.
    """
    table = record.table
    if record.scope is not Scope.SHARED:
        name = f"{table}_by_scope"
        yield Index(name, f"CREATE INDEX {name} ON {table} (scope, deleted, hidden)", ("scope", "deleted", "hidden"))
    for field in record.stored_fields:
        if field.name == MERGED_INTO:
            # What is merged into another record is hidden, and few records are.
            name = f"{table}_by_{field.name}"
            ddl = f'CREATE INDEX {name} ON {table} ("{field.name}", id) WHERE "{field.name}" IS NOT NULL'
            yield Index(name, ddl, (field.name, "id"), always=True)
    for field in record.stored_fields:
        if _is_listed(record, field):
            yield _list_index(record, field)
        elif has_index(record, field):
            yield _index(record, field)


def has_index(record: RecordType, field: Field) -> bool:
    """Tell whether records are found by an index of this field.

    A choice, or yes and no, parts a long list into a few long lists, for which reading another index through that
    holds it is faster.
    """
    if field.type not in {FieldType.CHOICE, FieldType.BOOLEAN} or field.index_holds:
        return field.indexed
    held = {name for each in record.stored_fields for name in each.index_holds} | listed_fields(record)
    return field.indexed and field.name not in held


def missing_indexes(connection: Connection, records: Iterable[RecordType]) -> dict[str, list[Index]]:
    """List the indexes that are not there, or were made otherwise by an earlier version, by record type."""
    there = existing(connection)
    missing = {
        record.name: [each for each in indexes_of(record) if there.get(each.name) != each.ddl] for record in records
    }
    return {name: found for name, found in missing.items() if found}


def surplus_indexes(connection: Connection, records: Iterable[RecordType]) -> list[str]:
    """Name the indexes of an earlier version that nothing asks for any more."""
    there, found = existing(connection), []
    for record in records:
        wanted = {each.name for each in indexes_of(record)}
        found += [name for name in there if name.startswith(f"{record.table}_by_") and name not in wanted]
    return found


def make(connection: Connection, index: Index) -> None:
    """Make an index in the caller's transaction, in the place of what an earlier version made under its name."""
    former = existing(connection).get(index.name)
    if former == index.ddl:
        # Another program of this profile was faster.
        return
    if former is not None:
        drop(connection, index.name)
    raw(connection).execute(index.ddl)


def drop(connection: Connection, name: str) -> None:
    """Take an index away, if it is there, in the caller's transaction."""
    raw(connection).execute(f"DROP INDEX IF EXISTS {name}")


def align(connection: Connection, catalogue: Catalogue, *, make_missing: bool) -> None:
    """Bring the indexes of short tables to this version, in the caller's transaction.

    Those of the long ones stay as an earlier version made them: a window does not wait for sorting so much.
    """
    rows = dict(raw(connection).execute("SELECT type, live FROM row_count").fetchall())
    short = [each for each in catalogue if rows.get(each.name, 0) < FEW_ROWS]
    for name in surplus_indexes(connection, short):
        drop(connection, name)
    names = {each.name for each in short}
    for record, found in missing_indexes(connection, catalogue).items():
        for each in found:
            if make_missing and (record in names or each.always):
                make(connection, each)


def drop_long(connection: Connection, catalogue: Catalogue) -> None:
    """Take away every index of the tables that may become long, in the caller's transaction."""
    there = existing(connection)
    for record in catalogue:
        if record.scope is Scope.SHARED:
            continue
        for each in indexes_of(record):
            if each.name in there and not each.always:
                drop(connection, each.name)


def gives_ids_in_order(connection: Connection, record: RecordType, name: str) -> bool:
    """Tell whether an index that is there gives ids by this field, with no sorting."""
    found = next((each for each in indexes_of(record) if each.columns[:2] == (name, "id")), None)
    return found is not None and _is_there(connection, found)


def listed_there(connection: Connection, record: RecordType) -> frozenset[str]:
    """Name the fields of ``listed_fields``, none while the index of long lists is not there as it should be."""
    title = next((each for each in record.stored_fields if _is_listed(record, each)), None)
    if title is None or not _is_there(connection, _list_index(record, title)):
        return frozenset()
    return listed_fields(record)


def _is_there(connection: Connection, index: Index) -> bool:
    asked = "SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = ? AND sql = ?"
    return raw(connection).execute(asked, (index.name, index.ddl)).fetchone() is not None


def existing(connection: Connection) -> dict[str, str]:
    """Give the DDL of all indexes that are there, by name."""
    asked = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    return dict(raw(connection).execute(asked).fetchall())


def listed_fields(record: RecordType) -> frozenset[str]:
    """Name the fields whose values the index of a type's long lists holds, the title among them; none without one."""
    title = next((each for each in record.stored_fields if _is_listed(record, each)), None)
    return frozenset() if title is None else frozenset({title.name, *(each.name for each in _beside(record, title))})


def _is_listed(record: RecordType, field: Field) -> bool:
    """Tell whether a field is the title of a type of which there may be very many, so that lists begin with it."""
    return field.indexed and record.scope is not Scope.SHARED and record.title == (field.name,)


def _list_index(record: RecordType, field: Field) -> Index:
    """Cover long lists: by title, and what they are filtered and sorted by, so that rows need not be read."""
    others = [columns(each)[0].name for each in _beside(record, field)]
    name = f"{record.table}_by_{field.name}"
    listed = ", ".join(f'"{each}"' for each in ["id", *others])
    ddl = f"CREATE INDEX {name} ON {record.table} ({_key(field)}, {listed}) WHERE hidden = 0"
    return Index(name, ddl, (columns(field)[0].name, "id", *others))


def _beside(record: RecordType, title: Field) -> list[Field]:
    """Choose what the index of long lists holds beside the title: what parts such a list into parts that are long too.

    Few records belong to one account, so these are found by an index of their own.
    """
    indexed = [each for each in record.stored_fields if each.indexed and each is not title]
    return [each for each in indexed if each.name not in _APART and each.target != ACCOUNT]


def _index(record: RecordType, field: Field) -> Index:
    name = f"{record.table}_by_{field.name}"
    # Many records have none, and an index of all the empty ones would be built for nothing.
    filled = f' AND "{field.name}" IS NOT NULL' if field.name in _SPARSE else ""
    # An amount's currency goes before it: sums are by currency, and entries that lie together need no sorting.
    held = [column.name for each in field.index_holds for column in reversed(columns(record.fields[each]))]
    listed = ", ".join((_key(field), *(f'"{each}"' for each in held), "id"))
    ddl = f"CREATE INDEX {name} ON {record.table} ({listed}) WHERE hidden = 0{filled}"
    return Index(name, ddl, (columns(field)[0].name, *held, "id"))


def _key(field: Field) -> str:
    column = columns(field)[0].name
    return f'"{column}" COLLATE NOCASE' if field.type in NOCASE_TYPES else f'"{column}"'
