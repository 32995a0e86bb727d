"""One database behind one door: engines, transactions, waiting and retrying. Knows SQL's manners, no table.

``sqlite:///FILE`` goes through the SQLCipher wheel without a key, because the SQLite inside many Pythons still has the
WAL-reset bug; ``postgresql://`` goes through psycopg.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError, SQLAlchemyError

from sync.contract.errors import AppError, Code
from sync.server import statements

T = TypeVar("T")

OLDEST_SQLITE: Final = (3, 51, 3)
"""Older ones can lose committed data when a WAL is reset."""

_BUSY_S = 10.0
_READERS = 16
_ATTEMPTS = 5
_LOG_PAGES = 4000
"""So long the write-ahead log gets before its pages go into the file: one that changes often goes once."""

_RETRIED_STATES = frozenset({"40001", "40P01", "55P03"})  # serialisation failure, deadlock, lock not available
_ILL_CLASSES = frozenset({"08", "53", "57", "58"})  # no connection, no room, told to end, its system fails
_LOCKED = "database is locked"
_BUSY_SIGNS = (_LOCKED, "database or disk is full", "disk I/O error", "out of memory")
_PG_OPTIONS = "-c lock_timeout=10s -c statement_timeout=120s -c idle_in_transaction_session_timeout=120s"


class Storage:
    """Reader and writer connections of one database.

    Readers see one unchanging snapshot. Writers of this process go one after another by a lock of its own, those of
    other processes wait in the database.
    """

    def __init__(self, url: str) -> None:
        """Prepare the engines; the first connection is made when it is needed.

        Raises:
            AppError: ``DATABASE_UNUSABLE`` for an address that names no usable database.
        """
        self.url = _parse(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        make = _sqlite_engine if self.is_sqlite else _postgresql_engine
        self._reader = make(self.url, writes=False)
        self._writer = make(self.url, writes=True)
        self._turn = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a read transaction: everything read in it is of one moment.

        Raises:
            AppError: ``SERVER_BUSY`` or ``DATABASE_UNUSABLE``.
        """
        with _translated(), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def writing(self, *, wait_s: float = _BUSY_S) -> Iterator[Connection]:
        """Open a write transaction; committed at the end of the block, rolled back on an error.

        Raises:
            AppError: ``SERVER_BUSY`` when another writer does not finish within ``wait_s`` seconds.
        """
        if not self._turn.acquire(timeout=wait_s):
            raise AppError(Code.SERVER_BUSY, "another writer holds the database")
        try:
            with _translated(), self._writer.begin() as connection:
                yield connection
        finally:
            self._turn.release()

    def close(self) -> None:
        """Close all connections."""
        self._reader.dispose()
        self._writer.dispose()


def retrying(work: Callable[[], T]) -> T:
    """Run a whole transaction, and again when the database broke it off for the sake of another one.

    Raises:
        AppError: ``SERVER_BUSY`` when it was broken off every time.
    """
    for _attempt in range(_ATTEMPTS - 1):
        try:
            return work()
        except DBAPIError as error:
            if not is_passing(error):
                raise
    with refusing_when_busy():
        return work()


@contextmanager
def refusing_when_busy() -> Iterator[None]:
    """Say in our own words that another transaction was in the way.

    Raises:
        AppError: ``SERVER_BUSY``.
    """
    try:
        yield
    except DBAPIError as error:
        if not is_passing(error):
            raise
        raise AppError(Code.SERVER_BUSY, "another writer holds the database") from error


def is_passing(error: DBAPIError) -> bool:
    """Tell whether a database error is about other transactions, or the machine, and not about what was asked."""
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state in _RETRIED_STATES or state[:2] in _ILL_CLASSES
    return any(sign in str(error.orig) for sign in _BUSY_SIGNS)


