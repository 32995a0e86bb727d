"""Makes the indexes of a first sync in little memory, however many rows there are.

SQLite makes an index by sorting all of its entries, and does so in memory: on disk they would lie unencrypted. Nothing
is faster while they are few, so indexes are made when all rows are there. But once the entries of one would take too
much memory, it is made of the rows that are there by then, and grows with each further row.

Making a long one holds the writer for a tenth of a second and more. A save that comes meanwhile does not wait for it:
the making is broken off and begun again.

An earlier version's indexes of long tables are exchanged the same way, behind an open window (``catch_up``).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress

from sqlalchemy import Connection

from desktop.store import indexes, meta
from desktop.store.connections import GivenWayError, giving_way, raw
from desktop.store.database import Database
from desktop.store.indexes import Index
from sync.contract.fields import RecordType

SORT_BYTES = 32 * 1_048_576
"""So much memory the sorting of one index may take."""

_MUCH_BYTES = 12 * 1_048_576
"""From so much on, the cache of pages makes room for the sorting: a table that long does not fit into it anyway."""

_CACHE_KIB = 4096
_WHOLE_KIB = 44_000
"""Holds a table of which no index is long, with its newest index: each further index reads the table out of memory."""

_ENTRY_BYTES = 48
"""What sorting takes for each entry beside its values."""

_FEW_ROWS = indexes.FEW_ROWS
_SOME_ROWS = 20_000
"""Entries of fewer rows never take too much."""

_LONG_BYTES = 4 * 1_048_576
"""An index from here on holds the writer for longer than a save may wait."""

_SAMPLE = 50

_PATIENCE = 5
"""So often the making of one index gives way; somebody saves faster than a hand can, if that is not enough."""


def make_growing(database: Database, types: Collection[str]) -> None:
    """Make those indexes of some record types that have become so large that sorting them later takes too much."""
    with database.reading() as connection:
        rows = _rows(connection)
        long = [each for each in database.catalogue if each.name in types and rows.get(each.name, 0) >= _SOME_ROWS]
        found = _missing(connection, long, rows) if long else []
    for index, size in found:
        if size >= SORT_BYTES and not _make_between(database, index, size, database.writer_wanted):
            _make(database, [index], size)


def make_rest(database: Database, wanted: Callable[[], bool] | None = None) -> Iterator[None]:
    """Make all that are not there: those of the short tables at once, each of the others on its own, a step each.

    ``wanted`` tells that somebody waits for the writer. A long one that finds no gap between saves is left for later.
    """
    with database.reading() as connection:
        found = _missing(connection, database.catalogue, _rows(connection))
    few = [index for index, size in found if not size]
    if few:
        _make(database, few, 0)
        yield
    is_left = False
    with _whole_tables(database):
        for index, size in found:
            if size:
                is_made = _make_between(database, index, size, wanted or database.writer_wanted)
                is_left |= not is_made and not _make_now(database, index, size)
                yield
    if is_left:
        with database.writing_patiently() as connection:
            meta.write(connection, {meta.INDEXES_LEFT: True})


def catch_up(database: Database, stopped: Callable[[], bool]) -> Iterator[None]:
    """Exchange what an earlier version made for what this one asks for, a step each, until ``stopped`` says so.

    What a first sync left is made as well. Each step leaves the former index or the new one. Not exchanged is what
    gives way too often, and what takes too much memory to sort: the former one goes on answering, as it did before.
    """
    with database.reading() as connection:
        if _is_loading(connection):
            return
        found = _missing(connection, database.catalogue, _rows(connection))
        former = indexes.existing(connection)
        surplus = indexes.surplus_indexes(connection, database.catalogue)
    for index, size in found:
        if size >= SORT_BYTES and index.name in former:
            continue
        _exchange(database, index, size, stopped)
        yield
    for name in surplus:
        if stopped():
            return
        with database.writing_patiently() as connection:
            indexes.drop(connection, name)
        yield
    _note_made(database)


def _note_made(database: Database) -> None:
    """Forget that a first sync left indexes, once all are there."""
    with database.reading() as connection:
        is_left = meta.read(connection, meta.INDEXES_LEFT)
        there = indexes.existing(connection).keys()
        wanted = {index.name for each in database.catalogue for index in indexes.indexes_of(each)}
    if is_left and wanted <= there:
        with database.writing_patiently() as connection:
            meta.write(connection, {meta.INDEXES_LEFT: None})


def _exchange(database: Database, index: Index, size: int, stopped: Callable[[], bool]) -> None:
    """Make an index between saves, or not at all."""

    def wanted() -> bool:
        return stopped() or database.writer_wanted()

    for _attempt in range(_PATIENCE):
        if stopped():
            return
        with suppress(GivenWayError):
            with (
                database.writing_patiently() as connection,
                _room(connection, size),
                giving_way(raw(connection), wanted),
            ):
                if not _is_loading(connection):
                    indexes.make(connection, index)
            return


def _is_loading(connection: Connection) -> bool:
    # A first sync takes indexes away, or lets them stay, and makes all of them at its end.
    return bool(meta.read(connection, meta.SNAPSHOT_STARTED))


def _rows(connection: Connection) -> dict[str, int]:
    return dict(raw(connection).execute("SELECT type, live FROM row_count").fetchall())


def _missing(connection: Connection, records: Iterable[RecordType], rows: Mapping[str, int]) -> list[tuple[Index, int]]:
    """List the indexes that are not there as they should be, with what sorting takes, 0 for short tables."""
    by_name = {each.name: each for each in records}
    return [
        (index, _sort_bytes(connection, by_name[name].table, index, rows.get(name, 0)))
        for name, found in indexes.missing_indexes(connection, by_name.values()).items()
        for index in found
    ]


def _sort_bytes(connection: Connection, table: str, index: Index, rows: int) -> int:
    if rows < _FEW_ROWS:
        return 0
    names = ", ".join(f'"{each}"' for each in index.columns)
    length = " + ".join(f'coalesce(octet_length("{each}"), 0)' for each in index.columns)
    last = f"SELECT {names} FROM {table} ORDER BY row DESC LIMIT {_SAMPLE}"  # noqa: S608 - names of the catalogue
    (width,) = raw(connection).execute(f"SELECT coalesce(avg({length}), 0) FROM ({last})").fetchone()  # noqa: S608 - as above
    return int(rows * (width + _ENTRY_BYTES))


def _make_between(database: Database, index: Index, size: int, wanted: Callable[[], bool]) -> bool:
    """Make an index between saves, unless too many of them come; gives whether it is made."""
    for _attempt in range(_PATIENCE):
        with suppress(GivenWayError):
            with (
                database.writing_patiently() as connection,
                _room(connection, size),
                giving_way(raw(connection), wanted),
            ):
                indexes.make(connection, index)
            return True
    return False


def _make_now(database: Database, index: Index, size: int) -> bool:
    """Make a short one whoever waits; gives whether it was one."""
    if size < _LONG_BYTES:
        _make(database, [index], size)
    return size < _LONG_BYTES


def _make(database: Database, together: list[Index], size: int) -> None:
    with database.writing_patiently() as connection, _room(connection, size):
        for each in together:
            indexes.make(connection, each)


@contextmanager
def _whole_tables(database: Database) -> Iterator[None]:
    """Let the cache of pages hold a table while one index after the other is made of it."""
    with database.writing_patiently() as connection:
        before = _cache_pages(connection, -_WHOLE_KIB)
    try:
        yield
    finally:
        with database.writing_patiently() as connection:
            _cache_pages(connection, before)


@contextmanager
def _room(connection: Connection, size: int) -> Iterator[None]:
    """Give the memory of cached pages to a long sorting."""
    if size < _MUCH_BYTES:
        yield
        return
    before = _cache_pages(connection, -_CACHE_KIB)
    try:
        yield
    finally:
        _cache_pages(connection, before)


def _cache_pages(connection: Connection, wanted: int) -> int:
    """Say how large the cache of pages may be, as SQLite counts it; gives what was said before."""
    driver = raw(connection)
    (before,) = driver.execute("PRAGMA cache_size").fetchone()
    driver.execute(f"PRAGMA cache_size = {wanted}")
    return int(before)
