"""The tables of what the office does not hold whole any more: removed lines, dead records, what a restore took.

Knows no query.
"""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table, Text

from sync.server.schema import KEY, METADATA

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

WITNESSED = Table(
    "witnessed",
    METADATA,
    Column("epoch", KEY, primary_key=True),  # of the log that is no more, and the position there
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("record", KEY, primary_key=True),
    Column("type", Text, nullable=False),
    Column("op", Text, nullable=False),
    Column("actor", Text),
    Column("at", Text, nullable=False),
    Column("mutation", KEY),
    Column("title", Text, nullable=False),
    Column("fields", Text),  # JSON: the new values, where a laptop still holds them
    Column("client_id", Text, nullable=False),
    Column("told_at", Text, nullable=False),
    Column("closed_at", Text),  # when an administrator gave up waiting for it
    Index("witnessed_record", "record"),
)

WAITING = Table(
    "waiting",
    METADATA,
    Column("mutation_id", KEY, primary_key=True),
    Column("client_id", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("record", KEY, nullable=False),
    Column("op", Text, nullable=False),
    Column("awaited", KEY, nullable=False),  # the record that has to come back first
    Column("payload", Text, nullable=False),
    Column("since", Text, nullable=False),
    Index("waiting_record", "record"),
)

INCARNATION = Table(
    "incarnation",
    METADATA,
    Column("shard", BigInteger, primary_key=True, autoincrement=False),
    Column("mark", Text, nullable=False),
)
