"""``roundsman-server seed`` as an operator types it."""

import json
from pathlib import Path

import pytest

from tests.helpers.office import Done, Office
from tests.seeds.crm_sets import write_set


@pytest.fixture
def stopped_office(tmp_path: Path) -> Office:
    """An office whose server does not run; commands work on its database."""
    return Office(f"sqlite:///{tmp_path / 'office.db'}", tmp_path)


@pytest.fixture
def password_file(tmp_path: Path) -> str:
    file = tmp_path / "password"
    file.write_text("quiet-river\nnot this line\n", encoding="utf-8")
    return str(file)


def seed(office: Office, *arguments: str) -> Done:
    return office.run("seed", *arguments)


def test_sample_is_made_in_a_new_database_and_reported_as_json(stopped_office: Office, password_file: str) -> None:
    done = seed(stopped_office, "demo", "--today", "2026-11-20", "--password-file", password_file, "--json")
    report = json.loads(done.out)

    assert done.code == 0
    assert report["made"]["account"] == 72
    assert report["facts"]["login"] == "ruonan"
    assert report["passwords"] == {}


def test_sample_without_a_password_file_prints_one_password_for_everybody(stopped_office: Office) -> None:
    done = seed(stopped_office, "demo", "--today", "2026-11-20")

    assert "One-time passwords, shown this once:\n  everybody  " in done.out


def test_real_set_without_a_password_file_prints_a_password_for_each(stopped_office: Office, tmp_path: Path) -> None:
    done = seed(stopped_office, "crm-opportunities", str(write_set(tmp_path / "set")), "--json")
    passwords = json.loads(done.out)["passwords"]

    assert set(passwords) >= {"ann.one", "mona.lead"}
    assert len(set(passwords.values())) == 7


def test_set_of_a_size_is_made_for_so_many_users(stopped_office: Office, password_file: str) -> None:
    done = seed(stopped_office, "--accounts", "12", "--users", "3", "--password-file", password_file, "--json")
    made = json.loads(done.out)["made"]

    assert (made["account"], made["contact"], made["activity"]) == (12, 24, 120)
    assert made["territory"] == 3


def test_folder_without_the_files_is_refused_with_a_sentence(stopped_office: Office, tmp_path: Path) -> None:
    done = seed(stopped_office, "crm-opportunities", str(tmp_path / "nowhere"))

    assert done.code == 1
    assert done.out == ""
    assert done.err.strip().endswith("accounts.csv cannot be read: No such file or directory.")


def test_broken_row_is_refused_with_file_and_line(stopped_office: Office, tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set", products=("Pump Pro,Pump,dear",))

    done = seed(stopped_office, "crm-opportunities", str(folder))

    assert done.code == 1
    assert done.err.strip() == "Line 2 of products.csv: 'dear' is no amount. Nothing was loaded."


@pytest.mark.parametrize(
    "arguments", [(), ("demo", "folder"), ("crm-opportunities",), ("--accounts", "0"), ("demo", "--accounts", "3")]
)
def test_arguments_that_name_no_set_or_two_are_a_usage_error(
    stopped_office: Office, arguments: tuple[str, ...]
) -> None:
    assert seed(stopped_office, *arguments).code == 2
