"""Merging customers on the command line, and what the office cannot take yet."""

import pytest

from desktop.services.profiles import open_database
from desktop.store import meta
from desktop.system.paths import ProfilePaths
from sync.contract.clock import SystemClock
from tests.cli.conftest import Cli


@pytest.fixture
def pair(cli: Cli) -> tuple[str, str]:
    keep, drop = cli.add("account", "name=Kestrel"), cli.add("account", "name=Kestrel Ltd")
    cli.add("contact", "name=Li", f"account={drop}")
    return keep, drop


def test_merged_account_is_shown_as_the_kept_one_until_it_is_parted(cli: Cli, pair: tuple[str, str]) -> None:
    keep, drop = pair

    assert cli.json("merge", "account", keep, drop) == {"id": keep}

    shown = cli.json("show", "account", drop)
    assert (shown["id"], shown["name"], shown["merged"]) == (keep, "Kestrel", [drop])
    assert [each["id"] for each in cli.json("list", "account")] == [keep]
    assert [each["name"] for each in cli.json("list", "contact", "--where", f"account={keep}")] == ["Li"]
    assert cli.json("unmerge", "account", drop) == {"id": drop}
    assert len(cli.json("list", "account")) == 2
    assert cli.json("list", "contact", "--where", f"account={keep}") == []


def test_person_is_told_what_was_merged_and_parted(cli: Cli, pair: tuple[str, str]) -> None:
    assert cli.ok("merge", "account", *pair).line == "Kestrel Ltd is now part of Kestrel"
    assert cli.ok("unmerge", "account", pair[0]).line == "Kestrel Ltd stands on its own again"


def test_what_cannot_be_merged_is_refused_with_a_sentence(cli: Cli, pair: tuple[str, str]) -> None:
    keep, _ = pair

    assert (cli("merge", "account", keep, keep).code, cli("unmerge", "account", keep).code) == (1, 1)
    assert "one record" in cli("merge", "account", keep, keep).err


def test_change_that_the_office_cannot_take_before_its_update_is_told(cli: Cli, pair: tuple[str, str]) -> None:
    with open_database(ProfilePaths(cli.profile), clock=SystemClock()) as database:
        database.meta.set(meta.OFFICE_SCHEMA, 2)
    cli.ok("merge", "account", *pair)

    found = cli.json("status")

    assert (found["pending"], found["held"]) == (4, 1)
