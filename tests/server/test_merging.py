"""Two laptops edit one record: what is kept, what is joined, what is asked; end to end through the office."""

from typing import Any, NamedTuple

import pytest

from sync.contract.questions import proposals_of
from sync.contract.wire import Outcome
from tests.server.desk import Desk, Laptop, outcomes


@pytest.fixture
def account(ana: Laptop, ben: Laptop) -> str:
    """An account that both have seen."""
    made = ana.create(
        "account",
        name="Acme",
        phone="1",
        city="北京",
        points=10,
        tags=["old"],
        description="one\ntwo\nthree",
        last_visit_at="2026-01-05T00:00:00.000Z",
        customer_since="2020-05-01",
        location=[31.2, 121.5],
    )
    ana.sync()
    ben.sync()
    return made


class Two(NamedTuple):
    """Two laptops and what both have seen."""

    desk: Desk
    ana: Laptop
    ben: Laptop
    account: str


@pytest.fixture
def two(desk: Desk, ana: Laptop, ben: Laptop, account: str) -> Two:
    return Two(desk, ana, ben, account)


def both_edit(ana: Laptop, ben: Laptop, account: str, mine: dict[str, Any], theirs: dict[str, Any]) -> Outcome:
    """Ben's edit arrives first, Ana's second; neither saw the other. Gives what became of Ana's."""
    ben.patch("account", account, **theirs)
    ben.push()
    ana.patch("account", account, **mine)
    outcome = ana.push_one().outcome
    ana.pull()
    ben.pull()
    assert ana.seen() == ben.seen()
    return outcome


def test_edits_of_different_fields_are_both_kept(desk: Desk, ana: Laptop, ben: Laptop, account: str) -> None:
    outcome = both_edit(ana, ben, account, {"phone": "2"}, {"website": "acme.cn"})

    assert outcome is Outcome.APPLIED
    values = desk.values("account", account)
    assert (values["phone"], values["website"]) == ("2", "acme.cn")


def test_edits_of_one_field_keep_the_first_and_ask_the_second(
    desk: Desk, ana: Laptop, ben: Laptop, account: str
) -> None:
    outcome = both_edit(ana, ben, account, {"phone": "2"}, {"phone": "3"})

    assert outcome is Outcome.CONFLICT
    assert desk.values("account", account)["phone"] == "3"
    (question,) = desk.conflicts()
    assert (question["record"], question["field"], question["scope"]) == (account, "phone", account)
    assert (question["before"], question["current"], question["proposed"]) == (
        {"phone": "1"},
        {"phone": "3"},
        {"phone": "2"},
    )
    assert (question["current_by"], question["proposed_by"], question["asked"]) == (ben.user, ana.user, ana.user)


def test_question_reaches_every_laptop_that_sees_the_record(ana: Laptop, ben: Laptop, account: str) -> None:
    both_edit(ana, ben, account, {"phone": "2"}, {"phone": "3"})

    assert {row.fields["field"] for row in ben.seen().values() if row.type == "conflict"} == {"phone"}


def test_receipt_of_a_clash_carries_the_value_that_stands(ana: Laptop, ben: Laptop, account: str) -> None:
    ben.patch("account", account, phone="3")
    (theirs,) = ben.push()
    ana.patch("account", account, phone="2", website="acme.cn")

    receipt = ana.push_one()

    assert (receipt.fields["phone"], receipt.fields["website"]) == ("3", "acme.cn")
    assert receipt.versions["phone"] == theirs.seq
    assert receipt.versions["website"] > theirs.seq


def test_edits_with_equal_values_ask_nobody(desk: Desk, ana: Laptop, ben: Laptop, account: str) -> None:
    outcome = both_edit(ana, ben, account, {"phone": "9"}, {"phone": "9"})

    assert outcome is Outcome.NOOP
    assert desk.conflicts() == []


def test_second_clash_of_one_author_brings_the_open_question_up_to_date(
    desk: Desk, ana: Laptop, ben: Laptop, account: str
) -> None:
    both_edit(ana, ben, account, {"phone": "2"}, {"phone": "3"})
    ben.patch("account", account, phone="4")
    ben.push()
    ana.patch("account", account, phone="5")

    receipt = ana.push_one()

    assert receipt.outcome is Outcome.CONFLICT
    (question,) = desk.conflicts()
    assert (question["before"], question["current"], question["proposed"]) == (
        {"phone": "1"},
        {"phone": "4"},
        {"phone": "5"},
    )


def test_clashes_of_two_authors_lose_neither_value(desk: Desk, ana: Laptop, ben: Laptop, account: str) -> None:
    eve = desk.laptop("eve", territories=("North",))
    eve.patch("account", account, phone="7")
    both_edit(ana, ben, account, {"phone": "2"}, {"phone": "3"})

    receipt = eve.push_one()

    assert receipt.outcome is Outcome.CONFLICT
    (question,) = desk.conflicts()
    assert [(each.asked, each.values["phone"]) for each in proposals_of(question)] == [(ana.user, "2"), (eve.user, "7")]


