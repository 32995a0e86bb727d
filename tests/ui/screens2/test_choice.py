"""Your choice needed: both values side by side, chosen by keyboard, saved as one act, taken back with undo."""

from typing import Any

import pytest
from PySide6.QtCore import Qt

from desktop.domain.choosing import Answer, Choice
from desktop.domain.views import ConflictView, OtherProposal
from desktop.system.settings import LANGUAGE
from desktop.ui.choice.board import read_board
from desktop.ui.choice.picks import BEFORE, THEIRS, YOURS, Picks
from desktop.ui.choice.sentences import TableRow
from desktop.ui.choice.text_block import Span, added_spans
from desktop.ui.choice.view import ChoicePage
from tests.ui.screens2.choices import choosing, question
from tests.ui.screens2.laptop import SampleLaptop
from tests.ui.screens2.seat import CTRL, SHIFT, Seat

OLD, MINE, THEIR = "Net 30", "Net 45", "Net 30, 2% in 10 days"


@pytest.fixture
def account(laptop: SampleLaptop) -> str:
    """A customer with three open questions, one of them about several fields."""
    asked = laptop.undisputed()[0]
    laptop.ask("account", asked, "payment_terms", before=OLD, mine=MINE, theirs=THEIR)
    laptop.ask("account", asked, "credit_limit", before=None, mine=[100, "CNY"], theirs=[250_000, "CNY"])
    address = {"before": {"city": "深圳"}, "mine": {"city": "东莞"}, "theirs": {"city": "广州"}}
    laptop.ask("account", asked, "address", **address)
    return asked


def rows(page: ChoicePage) -> dict[str, TableRow]:
    return {row.label: row for row in page.detail.table.rows}


def is_settled(seat: Seat, record: str) -> bool:
    return not any(view.record == record for view in seat.laptop.app.reads.conflicts())


def test_pick_amounts_to_the_side_that_stands_in_the_column() -> None:
    picks = Picks([question(name="mine"), question(name="others", mine=None)])

    picks.pick_all(YOURS)

    assert picks.answers() == {"mine": Choice.PROPOSED, "others": Choice.CURRENT}


def test_pick_of_what_was_before_gives_its_values() -> None:
    picks = Picks([question()])

    picks.pick("q", BEFORE)

    assert picks.answers() == {"q": Answer({"tier": "b"})}


def test_pick_of_an_empty_before_empties_the_field() -> None:
    asked = question()
    picks = Picks([ConflictView(**{name: getattr(asked, name) for name in asked.__slots__} | {"before": {}})])

    picks.pick("q", BEFORE)

    assert picks.answers() == {"q": Answer({"tier": None})}


def test_deletion_cannot_be_answered_with_what_was_before() -> None:
    picks = Picks([question(field="deleted")])

    assert not picks.pick("q", BEFORE)
    assert picks.chosen == 0


def test_picks_are_taken_back_one_by_one() -> None:
    picks = Picks([question(name="one"), question(name="two")])
    picks.pick("one", YOURS)
    picks.pick_all(THEIRS)

    picks.undo()

    assert (picks.chosen, picks.values("one")) == (1, {"tier": "c"})


def test_pick_of_one_more_colleague_s_value_gives_it() -> None:
    asked = question()
    other = OtherProposal(values={"tier": "d"}, by="eve", by_name="Eve", at=None)
    picks = Picks([ConflictView(**{name: getattr(asked, name) for name in asked.__slots__} | {"others": (other,)})])

    assert picks.pick_other("q", 0)
    assert not picks.pick_other("q", 1)
    assert picks.answers() == {"q": Answer({"tier": "d"})}


def test_pick_is_dropped_when_its_question_changed_meanwhile() -> None:
    picks = Picks([question(name="one"), question(name="two")])
    picks.pick_all(YOURS)

    picks.follow([question(name="one"), question(name="two", mine=None)])

    assert (picks.of("one") is not None, picks.of("two")) == (True, None)


def test_added_passage_is_found_between_words_of_both_scripts() -> None:
    text = "Loading bay closes at 16:00. 总工休假。"

    assert added_spans("Loading bay closes at 16:00.", text) == (Span(28, 6),)


def test_what_was_written_last_stands_first(laptop: SampleLaptop) -> None:
    for place, account in enumerate(laptop.undisputed()[:3]):
        at = f"2026-11-19T0{(place + 1) % 3}:00:00.000Z"
        laptop.ask("account", account, "tier", before="a", mine="b", theirs="c", current_at=at)

    asked = read_board(laptop.app.reads, laptop.user, laptop.clock.now()).asked

    stamps = [each.latest_at for each in asked]
    assert len(stamps) >= 3
    assert stamps == sorted(stamps, reverse=True)


