"""The sample organisation: sound, the same every time, and rich enough for every screen."""

import re
from collections import Counter
from datetime import UTC, date, timedelta, timezone
from pathlib import Path

import pytest

from sync.contract.catalogue import Catalogue
from sync.contract.entities import CATALOGUE
from sync.contract.errors import AppError, Code
from sync.contract.rules import check_new
from sync.server.seeds.demo_organisation import STAGES
from sync.server.seeds.demo_plan import SIGN_IN, demo_drafts
from sync.server.seeds.drafts import Draft
from sync.server.seeds.sample_tables import SampleTables

FRIDAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def drafts() -> list[Draft]:
    return list(demo_drafts(FRIDAY, UTC))


@pytest.fixture(scope="module")
def catalogue(drafts: list[Draft]) -> Catalogue:
    return CATALOGUE.with_custom(each.values for each in drafts if each.type == "custom_field")


def of_type(drafts: list[Draft], record_type: str) -> list[Draft]:
    return [each for each in drafts if each.type == record_type]


def owned_by_the_main_rep(drafts: list[Draft], record_type: str) -> list[Draft]:
    rep = next(each.id for each in of_type(drafts, "user") if each.values["login"] == SIGN_IN)
    return [each for each in of_type(drafts, record_type) if each.values["owner"] == rep]


def test_every_record_satisfies_the_catalogue(drafts: list[Draft], catalogue: Catalogue) -> None:
    for each in drafts:
        values = check_new(catalogue[each.type], each.values)
        assert {name: values[name] for name in each.values} == each.values


def test_references_point_to_records_made_before(drafts: list[Draft], catalogue: Catalogue) -> None:
    made: set[str] = set()
    for each in drafts:
        fields = catalogue[each.type].fields
        assert made.issuperset(value for name, value in each.values.items() if fields[name].target)
        made.add(each.id)
    assert len(made) == len(drafts)


def test_same_day_and_zone_give_the_same_records(drafts: list[Draft]) -> None:
    assert list(demo_drafts(FRIDAY, UTC)) == drafts


def test_another_day_gives_the_same_customers_people_and_deals_with_other_dates(drafts: list[Draft]) -> None:
    later = list(demo_drafts(FRIDAY + timedelta(days=3), UTC))

    for record_type in ("account", "contact", "opportunity", "task"):
        assert {each.id for each in of_type(later, record_type)} == {each.id for each in of_type(drafts, record_type)}
    assert {each.values["due_at"] for each in of_type(later, "task")} != {
        each.values["due_at"] for each in of_type(drafts, "task")
    }


def test_times_of_day_are_those_of_the_zone() -> None:
    eastern = timezone(timedelta(hours=8))
    drafts = list(demo_drafts(FRIDAY, eastern))

    visit = next(each for each in of_type(drafts, "activity") if each.values["subject"] == "Renewal walk-through")

    assert visit.values["at"] == "2026-11-20T02:12:00.000Z"


def test_sample_is_of_the_size_that_screens_need(drafts: list[Draft]) -> None:
    count = Counter(each.type for each in drafts)

    assert 60 <= count["account"] <= 80
    assert 170 <= count["contact"] <= 190
    assert count["territory"] == 2
    assert Counter(each.values["role"] for each in of_type(drafts, "user")) == {
        "rep": 4,
        "manager": 1,
        "service": 1,
        "marketing": 1,
        "admin": 1,
    }
    assert count["share"] >= 1
    assert count["custom_field"] >= 3


def test_main_rep_has_tasks_due_today_one_overdue_and_more_this_week(drafts: list[Draft]) -> None:
    open_tasks = [each for each in owned_by_the_main_rep(drafts, "task") if not each.values["done"]]
    days = Counter(str(each.values["due_at"])[:10] for each in open_tasks)

    assert days["2026-11-19"] == 1
    assert 5 <= days["2026-11-20"] <= 6
    assert sum(many for day, many in days.items() if day > "2026-11-20") >= 5


def test_main_rep_has_visits_today(drafts: list[Draft]) -> None:
    visits = [
        each
        for each in owned_by_the_main_rep(drafts, "activity")
        if each.values["kind"] == "visit" and str(each.values["at"]).startswith("2026-11-20")
    ]

    assert len(visits) == 2


