"""Edits made before their author could know that the account was lost: whoever has it now is asked, nothing is lost."""

from typing import Any

import pytest

from sync.contract.errors import Code
from sync.contract.questions import CREATED, DELETED, proposals_of
from sync.contract.wire import Outcome, Receipt
from sync.server.check import check
from tests.server.desk import Desk, Laptop, outcomes


@pytest.fixture
def cleo(desk: Desk) -> Laptop:
    """A rep in the territory South."""
    return desk.laptop("cleo", territories=("South",))


@pytest.fixture
def account(ana: Laptop) -> str:
    """An account in the North with a contact, which Ana made."""
    made = ana.create("account", name="Acme", phone="1")
    ana.create("contact", name="Li Wei", account=made, phone="10", owner=ana.user)
    ana.sync()
    return made


@pytest.fixture
def contact(ana: Laptop, account: str) -> str:
    return next(record_id for kind, record_id in ana.rows if kind == "contact")


def give(desk: Desk, account: str, to: Laptop, territory: str = "South") -> None:
    """Give an account to somebody in another territory."""
    place = desk.territory(territory)
    with desk.writing() as writer:
        writer.patch("account", account, {"territory": place, "owner": to.user})


def question_of(desk: Desk) -> dict[str, Any]:
    (question,) = desk.conflicts()
    return question


def is_silent(receipt: Receipt) -> bool:
    """Tell whether a receipt says nothing about the record."""
    return receipt.missing and not receipt.fields and not receipt.versions


def test_edit_made_before_a_revocation_is_late_and_asks_the_new_owner(
    desk: Desk, ana: Laptop, cleo: Laptop, account: str
) -> None:
    ana.patch("account", account, phone="2")
    give(desk, account, cleo)

    receipt = ana.push_one()

    question = question_of(desk)
    assert (receipt.outcome, receipt.seq > 0, is_silent(receipt)) == (Outcome.LATE, True, True)
    assert receipt.data == {"conflicts": [question["id"]], "asked": cleo.user}
    assert (question["field"], question["proposed_by"], question["asked"]) == ("phone", ana.user, cleo.user)
    assert (question["before"], question["current"], question["proposed"]) == (
        {"phone": "1"},
        {"phone": "1"},
        {"phone": "2"},
    )
    assert desk.values("account", account)["phone"] == "1"
    assert check(desk.log).damage == []


def test_question_of_a_late_edit_reaches_the_new_owner_and_not_the_author(
    desk: Desk, ana: Laptop, cleo: Laptop, account: str
) -> None:
    ana.patch("account", account, phone="2")
    give(desk, account, cleo)

    ana.sync()
    cleo.pull()

    (row,) = [row for row in cleo.seen().values() if row.type == "conflict"]
    assert row.fields["asked"] == cleo.user
    assert not [row for row in ana.seen().values() if row.type == "conflict"]


def test_edit_made_after_the_revocation_was_told_is_refused(
    desk: Desk, ana: Laptop, cleo: Laptop, account: str
) -> None:
    give(desk, account, cleo)
    ana.pull()
    ana.patch("account", account, phone="2")

    receipt = ana.push_one()

    assert (receipt.outcome, receipt.code, receipt.missing) == (Outcome.REJECTED, Code.RECORD_NOT_FOUND, True)
    assert desk.conflicts() == []


def test_record_that_the_author_never_saw_is_not_found_whatever_its_base_says(
    desk: Desk, ana: Laptop, cleo: Laptop
) -> None:
    foreign = cleo.create("account", name="Far")
    cleo.sync()
    ana.patch("account", foreign, phone="2")
    ana.create("contact", name="Spy", account=foreign)

    receipts = ana.push()

    assert [each.code for each in receipts] == [Code.RECORD_NOT_FOUND, Code.REFERENCE_NOT_FOUND]
    assert desk.conflicts() == []


def test_record_made_after_the_revocation_is_not_found(desk: Desk, ana: Laptop, cleo: Laptop, account: str) -> None:
    give(desk, account, cleo)
    cleo.pull()
    made = cleo.create("contact", name="New", account=account)
    cleo.sync()
    ana.patch("contact", made, phone="2")

    receipt = ana.push_one()

    assert (receipt.outcome, receipt.code) == (Outcome.REJECTED, Code.RECORD_NOT_FOUND)


def test_late_edits_of_several_fields_ask_once_for_each_group(
    desk: Desk, ana: Laptop, cleo: Laptop, account: str, contact: str
) -> None:
    ana.patch("account", account, phone="2", address="Road 1", city="Wuxi")
    ana.patch("contact", contact, phone="20")
    give(desk, account, cleo)

    receipts = ana.push()

    assert outcomes(receipts) == [Outcome.LATE] * 2
    found = {(each["record_type"], each["field"]): each["proposed"] for each in desk.conflicts()}
    assert found == {
        ("account", "phone"): {"phone": "2"},
        ("account", "address"): {"address": "Road 1", "city": "Wuxi"},
        ("contact", "phone"): {"phone": "20"},
    }
    assert {each["asked"] for each in desk.conflicts()} == {cleo.user}