def test_all_questions_of_a_record_stand_together_in_the_order_of_its_fields(seat: Seat, account: str) -> None:
    page = choosing(seat, account)

    assert list(rows(page)) == ["Address", "Payment terms", "Credit limit"]
    assert rows(page)["Payment terms"].yours.text == MINE
    assert rows(page)["Payment terms"].theirs.text == THEIR
    assert rows(page)["Address"].before.text == "深圳"


def test_choices_are_made_and_saved_with_the_keyboard_only(seat: Seat, account: str) -> None:
    page = choosing(seat, account)

    seat.press(Qt.Key.Key_Left)
    seat.press(Qt.Key.Key_Right)
    seat.press(Qt.Key.Key_B)
    seat.press(Qt.Key.Key_Return, CTRL)

    seat.until(lambda: is_settled(seat, account))
    value = seat.laptop.value
    chosen = value("account", account, "city"), value("account", account, "payment_terms")
    assert chosen == ("东莞", THEIR)
    assert value("account", account, "credit_limit") is None
    seat.until(lambda: page.detail.record is None or page.detail.record.record != account)


def test_nothing_is_saved_before_every_field_is_chosen(seat: Seat, account: str) -> None:
    page = choosing(seat, account)
    seat.press(Qt.Key.Key_Left)

    seat.press(Qt.Key.Key_Return, CTRL)

    assert not page.detail.save_button.isEnabled()
    assert not is_settled(seat, account)


@pytest.fixture
def third(laptop: SampleLaptop) -> str:
    """A customer with one question in which one more colleague wants a value of the own."""
    asked = laptop.undisputed()[1]
    also = [{"values": {"payment_terms": "Net 60"}, "by": laptop.colleagues()[1], "at": None, "asked": None}]
    laptop.ask("account", asked, "payment_terms", before=OLD, mine=MINE, theirs=THEIR, others=also)
    return asked


def test_value_of_one_more_colleague_stands_in_a_row_of_its_own_and_is_taken_by_key(seat: Seat, third: str) -> None:
    page = choosing(seat, third)
    first, also = page.detail.table.rows

    seat.press(Qt.Key.Key_J)
    seat.press(Qt.Key.Key_Right)
    seat.press(Qt.Key.Key_Return, CTRL)

    assert (first.theirs.text, also.theirs.text, also.yours.text) == (THEIR, "Net 60", "")
    seat.until(lambda: is_settled(seat, third))
    assert seat.laptop.value("account", third, "payment_terms") == "Net 60"


def test_new_record_that_a_colleague_left_behind_is_shown_whole_and_added_when_taken(
    seat: Seat, laptop: SampleLaptop
) -> None:
    customer, made = laptop.undisputed()[2], "0197a000-0000-7000-8000-00000000cafe"
    values = {"account": customer, "kind": "visit", "body": "Met the buyer", "at": "2026-11-18T08:40:00.000Z"}
    author = laptop.colleagues()[0]
    laptop.ask(
        "account", customer, "created", before={}, mine={}, theirs={}, record_type="activity", record=made,
        current={}, current_by=None, proposed=values, proposed_by=author,
    )  # fmt: skip
    page = choosing(seat, made)
    (row,) = page.detail.table.rows

    seat.press(Qt.Key.Key_Right)
    seat.press(Qt.Key.Key_Return, CTRL)

    assert "Met the buyer" in row.theirs.text
    assert row.yours.text == "Leave it out"
    seat.until(lambda: is_settled(seat, made))
    assert seat.laptop.value("activity", made, "body") == "Met the buyer"


def test_all_theirs_takes_every_field_and_undo_takes_it_back(seat: Seat, account: str) -> None:
    page = choosing(seat, account)

    seat.press(Qt.Key.Key_Right, SHIFT)
    chosen = {row.column for row in page.detail.table.rows}
    seat.press(Qt.Key.Key_U)

    assert chosen == {THEIRS}
    assert {row.column for row in page.detail.table.rows} == {""}


def test_own_result_is_typed(seat: Seat, account: str) -> None:
    page = choosing(seat, account)
    seat.press(Qt.Key.Key_J)

    seat.press(Qt.Key.Key_E)
    seat.enter("Net 14")
    seat.press(Qt.Key.Key_Return)

    assert rows(page)["Payment terms"].result.text == "Net 14"


