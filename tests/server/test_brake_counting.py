"""What the office counts as a mass deletion; arithmetic that does not depend on its database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.contract.clock import SystemClock
from sync.contract.wire import Op, Outcome
from sync.server import brake as office_brake
from sync.server.brake import WINDOW
from tests.server.desk import Desk, Laptop, outcomes
from tests.server.test_brake import FEW, MANY, contacts, held, live


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An office on SQLite."""
    opened = Desk(f"sqlite:///{tmp_path / 'office.db'}")
    yield opened
    opened.close()


def test_deletion_of_fewer_than_a_few_is_never_held(desk: Desk, ana: Laptop) -> None:
    people = contacts(ana, FEW - 1)
    for each in people:
        ana.delete("contact", each)

    assert outcomes(ana.push()) == [Outcome.APPLIED] * (FEW - 1)


def test_deletion_of_a_small_share_is_not_held(desk: Desk, ana: Laptop) -> None:
    people = contacts(ana, FEW * 5)
    for each in people[:FEW]:
        ana.delete("contact", each)

    assert outcomes(ana.push()) == [Outcome.APPLIED] * FEW


def test_held_deletion_holds_up_nothing_else(desk: Desk, ana: Laptop) -> None:
    people = contacts(ana, MANY)
    ana.patch("contact", people[0], phone="7")
    for each in people:
        ana.delete("contact", each)
    made = ana.create("task", title="Call")

    receipts = ana.push()

    assert held(receipts) == MANY
    assert desk.values("contact", people[0])["phone"] == "7"
    assert desk.values("task", made)["title"] == "Call"


def test_deletions_of_long_ago_do_not_count(desk: Desk, ana: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    people = contacts(ana, MANY)
    for each in people[: FEW - 1]:
        ana.delete("contact", each)
    ana.push()
    later = SystemClock().now() + WINDOW * 2
    monkeypatch.setattr(desk.log, "clock", type("Later", (), {"now": lambda _: later})())
    ana.delete("contact", people[FEW])

    assert outcomes(ana.push()) == [Outcome.APPLIED]


def test_share_is_one_of_all_that_the_author_has_what_comes_with_the_push_included(desk: Desk, ana: Laptop) -> None:
    people = contacts(ana, MANY)
    for number in range(FEW * 4):
        ana.create("contact", name=f"New {number}")
    for each in people[:FEW]:
        ana.delete("contact", each)

    assert set(outcomes(ana.push())) == {Outcome.APPLIED}


def test_few_deletions_each_by_an_act_of_its_own_were_each_meant(desk: Desk, ana: Laptop) -> None:
    for number, each in enumerate(contacts(ana, MANY)):
        ana.add(Op.DELETE, "contact", each, command=f"act-{number}")

    assert outcomes(ana.push()) == [Outcome.APPLIED] * MANY


def test_very_many_deletions_act_by_act_are_held_all_the_same(
    desk: Desk, ana: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if they were 500: making so many takes its time.
    monkeypatch.setattr(office_brake, "MOST", MANY)
    for number, each in enumerate(contacts(ana, MANY)):
        ana.add(Op.DELETE, "contact", each, command=f"act-{number}")

    receipts = ana.push(size=5)

    assert outcomes(receipts) == [Outcome.APPLIED] * 10 + [Outcome.REJECTED] * 2
    assert held(receipts) == 2


def test_other_laptops_deletions_do_not_count(desk: Desk, ana: Laptop, ben: Laptop) -> None:
    account = ana.create("account", name="Acme")
    people = contacts(ana, MANY, account=account)
    ben.pull()
    for author, mine in ((ana, people[:6]), (ben, people[6:])):
        for each in mine:
            author.delete("contact", each)
        assert set(outcomes(author.push())) == {Outcome.APPLIED}


def test_push_that_comes_twice_counts_once(desk: Desk, ana: Laptop) -> None:
    people = contacts(ana, MANY)
    for each in people[:6]:
        ana.delete("contact", each)
    batch = list(ana.waiting)
    ana.push()

    again = ana.send(batch).receipts
    for each in people[6:9]:
        ana.delete("contact", each)

    assert outcomes(again) == [Outcome.APPLIED] * 6
    assert outcomes(ana.push()) == [Outcome.APPLIED] * 3


def test_revocation_is_no_deletion_and_waits_for_nobody(desk: Desk, ana: Laptop) -> None:
    account = ana.create("account", name="Acme")
    people = contacts(ana, MANY, account=account)
    desk.laptop("eve", territories=("South",))
    south = desk.territory("South")
    with desk.writing() as writer:
        writer.patch("account", account, {"territory": south, "owner": None})

    ana.pull()

    assert account in ana.revoked
    assert live(desk, "contact", people) == MANY
