"""Signing in, syncing and the doctor against a real server; and everything that may be wrong on the way."""

import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.system.settings import KEY_FILE, Settings
from tests.cli.conftest import Called, Cli
from tests.helpers.office import Office


@pytest.fixture
def office(sqlite_office: Office) -> Office:
    sqlite_office.add_user("ana", territories=("North",))
    return sqlite_office


@pytest.fixture
def fresh(tmp_path: Path) -> Cli:
    return Cli(tmp_path / "profile")


@pytest.fixture
def password(tmp_path: Path) -> Path:
    file = tmp_path / "password"
    file.write_text(f"{Office.PASSWORD}\r\nsecond line\n")
    return file


def init(cli: Cli, server: str, password: Path, *more: str) -> Called:
    key = more or ("--key-file", str(cli.profile.parent / "key"))
    return cli("init", "--server", server, "--user", "ana", "--password-file", str(password), *key)


def test_init_makes_a_profile_that_knows_the_path_of_its_key_and_not_the_key(
    office: Office, fresh: Cli, password: Path
) -> None:
    called = init(fresh, office.url, password)

    key = fresh.profile.parent / "key"
    assert (called.code, called.err) == (0, "")
    assert key.stat().st_mode & 0o777 == 0o600
    assert Settings(fresh.profile / "settings.json").get(KEY_FILE) == str(key)
    written = b"".join(file.read_bytes() for file in fresh.profile.rglob("*") if file.is_file())
    assert key.read_bytes().strip() not in written
    assert Office.PASSWORD.encode() not in written


def test_status_after_init_tells_where_it_stands(office: Office, fresh: Cli, password: Path) -> None:
    init(fresh, office.url, password)

    found = fresh.json("status")

    assert (found["online"], found["pending"], found["user"], found["server"]) == (True, 0, "ana", office.url)
    assert found["rows"]["user"] >= 1


def test_sync_sends_and_receives_and_says_how_many(office: Office, fresh: Cli, password: Path) -> None:
    init(fresh, office.url, password)
    fresh.add("account", "name=Kestrel")

    found = fresh.json("sync")

    assert found.keys() == {
        "pushed",
        "pulled",
        "conflicts",
        "attention",
        "cursor",
        "seconds",
        "set_back",
        "told",
        "held",
    }
    assert (found["set_back"], found["told"], found["held"]) == (False, 0, 0)
    assert (found["pushed"], found["conflicts"], found["attention"]) == (1, 0, 0)
    assert fresh.json("status")["pending"] == 0


def test_sync_without_a_network_fails_and_keeps_everything(office: Office, fresh: Cli, password: Path) -> None:
    init(fresh, office.url, password)
    fresh.add("account", "name=Kestrel")
    office.kill()

    called = fresh("sync", "--json")

    assert (called.code, called.out) == (1, "")
    assert "safe" in called.err
    found = fresh.json("status")
    assert (found["online"], found["pending"]) == (False, 1)


