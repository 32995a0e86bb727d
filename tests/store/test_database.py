"""Opening, closing and what goes wrong with a file: each has a code, and nothing is lost."""

import os
import resource
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.store import connections
from desktop.store.database import Database
from sync.contract.clock import SystemClock
from sync.contract.errors import AppError, Code
from tests.store.laptops import KEY, Laptop, open_database, raw_connection

CANARY = "Zaunkoenig-7f3a91-山雀"


def database_file(folder: Path) -> Path:
    return folder / "store" / "data.db"


def refused(file: Path, key: bytes = KEY, *, create: bool = False) -> AppError:
    with pytest.raises(AppError) as refusal:
        Database.open(file, key, clock=SystemClock(), create=create)
    return refusal.value


def test_database_that_is_not_there_is_missing(tmp_path: Path) -> None:
    assert refused(tmp_path / "nowhere.db").code is Code.PROFILE_MISSING
    assert not (tmp_path / "nowhere.db").exists()


def test_new_database_is_private_to_its_user(tmp_path: Path) -> None:
    with open_database(tmp_path):
        assert stat.S_IMODE(database_file(tmp_path).stat().st_mode) == 0o600


def test_database_keeps_its_records_and_client_id(tmp_path: Path) -> None:
    with open_database(tmp_path) as database:
        account = Laptop(database).add("account", {"name": "Acme"})
        client = database.meta.client_id

    with open_database(tmp_path, create=False) as database:
        assert Laptop(database).shown("account", account).title == "Acme"
        assert database.meta.client_id == client


def test_wrong_key_is_told_and_changes_nothing(tmp_path: Path) -> None:
    open_database(tmp_path).close()
    before = database_file(tmp_path).read_bytes()

    assert refused(database_file(tmp_path), bytes(32)).code is Code.KEY_WRONG
    assert refused(database_file(tmp_path), b"short").code is Code.KEY_WRONG
    assert database_file(tmp_path).read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\x00" + bytes(4080)])
def test_file_that_is_no_database_of_ours_is_unusable(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "data.db"
    file.write_bytes(content)

    assert refused(file).code is Code.DATABASE_UNUSABLE
    assert file.read_bytes() == content


def test_database_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    open_database(tmp_path).close()
    with raw_connection(tmp_path) as raw:
        raw.execute("PRAGMA user_version = 4000")

    assert refused(database_file(tmp_path)).code is Code.DATABASE_NEWER


def test_database_of_a_newer_catalogue_is_refused(tmp_path: Path) -> None:
    open_database(tmp_path).close()
    with raw_connection(tmp_path) as raw:
        raw.execute("UPDATE meta SET value = '4000' WHERE key = 'schema'")

    assert refused(database_file(tmp_path)).code is Code.DATABASE_NEWER


def test_damaged_page_is_told_when_it_is_read(tmp_path: Path) -> None:
    with open_database(tmp_path) as database:
        laptop = Laptop(database)
        with laptop.unit() as work:
            for number in range(200):
                work.create("account", {"name": f"Account {number}", "description": "word " * 200})
    file = database_file(tmp_path)
    with file.open("r+b") as opened:
        for offset in range(file.stat().st_size // 2, file.stat().st_size, 4096):
            opened.seek(offset + 100)
            opened.write(os.urandom(16))

    with open_database(tmp_path, create=False) as database, pytest.raises(AppError) as refusal:
        Laptop(database).table("SELECT sum(length(description)) FROM accounts")

    assert refusal.value.code is Code.DATABASE_UNUSABLE


def test_full_disk_refuses_the_save_and_keeps_what_was_saved(tmp_path: Path) -> None:
    with open_database(tmp_path) as database:
        laptop = Laptop(database)
        account = laptop.add("account", {"name": "Acme"})
        with database.writing() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}").close()

        with pytest.raises(AppError) as refusal:
            laptop.change("account", account, description="word " * 3000)

        assert refusal.value.code is Code.DISK_FULL
        assert "description" not in laptop.shown("account", account).values
        laptop.change("account", account, city="上海")
        assert laptop.shown("account", account).values["city"] == "上海"


def test_close_on_a_full_disk_keeps_what_was_saved(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    account = Laptop(database).add("account", {"name": "Acme"})
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        database.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    with open_database(tmp_path, create=False) as again:
        assert Laptop(again).shown("account", account).values["name"] == "Acme"


def test_save_behind_another_process_that_never_ends_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_BUSY_MS", 1)
    with open_database(tmp_path) as database, raw_connection(tmp_path) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(AppError) as refusal:
            Laptop(database).add("account", {"name": "Acme"})

        other.execute("ROLLBACK")
        Laptop(database).add("account", {"name": "Acme"})
    assert refusal.value.code is Code.DATABASE_BUSY


def test_settings_make_a_commit_durable(tmp_path: Path) -> None:
    with open_database(tmp_path) as database:
        for opened in (database.writing, database.reading):
            with opened() as connection:
                found = {
                    name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                    for name in ("journal_mode", "synchronous", "fullfsync", "secure_delete", "temp_store")
                }
            assert found == {
                "journal_mode": "wal",
                "synchronous": 2,
                "fullfsync": 1,
                "secure_delete": 1,
                "temp_store": 2,
            }


def test_readers_cannot_write(tmp_path: Path) -> None:
    with (
        open_database(tmp_path) as database,
        database.reading() as connection,
        pytest.raises(AppError, match="readonly"),
    ):
        connection.exec_driver_sql("DELETE FROM meta")


def test_nothing_typed_is_found_in_clear_in_any_file(tmp_path: Path) -> None:
    with open_database(tmp_path) as database:
        laptop = Laptop(database)
        account = laptop.add("account", {"name": CANARY, "description": f"about {CANARY}", "tags": [CANARY]})
        laptop.change("account", account, description=f"{CANARY} again")
        assert laptop.search("Zaunkoenig")
        laptop.delete("account", account)
        while_open = list(_files_with(tmp_path, CANARY))

    assert while_open == []
    assert list(_files_with(tmp_path, CANARY)) == []


def test_closing_folds_the_log_into_the_file(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    Laptop(database).add("account", {"name": "Acme"})

    database.close()
    database.close()

    assert sorted(each.name for each in (tmp_path / "store").iterdir()) == ["data.db", "data.outbox"]


def test_errors_of_the_cipher_are_not_printed(tmp_path: Path) -> None:
    open_database(tmp_path).close()
    program = (
        "import sys\nfrom pathlib import Path\nfrom desktop.store.database import Database\n"
        "from sync.contract.clock import SystemClock\n"
        "try: Database.open(Path(sys.argv[1]), bytes(32), clock=SystemClock())\n"
        "except Exception as error: sys.exit(error.code.value)"
    )
    root = Path(__file__).resolve().parents[2]

    ended = subprocess.run(
        [sys.executable, "-c", program, str(database_file(tmp_path))],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.stderr.strip() == "key_wrong"


def _files_with(folder: Path, text: str) -> list[Path]:
    wanted = [text.encode(), text.encode("utf-16-le"), text[:12].encode()]
    files = [each for each in folder.rglob("*") if each.is_file()]
    assert files
    return [each for each in files if any(part in each.read_bytes() for part in wanted)]
