"""Ownership, visits, adjustments and choices: what follows from what, before anything is written."""

from typing import Any

import pytest

from desktop.domain.adjustments import Adjustment
from desktop.domain.choosing import Answer, Choice, chosen_values
from desktop.domain.ownership import first_territory, owned_fields
from desktop.domain.views import ConflictView, Side
from desktop.domain.visits import Touch, is_later, touches
from sync.contract.entities import CATALOGUE
from sync.contract.errors import AppError, Code

AT = "2026-11-20T09:00:00.000Z"


def test_new_account_belongs_to_its_author_and_the_author_s_territory() -> None:
    found = owned_fields(CATALOGUE["account"], {"name": "A"}, user="u1", territory="t1")

    assert found == {"owner": "u1", "territory": "t1"}


def test_new_contact_belongs_to_its_author_only() -> None:
    assert owned_fields(CATALOGUE["contact"], {"name": "A"}, user="u1", territory="t1") == {"owner": "u1"}


def test_owner_and_territory_that_were_entered_are_kept() -> None:
    values = {"name": "A", "owner": "u2", "territory": "t2"}

    assert owned_fields(CATALOGUE["account"], values, user="u1", territory="t1") == {}


def test_shared_record_has_no_owner() -> None:
    assert owned_fields(CATALOGUE["tag"], {"name": "vip"}, user="u1", territory="t1") == {}


def test_first_territory_is_that_of_the_earliest_assignment() -> None:
    assert first_territory([{"id": "2", "territory": "b"}, {"id": "1", "territory": "a"}]) == "a"
    assert first_territory([]) is None


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("visit", {"last_visit_at", "last_contacted_at"}),
        ("call", {"last_contacted_at"}),
        ("meeting", {"last_contacted_at"}),
        ("note", set()),
    ],
)
def test_activity_moves_the_instants_of_its_kind(kind: str, fields: set[str]) -> None:
    found = touches({"kind": kind, "account": "a", "contact": "c", "at": AT})

    assert {each.field for each in found} == fields


def test_activity_touches_only_whom_it_names() -> None:
    assert touches({"kind": "visit", "account": "a", "at": AT}) == (Touch("account", "a", "last_visit_at", AT),)
    assert touches({"kind": "visit", "account": "a"}) == ()


def test_instant_is_later_than_an_empty_one() -> None:
    assert is_later(AT, None)
    assert not is_later(AT, AT)


@pytest.mark.parametrize(
    ("name", "current", "adjustment", "expected"),
    [
        ("points", 5, Adjustment(3), 8),
        ("points", None, Adjustment(3, take_away=True), -3),
        ("tags", ["a"], Adjustment(["b", "a"]), ["a", "b"]),
        ("tags", ["a"], Adjustment(["a"], take_away=True), None),
        ("tags", None, Adjustment(["x"]), ["x"]),
        ("revenue", [100, "CNY"], Adjustment([50, "CNY"]), [150, "CNY"]),
        ("revenue", None, Adjustment([50, "CNY"]), [50, "CNY"]),
        ("points", 5, Adjustment(None), 5),
    ],
)
def test_adjustment_is_worked_out_from_the_present_value(
    name: str, current: Any, adjustment: Adjustment, expected: Any
) -> None:
    assert adjustment.applied(CATALOGUE["account"].fields[name], current) == expected


@pytest.mark.parametrize(("name", "current", "value"), [("name", "A", "B"), ("revenue", [1, "CNY"], [1, "USD"])])
def test_adjustment_that_makes_no_sense_is_refused(name: str, current: Any, value: Any) -> None:
    with pytest.raises(AppError) as refused:
        Adjustment(value).applied(CATALOGUE["account"].fields[name], current)

    assert refused.value.code is Code.VALUE_UNREADABLE


def conflict(mine: Side | None, field: str = "phone") -> ConflictView:
    return ConflictView(
        id="k",
        type="account",
        record="a",
        title="A",
        field=field,
        before={"phone": "1"},
        current={"phone": "2"},
        current_by="u2",
        current_by_name="Two",
        current_at=AT,
        proposed={"phone": "3"},
        proposed_by="u1",
        proposed_by_name="One",
        proposed_at=AT,
        mine=mine,
        asked=True,
    )


@pytest.mark.parametrize(
    ("mine", "choice", "phone"),
    [
        (Side.PROPOSED, Choice.MINE, "3"),
        (Side.PROPOSED, Choice.THEIRS, "2"),
        (Side.CURRENT, Choice.MINE, "2"),
        (Side.CURRENT, Choice.THEIRS, "3"),
        (None, Choice.CURRENT, "2"),
        (None, Choice.PROPOSED, "3"),
        (Side.PROPOSED, Choice.CURRENT, "2"),
        (Side.PROPOSED, Answer({"phone": "9"}), "9"),
    ],
)
def test_choice_gives_the_value_of_its_side(mine: Side | None, choice: Choice | Answer, phone: str) -> None:
    assert chosen_values(conflict(mine), choice) == {"phone": phone}


@pytest.mark.parametrize("choice", [Choice.MINE, Choice.THEIRS])
def test_choice_of_mine_needs_a_value_of_mine(choice: Choice) -> None:
    with pytest.raises(AppError) as refused:
        chosen_values(conflict(None), choice)

    assert refused.value.code is Code.VALUE_NOT_A_CHOICE
    assert refused.value.data["known"] == "current, proposed"


def test_choice_between_keeping_and_deleting_takes_no_value() -> None:
    with pytest.raises(AppError):
        chosen_values(conflict(Side.PROPOSED, "deleted"), Answer({"phone": "9"}))