def test_late_edits_of_one_field_are_one_question_with_the_last_value(
    desk: Desk, ana: Laptop, cleo: Laptop, account: str
) -> None:
    ana.patch("account", account, phone="2")
    ana.patch("account", account, phone="3")
    give(desk, account, cleo)

    ana.push()

    question = question_of(desk)
    assert (question["before"], question["proposed"]) == ({"phone": "1"}, {"phone": "3"})


def test_late_edit_joins_the_question_that_is_open_about_the_field(
    desk: Desk, ana: Laptop, ben: Laptop, cleo: Laptop, account: str
) -> None:
    ben.pull()
    ben.patch("account", account, phone="5")
    ana.patch("account", account, phone="2")
    give(desk, account, cleo)

    ben.push()
    ana.push()

    question = question_of(desk)
    assert [(each.by, each.asked, each.values) for each in proposals_of(question)] == [
        (ben.user, cleo.user, {"phone": "5"}),
        (ana.user, cleo.user, {"phone": "2"}),
    ]


def test_late_edit_with_the_value_that_stands_asks_nobody(desk: Desk, ana: Laptop, cleo: Laptop, account: str) -> None:
    ana.patch("account", account, phone="9")
    give(desk, account, cleo)
    cleo.pull()
    cleo.patch("account", account, phone="9")
    cleo.push()

    receipt = ana.push_one()

    assert (receipt.outcome, receipt.seq, is_silent(receipt)) == (Outcome.LATE, 0, True)
    assert desk.conflicts() == []


def test_late_delete_asks_whether_to_delete(desk: Desk, ana: Laptop, cleo: Laptop, account: str, contact: str) -> None:
    ana.delete("contact", contact)
    give(desk, account, cleo)

    receipt = ana.push_one()

    question = question_of(desk)
    assert (receipt.outcome, question["field"], question["asked"]) == (Outcome.LATE, DELETED, cleo.user)
    assert (question["current"], question["proposed"]) == ({"deleted": False}, {"deleted": True})
    cleo.pull()
    assert not cleo.rows["contact", contact].deleted


def test_late_restore_asks_whether_to_bring_back(
    desk: Desk, ana: Laptop, cleo: Laptop, account: str, contact: str
) -> None:
    ana.delete("contact", contact)
    ana.sync()
    ana.restore("contact", contact)
    give(desk, account, cleo)

    receipt = ana.push_one()

    assert receipt.outcome is Outcome.LATE
    assert question_of(desk)["proposed"] == {"deleted": False}
    cleo.pull()
    assert cleo.rows["contact", contact].deleted


def test_late_edit_of_an_account_deleted_meanwhile_is_asked_where_it_is_seen(
    desk: Desk, ana: Laptop, cleo: Laptop, account: str
) -> None:
    ana.patch("account", account, phone="2")
    give(desk, account, cleo)
    with desk.writing() as writer:
        writer.delete("account", account)

    ana.push()

    found = {each["field"]: each for each in desk.conflicts()}
    assert found.keys() == {DELETED, "phone"}
    assert {each["scope"] for each in found.values()} == {f"u:{cleo.user}"}
    assert found[DELETED]["proposed"] == {"deleted": False}


def test_late_new_record_is_proposed_with_all_its_values(desk: Desk, ana: Laptop, cleo: Laptop, account: str) -> None:
    made = ana.create("activity", kind="visit", account=account, body="Met Li", owner=ana.user)
    give(desk, account, cleo)

    receipt = ana.push_one()

    question = question_of(desk)
    assert (receipt.outcome, is_silent(receipt)) == (Outcome.LATE, True)
    assert (question["record_type"], question["record"], question["field"]) == ("activity", made, CREATED)
    assert question["proposed"].items() >= {"kind": "visit", "account": account, "body": "Met Li"}.items()
    assert (question["proposed_by"], question["asked"], question["scope"]) == (ana.user, cleo.user, account)
    assert desk.values("activity", made) == {}


def test_edits_of_a_late_new_record_join_its_proposal(desk: Desk, ana: Laptop, cleo: Laptop, account: str) -> None:
    made = ana.create("contact", name="Wang", account=account)
    ana.patch("contact", made, phone="30")
    give(desk, account, cleo)
    ana.push()
    ana.patch("contact", made, name="Wang Fang")

    receipt = ana.push_one()

    question = question_of(desk)
    assert receipt.outcome is Outcome.LATE
    assert question["proposed"].items() >= {"name": "Wang Fang", "phone": "30"}.items()


def test_late_new_record_that_its_author_deletes_is_withdrawn(
    desk: Desk, ana: Laptop, cleo: Laptop, account: str
) -> None:
    made = ana.create("contact", name="Wang", account=account)
    ana.delete("contact", made)
    give(desk, account, cleo)

    receipts = ana.push()

    assert outcomes(receipts) == [Outcome.LATE] * 2
    assert desk.conflicts() == []


