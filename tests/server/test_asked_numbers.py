"""Numbers that add up, where somebody has to be asked: what each author added is asked about, and counts once."""

from typing import Any

import pytest

from sync.contract.questions import proposals_of
from sync.contract.wire import Op, Outcome
from tests.server.desk import Desk, Laptop
from tests.server.test_late import give


@pytest.fixture
def cleo(desk: Desk) -> Laptop:
    """A rep in the territory South."""
    return desk.laptop("cleo", territories=("South",))


@pytest.fixture
def account(ana: Laptop, ben: Laptop) -> str:
    """An account in the North with ten points, which Ana and Ben have."""
    made = ana.create("account", name="Acme", points=10)
    ana.sync()
    ben.pull()
    return made


def asked(desk: Desk) -> tuple[dict[str, Any], dict[str, Any], list[tuple[str | None, dict[str, Any]]]]:
    """Give what the one question counts from, what there is, and what is proposed by whom."""
    (question,) = desk.conflicts()
    return question["before"], question["current"], [(each.by, each.values) for each in proposals_of(question)]


def raise_points(laptop: Laptop, account: str, was: int, to: int) -> None:
    """Edit as a laptop does that shows its own unsent edits."""
    laptop.add(Op.PATCH, "account", account, fields={"points": to}, was={"points": was})


def test_late_addition_that_by_chance_makes_what_there_is_is_asked_about(
    desk: Desk, ana: Laptop, cleo: Laptop, account: str
) -> None:
    ana.patch("account", account, points=11)
    give(desk, account, cleo)
    cleo.pull()
    cleo.patch("account", account, points=11)
    cleo.push()

    receipt = ana.push_one()

    assert receipt.outcome is Outcome.LATE
    assert asked(desk) == ({"points": 10}, {"points": 11}, [(ana.user, {"points": 11})])


def test_what_one_author_added_late_in_several_edits_is_summed_up(
    desk: Desk, ana: Laptop, cleo: Laptop, account: str
) -> None:
    raise_points(ana, account, 10, 11)
    raise_points(ana, account, 11, 14)
    give(desk, account, cleo)

    ana.push()

    assert asked(desk) == ({"points": 10}, {"points": 10}, [(ana.user, {"points": 14})])


def test_late_additions_of_two_who_saw_different_sums_count_from_the_same(
    desk: Desk, ana: Laptop, ben: Laptop, cleo: Laptop, account: str
) -> None:
    raise_points(ana, account, 10, 15)
    ana.push()
    raise_points(ana, account, 15, 17)
    ben.patch("account", account, points=11)
    give(desk, account, cleo)

    ben.push()
    ana.push()

    assert asked(desk) == (
        {"points": 10},
        {"points": 15},
        [(ben.user, {"points": 11}), (ana.user, {"points": 12})],
    )


def test_question_about_an_addition_stays_when_another_addition_makes_the_same_sum(
    desk: Desk, ana: Laptop, cleo: Laptop, account: str
) -> None:
    ana.patch("account", account, points=12)
    give(desk, account, cleo)
    ana.push()
    cleo.pull()

    cleo.patch("account", account, points=12)
    cleo.push()

    (question,) = desk.conflicts()
    assert question["state"] == "open"
    assert asked(desk) == ({"points": 10}, {"points": 12}, [(ana.user, {"points": 12})])


def test_late_edit_that_adds_nothing_asks_nobody(desk: Desk, ana: Laptop, cleo: Laptop, account: str) -> None:
    ana.patch("account", account, points=10)
    give(desk, account, cleo)

    assert ana.push_one().outcome is Outcome.LATE
    assert desk.conflicts() == []


def test_addition_stays_asked_about_when_its_author_adds_something_else_in_time(
    desk: Desk, ana: Laptop, cleo: Laptop, account: str
) -> None:
    raise_points(ana, account, 10, 11)
    give(desk, account, cleo)
    ana.push()
    with desk.writing() as writer:
        writer.patch("account", account, {"owner": ana.user})
    ana.pull()
    raise_points(ana, account, 10, 14)

    assert ana.push_one().outcome is Outcome.APPLIED
    assert asked(desk) == ({"points": 10}, {"points": 14}, [(ana.user, {"points": 11})])
