"""One edit of many records on the command line."""

import pytest

from tests.cli.conftest import Cli


@pytest.fixture
def three(cli: Cli) -> list[str]:
    return [cli.add("account", f"name={name}", "city=深圳") for name in ("Kestrel", "Merlin", "Osprey")]


def test_dry_run_counts_and_writes_nothing(cli: Cli, three: list[str]) -> None:
    cli.ok("set", "account", three[0], "tier=a")

    counted = cli.json("set-many", "account", "tier=a", "--where", "city = 深圳", "--dry-run")

    assert counted == {"dry_run": True, "changed": 2, "same": 1, "cannot": {}}
    assert len(cli.json("list", "account", "--where", "tier = a")) == 1


def test_records_that_a_question_finds_are_changed_and_taken_back_at_once(cli: Cli, three: list[str]) -> None:
    said = cli.ok("set-many", "account", "tier=a", "phone=0755", "--where", "name = Kestrel, Merlin").line

    changed = [each["name"] for each in cli.json("list", "account", "--where", "tier = a", "--sort", "name")]
    cli.ok("undo")

    assert said == "2 changed, 0 were so already, 0 could not be changed."
    assert changed == ["Kestrel", "Merlin"]
    assert cli.json("list", "account", "--where", "tier = a") == []


def test_question_that_is_not_understood_changes_nothing(cli: Cli, three: list[str]) -> None:
    called = cli("set-many", "account", "tier=a", "--where", "citi = 深圳")

    assert called.code == 2
    assert "citi" in called.err
    assert cli.json("list", "account", "--where", "tier = a") == []