@pytest.fixture
def three(desk: Desk, ana: Laptop, ben: Laptop, account: str) -> Laptop:
    """Eve, who lost against the same value as Ana, in one question; Ben wrote what stands."""
    eve = desk.laptop("eve", territories=("North",))
    eve.patch("account", account, phone="7")
    both_edit(ana, ben, account, {"phone": "2"}, {"phone": "3"})
    eve.sync()
    ana.pull()
    return eve


def test_second_clash_of_the_second_author_is_brought_up_to_date_in_place(
    desk: Desk, ben: Laptop, account: str, three: Laptop
) -> None:
    ben.sync()
    ben.patch("account", account, phone="4")
    ben.push()
    three.patch("account", account, phone="8")

    three.push()

    (question,) = desk.conflicts()
    assert [each.values["phone"] for each in proposals_of(question)] == ["2", "8"]
    assert question["current"] == {"phone": "4"}


def test_value_that_is_written_after_all_leaves_the_question_to_the_others(
    desk: Desk, ben: Laptop, account: str, three: Laptop
) -> None:
    ben.sync()
    ben.patch("account", account, phone="2")

    ben.push()

    (question,) = desk.conflicts()
    assert [(each.asked, each.values["phone"]) for each in proposals_of(question)] == [(three.user, "7")]
    assert question["current"] == {"phone": "2"}


def test_answer_closes_a_question_with_all_its_proposals(desk: Desk, ana: Laptop, account: str, three: Laptop) -> None:
    (question,) = desk.conflicts()
    ana.pull()
    ana.patch("conflict", question["id"], state="resolved", resolution={"phone": "2"})

    receipt = ana.push_one()

    assert receipt.outcome is Outcome.APPLIED
    assert desk.conflicts() == []


def test_answer_from_before_a_proposal_leaves_the_question_open_for_it(
    desk: Desk, ana: Laptop, ben: Laptop, account: str
) -> None:
    eve = desk.laptop("eve", territories=("North",))
    eve.patch("account", account, phone="7")
    both_edit(ana, ben, account, {"phone": "2"}, {"phone": "3"})
    ana.pull()
    (question,) = desk.conflicts()
    ana.patch("conflict", question["id"], state="resolved", resolution={"phone": "3"})
    eve.push()

    receipt = ana.push_one()

    assert (receipt.outcome, receipt.fields["state"]) == (Outcome.MERGED, "open")
    (still,) = desk.conflicts()
    assert [(each.asked, each.values["phone"]) for each in proposals_of(still)] == [(eve.user, "7")]


def test_edit_of_the_same_laptop_in_order_is_no_clash(desk: Desk, ana: Laptop, account: str) -> None:
    ana.patch("account", account, phone="2")
    ana.push()
    ana.patch("account", account, phone="3")

    receipt = ana.push_one()

    assert receipt.outcome is Outcome.APPLIED
    assert desk.values("account", account)["phone"] == "3"


def test_later_edit_in_one_batch_follows_the_earlier_one(desk: Desk, ana: Laptop, account: str) -> None:
    ana.patch("account", account, phone="2")
    ana.patch("account", account, phone="3")

    receipts = ana.push()

    assert outcomes(receipts) == [Outcome.APPLIED, Outcome.APPLIED]
    assert desk.values("account", account)["phone"] == "3"


def test_older_base_of_one_field_makes_only_that_field_stale(
    desk: Desk, ana: Laptop, ben: Laptop, account: str
) -> None:
    before = ana.seq
    ben.patch("account", account, phone="3", website="first.cn")
    ben.push()
    ana.pull()
    edit = ana.patch("account", account, phone="2", website="second.cn")
    ana.waiting.clear()
    ana.add(edit.op, "account", account, fields=edit.fields, was=edit.was, older={"phone": before})

    receipt = ana.push_one()

    assert receipt.outcome is Outcome.CONFLICT
    values = desk.values("account", account)
    assert (values["phone"], values["website"]) == ("3", "second.cn")


def test_group_is_kept_or_asked_about_as_one(desk: Desk, ana: Laptop, ben: Laptop, account: str) -> None:
    outcome = both_edit(ana, ben, account, {"address": "New Road 1", "city": "深圳"}, {"city": "上海"})

    assert outcome is Outcome.CONFLICT
    assert "address" not in desk.values("account", account)
    (question,) = desk.conflicts()
    assert question["field"] == "address"
    assert question["proposed"] == {"address": "New Road 1", "city": "深圳"}
    assert question["current"] == {"address": None, "city": "上海"}


def test_counter_adds_both_deltas(desk: Desk, ana: Laptop, ben: Laptop, account: str) -> None:
    outcome = both_edit(ana, ben, account, {"points": 13}, {"points": 15})

    assert outcome is Outcome.MERGED
    assert desk.values("account", account)["points"] == 18


