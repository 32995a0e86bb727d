"""Files on the command line: attach, say where the bytes are, save, refuse in sentences."""

import os
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

CONTENT = os.urandom(300_000)


@pytest.fixture
def account(cli: Cli) -> str:
    return cli.add("account", "name=Acme")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    file = tmp_path / "photo of the door.jpg"
    file.write_bytes(CONTENT)
    return file


@pytest.fixture
def attached(cli: Cli, account: str, photo: Path) -> str:
    return cli.ok("attach", "account", account, str(photo)).line


def test_attach_prints_the_id_of_what_it_made(cli: Cli, account: str, attached: str) -> None:
    shown = cli.json("show", "attachment", attached)

    assert (shown["name"], shown["account"], shown["record"]) == ("photo of the door.jpg", account, account)
    assert (shown["media_type"], shown["size_bytes"], shown["blob_state"]) == ("image/jpeg", len(CONTENT), "none")
    assert shown["file"] == {"where": "unsent", "have": len(CONTENT), "size": len(CONTENT)}


def test_file_of_an_opportunity_is_seen_with_its_account(cli: Cli, account: str, photo: Path) -> None:
    deal = cli.add("opportunity", "name=Twelve presses", f"account={account}")

    made = cli.json("attach", "opportunity", deal, str(photo))["id"]

    shown = cli.json("show", "attachment", made)
    assert (shown["account"], shown["record_type"], shown["record"]) == (account, "opportunity", deal)


def test_show_and_list_say_where_the_bytes_are(cli: Cli, attached: str) -> None:
    assert "On this laptop, not at the office yet" in cli.ok("show", "attachment", attached).out
    assert "On this laptop, not at the office yet" in cli.ok("list", "attachment").out
    assert [each["file"]["where"] for each in cli.json("list", "attachment")] == ["unsent"]


def test_status_counts_the_files_that_only_this_laptop_has(cli: Cli, attached: str) -> None:
    assert attached
    assert cli.json("status")["files_unsent"] == 1


def test_file_is_saved_under_its_name_in_a_folder_and_as_asked_elsewhere(
    cli: Cli, attached: str, tmp_path: Path
) -> None:
    folder = tmp_path / "desk"
    folder.mkdir()

    assert cli.ok("file", attached, "--to", str(folder)).line == str(folder / "photo of the door.jpg")
    cli.ok("file", attached[-8:], "--to", str(tmp_path / "door.jpg"))

    assert (folder / "photo of the door.jpg").read_bytes() == (tmp_path / "door.jpg").read_bytes() == CONTENT


def test_undone_attachment_is_deleted_and_its_bytes_stay(cli: Cli, attached: str, tmp_path: Path) -> None:
    cli.ok("undo")
    assert cli.json("show", "attachment", attached)["deleted"] is True

    cli.ok("redo")
    cli.ok("file", attached, "--to", str(tmp_path / "door.jpg"))

    assert (tmp_path / "door.jpg").read_bytes() == CONTENT


def test_what_is_no_plain_file_is_not_attached(cli: Cli, account: str, tmp_path: Path) -> None:
    for what in (tmp_path / "nothing", tmp_path):
        called = cli("attach", "account", account, str(what))
        assert called.code == 1
        assert called.err.startswith("The file cannot be read")
    assert cli.json("list", "attachment") == []


def test_attaching_to_a_deleted_record_is_refused(cli: Cli, account: str, photo: Path) -> None:
    cli.ok("delete", "account", account)

    called = cli("attach", "account", account, str(photo))

    assert (called.code, called.err) == (1, "This account is deleted. Restore it first, then change it.\n")


def test_where_the_office_holds_a_file_is_written_by_the_program_only(cli: Cli, attached: str) -> None:
    called = cli("set", "attachment", attached, "blob_state=stored")

    assert called.code == 1
    assert "written by the program itself" in called.err


def test_record_without_bytes_says_whose_laptop_they_are_on(cli: Cli, account: str, tmp_path: Path) -> None:
    made = cli.add("attachment", "name=contract.pdf", f"account={account}", f"sha256={'a' * 64}", "size_bytes=10")

    called = cli("file", made, "--to", str(tmp_path))

    assert cli.json("show", "attachment", made)["file"]["where"] == "elsewhere"
    assert called.code == 1
    assert called.err.startswith(
        "The bytes of this file have not reached the office yet; they are on the laptop of ana"
    )
