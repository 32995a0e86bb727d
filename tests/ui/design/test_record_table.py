"""The table of records: moving by keyboard, and keeping its place under live changes."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.components.record_table import RecordTable
from desktop.ui.components.records import Column, RecordModel, RecordRow
from desktop.ui.components.text_field import TextField
from desktop.ui.design.kit import UiKit
from desktop.ui.stopwatch import Stopwatch
from tests.ui.design.keyboard import press
from tests.ui.design.record_rows import COLUMNS, Source, some_ids


def _top(table: RecordTable, record_id: str) -> int:
    model = table.model()
    return table.visualRect(model.index(model.row_of(record_id), 0)).top()


@pytest.mark.parametrize(("down", "up"), [(Qt.Key.Key_J, Qt.Key.Key_K), (Qt.Key.Key_Down, Qt.Key.Key_Up)])
def test_keys_move_one_row_down_and_up(table: RecordTable, qtbot: QtBot, down: Qt.Key, up: Qt.Key) -> None:
    table.set_current("r10")

    press(table, down)
    press(table, down)
    press(table, up)

    assert table.current_id() == "r11"


def test_letter_j_moves_and_does_not_search(kit: UiKit, qtbot: QtBot) -> None:
    names = {"a": "Alba", "j": "Jonas", "b": "Bluefin"}
    model = RecordModel(lambda ids: {each: RecordRow(each, {"name": names[each]}) for each in ids})
    table = RecordTable(kit, [Column("name", "Name", 200)], model, "Customers")
    qtbot.addWidget(table)
    model.set_ids(["a", "b", "j"])
    table.set_current("a")

    press(table, Qt.Key.Key_J)

    assert table.current_id() == "b"


def test_moving_stops_at_both_ends(table: RecordTable, qtbot: QtBot) -> None:
    table.set_current("r0")
    press(table, Qt.Key.Key_K)
    first = table.current_id()
    table.set_current("r999")
    press(table, Qt.Key.Key_J)

    assert (first, table.current_id()) == ("r0", "r999")


def test_input_method_stays_off_on_editable_cells(table: RecordTable) -> None:
    index = table.model().index(5, 3)

    table.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)

    assert not table.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)


def test_letters_without_a_meaning_go_on_to_the_page(table: RecordTable, qtbot: QtBot) -> None:
    class Holder(QWidget):
        keys: list[int]

        def keyPressEvent(self, event: object) -> None:
            self.keys.append(event.key())  # type: ignore[attr-defined]

    holder = Holder()
    holder.keys = []
    qtbot.addWidget(holder)
    table.setParent(holder)

    for key in (Qt.Key.Key_N, Qt.Key.Key_Space, Qt.Key.Key_Escape):
        press(table, key)

    assert holder.keys == [Qt.Key.Key_N, Qt.Key.Key_Space, Qt.Key.Key_Escape]
    table.setParent(None)


def test_new_rows_above_move_neither_selection_nor_screen(table: RecordTable) -> None:
    table.set_current("r500")
    before = _top(table, "r500")

    table.model().set_ids([*(f"new{number}" for number in range(50)), *some_ids(1000)])

    assert table.current_id() == "r500"
    assert _top(table, "r500") == before
    assert [index.row() for index in table.selectionModel().selectedRows()] == [550]


def test_many_changes_at_once_keep_selection_and_screen(table: RecordTable) -> None:
    table.set_current("r500")
    before = _top(table, "r500")

    table.model().set_ids([*(f"new{number}" for number in range(800)), *some_ids(1000)[400:]])

    assert table.current_id() == "r500"
    assert _top(table, "r500") == before


def test_another_order_keeps_the_current_record(table: RecordTable) -> None:
    table.set_current("r500")

    table.model().set_ids(list(reversed(some_ids(1000))))

    assert table.current_id() == "r500"


def test_live_change_announces_no_other_record(table: RecordTable, qtbot: QtBot) -> None:
    table.set_current("r500")

    with qtbot.assertNotEmitted(table.current_changed):
        table.model().set_ids(["new", *some_ids(1000)])


def test_removed_current_record_hands_over_to_the_next(table: RecordTable) -> None:
    table.set_current("r500")

    table.model().set_ids([each for each in some_ids(1000) if each != "r500"])

    assert table.current_id() == "r501"
    assert len(table.selectionModel().selectedRows()) == 1


def test_removed_last_record_hands_over_to_the_new_last(table: RecordTable) -> None:
    table.set_current("r999")

    table.model().set_ids(some_ids(999))

    assert table.current_id() == "r998"


def test_key_x_ticks_and_shift_moves_extend(table: RecordTable, qtbot: QtBot) -> None:
    table.set_current("r10")

    press(table, Qt.Key.Key_X)
    press(table, Qt.Key.Key_J, Qt.KeyboardModifier.ShiftModifier)

    assert table.model().ticked() == ["r10", "r11"]


def test_ctrl_a_ticks_everything(table: RecordTable, qtbot: QtBot) -> None:
    press(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)

    assert len(table.model().ticked()) == 1000


def test_tick_of_a_record_that_went_is_dropped(table: RecordTable) -> None:
    table.model().set_ticked(["r1", "r2"])

    table.model().set_ids([each for each in some_ids(1000) if each != "r1"])

    assert table.model().ticked() == ["r2"]


def test_enter_opens_the_current_record(table: RecordTable, qtbot: QtBot) -> None:
    table.set_current("r7")

    with qtbot.waitSignal(table.opened) as opened:
        press(table, Qt.Key.Key_Return)

    assert opened.args == ["r7"]


def test_click_on_a_title_asks_for_an_order_and_again_for_the_other(table: RecordTable, qtbot: QtBot) -> None:
    header = table.horizontalHeader()
    asked: list[tuple[str, bool]] = []
    table.sort_wanted.connect(lambda key, descending: asked.append((key, descending)))

    for _ in range(2):
        header.sectionClicked.emit(1)
    header.sectionClicked.emit(2)

    assert asked == [("name", False), ("name", True)]


def test_edited_cell_announces_what_was_typed(table: RecordTable, qtbot: QtBot) -> None:
    table.set_current("r7")
    press(table, Qt.Key.Key_E)
    editor = table.findChild(TextField)
    assert editor is not None
    editor.setText("62500")

    with qtbot.waitSignal(table.edited) as edited:
        press(editor, Qt.Key.Key_Return)

    assert edited.args == ["r7", "open", "62500"]


def test_enter_in_an_edited_cell_does_not_open_the_record(table: RecordTable, qtbot: QtBot) -> None:
    opened: list[str] = []
    table.opened.connect(opened.append)
    table.set_current("r7")
    press(table, Qt.Key.Key_E)
    editor = table.findChild(TextField)
    assert editor is not None

    with qtbot.waitSignal(table.edited):
        editor.setText("62500")
        press(editor, Qt.Key.Key_Return)

    assert opened == []


def test_first_focus_makes_the_first_record_current(
    kit: UiKit, source: Source, show: Callable[[QWidget], QWidget]
) -> None:
    table = RecordTable(kit, COLUMNS, RecordModel(source), "Customers")
    table.model().set_ids(some_ids(10))
    show(table)

    table.setFocus()

    assert table.current_id() == "r0"


class Painted(QObject):
    """Notes how high each part is that a widget paints."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.heights: list[int] = []
        watched.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.heights.append(event.rect().height())
        return False


@pytest.mark.parametrize("is_dark", [False, True])
def test_rolling_paints_only_the_rows_that_come_into_view(
    table: RecordTable,
    qtbot: QtBot,
    go_dark: Callable[[], None],
    is_dark: bool,  # noqa: FBT001 - parametrized
) -> None:
    if is_dark:
        go_dark()
    Stopwatch(table).paint()
    painted = Painted(table.viewport())

    table.verticalScrollBar().setValue(60)
    Stopwatch(table).paint()

    assert painted.heights == [60]
