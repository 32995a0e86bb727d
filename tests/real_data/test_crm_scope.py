"""What the office sends to each of the 41 people of the CRM data set, against the rules applied to the raw files."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sync.contract.clock import SystemClock, new_id
from sync.contract.entities import SCHEMA_VERSION
from sync.contract.wire import SignInRequest
from sync.server.handlers import Office as Handlers
from tests.helpers.direct_office import DirectOffice, open_office
from tests.helpers.office import Office
from tests.real_data.crm_truth import CrmTruth, Deal


@pytest.fixture
def handlers(crm_database: Path, tmp_path: Path) -> Iterator[Handlers]:
    """The office's own code on a copy of the database, so that devices signed in here are nobody else's."""
    copy = tmp_path / "office.db"
    shutil.copyfile(crm_database, copy)
    opened = open_office(f"sqlite:///{copy}", SystemClock())
    with closing(opened.log):
        yield opened


def everything_sent_to(handlers: Handlers, name: str) -> dict[str, set[str]]:
    """Fetch a first sync and give the external ids in it, by record type."""
    device = new_id()
    request = SignInRequest(
        login=name.lower().replace(" ", "."),
        password=Office.PASSWORD,
        client_id=device,
        device="test",
        schema=SCHEMA_VERSION,
    )
    office = DirectOffice(handlers, DirectOffice(handlers).sign_in(request).token)
    found: dict[str, set[str]] = {}
    after: str | None = None
    while True:
        chunk = office.snapshot(after)
        place = 4 + chunk.columns.index("external_id")
        found.setdefault(chunk.type, set()).update(str(row[place]) for row in chunk.rows)
        if chunk.after is None:
            return found
        after = chunk.after


def ids(deals: list[Deal]) -> set[str]:
    return {deal["opportunity_id"] for deal in deals}


@pytest.mark.slow
def test_every_agent_gets_exactly_the_visible_set(handlers: Handlers, truth: CrmTruth) -> None:
    for agent in truth.office_of_agent:
        sent = everything_sent_to(handlers, agent)

        assert sent["account"] == truth.accounts_of_agent(agent), agent
        assert sent["opportunity"] == ids(truth.deals_of_agent(agent)), agent


@pytest.mark.slow
def test_every_manager_gets_exactly_the_visible_set(handlers: Handlers, truth: CrmTruth) -> None:
    for manager in truth.offices_of_manager:
        sent = everything_sent_to(handlers, manager)

        assert sent["account"] == truth.accounts_of_manager(manager), manager
        assert sent["opportunity"] == ids(truth.deals_of_manager(manager)), manager


def test_offices_split_the_accounts_and_every_share_explains_itself(truth: CrmTruth) -> None:
    """The raw files themselves: were every account of one office only, shares would prove nothing."""
    shared = [
        account
        for agent in truth.office_of_agent
        for account in truth.accounts_of_agent(agent)
        if truth.office_of_account[account] != truth.office_of_agent[agent]
    ]

    assert set(truth.office_of_account.values()) == {"Central", "East", "West"}
    assert len(shared) > 100
