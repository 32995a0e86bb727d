"""The command line of the office: what it prints, what it refuses, with which exit code."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sync.contract.clock import SystemClock
from sync.server.__main__ import main
from sync.server.log import open_log
from sync.server.places import HOME


@pytest.fixture
def command(empty_database_url: str, capfd: pytest.CaptureFixture[str]) -> "Commands":
    return Commands(empty_database_url, capfd)


class Commands:
    """Runs commands on one database."""

    def __init__(self, url: str, capture: pytest.CaptureFixture[str]) -> None:
        self.url = url
        self._capture = capture
        self.out = ""
        self.err = ""

    def __call__(self, *arguments: str) -> int:
        self._capture.readouterr()
        code = main([*arguments, "--db", self.url])
        self.out, self.err = self._capture.readouterr()
        return code

    def json(self, *arguments: str) -> Any:
        assert self(*arguments, "--json") == 0
        return json.loads(self.out)


def test_user_added_without_a_file_gets_a_one_time_password(command: Commands) -> None:
    code = command("user", "add", "ana", "--role", "rep", "--territory", "North", "--territory", "South")

    assert code == 0
    assert len(command.out.split()) == 1
    (user,) = command.json("user", "list")
    assert (user["login"], user["role"], user["territories"]) == ("ana", "rep", ["North", "South"])


def test_user_added_with_a_password_file_prints_nothing(command: Commands, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("secret word\r\nsecond line", encoding="utf-8")

    code = command("user", "add", "ana", "--role", "admin", "--password-file", str(file))

    assert (code, command.out) == (0, "")


@pytest.mark.parametrize("content", [None, "", "\n"])
def test_password_file_without_a_password_is_refused(command: Commands, tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "password"
    if content is not None:
        file.write_text(content, encoding="utf-8")

    code = command("user", "add", "ana", "--role", "rep", "--password-file", str(file))

    assert code == 1
    assert str(file) in command.err


def test_user_whose_name_is_taken_is_refused(command: Commands) -> None:
    command("user", "add", "ana", "--role", "rep")

    code = command("user", "add", "Ana", "--role", "rep")

    assert (code, command.out) == (1, "")
    assert "Ana" in command.err


def test_user_is_changed_disabled_and_enabled(command: Commands) -> None:
    command("user", "add", "ana", "--role", "rep", "--territory", "North")

    codes = [
        command("user", "set", "ana", "--role", "manager", "--territory", "South"),
        command("user", "disable", "ana"),
    ]
    (disabled,) = command.json("user", "list")
    codes.append(command("user", "enable", "ana"))
    (enabled,) = command.json("user", "list")

    assert codes == [0, 0, 0]
    assert (disabled["role"], disabled["territories"], disabled["active"]) == ("manager", ["South"], False)
    assert enabled["active"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("user", "set", "nobody", "--role", "rep"),
        ("user", "disable", "nobody"),
        ("device", "revoke", "abcdef"),
        ("territory", "move", "nothing", "--to", "North"),
        ("territory", "move", "--from", "Nowhere", "--to", "North"),
    ],
)
def test_command_about_what_is_not_there_is_refused_with_a_sentence(
    command: Commands, arguments: tuple[str, ...]
) -> None:
    code = command(*arguments)

    assert code == 1
    (line,) = command.err.strip().splitlines()
    assert line.startswith("There is no ")
    assert line.endswith(".")


def test_accounts_that_move_are_counted_in_words_that_agree(command: Commands) -> None:
    assert command("user", "list") == 0
    with closing(open_log(command.url, SystemClock())) as log, log.writing() as writer:
        first = writer.create("account", {"name": "Kestrel"})
        writer.create("account", {"name": "Merlin"})

    told = []
    for arguments in ((first, "Merlin", "--to", "North"), (first, "--to", "South"), (first, "--to", "South")):
        assert command("territory", "move", *arguments) == 0
        told.append(command.out.strip())

    assert told == ["2 accounts moved to North.", "1 account moved to South.", "0 accounts moved to South."]


def test_name_that_several_accounts_have_is_refused_with_their_ids(command: Commands) -> None:
    assert command("user", "list") == 0
    with closing(open_log(command.url, SystemClock())) as log, log.writing() as writer:
        ids = sorted(writer.create("account", {"name": "Kestrel"}) for _ in range(2))

    code = command("territory", "move", "Kestrel", "--to", "North")

    assert code == 1
    assert f"{ids[0]}, {ids[1]}" in command.err


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("frobnicate",),
        ("user",),
        ("user", "add", "ana"),
        ("user", "add", "ana", "--role", "king"),
        ("user", "add", " ", "--role", "rep"),
        ("serve", "--port", "70000"),
        ("territory", "move", "a"),
        ("territory", "move", "--to", "North"),
        ("territory", "move", "a", "--from", "b", "--to", "North"),
        ("seed",),
        ("seed", "crm-opportunities"),
        ("seed", "demo", "--accounts", "5"),
    ],
)
def test_command_that_is_not_one_is_a_matter_of_usage(command: Commands, arguments: tuple[str, ...]) -> None:
    assert command(*arguments) == 2


def test_first_command_furnishes_the_office(command: Commands) -> None:
    code = command("check")

    assert code == 0
    assert "No damage found." in command.out


def test_second_command_furnishes_nothing_more(command: Commands) -> None:
    first = command.json("check")
    second = command.json("check")

    assert first == second


@pytest.mark.parametrize(
    "url",
    ["nonsense", "mysql://localhost/x", "sqlite://", "sqlite:///:memory:", "postgresql://127.0.0.1:9/none"],
)
def test_database_that_cannot_be_used_is_refused_with_a_sentence(url: str, capfd: pytest.CaptureFixture[str]) -> None:
    code = main(["check", "--db", url])

    assert code == 1
    assert capfd.readouterr().err.strip()


def test_file_that_is_no_database_is_left_alone(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("These are my notes. " * 500, encoding="utf-8")
    before = file.read_bytes()

    code = main(["check", "--db", f"sqlite:///{file}"])

    assert code == 1
    assert capfd.readouterr().err.strip()
    assert file.read_bytes() == before


def test_database_without_an_address_lies_in_the_offices_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(HOME, str(tmp_path / "office"))

    code = main(["check"])

    assert code == 0
    (file,) = (tmp_path / "office").glob("*.db")
    assert file.stat().st_mode & 0o077 == 0