def test_edit_after_the_own_unseen_creation_is_late_too(desk: Desk, ana: Laptop, cleo: Laptop, account: str) -> None:
    made = ana.create("contact", name="Wang", account=account)
    ana.push()
    ana.patch("contact", made, phone="30")
    give(desk, account, cleo)

    receipt = ana.push_one()

    assert (receipt.outcome, question_of(desk)["proposed"]) == (Outcome.LATE, {"phone": "30"})


def test_edit_of_a_record_that_moved_out_of_sight_is_late(
    desk: Desk, ana: Laptop, cleo: Laptop, account: str, contact: str
) -> None:
    foreign = cleo.create("account", name="Far", owner=cleo.user)
    cleo.sync()
    ana.patch("contact", contact, phone="20")
    with desk.writing() as writer:
        writer.patch("contact", contact, {"account": foreign})

    receipt = ana.push_one()

    question = question_of(desk)
    assert (receipt.outcome, question["scope"], question["asked"]) == (Outcome.LATE, foreign, cleo.user)


def test_record_made_for_a_colleague_in_one_batch_may_still_be_edited_by_proposal(
    desk: Desk, ana: Laptop, cleo: Laptop
) -> None:
    made = ana.create("task", title="Call", owner=cleo.user)
    ana.patch("task", made, title="Call back")

    receipts = ana.push()

    assert outcomes(receipts) == [Outcome.APPLIED, Outcome.LATE]
    assert (question_of(desk)["asked"], question_of(desk)["proposed"]) == (cleo.user, {"title": "Call back"})


def test_edit_of_an_account_that_was_granted_and_revoked_unseen_is_late(
    desk: Desk, ana: Laptop, cleo: Laptop, account: str
) -> None:
    give(desk, account, ana, "North")
    ana.pull()
    give(desk, account, cleo)
    give(desk, account, ana, "North")
    ana.patch("account", account, phone="2")
    give(desk, account, cleo)

    receipt = ana.push_one()

    assert receipt.outcome is Outcome.LATE


def test_edit_of_an_account_granted_back_before_the_push_is_simply_made(
    desk: Desk, ana: Laptop, cleo: Laptop, account: str
) -> None:
    ana.patch("account", account, phone="2")
    give(desk, account, cleo)
    give(desk, account, ana, "North")

    receipt = ana.push_one()

    assert (receipt.outcome, desk.values("account", account)["phone"]) == (Outcome.APPLIED, "2")


def test_late_edit_handed_in_twice_has_one_effect(desk: Desk, ana: Laptop, cleo: Laptop, account: str) -> None:
    edit = ana.patch("account", account, phone="2")
    give(desk, account, cleo)

    first, again = ana.send([edit]).receipts[0], ana.send([edit]).receipts[0]

    assert first == again
    assert len(desk.conflicts()) == 1


def test_answer_to_a_question_that_left_with_its_account_is_late_and_the_question_stays(
    desk: Desk, ana: Laptop, ben: Laptop, cleo: Laptop, account: str
) -> None:
    ben.pull()
    ben.patch("account", account, phone="5")
    ben.push()
    ana.patch("account", account, phone="2")
    ana.sync()
    question = question_of(desk)
    ana.patch("conflict", question["id"], state="resolved", resolution={"phone": "2"})
    ana.patch("account", account, phone="2")
    give(desk, account, cleo)

    receipts = ana.push()

    assert outcomes(receipts) == [Outcome.LATE] * 2
    assert (question_of(desk)["id"], question_of(desk)["proposed"]) == (question["id"], {"phone": "2"})


def test_late_edit_that_breaks_a_rule_is_refused_as_in_time(
    desk: Desk, ana: Laptop, cleo: Laptop, account: str
) -> None:
    ana.patch("account", account, name=None)
    give(desk, account, cleo)

    receipt = ana.push_one()

    assert (receipt.outcome, receipt.code) == (Outcome.REJECTED, Code.VALUE_REQUIRED)


def test_colleague_who_works_the_territory_is_asked_where_the_owner_does_not_see_it(
    desk: Desk, ana: Laptop, account: str
) -> None:
    mia = desk.laptop("mia", territories=("South",))
    ana.patch("account", account, phone="2")
    place = desk.territory("South")
    with desk.writing() as writer:
        writer.patch("account", account, {"territory": place, "owner": None})

    receipt = ana.push_one()

    assert receipt.data["asked"] == mia.user


def test_proposal_taken_up_twice_is_made_once(desk: Desk, ana: Laptop, cleo: Laptop, account: str) -> None:
    made = ana.create("contact", name="Wang", account=account)
    give(desk, account, cleo)
    ana.push()
    mia = desk.laptop("mia", territories=("South",))
    for laptop in (cleo, mia):
        laptop.pull()
        laptop.create("contact", record_id=made, name="Wang", account=account)

    receipts = [*cleo.push(), *mia.push()]

    assert outcomes(receipts) == [Outcome.APPLIED, Outcome.NOOP]
