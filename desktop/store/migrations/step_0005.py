"""Step 5: what a mass deletion was agreed to with, and which edits that were not accepted an edit carries on."""

from sqlalchemy import Connection


def apply(connection: Connection) -> None:
    """Add the columns; nobody was asked before, and nothing named what it replaces."""
    connection.exec_driver_sql("ALTER TABLE command ADD COLUMN consent INTEGER NOT NULL DEFAULT 0")
    connection.exec_driver_sql("ALTER TABLE journal ADD COLUMN replaces TEXT")
