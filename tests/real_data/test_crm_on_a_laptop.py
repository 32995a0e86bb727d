"""Totals on a laptop after its first sync equal sums worked out from the raw files, and nothing more is there."""

from collections.abc import Iterable

import pytest

from desktop.domain.listing import Condition, Listing, Test
from desktop.services.application import Application
from tests.real_data.conftest import ADMINISTRATOR, OpenLaptop, roundsman_json
from tests.real_data.crm_truth import (
    CrmTruth,
    Deal,
    Totals,
    agent_won,
    product_won,
    quarter_won,
    status_of,
    totals,
)

AGENTS = ("Moses Frase", "Darcel Schlecht", "Kary Hendrixson", "Natalya Ivanova")
"""Of each office one, and one (the last) without a single opportunity."""

MANAGERS = ("Dustin Brinkmann", "Rocco Neubert")

WON = (Condition("status", Test.EQ, "won"),)


def login(name: str) -> str:
    return name.lower().replace(" ", ".")


def shown(laptop: Application, group_by: str, where: Iterable[Condition] = ()) -> Totals:
    """Give what the laptop shows: group to number of opportunities and dollars."""
    found = laptop.reads.totals(Listing("opportunity", where=tuple(where)), group_by=group_by, amount="amount")
    for each in found:
        assert set(each.sums) <= {"USD"}
    return {each.title: (each.count, int(each.sums.get("USD", 0)) // 100) for each in found}


def names(laptop: Application, record_type: str, field: str) -> list[str]:
    return sorted(str(row[field]) for row in laptop.reads.rows(record_type, laptop.reads.ids(Listing(record_type))))


def assert_shows(laptop: Application, deals: list[Deal], accounts: set[str]) -> None:
    assert names(laptop, "account", "name") == sorted(accounts)
    assert names(laptop, "opportunity", "external_id") == sorted(deal["opportunity_id"] for deal in deals)
    assert shown(laptop, "status") == totals(deals, status_of)
    assert shown(laptop, "owner", WON) == totals(deals, agent_won)
    assert shown(laptop, "product", WON) == totals(deals, product_won)
    assert shown(laptop, "closed_on:quarter", WON) == totals(deals, quarter_won)


@pytest.mark.e2e
def test_administrator_sees_every_total_of_the_raw_files(open_laptop: OpenLaptop, truth: CrmTruth) -> None:
    laptop = open_laptop(ADMINISTRATOR)

    assert_shows(laptop, truth.deals, truth.accounts)
    assert shown(laptop, "status")["won"] == (4238, 10_005_534)


@pytest.mark.e2e
@pytest.mark.parametrize("agent", AGENTS)
def test_agent_sees_the_totals_of_the_territory_the_shares_and_the_own(
    open_laptop: OpenLaptop, truth: CrmTruth, agent: str
) -> None:
    laptop = open_laptop(login(agent))

    assert_shows(laptop, truth.deals_of_agent(agent), truth.accounts_of_agent(agent))


@pytest.mark.e2e
@pytest.mark.parametrize("manager", MANAGERS)
def test_manager_sees_the_totals_of_the_office_and_what_its_agents_own(
    open_laptop: OpenLaptop, truth: CrmTruth, manager: str
) -> None:
    laptop = open_laptop(login(manager))

    assert_shows(laptop, truth.deals_of_manager(manager), truth.accounts_of_manager(manager))


@pytest.mark.e2e
def test_command_line_lists_what_the_raw_files_say(open_laptop: OpenLaptop, truth: CrmTruth) -> None:
    laptop = open_laptop("moses.frase")
    listed = roundsman_json(laptop.paths.folder, "list", "opportunity", "--where", "status=lost")

    assert {row["external_id"] for row in listed} == {
        deal["opportunity_id"] for deal in truth.deals_of_agent("Moses Frase") if status_of(deal) == "lost"
    }
