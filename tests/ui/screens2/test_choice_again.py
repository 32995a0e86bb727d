"""Choices are saved once, and what was begun for a question goes when the question is picked otherwise or answered."""

import pytest
from PySide6.QtCore import Qt

from desktop.ui.choice.picks import YOURS
from desktop.ui.choice.view import ChoicePage
from desktop.ui.walking import settle
from tests.ui.screens2.choices import choose, choosing
from tests.ui.screens2.laptop import SampleLaptop
from tests.ui.screens2.seat import CTRL, SHIFT, Seat

MINE, THEIRS_TEXT = "Net 45", "Net 30, 2%"
FIELD = "payment_terms"


@pytest.fixture
def two(laptop: SampleLaptop) -> tuple[str, str]:
    """Two customers, each with one question."""
    first, second = laptop.undisputed()[:2]
    for account in (first, second):
        laptop.ask("account", account, FIELD, before="Net 30", mine=MINE, theirs=THEIRS_TEXT)
    return first, second


def go_to(seat: Seat, page: ChoicePage, field: str) -> None:
    """Make the question about a field the current one."""
    for key in (Qt.Key.Key_J, Qt.Key.Key_K):
        for _ in page.detail.table.rows:
            view = page.detail.current()
            if view is not None and view.field == field:
                return
            seat.press(key)


def asked(seat: Seat) -> set[str]:
    return {view.record for view in seat.laptop.app.reads.conflicts()}


def begun(seat: Seat, record: str) -> list[object]:
    shelf = seat.laptop.app.unfinished
    kept = [shelf.get(each) for each in shelf.names() if record in each and each.startswith("draft ")]
    return [each for each in kept if each]


def typed(seat: Seat, page: ChoicePage) -> str:
    """Open the editor, look what stands in it and leave it."""
    seat.press(Qt.Key.Key_E)
    editor = page.detail.editor
    assert editor is not None
    text = editor.editor(FIELD).text()
    seat.press(Qt.Key.Key_Escape)
    seat.until(lambda: page.detail.editor is None)
    return text


def begin(seat: Seat, page: ChoicePage, text: str) -> None:
    """Type into the editor and leave it."""
    seat.press(Qt.Key.Key_E)
    if text:
        seat.enter(text)
    else:
        seat.press(Qt.Key.Key_Backspace)
    seat.press(Qt.Key.Key_Escape)
    seat.until(lambda: page.detail.editor is None)


def test_all_choices_are_saved_once_though_the_key_is_pressed_again(seat: Seat, two: tuple[str, str]) -> None:
    page = choosing(seat, two[0])
    acts = len(seat.laptop.app.reads.change_log(limit=100))

    choose(seat, page, "Payment terms: theirs everywhere")
    seat.press(Qt.Key.Key_Return, CTRL | SHIFT)
    offered = page.can_save_all()
    # From the button of what was said, too, which no key's state holds back.
    page.save_all()
    page.save()
    settle(seat.laptop.app)

    assert not asked(seat) & set(two)
    assert not offered
    assert len(seat.laptop.app.reads.change_log(limit=100)) == acts + 1
    said = [each for each in seat.toasts if not each.startswith("Chosen for")]
    assert [each.startswith("Your choices for ") for each in said] == [True]
    assert page.detail.save_button.isEnabled() == page.detail.can_save()


def test_what_was_answered_and_taken_back_is_answered_again(seat: Seat, two: tuple[str, str]) -> None:
    page = choosing(seat, two[0])
    seat.press(Qt.Key.Key_Left)
    seat.press(Qt.Key.Key_Return, CTRL)
    seat.until(lambda: two[0] not in asked(seat))

    seat.press(Qt.Key.Key_Z, CTRL)
    seat.until(lambda: two[0] in asked(seat))
    page.show_route({"id": two[0]})
    seat.until(lambda: page.detail.record is not None and page.detail.record.record == two[0])
    page.focus_main()
    seat.press(Qt.Key.Key_Right)
    seat.press(Qt.Key.Key_Return, CTRL)
    seat.until(lambda: two[0] not in asked(seat))

    assert seat.laptop.value("account", two[0], FIELD) == THEIRS_TEXT


def test_rule_that_was_saved_is_not_taken_back_as_a_pick(
    seat: Seat, laptop: SampleLaptop, two: tuple[str, str]
) -> None:
    laptop.ask("account", two[1], "phone", before="1", mine="2", theirs="3")
    page = choosing(seat, two[0])

    choose(seat, page, "Payment terms: yours everywhere")
    could = page.for_all.can_undo()
    seat.press(Qt.Key.Key_Return, CTRL | SHIFT)
    can = page.for_all.can_undo()
    seat.until(lambda: two[0] not in asked(seat))

    assert (could, can) == (True, False)


def test_rule_that_chooses_nothing_says_so_and_leaves_what_was_chosen(
    seat: Seat, laptop: SampleLaptop, two: tuple[str, str]
) -> None:
    for account in two:
        laptop.ask("account", account, "website", before="a", mine="b", theirs="c", proposed_at=None)
    page = choosing(seat, two[0])
    seat.until(lambda: len(page.detail.table.rows) > 1)
    go_to(seat, page, FIELD)
    choose(seat, page, "Payment terms: yours everywhere")
    go_to(seat, page, "website")

    choose(seat, page, "Website: the newest everywhere")

    seat.toast("This rule chooses nothing here. Choose record by record.")
    assert page.for_all.can_undo()
    assert {row.label: row.column for row in page.detail.table.rows} == {"Payment terms": YOURS, "Website": ""}


@pytest.mark.parametrize("by_rule", [False, True])
def test_result_that_was_left_stands_over_no_later_pick(seat: Seat, two: tuple[str, str], *, by_rule: bool) -> None:
    page = choosing(seat, two[0])
    begin(seat, page, "Left behind")
    kept = begun(seat, two[0])

    if by_rule:
        choose(seat, page, "Payment terms: theirs everywhere")
    else:
        seat.press(Qt.Key.Key_Right)

    assert kept == [{FIELD: "Left behind"}]
    assert begun(seat, two[0]) == []
    assert typed(seat, page) == THEIRS_TEXT


def test_result_that_was_left_goes_when_its_question_is_answered(
    seat: Seat, laptop: SampleLaptop, two: tuple[str, str]
) -> None:
    page = choosing(seat, two[0])
    begin(seat, page, "Left behind")
    first = page.detail.current()
    assert first is not None

    laptop.settle(first.id)

    seat.until(lambda: not begun(seat, two[0]))
    assert two[0] not in asked(seat)


def test_result_that_was_left_stays_while_another_question_is_answered(
    seat: Seat, laptop: SampleLaptop, two: tuple[str, str]
) -> None:
    page = choosing(seat, two[1])
    other = page.detail.current()
    page = choosing(seat, two[0])
    begin(seat, page, "Left behind")
    assert other is not None

    laptop.settle(other.id)
    seat.until(lambda: page.for_all.can_open() is (len(asked(seat)) > 1) and two[1] not in asked(seat))

    assert typed(seat, page) == "Left behind"


def test_field_that_was_emptied_is_still_empty(seat: Seat, two: tuple[str, str]) -> None:
    page = choosing(seat, two[0])

    begin(seat, page, "")

    assert begun(seat, two[0]) == [{FIELD: ""}]
    assert typed(seat, page) == ""