def test_set_keeps_what_either_added_and_drops_what_either_removed(
    desk: Desk, ana: Laptop, ben: Laptop, account: str
) -> None:
    outcome = both_edit(ana, ben, account, {"tags": ["mine"]}, {"tags": ["old", "theirs"]})

    assert outcome is Outcome.MERGED
    assert desk.values("account", account)["tags"] == ["mine", "theirs"]


@pytest.mark.parametrize(
    ("mine", "theirs", "kept"),
    [
        pytest.param(
            {"last_visit_at": "2026-02-01T00:00:00.000Z"}, {"last_visit_at": "2026-03-01T00:00:00.000Z"}, 1, id="max"
        ),
        pytest.param({"customer_since": "2019-01-01"}, {"customer_since": "2018-01-01"}, 1, id="min"),
        pytest.param({"location": [1.0, 2.0]}, {"location": [3.0, 4.0]}, 0, id="last"),
    ],
)
def test_field_that_needs_no_question_follows_its_rule(
    two: Two, mine: dict[str, Any], theirs: dict[str, Any], kept: int
) -> None:
    both_edit(two.ana, two.ben, two.account, mine, theirs)

    values = two.desk.values("account", two.account)
    assert {name: values[name] for name in mine} == (mine, theirs)[kept]
    assert two.desk.conflicts() == []


def test_text_joins_edits_of_different_lines(desk: Desk, ana: Laptop, ben: Laptop, account: str) -> None:
    outcome = both_edit(ana, ben, account, {"description": "ONE\ntwo\nthree"}, {"description": "one\ntwo\nTHREE"})

    assert outcome is Outcome.MERGED
    assert desk.values("account", account)["description"] == "ONE\ntwo\nTHREE"


def test_text_asks_where_both_changed_one_line(desk: Desk, ana: Laptop, ben: Laptop, account: str) -> None:
    outcome = both_edit(ana, ben, account, {"description": "uno\ntwo\nthree"}, {"description": "eins\ntwo\nthree"})

    assert outcome is Outcome.CONFLICT
    assert desk.values("account", account)["description"] == "eins\ntwo\nthree"


def test_activities_logged_by_two_never_collide(desk: Desk, ana: Laptop, ben: Laptop, account: str) -> None:
    first = ana.create("activity", kind="visit", account=account, subject="Visit")
    second = ben.create("activity", kind="visit", account=account, subject="Visit")

    receipts = [*ana.push(), *ben.push()]

    assert outcomes(receipts) == [Outcome.APPLIED, Outcome.APPLIED]
    assert desk.values("activity", first)["owner"] == ana.user
    assert desk.values("activity", second)["owner"] == ben.user


def test_question_asks_the_owner_where_the_author_has_left(desk: Desk, ana: Laptop, ben: Laptop, account: str) -> None:
    with desk.writing() as writer:
        writer.patch("account", account, {"owner": ben.user})
    old = desk.laptop("old", territories=("North",))
    old.delete("account", account)
    ben.pull()
    ben.patch("account", account, phone="5")
    old.push()
    with desk.writing() as writer:
        writer.patch("user", old.user, {"active": False})

    ben.push()

    (question,) = desk.conflicts()
    assert question["asked"] == ben.user


def test_first_answer_to_a_question_stands(desk: Desk, ana: Laptop, ben: Laptop, account: str) -> None:
    both_edit(ana, ben, account, {"phone": "2"}, {"phone": "3"})
    (question,) = desk.conflicts()
    for laptop, value in ((ana, "2"), (ben, "3")):
        laptop.patch("conflict", question["id"], state="resolved", resolution={"phone": value}, resolved_by=laptop.user)

    receipts = [*ana.push(), *ben.push()]

    assert outcomes(receipts) == [Outcome.APPLIED, Outcome.NOOP]
    assert desk.values("conflict", question["id"])["resolution"] == {"phone": "2"}
    assert receipts[1].fields["resolution"] == {"phone": "2"}


def test_author_of_every_change_arrives_with_the_history(ana: Laptop, ben: Laptop, account: str) -> None:
    both_edit(ana, ben, account, {"website": "a.cn"}, {"phone": "3"})

    changes = [each for each in ana.changes if each.record == account and each.by == ben.user]

    assert [each.fields for each in changes] == [{"phone": ("1", "3")}]


def test_answered_question_opens_anew_for_the_next_clash(desk: Desk, ana: Laptop, ben: Laptop, account: str) -> None:
    both_edit(ana, ben, account, {"phone": "2"}, {"phone": "3"})
    (question,) = desk.conflicts()
    ana.patch("conflict", question["id"], state="resolved", resolution={"phone": "3"})
    ana.sync()

    both_edit(ana, ben, account, {"phone": "8"}, {"phone": "9"})

    (again,) = desk.conflicts()
    assert again["id"] != question["id"]
