"""Step 2: sums of row hashes by scope, and which of them have to be worked out anew."""

from sqlalchemy import Connection


def apply(connection: Connection) -> None:
    """Make the tables; nothing is known yet, so everything is added up at the next comparison."""
    connection.exec_driver_sql(
        "CREATE TABLE scope_digest"
        " (scope TEXT PRIMARY KEY, rows INTEGER NOT NULL, total INTEGER NOT NULL) WITHOUT ROWID"
    )
    connection.exec_driver_sql(
        "CREATE TABLE digest_stale (scope TEXT PRIMARY KEY, mark INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID"
    )
