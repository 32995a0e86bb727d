"""The tables as SQLAlchemy knows them: the store's own ones, and one per record type, made from the catalogue.

The store's own are made by ``migrations``, their indexes with them; here are the columns that statements name.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import REAL, Column, Integer, MetaData, Table, Text
from sqlalchemy.types import TypeEngine

from sync.contract.catalogue import Catalogue
from sync.contract.fields import RecordType
from sync.contract.values import columns

OWN_COLUMNS = ("row", "id", "scope", "version", "deleted", "hidden", "custom")
"""Columns that every record table has beside those of its fields.

``row`` is the integer that the search index knows the record by. ``version`` is the log position last pulled, 0 for
never. ``hidden`` is derived: 1 when the record is deleted, its account is, or it left what the user may see. ``custom``
is JSON: custom fields, and fields that a newer office sent and this program does not know yet.
"""

GONE_SCOPE = ""
"""Scope of records that left what this user may see; no account has it, so nothing brings them back but a new row."""

_KINDS: dict[str, type[TypeEngine[Any]]] = {"text": Text, "integer": Integer, "real": REAL}

own = MetaData()

meta = Table("meta", own, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

gate = Table(
    "gate",
    own,
    Column("id", Integer, primary_key=True),
    Column("mode", Text, nullable=False),
    Column("held", Integer),
)

journal = Table(
    "journal",
    own,
    Column("n", Integer, primary_key=True),
    Column("client_n", Integer),
    Column("mutation", Text),
    Column("command", Text),
    Column("bond", Text),
    Column("type", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("op", Text, nullable=False),
    Column("old", Text),
    Column("new", Text),
    Column("context", Text),
    Column("base", Integer),
    Column("older", Text),
    Column("schema", Integer),
    Column("origin", Text, nullable=False, server_default="local"),
    Column("actor", Text),
    Column("at", Text),
    Column("outcome", Text),
    Column("seq", Integer),
    Column("code", Text),
    Column("data", Text),
    Column("settled", Text),
    Column("replaces", Text),
    Column("purged", Integer, nullable=False, server_default="0"),
)

command = Table(
    "command",
    own,
    Column("n", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("label", Text, nullable=False),
    Column("label_values", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("undoable", Integer, nullable=False),
    Column("target", Text),
    Column("undone_by", Text),
    Column("consent", Integer, nullable=False, server_default="0"),
)

agreed = Table(
    "agreed",
    own,
    Column("type", Text, primary_key=True),
    Column("record", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("version", Integer, nullable=False),
    sqlite_with_rowid=False,
)

row_count = Table(
    "row_count",
    own,
    Column("type", Text, primary_key=True),
    Column("live", Integer, nullable=False, server_default="0"),
    Column("shown", Integer, nullable=False, server_default="0"),
)

frozen_scope = Table(
    "frozen_scope",
    own,
    Column("scope", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("at", Text, nullable=False),
)

snapshot_missing = Table(
    "snapshot_missing",
    own,
    Column("type", Text, primary_key=True),
    Column("record", Text, primary_key=True),
    sqlite_with_rowid=False,
)

snapshot_chunk = Table(
    "snapshot_chunk",
    own,
    Column("n", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("here", Integer, nullable=False, server_default="0"),
    Column("scopes", Text),  # JSON: those of the rows that came
)

scope_digest = Table(
    "scope_digest",
    own,
    Column("scope", Text, primary_key=True),
    Column("rows", Integer, nullable=False),
    Column("total", Integer, nullable=False),
)

cursor_mark = Table(
    "cursor_mark",
    own,
    Column("seq", Integer, primary_key=True),
    Column("cursor", Text, nullable=False),
)

digest_stale = Table(
    "digest_stale",
    own,
    Column("scope", Text, primary_key=True),
    Column("mark", Integer, nullable=False, server_default="0"),
)

overflow = Table(
    "overflow",
    own,
    Column("type", Text, primary_key=True),
    Column("record", Text, primary_key=True),
    Column("scope", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("deleted", Integer, nullable=False),
    Column("fields", Text, nullable=False),
    sqlite_with_rowid=False,
)

sync_run = Table(
    "sync_run",
    own,
    Column("n", Integer, primary_key=True),
    Column("started_at", Text, nullable=False),
    Column("finished_at", Text, nullable=False),
    Column("pushed", Integer, nullable=False),
    Column("pulled", Integer, nullable=False),
    Column("conflicts", Integer, nullable=False),
    Column("attention", Integer, nullable=False),
    Column("first", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("data", Text, nullable=False),
)

change_note = Table(
    "change_note",
    own,
    Column("n", Integer, primary_key=True),
    Column("writer", Text, nullable=False),
    Column("command", Text),
    Column("records", Text, nullable=False),
    sqlite_autoincrement=True,
)

search_type = Table(
    "search_type",
    own,
    Column("rank", Integer, primary_key=True),
    Column("type", Text, nullable=False, unique=True),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("ready", Integer, nullable=False, server_default="1"),
)


class RecordTables:
    """The tables of the record types by the types' names."""

    def __init__(self, records: Iterable[RecordType]) -> None:
        """Describe a table for each record type; custom fields need no columns."""
        self.metadata = MetaData()
        self._tables = {each.name: _record_table(each, self.metadata) for each in records}

    def __getitem__(self, record_type: str) -> Table:
        """Give the table of a record type."""
        return self._tables[record_type]


@lru_cache(maxsize=8)
def record_tables(catalogue: Catalogue) -> RecordTables:
    """Describe the tables of a catalogue's record types, once for each catalogue."""
    return RecordTables(catalogue)


def field_columns(record: RecordType) -> tuple[str, ...]:
    """Name the columns that hold a type's built-in fields, in table order."""
    return tuple(column.name for field in record.stored_fields for column in columns(field))


def _record_table(record: RecordType, metadata: MetaData) -> Table:
    return Table(
        record.table,
        metadata,
        Column("row", Integer, primary_key=True),
        Column("id", Text, nullable=False, unique=True),
        Column("scope", Text, nullable=False),
        Column("version", Integer, nullable=False, server_default="0"),
        Column("deleted", Integer, nullable=False, server_default="0"),
        Column("hidden", Integer, nullable=False, server_default="0"),
        Column("custom", Text),
        *(Column(column.name, _KINDS[column.kind]) for field in record.stored_fields for column in columns(field)),
    )
