"""Who gets which account of the CRM data set, and what the records look like."""

from pathlib import Path

import pytest

from sync.contract.entities import CATALOGUE
from sync.contract.rules import check_new, scope_of
from sync.server.seeds.crm_files import read_files
from sync.server.seeds.crm_plan import CrmDrafts, login_of, place_accounts
from sync.server.seeds.drafts import Draft
from tests.seeds.crm_sets import write_set


@pytest.fixture
def drafts(tmp_path: Path) -> list[Draft]:
    return list(CrmDrafts(read_files(write_set(tmp_path))).records())


def of_type(drafts: list[Draft], record_type: str) -> dict[str, Draft]:
    return {str(each.values["external_id"]): each for each in drafts if each.type == record_type}


def test_account_belongs_to_the_office_with_most_of_its_opportunities(tmp_path: Path) -> None:
    placed = place_accounts(read_files(write_set(tmp_path)))

    assert placed["Brook Mill"].office == "North"


def test_account_with_equally_many_opportunities_belongs_to_the_office_first_by_name(tmp_path: Path) -> None:
    placed = place_accounts(read_files(write_set(tmp_path)))["Alder House"]

    assert (placed.office, placed.tied) == ("North", True)


def test_owner_is_the_agent_of_the_office_with_most_opportunities_then_first_by_name(tmp_path: Path) -> None:
    placed = place_accounts(read_files(write_set(tmp_path)))

    assert placed["Brook Mill"].owner == "Ann One"
    assert placed["Alder House"].owner == "Ann One"


def test_every_agent_of_another_office_with_an_opportunity_gets_a_share(tmp_path: Path) -> None:
    placed = place_accounts(read_files(write_set(tmp_path)))

    assert placed["Brook Mill"].shared_with == ("Cat Three",)


def test_account_without_opportunities_has_no_office_and_no_owner(tmp_path: Path) -> None:
    placed = place_accounts(read_files(write_set(tmp_path)))["Quiet Field"]

    assert (placed.office, placed.owner, placed.shared_with) == (None, None, ())


def test_every_record_satisfies_the_catalogue(drafts: list[Draft]) -> None:
    for each in drafts:
        record = CATALOGUE[each.type]
        values = check_new(record, each.values)
        assert {name: values[name] for name in each.values} == each.values
        assert scope_of(record, each.id, values)


def test_references_point_to_records_made_before(drafts: list[Draft]) -> None:
    made: set[str] = set()
    for each in drafts:
        wanted = [
            each.values[field.name]
            for field in CATALOGUE[each.type].fields.values()
            if field.target and each.values.get(field.name)
        ]
        assert made.issuperset(wanted)
        made.add(each.id)


def test_amounts_are_minor_units_of_dollars(drafts: list[Draft]) -> None:
    opportunities = of_type(drafts, "opportunity")

    assert opportunities["A4"].values["amount"] == [1050, "USD"]
    assert opportunities["A2"].values["amount"] == [0, "USD"]
    assert "amount" not in opportunities["A3"].values
    assert of_type(drafts, "account")["Quiet Field"].values["revenue"] == [304_000_000, "USD"]


def test_opportunity_without_account_is_named_for_its_product_and_belongs_to_its_agent(drafts: list[Draft]) -> None:
    bare = of_type(drafts, "opportunity")["A6"]

    assert bare.values["name"] == "Valve"
    assert bare.values["owner"] == of_type(drafts, "user")["Dan Four"].id


def test_status_follows_the_stage_of_the_file(drafts: list[Draft]) -> None:
    found = {key: (each.values["stage"], each.values["status"]) for key, each in of_type(drafts, "opportunity").items()}

    assert found["A1"] == ("won", "won")
    assert found["A2"] == ("lost", "lost")
    assert found["A3"] == ("engaging", "open")
    assert found["A6"] == ("prospecting", "open")


def test_login_is_the_name_in_lower_case_with_dots() -> None:
    assert login_of("Mei-Mei  Johns") == "mei-mei.johns"


def test_same_files_give_the_same_records(tmp_path: Path, drafts: list[Draft]) -> None:
    assert list(CrmDrafts(read_files(write_set(tmp_path / "again"))).records()) == drafts
