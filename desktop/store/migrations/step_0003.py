"""Step 3: positions that this laptop has stood at, for an office that was set back."""

from sqlalchemy import Connection


def apply(connection: Connection) -> None:
    """Make the table."""
    connection.exec_driver_sql("CREATE TABLE cursor_mark (seq INTEGER PRIMARY KEY, cursor TEXT NOT NULL)")
