"""Step 9: texts that were left to filters are searched; the background puts the records of their types in once more."""

from sqlalchemy import Connection

_TYPES = "'account', 'activity', 'contact', 'opportunity', 'user'"


def apply(connection: Connection) -> None:
    """Let building begin with these types anew; what the index holds of them stays until it is replaced.

    Replacing so many, FTS5 would write parts of the index anew whenever a tenth of one is gone: the tidying that
    follows the building does so once, and lets FTS5 do it by itself again.
    """
    connection.exec_driver_sql(f"UPDATE search_type SET ready = 0, position = 0 WHERE type IN ({_TYPES})")  # noqa: S608
    for index in ("search_text", "search_title"):
        connection.exec_driver_sql(f"INSERT INTO {index} ({index}, rank) VALUES ('deletemerge', 0)")  # noqa: S608
