"""The tables of what the office does not hold whole any more: lines of the log, records. Knows no query."""

from sqlalchemy import BigInteger, Column, LargeBinary, Table, Text

from sync.server.schema import METADATA

REMOVED_LINE = Table(
    "removed_line",
    METADATA,
    Column("shard", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),  # ``chain.line_hash``: what the chain needs of it
    sqlite_with_rowid=False,
)

DEAD_ID = Table(
    "dead_id",
    METADATA,
    Column("id", LargeBinary, primary_key=True),  # ``dead.key``: 16 bytes
    sqlite_with_rowid=False,
)

DAILY = Table(
    "daily",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("begun_at", Text, nullable=False),
)
