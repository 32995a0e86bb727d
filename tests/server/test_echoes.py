"""What only one laptop has done is named to it instead of told; whatever else has happened is told whole."""

import pytest

from sync.contract.wire import Outcome, PullAnswer
from tests.server.desk import Desk, Laptop


@pytest.fixture
def ben(desk: Desk) -> Laptop:
    return desk.laptop("ben", territories=("North",))


def page_of(laptop: Laptop, *, limit: int = 1000, echoes: bool = True) -> PullAnswer:
    return laptop.office.pull(laptop.cursor, limit, echoes=echoes)


def told(page: PullAnswer) -> tuple[list[str], list[str], list[str]]:
    """Name the records of a page: rows, lines of history, echoes."""
    return [each.id for each in page.rows], [each.record for each in page.changes], [each.id for each in page.echoes]


def test_own_edit_that_was_applied_as_it_was_is_an_echo_at_the_version_of_its_receipt(ana: Laptop) -> None:
    account = ana.create("account", name="Acme", phone="1")
    ana.sync()
    before = ana.rows["account", account].version
    ana.patch("account", account, phone="2")

    receipt = ana.push_one()

    page = page_of(ana)
    assert told(page) == ([], [], [account])
    assert (receipt.before, page.echoes[0].version) == (before, receipt.versions["deleted"])
    assert receipt.fields.keys() == {"phone", "updated_at", "updated_by"}


def test_laptop_that_does_not_ask_for_echoes_is_told_whole(ana: Laptop) -> None:
    account = ana.create("account", name="Acme")
    ana.sync()
    ana.patch("account", account, phone="2")
    ana.push()

    assert told(page_of(ana, echoes=False)) == ([account], [account], [])


def test_another_laptop_of_the_same_user_is_told_whole(desk: Desk, ana: Laptop) -> None:
    account = ana.create("account", name="Acme")
    ana.sync()
    other = desk.device("ana", ana.user)
    ana.patch("account", account, phone="2")
    ana.push()

    assert told(page_of(other)) == ([account], [account], [])


def test_record_that_a_colleague_has_changed_too_is_told_whole(ana: Laptop, ben: Laptop) -> None:
    account = ana.create("account", name="Acme")
    ana.sync()
    ben.pull()
    ben.patch("account", account, city="Xi'an")
    ben.push()
    ana.patch("account", account, phone="2")
    receipt = ana.push_one()

    assert receipt.outcome is Outcome.APPLIED
    assert receipt.before > ana.rows["account", account].version
    assert told(page_of(ana)) == ([account], [account, account], [])


def test_record_that_changed_after_the_page_is_told_whole(ana: Laptop, ben: Laptop) -> None:
    account, other = ana.create("account", name="Acme"), ana.create("account", name="Other")
    ana.sync()
    ben.pull()
    ana.patch("account", account, phone="2")
    ana.push()
    ana.patch("account", other, phone="2")
    ana.push()
    ben.patch("account", account, city="Xi'an")
    ben.push()

    page = page_of(ana, limit=1)

    assert page.more
    assert told(page) == ([account], [account], [])


def test_new_record_and_deleted_record_are_told_whole(ana: Laptop) -> None:
    gone = ana.create("account", name="Gone")
    ana.sync()
    made = ana.create("account", name="Acme")
    ana.delete("account", gone)
    ana.push()

    assert sorted(told(page_of(ana))[0]) == sorted([gone, made])
    assert page_of(ana).echoes == []


def test_edit_that_ended_in_a_question_is_told_whole(ana: Laptop, ben: Laptop) -> None:
    account = ana.create("account", name="Acme", phone="1")
    ana.sync()
    ben.pull()
    ben.patch("account", account, phone="2")
    ben.push()
    ana.patch("account", account, phone="3", city="Xi'an")
    receipt = ana.push_one()

    assert (receipt.outcome, receipt.before) == (Outcome.CONFLICT, 0)
    assert account in told(page_of(ana))[0]


def test_edit_that_moves_a_record_is_told_whole(ana: Laptop) -> None:
    one, other = ana.create("account", name="One"), ana.create("account", name="Other")
    task = ana.create("task", title="Call", account=one)
    ana.sync()
    ana.patch("task", task, account=other)

    receipt = ana.push_one()

    assert (receipt.outcome, receipt.before) == (Outcome.APPLIED, 0)
    assert told(page_of(ana))[0] == [task]
