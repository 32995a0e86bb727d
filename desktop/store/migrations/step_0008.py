"""Step 8: the search index anew, without places in texts, and a second one of titles; built in the background."""

from sqlalchemy import Connection

_OPTIONS = "words, content='', contentless_delete=1, detail=none, tokenize='ascii'"
_BLOCKS_OF_AN_EMPTY_INDEX = 2


def apply(connection: Connection) -> None:
    """Make both empty, and keep the old index under another name for as long as they are built.

    Throwing it away here would write over every page of it, and nobody could work meanwhile.
    """
    blocks = connection.exec_driver_sql("SELECT count(*) FROM (SELECT 1 FROM search_text_data LIMIT 3)").scalar_one()
    if blocks > _BLOCKS_OF_AN_EMPTY_INDEX:
        connection.exec_driver_sql("ALTER TABLE search_text RENAME TO search_before")
        # Words of what left are still to be cleared out of it, if they were before.
        connection.exec_driver_sql("UPDATE meta SET value = '[\"search_before\"]' WHERE key = 'search_untidy'")
    else:
        connection.exec_driver_sql("DROP TABLE search_text")
        connection.exec_driver_sql("DELETE FROM meta WHERE key = 'search_untidy'")
    connection.exec_driver_sql(f"CREATE VIRTUAL TABLE search_text USING fts5({_OPTIONS})")
    connection.exec_driver_sql(f"CREATE VIRTUAL TABLE search_title USING fts5({_OPTIONS})")
    # Where there is nothing yet there is nothing to build either: saves keep the index from the first record on.
    held = "SELECT 1 FROM row_count WHERE live > 0"
    kept = "SELECT 1 FROM sqlite_master WHERE name = 'search_before'"
    connection.exec_driver_sql(
        f"UPDATE search_type SET ready = 0, position = 0 WHERE EXISTS ({held}) OR EXISTS ({kept})"  # noqa: S608
    )