def test_wrong_password_is_refused_and_leaves_nothing_behind(office: Office, fresh: Cli, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("not the password")

    called = init(fresh, office.url, wrong)

    assert called.code == 1
    assert "does not know this name and password" in called.err
    assert not (fresh.profile / "roundsman.db").exists()


@pytest.mark.parametrize("server", ["http://127.0.0.1:1", "https://127.0.0.1:1"])
def test_server_that_is_not_there_is_said(fresh: Cli, password: Path, server: str) -> None:
    called = init(fresh, server, password)

    assert called.code == 1
    assert "cannot be reached" in called.err


def test_address_that_is_not_encrypted_is_refused(fresh: Cli, password: Path) -> None:
    called = init(fresh, "http://crm.example", password)

    assert called.code == 1
    assert "https://" in called.err


class _Portal(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = b"<html>Sign in to the hotel</html>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def portal() -> Iterator[str]:
    with http.server.HTTPServer(("127.0.0.1", 0), _Portal) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_sign_in_page_of_a_network_is_not_taken_for_a_server(portal: str, fresh: Cli, password: Path) -> None:
    called = init(fresh, portal, password)

    assert called.code == 1
    assert "not a Roundsman server" in called.err


def test_init_without_a_keyring_and_without_a_key_file_names_both_ways(
    office: Office, fresh: Cli, password: Path
) -> None:
    called = init(fresh, office.url, password, "--json")

    assert called.code == 1
    assert "--key-file" in called.err
    assert "keyring" in called.err
    assert not (fresh.profile / "roundsman.db").exists()


@pytest.mark.parametrize("content", ["", "short\n", "g" * 64])
def test_key_file_of_another_form_is_refused(
    office: Office, fresh: Cli, password: Path, tmp_path: Path, content: str
) -> None:
    key = tmp_path / "bad key"
    key.write_text(content)
    key.chmod(0o600)

    called = init(fresh, office.url, password, "--key-file", str(key))

    assert called.code == 1
    assert str(key) in called.err
    assert key.read_text() == content


def test_password_file_that_is_not_there_is_said(office: Office, fresh: Cli, tmp_path: Path) -> None:
    called = init(fresh, office.url, tmp_path / "none")

    assert called.code == 1
    assert str(tmp_path / "none") in called.err


def test_init_again_signs_in_again_and_keeps_what_is_not_sent(office: Office, fresh: Cli, password: Path) -> None:
    init(fresh, office.url, password)
    account = fresh.add("account", "name=Kestrel")

    called = init(fresh, office.url, password)

    assert called.code == 0
    assert fresh.json("show", "account", account)["name"] == "Kestrel"


def test_doctor_finds_everything_well(office: Office, fresh: Cli, password: Path) -> None:
    init(fresh, office.url, password)

    found = fresh.json("doctor")

    names = ["key", "database", "counts", "journal", "outbox", "copies", "guards", "search", "clock", "server"]
    assert found["ok"] is True
    assert [each["name"] for each in found["checks"]] == names
    assert found["checks"][-1]["found"] == "there"


def test_doctor_without_a_network_is_well_too(cli: Cli) -> None:
    assert "does not answer now" in cli.ok("doctor").out


def test_wrong_key_locks_and_says_that_the_data_are_safe(cli: Cli, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("ab" * 32)
    other.chmod(0o600)
    Settings(cli.profile / "settings.json").set(KEY_FILE, str(other))

    called = cli("list", "account")

    assert (called.code, called.out) == (1, "")
    assert "safe but locked" in called.err


def test_missing_key_is_named(cli: Cli, tmp_path: Path) -> None:
    Settings(cli.profile / "settings.json").set(KEY_FILE, str(tmp_path / "gone"))

    called = cli("status")

    assert called.code == 1
    assert str(tmp_path / "gone") in called.err


def test_damaged_database_is_left_as_it_is(cli: Cli) -> None:
    file = cli.profile / "roundsman.db"
    file.write_bytes(b"SQLite format 3\x00" + b"x" * 5000)
    before = file.read_bytes()

    called = cli("list", "account")

    assert called.code == 1
    assert file.read_bytes() == before


def process(profile: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "desktop", "--profile", str(profile), *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=200)


def test_program_gives_documents_codes_and_sentences_as_a_process(cli: Cli) -> None:
    done, refused, wrong = (
        process(cli.profile, *arguments)
        for arguments in (("list", "account", "--json"), ("show", "account", "abcdefgh"), ("list", "nothing"))
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "abcdefgh" in refused.stderr
    assert wrong.returncode == 2


def test_chinese_goes_through_a_pipe_whatever_the_locale(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("PYTHONUTF8", "0")
    cli.add("account", "name=霜野制冷")

    assert "霜野制冷" in process(cli.profile, "list", "account").stdout


def test_profile_of_the_environment_is_used_without_an_option(cli: Cli) -> None:
    environment = {**os.environ, "ROUNDSMAN_HOME": str(cli.profile)}
    command = [sys.executable, "-m", "desktop", "status", "--json"]

    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False, timeout=60)

    assert done.returncode == 0, done.stderr


def test_tour_leaves_pictures_in_the_asked_language(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"

    done = process(cli.profile, "tour", str(folder), "--lang", "zh_CN", "--theme", "dark", "--json")

    files = sorted(folder.glob("*.png"))
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    written = sorted(str(each) for each in folder.iterdir())
    assert (list(told), sorted(told["files"])) == (["files"], written)
    assert set(written) - {str(each) for each in files} <= {str(folder / "timings.txt")}
    assert len(files) > 5
    assert all(each.read_bytes().startswith(b"\x89PNG") for each in files)


def test_backup_copies_the_profile_once_and_says_where_the_key_is(cli: Cli, tmp_path: Path) -> None:
    said = cli.ok("backup", str(tmp_path / "copy")).out
    again = cli("backup", str(tmp_path / "copy"))

    assert "keyring" in said
    assert (tmp_path / "copy" / "roundsman.db").exists()
    assert again.code == 1