def test_result_that_was_begun_is_kept_at_every_keystroke_until_it_is_taken(seat: Seat, account: str) -> None:
    page = choosing(seat, account)
    shelf = seat.laptop.app.unfinished
    seat.press(Qt.Key.Key_J)
    seat.press(Qt.Key.Key_E)

    seat.enter("Net 1")
    kept = [shelf.get(each) for each in shelf.names() if account in each]
    seat.press(Qt.Key.Key_Escape)
    seat.until(lambda: page.detail.editor is None)
    seat.press(Qt.Key.Key_E)
    again = page.detail.editor
    assert again is not None
    stood_there = again.editor("payment_terms").text()
    again.use()

    assert kept == [{"payment_terms": "Net 1"}]
    assert stood_there == "Net 1"
    assert not [each for each in shelf.names() if account in each and shelf.get(each)]
    assert rows(page)["Payment terms"].result.text == "Net 1"


def test_unreadable_result_is_refused_beside_its_field(seat: Seat, account: str) -> None:
    page = choosing(seat, account)
    seat.press(Qt.Key.Key_J)
    seat.press(Qt.Key.Key_J)

    seat.press(Qt.Key.Key_E)
    seat.enter("plenty")
    seat.press(Qt.Key.Key_Return)

    editor = page.detail.editor
    assert editor is not None
    assert "plenty" in editor.field("credit_limit").note
    assert rows(page)["Credit limit"].column == ""


def test_saved_choice_is_taken_back_with_undo(seat: Seat, account: str) -> None:
    choosing(seat, account)
    before = seat.laptop.value("account", account, "payment_terms")
    seat.press(Qt.Key.Key_Left, SHIFT)
    seat.press(Qt.Key.Key_Return, CTRL)
    seat.until(lambda: seat.laptop.value("account", account, "payment_terms") == MINE)

    seat.press(Qt.Key.Key_Z, CTRL)

    seat.until(lambda: seat.laptop.value("account", account, "payment_terms") == before)
    assert not is_settled(seat, account)


@pytest.mark.parametrize(("key", "gone"), [(Qt.Key.Key_Left, True), (Qt.Key.Key_Right, False)])
def test_deletion_that_met_an_edit_is_a_choice_of_its_own(seat: Seat, key: Qt.Key, *, gone: bool) -> None:
    account = seat.laptop.undisputed()[1]
    seat.laptop.ask("account", account, "deleted", before=False, mine=True, theirs=False)
    page = choosing(seat, account)
    said = page.detail.said

    seat.press(key)
    seat.press(Qt.Key.Key_Return, CTRL)

    seat.until(lambda: is_settled(seat, account))
    view = seat.laptop.app.reads.record("account", account)
    assert "You removed this customer" in said
    assert view is not None
    assert view.deleted is gone


def test_decide_later_goes_on_to_the_next_record_and_keeps_the_picks(seat: Seat, account: str) -> None:
    other = seat.laptop.undisputed()[1]
    seat.laptop.ask("account", other, "tier", before="b", mine="a", theirs="c")
    page = choosing(seat, other)
    seat.press(Qt.Key.Key_Left)

    page.decide_later()
    seat.until(lambda: page.detail.record is not None and page.detail.record.record != other)
    page.show_route({"id": other})

    assert [row.column for row in page.detail.table.rows] == [YOURS]


def test_question_that_a_colleague_settled_leaves_the_page(seat: Seat, account: str) -> None:
    page = choosing(seat, account)
    seat.press(Qt.Key.Key_Left)
    settled = next(
        view for view in seat.laptop.app.reads.conflicts() if view.record == account and view.field == "payment_terms"
    )

    seat.laptop.settle(settled.id)

    seat.until(lambda: "Payment terms" not in rows(page))
    assert rows(page)["Address"].column == YOURS


def test_language_switch_keeps_record_row_and_picks(seat: Seat, account: str) -> None:
    page = choosing(seat, account)
    seat.press(Qt.Key.Key_Left)
    current = page.detail.table.current_id()

    seat.laptop.app.settings.set(LANGUAGE, "zh_CN")
    seat.until(lambda: seat.window.page is not page)
    again = seat.page(ChoicePage)
    seat.until(lambda: again.detail.record is not None)

    assert again.detail.record is not None
    assert again.detail.record.record == account
    assert again.detail.table.current_id() == current
    assert [row.column for row in again.detail.table.rows] == [YOURS, "", ""]
    assert again.title() == "待您选择"


def test_hostile_values_are_shown_as_they_are_written(seat: Seat) -> None:
    account = seat.laptop.undisputed()[2]
    hostile: dict[str, Any] = {"before": "<b>x</b>", "mine": "<script>", "theirs": "a\u202eb\nc"}
    seat.laptop.ask("account", account, "payment_terms", **hostile)

    page = choosing(seat, account)

    assert rows(page)["Payment terms"].before.text == "<b>x</b>"
    assert rows(page)["Payment terms"].yours.text == "<script>"
