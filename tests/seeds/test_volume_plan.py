"""Sets of any size: exact totals, skewed portions, the same every time, sound records."""

from collections import Counter
from datetime import date

import pytest

from sync.contract.entities import CATALOGUE
from sync.contract.rules import check_new
from sync.server.seeds.drafts import Draft
from sync.server.seeds.volume_plan import Volume
from sync.server.seeds.volume_shape import Portions, Ranked, VolumeSize

TODAY = date(2026, 11, 20)
SIZE = VolumeSize(accounts=300, users=2)


def make(size: VolumeSize = SIZE, *, seed: int = 1) -> list[Draft]:
    volume = Volume(size, today=TODAY, seed=seed)
    return [*volume.shared(), *volume.customers()]


@pytest.fixture(scope="module")
def drafts() -> list[Draft]:
    return make()


def test_totals_are_exactly_what_the_size_promises(drafts: list[Draft]) -> None:
    count = Counter(each.type for each in drafts)

    assert (count["account"], count["contact"], count["activity"]) == (300, 600, 3000)
    assert (count["opportunity"], count["task"]) == (300, 150)


def test_every_record_satisfies_the_catalogue(drafts: list[Draft]) -> None:
    for each in drafts:
        values = check_new(CATALOGUE[each.type], each.values)
        assert {name: values[name] for name in each.values} == each.values


def test_references_point_to_records_made_before(drafts: list[Draft]) -> None:
    made: set[str] = set()
    for each in drafts:
        fields = CATALOGUE[each.type].fields
        assert made.issuperset(value for name, value in each.values.items() if fields[name].target)
        made.add(each.id)
    assert len(made) == len(drafts)


def test_same_size_day_and_seed_give_the_same_records(drafts: list[Draft]) -> None:
    assert make() == drafts


def test_another_seed_gives_other_records(drafts: list[Draft]) -> None:
    assert not {each.id for each in make(seed=2)} & {each.id for each in drafts}


def test_accounts_are_dealt_out_evenly_to_users(drafts: list[Draft]) -> None:
    owners = Counter(each.values["owner"] for each in drafts if each.type == "account")

    assert sorted(owners.values()) == [150, 150]


def test_single_rep_has_the_territory_of_every_account() -> None:
    drafts = make(VolumeSize(accounts=20))
    assignments = [each.values["territory"] for each in drafts if each.type == "assignment"]

    assert {each.values["territory"] for each in drafts if each.type == "account"} == set(assignments)


def test_names_are_chinese_and_latin(drafts: list[Draft]) -> None:
    latin = [str(each.values["name"]).isascii() for each in drafts if each.type == "account"]

    assert 0.2 < sum(latin) / len(latin) < 0.6


def test_few_accounts_have_many_activities() -> None:
    portions = Portions(VolumeSize(accounts=2000), "activity", seed=1)
    parts = sorted((portions[n] for n in range(2000)), reverse=True)

    assert sum(parts) == 20_000
    assert sum(parts[:200]) > 0.3 * sum(parts)
    assert parts[1000] >= 1


@pytest.mark.parametrize("accounts", [1, 2, 3, 17])
def test_smallest_sets_have_exact_totals_too(accounts: int) -> None:
    count = Counter(each.type for each in make(VolumeSize(accounts=accounts)))

    assert (count["account"], count["contact"], count["activity"]) == (accounts, 2 * accounts, 10 * accounts)


def test_first_of_a_list_occurs_most() -> None:
    ranked = Ranked(10)
    drawn = Counter(ranked.draw(n / 1000) for n in range(1000))

    assert drawn[0] > 1.8 * drawn[1] > drawn[9]
    assert set(drawn) == set(range(10))


def test_phones_and_mail_addresses_cannot_reach_anybody(drafts: list[Draft]) -> None:
    for each in drafts:
        for name in ("phone", "mobile"):
            number = str(each.values.get(name, "+86 101 "))
            assert number.startswith(("+86 101 ", "+852 0")) or number.split(" ")[2].startswith("0")
        assert str(each.values.get("email", ".example")).endswith(".example")