def require_sqlite(version: tuple[int, ...]) -> None:
    """Refuse an SQLite that can lose committed data.

    Raises:
        AppError: ``DATABASE_UNUSABLE``.
    """
    if version < OLDEST_SQLITE:
        have, need = (".".join(map(str, each)) for each in (version, OLDEST_SQLITE))
        raise AppError(Code.DATABASE_UNUSABLE, f"SQLite {have} can lose data; {need} or newer is needed")


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise AppError(Code.DATABASE_UNUSABLE, "--db takes sqlite:///FILE or postgresql://...") from None
    backend = parsed.get_backend_name()
    if backend == "sqlite" and parsed.database and parsed.database != ":memory:":
        return parsed
    if backend in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    raise AppError(Code.DATABASE_UNUSABLE, "--db takes sqlite:///FILE or postgresql://...")


def _sqlite_engine(url: URL, *, writes: bool) -> Engine:
    from sqlcipher3 import dbapi2

    require_sqlite(dbapi2.sqlite_version_info)
    file = Path(str(url.database)).expanduser().absolute()

    def connect() -> Any:  # noqa: ANN401 - the driver is published without types
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not file.exists():
            file.touch(mode=0o600)
        connection = dbapi2.connect(str(file), timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
        for pragma in _pragmas(writes=writes):
            _set(connection, f"PRAGMA {pragma}")
        return connection

    engine = create_engine(
        "sqlite://",
        module=dbapi2,
        paramstyle="named",
        creator=connect,
        poolclass=QueuePool,
        pool_size=1 if writes else _READERS,
        max_overflow=0,
        pool_timeout=_BUSY_S,
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        statements.begin(connection, writes=writes)

    return engine


def _set(connection: Any, pragma: str) -> None:  # noqa: ANN401 - the driver is published without types
    """Set a pragma. Of several connections that change the journal of a new file at once, SQLite lets none wait."""
    for _attempt in range(_ATTEMPTS - 1):
        try:
            connection.execute(pragma)
        except connection.OperationalError as error:
            if _LOCKED not in str(error):
                raise
            # This waits, for as long as may be, until nobody else changes anything.
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("COMMIT")
        else:
            return
    connection.execute(pragma)


def _pragmas(*, writes: bool) -> tuple[str, ...]:
    return (
        "cipher_log_level=NONE",
        f"busy_timeout={int(_BUSY_S * 1000)}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "fullfsync=ON",
        "foreign_keys=OFF",
        "temp_store=MEMORY",
        "journal_size_limit=67108864",
        f"cache_size={-65536 if writes else -8192}",
        f"wal_autocheckpoint={_LOG_PAGES}",
        f"query_only={'OFF' if writes else 'ON'}",
    )


def _postgresql_engine(url: URL, *, writes: bool) -> Engine:
    try:
        return create_engine(
            url,
            isolation_level="READ COMMITTED" if writes else "REPEATABLE READ",
            pool_size=1 if writes else _READERS,
            max_overflow=0,
            pool_timeout=_BUSY_S,
            pool_pre_ping=True,
            connect_args={"options": _PG_OPTIONS, "application_name": "roundsman-server"},
        )
    except (NoSuchModuleError, ArgumentError) as error:
        raise AppError(Code.DATABASE_UNUSABLE, str(error)) from None


@contextmanager
def _translated() -> Iterator[None]:
    """Turn what says that the database cannot be used at all into one refusal; leave the rest as it is."""
    try:
        yield
    except DBAPIError as error:
        text = str(error.orig)
        if error.connection_invalidated or _is_unconnected(error) or any(sign in text for sign in _UNUSABLE):
            raise AppError(Code.DATABASE_UNUSABLE, text.splitlines()[0]) from error
        raise
    except SQLAlchemyError as error:
        if "QueuePool limit" in str(error):
            raise AppError(Code.SERVER_BUSY, "all connections are in use") from None
        raise


def _is_unconnected(error: DBAPIError) -> bool:
    """Tell whether PostgreSQL was not there at all: only then does its driver tell no state."""
    state = getattr(error.orig, "sqlstate", "")
    return isinstance(error, OperationalError) and state is None


_UNUSABLE = (
    "file is not a database",
    "unable to open database file",
    "database disk image is malformed",
    "connection failed",
    "connection refused",
    "does not exist\n",
)
