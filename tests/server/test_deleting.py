"""Deletes meet edits: a delete wins only when its author had seen everything, and nobody's work disappears unasked."""

import pytest

from sync.contract.errors import Code
from sync.contract.wire import Outcome
from tests.server.desk import Desk, Laptop, outcomes


@pytest.fixture
def account(ana: Laptop, ben: Laptop) -> str:
    """An account with a contact that both have seen."""
    made = ana.create("account", name="Acme")
    ana.create("contact", name="Li Wei", account=made)
    ana.sync()
    ben.sync()
    return made


@pytest.fixture
def contact(ana: Laptop, account: str) -> str:
    return next(record_id for kind, record_id in ana.rows if kind == "contact")


def test_delete_after_seeing_everything_is_done(desk: Desk, ana: Laptop, ben: Laptop, contact: str) -> None:
    ana.delete("contact", contact)

    outcome = ana.push_one().outcome

    ben.pull()
    assert outcome is Outcome.APPLIED
    assert ben.rows["contact", contact].deleted


def test_delete_of_what_was_edited_unseen_is_asked_about(desk: Desk, ana: Laptop, ben: Laptop, contact: str) -> None:
    ben.patch("contact", contact, phone="5")
    ben.push()
    ana.delete("contact", contact)

    receipt = ana.push_one()

    ana.pull()
    assert (receipt.outcome, receipt.deleted) == (Outcome.CONFLICT, False)
    assert not ana.rows["contact", contact].deleted
    (question,) = desk.conflicts()
    assert (question["field"], question["asked"], question["current_by"]) == ("deleted", ana.user, ben.user)
    assert (question["current"], question["proposed"]) == ({"deleted": False}, {"deleted": True})


def test_edit_of_what_was_deleted_unseen_brings_it_back_and_asks_the_deleter(
    desk: Desk, ana: Laptop, ben: Laptop, contact: str
) -> None:
    ana.delete("contact", contact)
    ana.push()
    ben.patch("contact", contact, phone="5")

    receipt = ben.push_one()

    ana.pull()
    assert (receipt.outcome, receipt.deleted) == (Outcome.APPLIED, False)
    assert ana.value("contact", contact, "phone") == "5"
    assert not ana.rows["contact", contact].deleted
    (question,) = desk.conflicts()
    assert (question["field"], question["asked"]) == ("deleted", ana.user)


def test_edit_of_what_its_author_knew_deleted_is_refused(ana: Laptop, ben: Laptop, contact: str) -> None:
    ana.delete("contact", contact)
    ana.push()
    ben.pull()
    ben.patch("contact", contact, phone="5")

    receipt = ben.push_one()

    assert (receipt.outcome, receipt.code, receipt.deleted) == (Outcome.REJECTED, Code.RECORD_DELETED, True)


def test_edit_that_changes_nothing_does_not_bring_a_record_back(
    desk: Desk, ana: Laptop, ben: Laptop, contact: str
) -> None:
    ana.delete("contact", contact)
    ana.push()
    ben.patch("contact", contact, name="Li Wei")

    receipt = ben.push_one()

    assert (receipt.outcome, receipt.deleted) == (Outcome.NOOP, True)
    assert desk.conflicts() == []


def test_delete_of_what_is_deleted_already_is_nothing(ana: Laptop, ben: Laptop, contact: str) -> None:
    ana.delete("contact", contact)
    ana.push()
    ben.delete("contact", contact)

    assert ben.push_one().outcome is Outcome.NOOP


def test_delete_after_own_edit_is_done(ana: Laptop, contact: str) -> None:
    ana.patch("contact", contact, phone="5")
    ana.delete("contact", contact)

    assert outcomes(ana.push()) == [Outcome.APPLIED, Outcome.APPLIED]


def test_delete_whose_author_missed_a_change_under_an_own_value_is_asked_about(
    ana: Laptop, ben: Laptop, contact: str
) -> None:
    before = ana.seq
    ben.patch("contact", contact, phone="5")
    ben.push()
    ana.pull()
    ana.delete("contact", contact)
    mutation = ana.waiting.pop()
    ana.add(mutation.op, "contact", contact, older={"phone": before})

    assert ana.push_one().outcome is Outcome.CONFLICT


