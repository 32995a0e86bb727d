"""What an author had seen: told from the log, for whoever wrote last, and for what the same laptop wrote itself."""

import pytest

from sync.contract.errors import Code
from sync.contract.wire import Op, Outcome
from sync.server.conflicts import Side
from sync.server.hindsight import Hindsight, Line
from tests.server.desk import Desk, Laptop


@pytest.fixture
def account(desk: Desk, ana: Laptop, ben: Laptop) -> str:
    """An account that everybody knows."""
    made = ana.create("account", name="Acme", phone="0")
    ana.push()
    for laptop in (ana, ben):
        laptop.pull()
    return made


@pytest.fixture
def contact(ana: Laptop, ben: Laptop, account: str) -> str:
    """A contact of it that everybody knows."""
    made = ana.create("contact", name="王芳", account=account)
    ana.push()
    for laptop in (ana, ben):
        laptop.pull()
    return made


@pytest.fixture
def cora(desk: Desk, contact: str) -> Laptop:
    """A third rep in the North, who came last."""
    return desk.laptop("cora", territories=("North",))


def asked(desk: Desk) -> dict[str, str]:
    (question,) = desk.conflicts()
    return {"current_by": question["current_by"], "proposed_by": question["proposed_by"]}


def test_stale_field_is_asked_about_behind_an_own_edit_of_the_same_batch(
    desk: Desk, ana: Laptop, ben: Laptop, account: str, contact: str
) -> None:
    ben.patch("account", account, phone="5")
    ben.push()
    ana.patch("contact", contact, name="Wang Fang")
    ana.patch("account", account, phone="6")

    outcomes = [each.outcome for each in ana.push()]

    assert outcomes == [Outcome.APPLIED, Outcome.CONFLICT]
    assert desk.values("account", account)["phone"] == "5"
    assert asked(desk) == {"current_by": ben.user, "proposed_by": ana.user}


def test_who_deletes_what_two_others_changed_is_told_of_the_latest(
    desk: Desk, ana: Laptop, ben: Laptop, cora: Laptop, contact: str
) -> None:
    ben.patch("contact", contact, phone="1")
    ben.push()
    cora.patch("contact", contact, email="c@x.example")
    cora.push()
    ana.delete("contact", contact)

    assert ana.push_one().outcome is Outcome.CONFLICT
    assert asked(desk) == {"current_by": cora.user, "proposed_by": ana.user}


def test_who_deletes_an_account_in_which_two_others_worked_is_told_of_the_latest(
    desk: Desk, ana: Laptop, ben: Laptop, cora: Laptop, contact: str
) -> None:
    account = str(ana.rows["contact", contact].fields["account"])
    ben.patch("contact", contact, phone="1")
    ben.push()
    cora.patch("account", account, phone="1")
    cora.push()
    ana.patch("contact", contact, email="c@x.example")
    ana.delete("account", account)

    assert [each.outcome for each in ana.push()] == [Outcome.APPLIED, Outcome.CONFLICT]
    assert asked(desk) == {"current_by": cora.user, "proposed_by": ana.user}


def test_account_is_deleted_after_own_work_in_it_that_was_not_pulled(
    desk: Desk, ana: Laptop, account: str, contact: str
) -> None:
    ana.patch("contact", contact, phone="1")
    ana.push()
    ana.delete("account", account)

    assert ana.push_one().outcome is Outcome.APPLIED


@pytest.mark.parametrize("kind", ["account", "contact"])
def test_change_at_the_very_position_that_was_seen_is_seen(
    ana: Laptop, ben: Laptop, account: str, contact: str, kind: str
) -> None:
    record = account if kind == "account" else contact
    ben.patch(kind, record, phone="1")
    ben.push()
    ana.pull()
    assert ana.rows[kind, record].version == ana.seq
    ana.delete(kind, record)

    assert ana.push_one().outcome is Outcome.APPLIED


def test_edit_of_what_the_same_laptop_deleted_is_refused_though_it_has_not_pulled(ana: Laptop, contact: str) -> None:
    ana.delete("contact", contact)
    ana.push()
    ana.patch("contact", contact, phone="1")

    receipt = ana.push_one()

    assert (receipt.outcome, receipt.code) == (Outcome.REJECTED, Code.RECORD_DELETED.value)


def test_change_of_the_office_itself_is_nobody_s_own(desk: Desk, ana: Laptop, account: str) -> None:
    with desk.writing() as writer:
        writer.patch("account", account, {"phone": "7"})
    ana.delete("account", account)

    assert ana.push_one().outcome is Outcome.CONFLICT


def test_position_without_a_line_was_nobody(desk: Desk) -> None:
    with desk.writing() as writer:
        assert Hindsight(writer, "laptop").line(10**9) == Line(None, Side(by=None, at=None))


def test_record_that_lives_was_not_known_to_be_deleted(desk: Desk, ana: Laptop, contact: str) -> None:
    edit = ana.patch("contact", contact, phone="1")
    with desk.writing() as writer:
        found = writer.get("contact", contact)
        assert found is not None
        assert not Hindsight(writer, ana.client_id).knew_deleted(found, edit)


def test_unseen_work_in_an_account_is_told_with_laptop_person_and_time(
    desk: Desk, ana: Laptop, ben: Laptop, account: str, contact: str
) -> None:
    theirs = ben.patch("contact", contact, phone="1")
    ben.push()
    deletion = ana.add(Op.DELETE, "account", account)
    with desk.writing() as writer:
        found = writer.get("account", account)
        assert found is not None
        unseen = Hindsight(writer, ana.client_id).unseen(found, deletion)

    assert unseen == Line(ben.client_id, Side(by=ben.user, at=theirs.at))
