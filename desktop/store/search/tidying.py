"""Writes the index anew in one part: without words of records that are not there any more, and faster to ask.

FTS5 without content only marks a document as deleted; its words stay in the file until the parts of the index that
hold them are written anew. After records left this laptop, and once the index was built in many parts, that is done in
the background, some pages at a time. Single records that leave are collected: writing everything anew costs as much for
one of them as for a thousand.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from desktop.store import meta
from desktop.store.connections import raw
from desktop.store.opener import Store
from desktop.store.search import former
from sync.contract.clock import instant_text, parse_instant

_TABLES = ("search_text", "search_title")
_PAGES = 100
"""Pages of one transaction; some 30 ms."""

_MANY = 200
"""So many documents that left are not collected any longer."""

_COLLECTED = timedelta(hours=1)
"""So long single ones are, from the first time on that somebody looks."""

_SHARE_GONE = 10
"""With so many of its documents gone, in percent, FTS5 writes a part of the index anew by itself: its own default."""

_NOTHING_DONE = 2
"""A step that changed fewer rows than this had nothing to do, says the manual of FTS5."""


def want(connection: Connection) -> None:
    """Remember that there is something to do, in the caller's transaction; what is under way begins anew.

    Call it before very many documents leave: FTS5 would write a part of the index anew whenever a tenth of it is gone.
    """
    for each in _TABLES:
        _merge_after(connection, each, 0)
    nothing = {meta.SEARCH_TIDYING: None, meta.SEARCH_LEFT: None}
    meta.write(connection, {meta.SEARCH_UNTIDY: _everything(connection), **nothing})


def note_left(connection: Connection, documents: int) -> None:
    """Remember documents that left, in the caller's transaction: many are something to do, few are collected.

    Where everything is to be written anew and nothing of it has begun, their words go with it.
    """
    if not documents or _is_all_to_do(connection):
        return
    count, since = meta.read(connection, meta.SEARCH_LEFT) or (0, None)
    if count + documents >= _MANY:
        want(connection)
    else:
        meta.write(connection, {meta.SEARCH_LEFT: [count + documents, since]})


def look_after(database: Store, now: datetime) -> None:
    """See to it that what was collected is something to do after an hour; call it from time to time."""
    with database.reading() as connection:
        left = meta.read(connection, meta.SEARCH_LEFT)
    if not left:
        return
    since = None if left[1] is None else parse_instant(left[1])
    with database.writing_patiently() as connection:
        if since is None or now < since:
            meta.write(connection, {meta.SEARCH_LEFT: [left[0], instant_text(now)]})
        elif now - since >= _COLLECTED:
            want(connection)


def is_wanted(database: Store) -> bool:
    """Tell whether there is anything to do."""
    with database.reading() as connection:
        return bool(meta.read(connection, meta.SEARCH_UNTIDY))


def tidy_some(connection: Connection, pages: int = _PAGES) -> bool:
    """Write some pages anew in the caller's transaction; gives whether there is more to do."""
    left = meta.read(connection, meta.SEARCH_UNTIDY) or []
    if not left:
        return False
    name = str(left[0])
    if not former.is_named(connection, name):
        meta.write(connection, {meta.SEARCH_UNTIDY: left[1:] or None, meta.SEARCH_TIDYING: None})
        return len(left) > 1
    if name == former.CLEARED:
        if not former.clear_some(connection, pages):
            meta.write(connection, {meta.SEARCH_UNTIDY: left[1:] or None})
        return True
    begun = meta.read(connection, meta.SEARCH_TIDYING) == name
    # Below zero it begins with everything; from then on it goes on with what was begun.
    if _merge(connection, name, pages if begun else -pages) < _NOTHING_DONE:
        if name in _TABLES:
            _merge_after(connection, name, _SHARE_GONE)
        meta.write(connection, {meta.SEARCH_UNTIDY: left[1:] or None, meta.SEARCH_TIDYING: None})
        return len(left) > 1
    if not begun:
        meta.write(connection, {meta.SEARCH_TIDYING: name})
    return True


def _everything(connection: Connection) -> list[str]:
    earlier = [name for name in (former.CLEARED, former.BEFORE) if former.is_named(connection, name)]
    return [*earlier, *_TABLES]


def _is_all_to_do(connection: Connection) -> bool:
    begun = meta.read(connection, meta.SEARCH_TIDYING) is not None
    return not begun and meta.read(connection, meta.SEARCH_UNTIDY) == _everything(connection)


def _merge_after(connection: Connection, name: str, percent: int) -> None:
    told = f"INSERT INTO {name} ({name}, rank) VALUES ('deletemerge', ?)"  # noqa: S608 - our own name
    raw(connection).execute(told, (percent,))


def _merge(connection: Connection, name: str, pages: int) -> int:
    driver = raw(connection)
    before = driver.total_changes
    driver.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('merge', ?)", (pages,))  # noqa: S608 - our own name
    return int(driver.total_changes - before)
