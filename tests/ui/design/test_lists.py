"""Short lists and timelines: headings are passed over, places are kept, older entries are asked for."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.components.entries import Entry
from desktop.ui.components.list_rows import ListRow
from desktop.ui.components.timeline import Timeline
from desktop.ui.components.two_line_list import TwoLineList
from desktop.ui.design.kit import UiKit
from tests.ui.design.keyboard import click, press

Show = Callable[[QWidget], QWidget]

ROWS = [
    ListRow("h1", "Needs your choice", right="2", is_heading=True),
    ListRow("a", "Ashford Bay Hotel", "Customer · 3 fields", "Thu 17:20"),
    ListRow("b", "穗安生物制药", "Opportunity · 2 fields", needs_choice=True),
    ListRow("h2", "Settled on their own today", is_heading=True),
    ListRow("c", "Merrow Dairy", "Different fields, both kept", is_checkable=True),
]


@pytest.fixture
def rows(kit: UiKit, show: Show) -> TwoLineList:
    """Two groups with headings, the focus in the list."""
    made = TwoLineList(kit, "Choices")
    made.resize(320, 400)
    made.set_rows(ROWS)
    show(made)
    made.setFocus()
    return made


def test_focus_starts_below_the_heading(rows: TwoLineList) -> None:
    assert rows.current_id() == "a"


def test_moving_passes_over_headings(rows: TwoLineList) -> None:
    press(rows, Qt.Key.Key_J)
    press(rows, Qt.Key.Key_J)
    down = rows.current_id()
    press(rows, Qt.Key.Key_K)

    assert (down, rows.current_id()) == ("c", "b")


def test_row_that_went_hands_over_to_the_next_that_can_be_chosen(rows: TwoLineList) -> None:
    rows.set_current("b")

    rows.set_rows([row for row in ROWS if row.id != "b"])

    assert rows.current_id() == "c"


def test_changed_row_is_shown_anew_without_moving_the_selection(rows: TwoLineList, qtbot: QtBot) -> None:
    rows.set_current("b")

    with qtbot.assertNotEmitted(rows.current_changed):
        rows.set_rows([*ROWS[:2], ListRow("b", "穗安生物制药", "settled"), *ROWS[3:]])

    found = rows.rows().find("b")
    assert isinstance(found, ListRow)
    assert found.second == "settled"


def test_click_on_the_box_of_a_row_is_told(rows: TwoLineList) -> None:
    ticked: list[str] = []
    rows.check_clicked.connect(ticked.append)
    rect = rows.visualRect(rows.rows().index(4, 0))

    click(rows.viewport(), QPoint(28, rect.center().y()))
    click(rows.viewport(), QPoint(200, rect.center().y()))

    assert ticked == ["c"]


def test_enter_opens_the_row(rows: TwoLineList) -> None:
    opened: list[str] = []
    rows.opened.connect(opened.append)

    press(rows, Qt.Key.Key_Return)

    assert opened == ["a"]


def test_screen_reader_gets_all_of_a_row(rows: TwoLineList) -> None:
    said = rows.rows().index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)

    assert said == "Ashford Bay Hotel, Customer · 3 fields, Thu 17:20"


@pytest.fixture
def timeline(kit: UiKit, show: Show) -> Timeline:
    """Forty entries of one long text each."""
    made = Timeline(kit, "Timeline")
    made.resize(600, 400)
    entries = [Entry(f"e{number}", "17 Nov", "receipt", "Order", text="一二三四五。" * 8) for number in range(40)]
    made.set_entries([Entry("h", title="This month", is_heading=True), *entries])
    show(made)
    return made


def test_long_text_takes_more_height_in_a_narrower_timeline(timeline: Timeline) -> None:
    index = timeline.rows().index(1, 0)
    wide = timeline.visualRect(index).height()

    timeline.resize(330, 400)
    timeline.grab()

    assert timeline.visualRect(index).height() > wide


def test_end_of_the_timeline_asks_for_older_entries(timeline: Timeline, qtbot: QtBot) -> None:
    with qtbot.waitSignal(timeline.older_wanted):
        timeline.verticalScrollBar().setValue(timeline.verticalScrollBar().maximum())


def test_new_entry_at_the_top_does_not_move_what_is_read(timeline: Timeline) -> None:
    timeline.set_current("e20")
    model = timeline.rows()
    before = timeline.visualRect(model.index(model.row_of("e20"), 0)).top()

    entries = [model.row(number) for number in range(model.rowCount())]
    timeline.set_rows([entries[0], Entry("new", "now", "pencil", "Note", text="arrived"), *entries[1:]])

    assert timeline.visualRect(model.index(model.row_of("e20"), 0)).top() == before
