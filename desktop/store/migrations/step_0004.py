"""Step 4: a place for records of types that this program does not know yet."""

from sqlalchemy import Connection


def apply(connection: Connection) -> None:
    """Make the table."""
    connection.exec_driver_sql(
        "CREATE TABLE overflow (type TEXT NOT NULL, record TEXT NOT NULL, scope TEXT NOT NULL,"
        " version INTEGER NOT NULL, deleted INTEGER NOT NULL, fields TEXT NOT NULL,"
        " PRIMARY KEY (type, record)) WITHOUT ROWID"
    )
    connection.exec_driver_sql("CREATE INDEX overflow_scope ON overflow (scope)")
