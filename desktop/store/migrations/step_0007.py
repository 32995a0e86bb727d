"""Step 7: which own changes no longer hold their values, because their account was taken off this laptop."""

from sqlalchemy import Connection


def apply(connection: Connection) -> None:
    """Add the column; nothing was taken off before. What was revoked then is looked at with the next sync."""
    connection.exec_driver_sql("ALTER TABLE journal ADD COLUMN purged INTEGER NOT NULL DEFAULT 0")
    connection.exec_driver_sql(
        "INSERT INTO meta (key, value) VALUES ('purge_due', 'true') ON CONFLICT (key) DO NOTHING"
    )
