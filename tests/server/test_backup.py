"""Copies of an office: of one moment, read back, restored into either database, and noticed when put in place."""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.contract.clock import SystemClock
from sync.contract.errors import AppError, Code
from sync.contract.wire import Action
from sync.server.backup import MANIFEST, backup, restore
from sync.server.blobs_disk import default_folder
from sync.server.check import check
from sync.server.incarnation import SUFFIX, look_after, renew
from sync.server.log import Log, open_log
from sync.server.recording import read_head
from sync.server.schema import BLOB
from sync.server.storage import Storage
from tests.helpers.databases import PostgreSQL
from tests.server.desk import Desk, Laptop

BYTES = b"a file's bytes"


@pytest.fixture
def sqlite_desk(tmp_path: Path) -> Iterator[Desk]:
    """An office on SQLite, for what does not depend on the database."""
    desk = Desk(f"sqlite:///{tmp_path / 'office.db'}")
    yield desk
    desk.close()


def epoch(log: Log) -> str:
    with log.storage.reading() as connection:
        return read_head(connection).epoch


def brought(url: str, folder: Path) -> Log:
    """Restore a copy and open it."""
    storage = Storage(url)
    try:
        restore(storage, folder, folder.with_name("files"))
    finally:
        storage.close()
    return open_log(url, SystemClock())


def with_file(desk: Desk, folder: Path) -> str:
    """Put a file into the office's folder, as if a laptop had handed it in."""
    name = hashlib.sha256(BYTES).hexdigest()
    whole = folder / name[:2] / name
    whole.parent.mkdir(parents=True)
    whole.write_bytes(BYTES)
    account = desk.account("Acme")
    row = {"sha256": name, "size": len(BYTES), "state": "stored", "client_id": "1", "user_id": "1", "stored_at": "1"}
    with desk.writing() as writer:
        writer.create("attachment", {"name": "a.txt", "account": account, "sha256": name, "size_bytes": len(BYTES)})
        writer.connection.execute(BLOB.insert(), row)
    return name


def test_copy_holds_everything_and_becomes_an_office_again(
    desk: Desk, ana: Laptop, tmp_path: Path, empty_database_url: str
) -> None:
    ana.create("account", name="Acme")
    ana.push()
    name = with_file(desk, tmp_path / "there")

    done = backup(desk.log, tmp_path / "copy", tmp_path / "there")
    log = brought(empty_database_url, tmp_path / "copy")

    try:
        assert done.files == 1
        assert check(log, tmp_path / "files").damage == check(desk.log, tmp_path / "there").damage
        assert (tmp_path / "files" / name[:2] / name).read_bytes() == BYTES
        with log.storage.reading() as ours, desk.log.storage.reading() as theirs:
            assert (read_head(ours).seq, read_head(ours).chain) == (read_head(theirs).seq, read_head(theirs).chain)
        assert epoch(log) != epoch(desk.log)
    finally:
        log.close()


def test_restore_refuses_a_database_that_is_not_empty(desk: Desk, tmp_path: Path) -> None:
    backup(desk.log, tmp_path / "copy")
    before = epoch(desk.log)

    with pytest.raises(AppError) as refused:
        restore(desk.log.storage, tmp_path / "copy")

    assert refused.value.code is Code.DATABASE_UNUSABLE
    assert "--db" in refused.value.detail
    assert epoch(desk.log) == before


@pytest.mark.parametrize("what", ["accounts.jsonl.zst", MANIFEST])
def test_damaged_copy_is_refused_and_leaves_nothing_behind(sqlite_desk: Desk, tmp_path: Path, what: str) -> None:
    sqlite_desk.account("Acme")
    backup(sqlite_desk.log, tmp_path / "copy")
    file = tmp_path / "copy" / what
    file.write_bytes(file.read_bytes()[:-4])
    url = f"sqlite:///{tmp_path / 'other.db'}"

    with pytest.raises(AppError) as refused:
        brought(url, tmp_path / "copy")

    assert refused.value.code is Code.FILE_UNREADABLE
    assert not default_folder(Storage(url).url).exists()


def test_backup_never_writes_over_another(sqlite_desk: Desk, tmp_path: Path) -> None:
    backup(sqlite_desk.log, tmp_path / "copy")

    with pytest.raises(AppError):
        backup(sqlite_desk.log, tmp_path / "copy")

    assert not (tmp_path / "copy.partial").exists()


def test_missing_file_is_told_and_leaves_no_half_copy(sqlite_desk: Desk, tmp_path: Path) -> None:
    name = with_file(sqlite_desk, tmp_path / "there")
    (tmp_path / "there" / name[:2] / name).unlink()

    with pytest.raises(AppError) as refused:
        backup(sqlite_desk.log, tmp_path / "copy", tmp_path / "there")

    assert name in refused.value.detail
    assert not (tmp_path / "copy").exists()


# ---------------------------------------------------------------------------------------------- put in place


def test_database_put_in_place_from_an_older_copy_gets_another_epoch(tmp_path: Path) -> None:
    file, older = tmp_path / "office.db", tmp_path / "older.db"
    log = open_log(f"sqlite:///{file}", SystemClock())
    first = epoch(log)
    log.close()
    shutil.copy(file, older)
    log = open_log(f"sqlite:///{file}", SystemClock())
    renew(log.storage)
    log.close()

    shutil.copy(older, file)
    again = open_log(f"sqlite:///{file}", SystemClock())

    try:
        assert epoch(again) != first
        assert not look_after(again.storage)
    finally:
        again.close()


def test_database_without_the_file_beside_it_gets_another_epoch(tmp_path: Path) -> None:
    file = tmp_path / "office.db"
    log = open_log(f"sqlite:///{file}", SystemClock())
    first = epoch(log)
    log.close()
    file.with_name(file.name + SUFFIX).unlink()

    again = open_log(f"sqlite:///{file}", SystemClock())

    try:
        assert epoch(again) != first
    finally:
        again.close()


def test_office_that_goes_on_as_it_was_keeps_its_epoch(database_url: str) -> None:
    log = open_log(database_url, SystemClock())
    first = epoch(log)
    renew(log.storage)
    log.close()

    again = open_log(database_url, SystemClock())

    try:
        assert epoch(again) == first
    finally:
        again.close()


@pytest.mark.postgres
def test_dump_that_was_loaded_elsewhere_gets_another_epoch(postgresql: PostgreSQL, ready_postgresql: str) -> None:
    log = open_log(postgresql.create("before", template=ready_postgresql), SystemClock())
    first = epoch(log)
    log.close()

    again = open_log(postgresql.create("after", template="before"), SystemClock())

    try:
        assert epoch(again) != first
    finally:
        again.close()
        for name in ("before", "after"):
            postgresql.drop(name)


def test_laptop_of_a_restored_office_is_told_that_it_diverged(
    desk: Desk, ana: Laptop, tmp_path: Path, empty_database_url: str
) -> None:
    backup(desk.log, tmp_path / "copy")
    log = brought(empty_database_url, tmp_path / "copy")
    desk.log.close()
    desk.office = type(desk.office)(log, desk.office.passwords, "test")
    desk.log = log

    other = Laptop.__new__(Laptop)
    other.__dict__.update(ana.__dict__)
    other.office = type(ana.office)(desk.office, ana.token)

    assert other.hello().action is Action.DIVERGED