def test_each_column_of_the_board_holds_two_to_five_deals_of_the_main_reps_territory(drafts: list[Draft]) -> None:
    account = {each.id: each.values for each in of_type(drafts, "account")}
    rep = owned_by_the_main_rep(drafts, "account")[0].values["territory"]
    columns = Counter(
        each.values["stage"]
        for each in of_type(drafts, "opportunity")
        if each.values["status"] == "open" and account[str(each.values["account"])]["territory"] == rep
    )

    assert set(columns) == {key for key, *_, status in STAGES if status == "open"}
    assert all(2 <= many <= 5 for many in columns.values())


def test_customers_of_the_main_rep_vary_in_tier_status_language_and_last_visit(drafts: list[Draft]) -> None:
    accounts = [each.values for each in owned_by_the_main_rep(drafts, "account")]
    scripts = [
        "latin" if str(each["name"]).isascii() else "traditional" if each["city"] == "香港" else "simplified"
        for each in accounts
    ]

    assert {each["tier"] for each in accounts} == {"a", "b", "c"}
    assert {each["status"] for each in accounts} >= {"prospect", "active", "dormant"}
    assert min(Counter(scripts).values()) >= 4
    assert len({str(each.get("last_visit_at", "never"))[:10] for each in accounts}) >= 12


def test_last_visit_of_an_account_is_its_latest_visit(drafts: list[Draft]) -> None:
    visits: dict[str, str] = {}
    for each in of_type(drafts, "activity"):
        if each.values["kind"] == "visit":
            account = str(each.values["account"])
            visits[account] = max(visits.get(account, ""), str(each.values["at"]))

    for each in of_type(drafts, "account"):
        assert each.values.get("last_visit_at") == visits.get(each.id)


def test_activities_reach_back_thirteen_months_and_never_into_tomorrow(drafts: list[Draft]) -> None:
    instants = [str(each.values["at"]) for each in of_type(drafts, "activity")]

    assert min(instants) < "2025-11-01"
    assert max(instants) < "2026-11-21"


def test_routine_activities_fall_on_workdays(drafts: list[Draft]) -> None:
    assert all(date.fromisoformat(str(each.values["at"])[:10]).weekday() < 5 for each in of_type(drafts, "activity"))


def test_phones_and_addresses_of_the_internet_cannot_reach_anybody(drafts: list[Draft]) -> None:
    for each in drafts:
        for name in ("phone", "mobile"):
            if name in each.values:
                assert re.fullmatch(r"\+86 (101|20|755|769) 00\d\d \d{4}|\+852 0[01]\d\d \d{4}", str(each.values[name]))
        for name in ("email", "website"):
            if name in each.values:
                assert str(each.values[name]).endswith(".example")


def test_traditional_texts_hold_no_simplified_characters() -> None:
    simplified = set("库门电温这会时间问题询价图财务审发货单约议见认识备个样报设经总资话联络务")
    tables = SampleTables()
    texts = [row["subject"] + row["body"] + row["outcome"] for row in tables["phrases"] if row["lang"] == "zh_TW"]
    texts += [row["name"] for row in tables["accounts"] if row["lang"] == "zh_TW"]
    texts += [row["zh_TW"] for row in tables["products"]]

    assert not [text for text in texts if simplified & set(text)]


def test_no_phrase_is_left_with_an_open_slot(drafts: list[Draft]) -> None:
    assert not [each for each in of_type(drafts, "activity") if re.search(r"[{}]", f"{each.values}"[1:-1])]


def test_texts_of_one_customer_are_varied(drafts: list[Draft]) -> None:
    bodies: dict[str, list[str]] = {}
    for each in of_type(drafts, "activity"):
        bodies.setdefault(str(each.values["account"]), []).append(str(each.values["body"]))

    for texts in bodies.values():
        assert len(set(texts)) >= 0.8 * len(texts)


def test_table_with_a_broken_row_is_refused(tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text("key|name\nonly-one\n", encoding="utf-8")

    with pytest.raises(AppError) as refusal:
        SampleTables(tmp_path)["accounts"]

    assert refusal.value.code is Code.FILE_UNREADABLE