def test_restore_brings_back_what_was_deleted(ana: Laptop, ben: Laptop, contact: str) -> None:
    ana.delete("contact", contact)
    ana.push()
    ben.pull()
    ben.restore("contact", contact)

    outcome = ben.push_one().outcome

    ana.pull()
    assert outcome is Outcome.APPLIED
    assert not ana.rows["contact", contact].deleted


def test_restore_of_what_lives_is_nothing(ana: Laptop, contact: str) -> None:
    ana.restore("contact", contact)

    assert ana.push_one().outcome is Outcome.NOOP


def test_delete_of_an_account_travels_as_one_change(ana: Laptop, ben: Laptop, account: str, contact: str) -> None:
    ana.delete("account", account)
    ana.push()
    before = len(ben.changes)

    ben.pull()

    assert [(each.type, each.op) for each in ben.changes[before:]] == [("account", "delete")]
    assert not ben.rows["contact", contact].deleted


def test_delete_of_an_account_is_asked_about_when_anything_in_it_was_edited_unseen(
    desk: Desk, ana: Laptop, ben: Laptop, account: str, contact: str
) -> None:
    ben.patch("contact", contact, phone="5")
    ben.push()
    ana.delete("account", account)

    outcome = ana.push_one().outcome

    assert outcome is Outcome.CONFLICT
    assert [each["record_type"] for each in desk.conflicts()] == ["account"]


def test_edit_under_an_account_deleted_unseen_brings_the_account_back(
    desk: Desk, ana: Laptop, ben: Laptop, account: str, contact: str
) -> None:
    ana.delete("account", account)
    ana.push()
    ben.patch("contact", contact, phone="5")

    outcome = ben.push_one().outcome

    ana.pull()
    assert outcome is Outcome.APPLIED
    assert not ana.rows["account", account].deleted
    (question,) = desk.conflicts()
    assert (question["record"], question["asked"]) == (account, ana.user)


def test_create_under_an_account_deleted_unseen_brings_the_account_back(ana: Laptop, ben: Laptop, account: str) -> None:
    ana.delete("account", account)
    ana.push()
    ben.create("activity", kind="note", account=account)

    outcome = ben.push_one().outcome

    ana.pull()
    assert outcome is Outcome.APPLIED
    assert not ana.rows["account", account].deleted


def test_create_under_an_account_known_to_be_deleted_is_refused(ana: Laptop, ben: Laptop, account: str) -> None:
    ana.delete("account", account)
    ana.push()
    ben.pull()
    ben.create("activity", kind="note", account=account)

    receipt = ben.push_one()

    assert (receipt.outcome, receipt.code) == (Outcome.REJECTED, Code.RECORD_DELETED)
    assert receipt.missing


def test_question_about_a_deletion_answered_with_delete_deletes(
    desk: Desk, ana: Laptop, ben: Laptop, contact: str
) -> None:
    ben.patch("contact", contact, phone="5")
    ben.push()
    ana.delete("contact", contact)
    ana.sync()
    (question,) = desk.conflicts()
    ana.patch("conflict", question["id"], state="resolved", resolution={"deleted": True})
    ana.delete("contact", contact)

    assert outcomes(ana.push()) == [Outcome.APPLIED, Outcome.APPLIED]
    assert desk.conflicts() == []


def test_create_with_the_id_of_a_deleted_record_is_refused(ana: Laptop, ben: Laptop, contact: str) -> None:
    ana.delete("contact", contact)
    ana.push()
    ben.create("contact", record_id=contact, name="Somebody else")

    receipt = ben.push_one()

    assert (receipt.outcome, receipt.code) == (Outcome.REJECTED, Code.ID_TAKEN)


def test_answer_under_an_account_deleted_unseen_leaves_the_account_deleted(
    desk: Desk, ana: Laptop, ben: Laptop, account: str, contact: str
) -> None:
    ben.patch("contact", contact, phone="5")
    ben.push()
    ana.delete("account", account)
    ana.sync()
    (question,) = desk.conflicts()
    ben.pull()
    ben.delete("account", account)
    assert ben.push_one().outcome is Outcome.APPLIED
    ana.patch("conflict", question["id"], state="resolved", resolution={"deleted": True})
    ana.delete("account", account)

    assert outcomes(ana.push()) == [Outcome.APPLIED, Outcome.NOOP]
    ana.pull()
    assert ana.rows["account", account].deleted
    assert desk.conflicts() == []
