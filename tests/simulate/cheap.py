"""Makes worlds cheap: plain files in memory, connections and compiled statements kept from one world to the next.

What runs is the real store, engine and office over real SQLite files; decision 0055 lists what differs from a laptop.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.engine import URL

from desktop.store import connections, database, migrations
from desktop.store.failures import explain
from desktop.store.schema import Schema
from desktop.store.tables import record_tables
from sync.server import storage
from sync.server.passwords import Passwords
from tests.helpers import direct_office
from tests.simulate.patching import patched

_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = OFF",
    "temp_store = MEMORY",
    "recursive_triggers = ON",
    "trusted_schema = ON",
)


class Kept:
    """Engines and connections by file, and all that is compiled. One thread, one process."""

    def __init__(self) -> None:
        self._first = create_engine("sqlite://", module=driver, paramstyle="named")
        with self._first.connect():
            """The dialect asks for the version once."""
        self.passwords = Passwords(passes=1, memory_kib=8)
        self._engines: dict[tuple[Path, bool], Engine] = {}
        self._opened: dict[tuple[Path, bool], Any] = {}

    @contextmanager
    def cheaply(self) -> Iterator[None]:
        """Let every database that is opened in the block be a cheap one."""
        schemas = cache(lambda catalogue: _SharedSchema(catalogue, record_tables(catalogue)))
        fingerprint = cache(migrations.alignment.fingerprint)
        with (
            patched(connections, "open_raw", _open_plain),
            patched(connections, "writer_engine", lambda file, _key: self._engine(file, writes=True)),
            patched(connections, "reader_engine", lambda file, _key: self._engine(file, writes=False)),
            patched(storage, "_sqlite_engine", self._office_engine),
            patched(database, "Schema", schemas),
            patched(migrations.alignment, "fingerprint", fingerprint),
            patched(direct_office, "Passwords", lambda: self.passwords),
        ):
            yield

    def writer(self, file: Path) -> Any:
        """Give the connection that writes a file, ``None`` before it did."""
        return self._opened.get((file, True))

    def look_again(self, file: Path) -> None:
        """Let the connections of a file notice that other bytes lie there."""
        for writes in (True, False):
            opened = self._opened.get((file, writes))
            if opened is not None:
                opened.execute("SELECT count(*) FROM sqlite_schema").fetchone()

    def _office_engine(self, url: URL, *, writes: bool) -> Engine:
        return self._engine(Path(str(url.database)), writes=writes)

    def _engine(self, file: Path, *, writes: bool) -> Engine:
        found = self._engines.get((file, writes))
        if found is None:
            found = self._engines[file, writes] = self._new_engine(file, writes=writes)
        return found

    def _new_engine(self, file: Path, *, writes: bool) -> Engine:
        def connect() -> Any:
            settings = ("PRAGMA foreign_keys = ON",) if writes else ("PRAGMA query_only = ON",)
            opened = _open_plain(file, b"", settings)
            self._opened.setdefault((file, writes), opened)
            return opened

        size = 1 if writes else 4
        pool = QueuePool(connect, pool_size=size, max_overflow=0, use_lifo=True, dialect=self._first.dialect)
        engine = _KeptEngine(pool, self._first.dialect, URL.create("sqlite"))
        engine._compiled_cache = self._first._compiled_cache  # noqa: SLF001 - there is no other way to share it
        engine.opening = "BEGIN IMMEDIATE" if writes else "BEGIN"
        event.listen(engine, "handle_error", explain)
        return engine


class _KeptEngine(Engine):
    """Keeps its connections out of the pool, and begins and ends transactions on them without SQLAlchemy's objects."""

    opening = ""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self._idle: list[Connection] = []

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Open a transaction; it commits when the block ends well."""
        connection = self.connect()
        driver = connections.raw(connection)
        driver.execute(self.opening)
        try:
            yield connection
            self._end(connection, driver, "commit")
        except BaseException:
            self._end(connection, driver, "rollback")
            raise
        finally:
            self._idle.append(connection)

    def connect(self) -> Connection:
        """Give a connection that nobody uses; closing it gives it back to the pool."""
        return self._idle.pop() if self._idle else super().connect()

    @staticmethod
    def _end(connection: Connection, driver: Any, how: str) -> None:
        # What was asked through SQLAlchemy has begun a transaction of its own making there.
        if connection.in_transaction():
            getattr(connection, how)()
        elif driver.in_transaction:
            getattr(driver, how)()

    def dispose(self, close: bool = True) -> None:  # noqa: FBT001, FBT002 - as SQLAlchemy has it
        """Stay open: the next world goes on with these connections."""


class _SharedSchema(Schema):
    """A schema that is made once for all laptops."""


def _open_plain(file: Path, _key: bytes, settings: tuple[str, ...] = ()) -> Any:
    opened = driver.connect(str(file), isolation_level=None, check_same_thread=False, cached_statements=1000)
    for pragma in _PRAGMAS:
        opened.execute(f"PRAGMA {pragma}").fetchone()
    for setting in settings:
        opened.execute(setting)
    return opened
