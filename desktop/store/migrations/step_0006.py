"""Step 6: the chunks of a first sync, and which of them are here."""

from sqlalchemy import Connection


def apply(connection: Connection) -> None:
    """Make the table."""
    connection.exec_driver_sql(
        "CREATE TABLE snapshot_chunk (n INTEGER PRIMARY KEY, name TEXT NOT NULL, place TEXT NOT NULL, "
        "rows INTEGER NOT NULL, here INTEGER NOT NULL DEFAULT 0, scopes TEXT)"
    )
