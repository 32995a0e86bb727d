"""Opens connections to the encrypted file: key, durability, limits. Knows no tables."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from desktop.store.failures import app_error, explain
from sync.contract.errors import AppError, Code

RawConnection: TypeAlias = Any
"""A connection of the driver, which comes without types."""

KEY_BYTES = 32
READERS = 4
_BUSY_MS = 10_000
_WAIT_S = 30.0
_SQLITE_HEADER = b"SQLite format 3\x00"
_SMALLEST_FILE = 1024

_COMMON = (
    "PRAGMA synchronous = FULL",
    "PRAGMA fullfsync = ON",
    "PRAGMA checkpoint_fullfsync = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA secure_delete = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA trusted_schema = ON",
)
_WRITER = (
    # Only the gate has a foreign key; without it the gate refuses to open.
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -24000",
)
_READER = ("PRAGMA query_only = ON", "PRAGMA cache_size = -4000")
# Holds the index of the longest list, 20 MB for 200,000 people, and some more: what it had to leave out would cost more
# to decrypt at each pass than the pass itself, and all of it would have to be left out by turns.
_LISTER = ("PRAGMA query_only = ON", "PRAGMA cache_size = -22000")


_STEPS = 20_000
"""Steps of a statement between two looks at whether it should give way: about two milliseconds."""


class GivenWayError(Exception):
    """A statement was broken off for something that goes before it; its transaction is taken back."""


def raw(connection: Connection) -> RawConnection:
    """Give the driver's own connection under SQLAlchemy's, for bulk work where SQLAlchemy would cost more than SQL."""
    # For this driver the same as ``driver_connection``, which asks three objects for it.
    return connection.connection.dbapi_connection


def writer_engine(file: Path, key: bytes) -> Engine:
    """Make the engine of the one writing connection; its transactions begin with ``BEGIN IMMEDIATE``."""
    engine = _engine(lambda: open_raw(file, key, _WRITER), size=1)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def reader_engine(file: Path, key: bytes) -> Engine:
    """Make the engine of the reading connections; each transaction sees one state of the database."""
    engine = _engine(lambda: open_raw(file, key, _READER), size=READERS)
    event.listen(engine, "begin", _begin)
    return engine


def lister_engine(file: Path, key: bytes) -> Engine:
    """Make the engine of the one reading connection that keeps the indexes of long lists decrypted."""
    engine = _engine(lambda: open_raw(file, key, _LISTER), size=1)
    event.listen(engine, "begin", _begin)
    return engine


def open_raw(file: Path, key: bytes, settings: tuple[str, ...] = ()) -> RawConnection:
    """Open the file with its key.

    Raises:
        AppError: ``KEY_WRONG``, ``DATABASE_UNUSABLE`` or ``DATABASE_BUSY``.
    """
    if len(key) != KEY_BYTES:
        raise AppError(Code.KEY_WRONG)
    opened: RawConnection = None
    try:
        opened = driver.connect(str(file), isolation_level=None, check_same_thread=False, timeout=_BUSY_MS / 1000)
        # SQLCipher writes its errors to stderr otherwise; they may tell what is in the file.
        opened.execute("PRAGMA cipher_log_level = NONE")
        opened.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        opened.execute("SELECT count(*) FROM sqlite_master").fetchone()
        opened.execute("PRAGMA journal_mode = WAL").fetchone()
        for setting in (*_COMMON, *settings):
            opened.execute(setting)
    except driver.Error as error:
        if opened is not None:
            opened.close()
        raise _opening_error(file, error) from error
    return opened


@contextmanager
def giving_way(opened: RawConnection, wanted: Callable[[], bool]) -> Iterator[None]:
    """Break off what runs in the block as soon as ``wanted`` says so.

    Raises:
        GivenWayError: it was broken off; the transaction must be left.
    """
    opened.set_progress_handler(lambda: int(wanted()), _STEPS)
    try:
        yield
    except driver.OperationalError as error:
        if error.sqlite_errorcode != driver.SQLITE_INTERRUPT:
            raise
        raise GivenWayError from error
    finally:
        opened.set_progress_handler(None, 0)


def _opening_error(file: Path, error: driver.Error) -> AppError:
    if getattr(error, "sqlite_errorcode", None) == driver.SQLITE_NOTADB:
        # An encrypted file and a damaged one look alike; a readable header or a stump is certainly not ours.
        with file.open("rb") as opened:
            header = opened.read(len(_SQLITE_HEADER))
        foreign = header == _SQLITE_HEADER or file.stat().st_size < _SMALLEST_FILE
        return AppError(Code.DATABASE_UNUSABLE if foreign else Code.KEY_WRONG, str(error), reason=str(error))
    return app_error(error) or AppError(Code.DATABASE_UNUSABLE, str(error), reason=str(error))


def _engine(creator: Callable[[], RawConnection], *, size: int) -> Engine:
    engine = create_engine(
        "sqlite://",
        creator=creator,
        module=driver,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        # The connection given back last has the warmest page cache.
        pool_use_lifo=True,
        pool_timeout=_WAIT_S,
    )
    event.listen(engine, "handle_error", explain)
    return engine


def _begin_immediate(connection: Connection) -> None:
    raw(connection).execute("BEGIN IMMEDIATE")


def _begin(connection: Connection) -> None:
    raw(connection).execute("BEGIN")
