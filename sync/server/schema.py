"""The tables of the office, made from the catalogue: the same on SQLite and PostgreSQL. Knows no query.

Every replicated record type has one table; around them stand the log, its hash chain, receipts, who sees what, and
what the office knows of laptops. Instants are wire instants (text), log positions are 64-bit integers.
"""

from typing import Final

from sqlalchemy import BigInteger, Column, Double, Index, LargeBinary, MetaData, Table, Text
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

from sync.contract.entities import CATALOGUE
from sync.contract.fields import RecordType
from sync.contract.values import columns

STRUCTURE_VERSION: Final = 1
"""Raised whenever the tables below change in a way that adding columns and tables does not cover."""

SHARD: Final = 1
"""The one order there is so far; the column is there for the day on which one counter row is not enough."""

METADATA = MetaData()

# Keys are compared byte by byte on both databases, so that pages by key have one order everywhere.
KEY: Final = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
"""The type of keys, for tables that stand elsewhere."""
_KINDS: dict[str, TypeEngine[object]] = {"text": Text(), "integer": BigInteger(), "real": Double()}  # type: ignore[dict-item]

SHARD_HEAD = Table(
    "shard_head",
    METADATA,
    Column("shard", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("chain", LargeBinary, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("min_cursor", BigInteger, nullable=False),
)

CHANGE_LOG = Table(
    "change_log",
    METADATA,
    Column("shard", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("scope", KEY, nullable=False),
    Column("type", Text, nullable=False),
    Column("record", KEY, nullable=False),
    Column("op", Text, nullable=False),
    Column("delta", Text),  # JSON: field to [old, new]; empty for creations
    Column("actor", Text),
    Column("client_id", Text),
    Column("mutation", Text),
    Column("command", Text),
    Column("at", Text, nullable=False),
    Index("change_log_scope", "shard", "scope", "seq"),
    sqlite_with_rowid=False,
)

TX_LOG = Table(
    "tx_log",
    METADATA,
    Column("shard", BigInteger, primary_key=True, autoincrement=False),
    Column("seq_to", BigInteger, primary_key=True, autoincrement=False),
    Column("n_rows", BigInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("chain", LargeBinary, nullable=False),
    Column("at", Text, nullable=False),
    Column("form", BigInteger),  # how ``digest`` is made, as ``chain`` says; empty for the first form
    sqlite_with_rowid=False,
)

MUTATION = Table(
    "mutation",
    METADATA,
    Column("mutation_id", KEY, primary_key=True),
    Column("client_id", Text, nullable=False),
    Column("client_n", BigInteger, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("schema_v", BigInteger, nullable=False),
    Column("payload", Text, nullable=False),
    Column("received_at", Text, nullable=False),
    Index("mutation_client", "client_id", "client_n"),
)

RECEIPT = Table(
    "receipt",
    METADATA,
    Column("mutation_id", KEY, primary_key=True),
    Column("outcome", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("detail", Text, nullable=False),  # JSON: the whole receipt as it was given
)

DELETION = Table(
    "deletion",
    METADATA,
    Column("mutation_id", KEY, primary_key=True),
    Column("type", KEY, primary_key=True),
    Column("client_id", KEY, nullable=False),
    Column("command", Text),
    Column("n_rows", BigInteger, nullable=False),  # with an account all that went with it
    Column("at", Text, nullable=False),
    Index("deletion_client", "client_id", "at"),
    sqlite_with_rowid=False,
)
"""What laptops deleted lately without having been asked; older than the window of the brake it is forgotten."""

CLIENT = Table(
    "client",
    METADATA,
    Column("client_id", KEY, primary_key=True),
    Column("user_id", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("schema_v", BigInteger, nullable=False),
    Column("last_n", BigInteger, nullable=False),
    Column("last_hash", LargeBinary),
    Column("install_nonce", Text),
    Column("acked_cursor", BigInteger, nullable=False),
    Column("first_seen", Text, nullable=False),
    Column("last_seen", Text, nullable=False),
)

TOKEN = Table(
    "token",
    METADATA,
    Column("hash", LargeBinary, primary_key=True),
    Column("client_id", Text, nullable=False, index=True),
    Column("user_id", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("revoked_at", Text),
)

CREDENTIAL = Table(
    "credential",
    METADATA,
    Column("user_id", KEY, primary_key=True),
    Column("password", Text, nullable=False),  # Argon2id, with its parameters
    Column("changed_at", Text, nullable=False),
)

USER_SCOPE = Table(
    "user_scope",
    METADATA,
    Column("user_id", KEY, primary_key=True),
    Column("scope", KEY, primary_key=True),
    Column("granted_seq", BigInteger, nullable=False),
    Index("user_scope_scope", "scope"),
    sqlite_with_rowid=False,
)

SCOPE_EVENT = Table(
    "scope_event",
    METADATA,
    Column("shard", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", KEY, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("scope", KEY, primary_key=True),
    Column("kind", Text, nullable=False),  # grant or revoke; seq is that of the change that caused it
    sqlite_with_rowid=False,
)

ACCOUNT_HEAD = Table(
    "account_head",
    METADATA,
    Column("scope", KEY, primary_key=True),
    Column("max_seq", BigInteger, nullable=False),
    Column("n_rows", BigInteger, nullable=False),
    Column("sum_h", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

BLOB = Table(
    "blob",
    METADATA,
    Column("sha256", KEY, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("state", Text, nullable=False),  # stored, or going: being removed
    Column("client_id", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("stored_at", Text, nullable=False),
    Column("unused_since", Text),  # when a sweep first found no live attachment with it
)

BLOB_UPLOAD = Table(
    "blob_upload",
    METADATA,
    Column("sha256", KEY, primary_key=True),
    Column("client_id", KEY, primary_key=True),
    Column("user_id", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("begun_at", Text, nullable=False),
)

SCHEMA_VERSION_TABLE = Table(
    "schema_version",
    METADATA,
    Column("structure", BigInteger, primary_key=True, autoincrement=False),
    Column("catalogue", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
)


def entity_table(record: RecordType) -> Table:
    """Make the table of a record type: key, scope, version, field versions, then the columns of its fields.

    ``fv`` is JSON from field to the log position of its last change and lacks fields never changed since the
    creation. ``deleted_seq`` is the position of the deletion, empty for live records. ``custom`` is JSON too.
    """
    return Table(
        record.table,
        METADATA,
        Column("id", KEY, primary_key=True),
        Column("scope", KEY, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("fv", Text),
        Column("deleted_seq", BigInteger),
        Column("custom", Text),
        *(Column(each.name, _KINDS[each.kind]) for field in record.stored_fields for each in columns(field)),
        # In the order in which a snapshot goes through the table; counting needs nothing else either.
        Index(f"{record.table}_scope", "scope", "id", "deleted_seq"),
    )


ENTITY_TABLES: Final[dict[str, Table]] = {record.name: entity_table(record) for record in CATALOGUE}
"""The table of each record type, by its name."""

_ACCOUNTS = ENTITY_TABLES["account"].c
# With the id, so that a chunk of a first sync is one walk along it.
Index("accounts_territory_id", _ACCOUNTS.territory, _ACCOUNTS.id)
Index("accounts_owner", _ACCOUNTS.owner)
Index(
    "accounts_merged_into",
    _ACCOUNTS.merged_into,
    _ACCOUNTS.id,
    sqlite_where=_ACCOUNTS.merged_into.is_not(None),
    postgresql_where=_ACCOUNTS.merged_into.is_not(None),
)
Index(
    "accounts_deleted",
    _ACCOUNTS.id,
    sqlite_where=_ACCOUNTS.deleted_seq.is_not(None),
    postgresql_where=_ACCOUNTS.deleted_seq.is_not(None),
)
Index("attachments_sha256", ENTITY_TABLES["attachment"].c.sha256)
Index("users_login", ENTITY_TABLES["user"].c.login)
Index("conflicts_record", ENTITY_TABLES["conflict"].c.record)
Index("shares_account", ENTITY_TABLES["share"].c.account)
Index("shares_user", ENTITY_TABLES["share"].c.user)
