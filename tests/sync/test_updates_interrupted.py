"""An update that is killed at any statement leaves the old version or the new one, on laptops and on both databases."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, Engine, event, inspect

from desktop.store.database import Database
from sync.contract.clock import SystemClock
from sync.contract.errors import AppError, Code
from sync.server.log import open_log
from sync.server.storage import Storage
from tests.helpers.versions import BEFORE_2, NEXT, catalogue_of, office_program
from tests.store.laptops import KEY, Laptop, SteppingClock, account_row, page, row

ACCOUNT = "01900000-0000-7000-8000-000000000001"
PLAN = "01900000-0000-7000-8000-0000000000d1"
_WRITES = ("ALTER", "CREATE", "DROP", "INSERT", "UPDATE", "DELETE")


@contextmanager
def before_each_statement(do: Callable[[Connection, str], None]) -> Iterator[None]:
    """Call before every statement and every commit, with its text."""

    def statement(connection: Connection, _cursor: object, text: str, *_rest: object) -> None:
        do(connection, text)

    def commit(connection: Connection) -> None:
        do(connection, "COMMIT")

    event.listen(Engine, "before_cursor_execute", statement)
    event.listen(Engine, "commit", commit)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", statement)
        event.remove(Engine, "commit", commit)


class Images:
    """Copies of a database's files as a kill at that moment would leave them; each different state once."""

    def __init__(self, file: Path, folder: Path) -> None:
        self._file, self._folder = file, folder
        self._known: dict[str, Path] = {}
        self.moments = 0

    def take(self, _connection: Connection, _text: str) -> None:
        self.moments += 1
        parts = {name: self._file.with_name(self._file.name + name) for name in ("", "-wal")}
        content = {name: part.read_bytes() for name, part in parts.items() if part.exists()}
        state = hashlib.sha256(repr(sorted(content.items())).encode()).hexdigest()
        if state not in self._known:
            place = self._known[state] = self._folder / f"image-{len(self._known)}"
            place.mkdir()
            for name, found in content.items():
                (place / f"{self._file.name}{name}").write_bytes(found)

    def __iter__(self) -> Iterator[Path]:
        return (place / self._file.name for place in self._known.values())


def open_laptop(file: Path, version: int, *, create: bool = False) -> Database:
    return Database.open(file, KEY, clock=SteppingClock(), create=create, catalogue=catalogue_of(version))


@pytest.fixture
def old_laptop(tmp_path: Path) -> Path:
    """A database of the oldest version with much that waits for newer ones, and an unsent edit."""
    file = tmp_path / "laptop.db"
    with open_laptop(file, BEFORE_2, create=True) as database:
        laptop = Laptop(database)
        known: dict[str, Any] = {
            "payment_terms": "30 days",
            "terms": "30 days",
            "motto": "Roasted",
            "fleet": [5, "EUR"],
        }
        plan = row("visit_plan", PLAN, 6, scope=ACCOUNT, subject="Spring", account=ACCOUNT)
        laptop.replica.take_page(page(account_row(ACCOUNT, 5, **known), plan, seq=6))
        laptop.change("account", ACCOUNT, phone="110")
    return file


def test_laptop_update_killed_at_any_statement_leaves_old_or_new(old_laptop: Path, tmp_path: Path) -> None:
    images = Images(old_laptop, tmp_path)
    with before_each_statement(images.take), open_laptop(old_laptop, NEXT):
        pass
    refused = 0

    for each in images:
        copy = Path(shutil.copytree(each.parent, each.parent.with_name(f"{each.parent.name}-old"))) / each.name
        try:
            with open_laptop(copy, BEFORE_2) as database:
                assert Laptop(database).table("SELECT count(*) FROM overflow") == [(1,)]
                assert Laptop(database).shown("account", ACCOUNT).values["payment_terms"] == "30 days"
        except AppError as refusal:
            assert refusal.code is Code.DATABASE_NEWER  # noqa: PT017 - either is right
            refused += 1
        with open_laptop(each, NEXT) as database:
            laptop = Laptop(database)
            values = laptop.shown("account", ACCOUNT).values
            assert (values["terms"], values["motto"], values["fleet"]) == ("30 days", "Roasted", [5, "EUR"])
            assert laptop.shown("visit_plan", PLAN).values["subject"] == "Spring"
            assert [edit.fields for edit in laptop.outbox()] == [{"phone": "110"}]
    assert images.moments > 100
    assert refused


def make_office(url: str) -> str:
    """Write an account with the standard program, which is the oldest here; gives its id."""
    log = open_log(url, SystemClock())
    with log.writing() as writer:
        account = writer.create("account", {"name": "Acme", "payment_terms": "30 days"})
    log.close()
    return account


def look(url: str, account: str) -> dict[str, Any]:
    """Read the account with the newest program, which updates the database first."""
    log = office_program(NEXT)["log"].open_log(url, SystemClock())
    with log.writing() as writer:
        values = dict(writer.get("account", account).values)
    assert office_program(NEXT)["check"].check(log, None).damage == []
    log.close()
    return values


def layout(url: str) -> dict[str, list[str]]:
    storage = Storage(url)
    with storage.reading() as connection:
        about = inspect(connection)
        found = {name: sorted(one["name"] for one in about.get_columns(name)) for name in about.get_table_names()}
    storage.close()
    return found


def test_office_update_killed_at_any_statement_leaves_old_or_new_on_sqlite(tmp_path: Path) -> None:
    file = tmp_path / "office.db"
    account = make_office(f"sqlite:///{file}")
    old = layout(f"sqlite:///{file}")
    images = Images(file, tmp_path)
    with before_each_statement(images.take):
        assert look(f"sqlite:///{file}", account)["terms"] == "30 days"
    new = layout(f"sqlite:///{file}")

    for each in images:
        assert layout(f"sqlite:///{each}") in (old, new)
        assert look(f"sqlite:///{each}", account)["terms"] == "30 days"
    assert old != new


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_office_update_killed_at_any_write_leaves_old_or_new_on_postgresql(database_url: str) -> None:
    account = make_office(database_url)
    old = layout(database_url)
    update, found = office_program(NEXT)["log"].open_log, list[dict[str, list[str]]]()

    def kill_at(number: int) -> Callable[[Connection, str], None]:
        seen = 0

        def do(connection: Connection, text: str) -> None:
            nonlocal seen
            seen += text.lstrip().upper().startswith((*_WRITES, "COMMIT"))
            if seen == number:
                terminate(database_url, connection)

        return do

    while True:
        try:
            with before_each_statement(kill_at(len(found) + 1)):
                update(database_url, SystemClock()).close()
        except AppError as refused:
            if refused.code is not Code.DATABASE_UNUSABLE:
                raise
        else:
            break
        found.append(layout(database_url))

    assert look(database_url, account)["terms"] == "30 days"
    new = layout(database_url)
    assert found.count(old) > 5
    assert all(each in (old, new) for each in found)
    assert old != new


def terminate(url: str, connection: Connection) -> None:
    """Kill the database's process that serves a connection, and wait until it is gone."""
    pid = connection.connection.driver_connection.info.backend_pid  # type: ignore[union-attr]
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", (pid,))
