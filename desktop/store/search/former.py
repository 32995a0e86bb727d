"""The index of an earlier version, which answers for what the one of today does not hold yet.

A step of the migrations only gives it another name, which takes no time. Every record that is saved or leaves is taken
out of it, so that it is never wrong. Once all is in today's index it is cleared away, some pages at a time.
"""

import re
import unicodedata
from collections.abc import Iterable

from sqlalchemy import Connection

from desktop.store.connections import raw
from desktop.store.search.folding import CJK

BEFORE = "search_before"
"""Its name as long as it is asked."""

CLEARED = "search_cleared"
"""Its name while it is cleared away."""

_NAMED = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
_UNBUILT = "SELECT type FROM search_type WHERE ready = 0"
_REMOVE = f"DELETE FROM {BEFORE} WHERE rowid = ?"  # noqa: S608 - our own name
# What FTS5 says of an index without parts, behind the four bytes of its settings: a check of the file then misses none
# of the pages that are gone already.
_EMPTY = (
    f"UPDATE {CLEARED}_data SET block = CAST(substr(block, 1, 4) || X'FF000001000000' AS BLOB) "  # noqa: S608
    "WHERE id = 10 AND substr(block, 5) <> X'FF000001000000'"
)
# The first ten blocks tell FTS5 how the table is made; it goes with them at the end.
_PIECES = (
    f"DELETE FROM {CLEARED}_data WHERE id IN (SELECT id FROM {CLEARED}_data WHERE id > 10 LIMIT ?)",  # noqa: S608
    f"DELETE FROM {CLEARED}_docsize WHERE id IN (SELECT id FROM {CLEARED}_docsize LIMIT 50 * ?)",  # noqa: S608
    f"DELETE FROM {CLEARED}_idx WHERE (segid, term) IN (SELECT segid, term FROM {CLEARED}_idx LIMIT 50 * ?)",  # noqa: S608
)
_RUN = re.compile(f"[{CJK}]+|[^{CJK}]+")
_IS_CJK = re.compile(f"[{CJK}]")
_PHONE_LIKE = re.compile(r"\+?[\d\s().\-/]{5,}")
_MOST_PARTS = 16


def unbuilt(connection: Connection) -> list[str]:
    """List the types for which it is to be asked, none where there is none."""
    waiting = [name for (name,) in raw(connection).execute(_UNBUILT).fetchall()]
    return waiting if waiting and is_named(connection, BEFORE) else []


def is_named(connection: Connection, name: str) -> bool:
    """Tell whether there is a table of this name."""
    return raw(connection).execute(_NAMED, (name,)).fetchone() is not None


def remove(connection: Connection, documents: Iterable[int]) -> None:
    """Take documents out: their records were changed, or left."""
    raw(connection).executemany(_REMOVE, [(each,) for each in documents])


def forget(connection: Connection) -> None:
    """Ask it no more: today's index holds everything, or will be built from rows that it does not know."""
    if is_named(connection, BEFORE):
        raw(connection).execute(f"ALTER TABLE {BEFORE} RENAME TO {CLEARED}")


def clear_some(connection: Connection, pages: int) -> bool:
    """Clear some of it away in the caller's transaction; gives whether there is more."""
    driver = raw(connection)
    driver.execute(_EMPTY)
    if any(driver.execute(statement, (pages,)).rowcount for statement in _PIECES):
        return True
    driver.execute(f"DROP TABLE {CLEARED}")
    return False


def expression(text: str) -> str | None:
    """Write the expression by which it is asked for what was typed; ``None`` where that holds no word at all."""
    if _PHONE_LIKE.fullmatch(text):
        digits = "".join(each for each in text if each.isdigit())
        return f'"{digits}" *' if digits else None
    parts = [part for word in text.split() for part in _RUN.findall(word) if _has_word(part)]
    if len(parts) == 1 and len(parts[0]) == 1 and not _IS_CJK.match(parts[0]):
        # One Latin letter begins words of nearly every record; in titles it still says something.
        return in_titles(_phrase(parts[0]))
    return " AND ".join(_phrase(part) for part in parts[:_MOST_PARTS]) or None


def in_titles(asked: str) -> str:
    """Ask only for those of which the title holds it."""
    return f"{{title}} : ({asked})"


def _phrase(part: str) -> str:
    if _IS_CJK.match(part):
        return f'"{" ".join(part)}"'
    quoted = part.replace('"', " ")
    return f'"{quoted}" *'


def _has_word(part: str) -> bool:
    # Its tokenizer kept letters, numbers and private-use characters; a phrase of anything else would match nothing.
    return any(unicodedata.category(each)[0] in "LN" or unicodedata.category(each) == "Co" for each in part)
