"""Takes the words of removed documents out of the search index itself, piece by piece.

A removed document is no longer found, but its words stay in the file until the parts of the index are merged.
"""

from sqlalchemy import Connection

from desktop.store import meta
from desktop.store.connections import raw

_PAGES = 64
"""Pages that one step works on: little enough that a save waits for one unnoticed."""

_MERGE = "INSERT INTO search_text (search_text, rank) VALUES ('merge', ?)"
_CHANGES = "SELECT total_changes()"


def want(connection: Connection) -> None:
    """Note, in the caller's transaction, that documents were removed for good."""
    meta.write(connection, {meta.SEARCH_UNTIDY: "wanted"})


def tidy_some(connection: Connection) -> bool:
    """Merge a little; tells whether there is more to do. Killed anywhere, it goes on where it was."""
    standing = meta.read(connection, meta.SEARCH_UNTIDY)
    if standing is None:
        return False
    driver = raw(connection)
    before = driver.execute(_CHANGES).fetchone()[0]
    # The first step puts all parts of the index into one merge, the others carry it on.
    driver.execute(_MERGE, (-_PAGES if standing == "wanted" else _PAGES,))
    moved = driver.execute(_CHANGES).fetchone()[0] - before
    done = moved < 2 and standing != "wanted"  # noqa: PLR2004 - fewer than two changes mean that nothing was merged
    meta.write(connection, {meta.SEARCH_UNTIDY: None if done else "begun"})
    return not done
