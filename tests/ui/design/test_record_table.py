"""The table of records: fetching in windows, moving by keyboard, and keeping its place under live changes."""

from collections.abc import Callable, Mapping, Sequence

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.components.record_table import RecordTable
from desktop.ui.components.records import PAGE, Cell, Column, RecordModel, RecordRow
from desktop.ui.components.text_field import TextField
from desktop.ui.design.kit import UiKit
from tests.ui.design.keyboard import press

COLUMNS = [
    Column("tick", "", 56, kind="tick"),
    Column("name", "Name", 200, kind="name", sort=True),
    Column("city", "City", 80, kind="secondary"),
    Column("open", "Open value", 100, kind="money", editable=True),
]


class Source:
    """Rows by id, remembering what was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.cities: dict[str, str] = {}

    def __call__(self, ids: Sequence[str]) -> Mapping[str, RecordRow]:
        self.asked.append(list(ids))
        return {record_id: self.row(record_id) for record_id in ids}

    def row(self, record_id: str) -> RecordRow:
        cells: dict[str, str | Cell] = {
            "name": f"Customer {record_id}",
            "city": self.cities.get(record_id, "深圳"),
            "open": "¥58,000",
        }
        return RecordRow(record_id, cells, spoken=f"Customer {record_id}, in Shenzhen")


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def table(kit: UiKit, source: Source, show: Callable[[QWidget], QWidget]) -> RecordTable:
    """A table of 1,000 records with the focus in it."""
    made = RecordTable(kit, COLUMNS, RecordModel(source), "Customers")
    made.resize(700, 400)
    made.model().set_ids(_ids(1000))
    show(made)
    made.setFocus()
    return made


def _ids(count: int) -> list[str]:
    return [f"r{number}" for number in range(count)]


def _top(table: RecordTable, record_id: str) -> int:
    model = table.model()
    return table.visualRect(model.index(model.row_of(record_id), 0)).top()


def test_only_the_rows_in_view_are_fetched(table: RecordTable, source: Source) -> None:
    table.grab()

    assert len(source.asked) == 1
    assert len(source.asked[0]) == PAGE


def test_scrolling_fetches_the_page_that_comes_into_view(table: RecordTable, source: Source) -> None:
    table.grab()

    table.set_current("r900")
    table.grab()

    assert source.asked[-1][0] == "r800"


def test_changed_record_is_fetched_alone(table: RecordTable, source: Source) -> None:
    table.grab()
    source.cities["r3"] = "东莞"

    table.model().refresh(["r3"])

    assert table.model().index(3, 2).data() == "东莞"
    assert source.asked[-1] == ["r3"]


def test_rows_promised_for_later_appear_when_they_come(kit: UiKit, source: Source, qtbot: QtBot) -> None:
    model = RecordModel(lambda _ids: None)
    table = RecordTable(kit, COLUMNS, model, "Customers")
    qtbot.addWidget(table)
    model.set_ids(["r1"])

    before = model.record(0)
    model.put_rows({"r1": source.row("r1")})

    assert before is None
    assert model.index(0, 1).data() == "Customer r1"


def _promising(kit: UiKit, qtbot: QtBot) -> tuple[RecordTable, list[list[str]]]:
    """Make a table whose rows always come later, and the list of what it asked for."""
    asked: list[list[str]] = []

    def promise(ids: Sequence[str]) -> None:
        asked.append(list(ids))

    table = RecordTable(kit, COLUMNS, RecordModel(promise), "Customers")
    qtbot.addWidget(table)
    table.model().set_ids(["r1", "r2"])
    return table, asked


def test_promised_rows_are_asked_for_once(kit: UiKit, qtbot: QtBot) -> None:
    table, asked = _promising(kit, qtbot)

    table.grab()
    table.grab()

    assert asked == [["r1", "r2"]]


def test_changed_row_is_shown_as_it_was_until_the_new_one_comes(kit: UiKit, source: Source, qtbot: QtBot) -> None:
    table, asked = _promising(kit, qtbot)
    table.grab()
    table.model().put_rows({"r1": source.row("r1"), "r2": source.row("r2")})

    table.model().refresh(["r1"])
    meanwhile = table.model().record(0)

    assert meanwhile == source.row("r1")
    assert asked[-1] == ["r1"]


def test_place_of_a_late_row_turns_grey_only_after_a_while(kit: UiKit, source: Source, qtbot: QtBot) -> None:
    table, _asked = _promising(kit, qtbot)
    model = table.model()
    model.record(0)
    at_once = model.is_late

    qtbot.waitUntil(lambda: model.is_late)
    model.put_rows({"r1": source.row("r1"), "r2": source.row("r2")})

    assert not at_once
    assert not model.is_late


def test_record_without_a_row_is_not_asked_for_at_every_repaint(kit: UiKit, qtbot: QtBot) -> None:
    asked: list[int] = []

    def answer(ids: Sequence[str]) -> Mapping[str, RecordRow]:
        asked.append(len(ids))
        return {}

    model = RecordModel(answer)
    table = RecordTable(kit, COLUMNS, model, "Customers")
    qtbot.addWidget(table)
    model.set_ids(["gone"])

    table.grab()
    table.grab()

    assert asked == [1]


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

    table.model().set_ids([*(f"new{number}" for number in range(50)), *_ids(1000)])

    assert table.current_id() == "r500"
    assert _top(table, "r500") == before
    assert [index.row() for index in table.selectionModel().selectedRows()] == [550]


def test_many_changes_at_once_keep_selection_and_screen(table: RecordTable) -> None:
    table.set_current("r500")
    before = _top(table, "r500")

    table.model().set_ids([*(f"new{number}" for number in range(800)), *_ids(1000)[400:]])

    assert table.current_id() == "r500"
    assert _top(table, "r500") == before


def test_another_order_keeps_the_current_record(table: RecordTable) -> None:
    table.set_current("r500")

    table.model().set_ids(list(reversed(_ids(1000))))

    assert table.current_id() == "r500"


def test_live_change_announces_no_other_record(table: RecordTable, qtbot: QtBot) -> None:
    table.set_current("r500")

    with qtbot.assertNotEmitted(table.current_changed):
        table.model().set_ids(["new", *_ids(1000)])


def test_removed_current_record_hands_over_to_the_next(table: RecordTable) -> None:
    table.set_current("r500")

    table.model().set_ids([each for each in _ids(1000) if each != "r500"])

    assert table.current_id() == "r501"
    assert len(table.selectionModel().selectedRows()) == 1


def test_removed_last_record_hands_over_to_the_new_last(table: RecordTable) -> None:
    table.set_current("r999")

    table.model().set_ids(_ids(999))

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

    table.model().set_ids([each for each in _ids(1000) if each != "r1"])

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


def test_first_focus_makes_the_first_record_current(
    kit: UiKit, source: Source, show: Callable[[QWidget], QWidget]
) -> None:
    table = RecordTable(kit, COLUMNS, RecordModel(source), "Customers")
    table.model().set_ids(_ids(10))
    show(table)

    table.setFocus()

    assert table.current_id() == "r0"


def test_screen_reader_gets_the_sentence_of_a_row(table: RecordTable) -> None:
    said = table.model().index(4, 0).data(Qt.ItemDataRole.AccessibleTextRole)

    assert said == "Customer r4, in Shenzhen"


def test_every_kind_of_cell_is_painted(kit: UiKit, qtbot: QtBot) -> None:
    cells: dict[str, str | Cell] = {
        "text": "a",
        "name": Cell("永泰凍肉", second="香港"),
        "secondary": "b",
        "number": "12",
        "money": "¥1",
        "date": "20 Nov",
        "badge": Cell("Open case", tone="info", icon="wrench"),
        "dot": Cell("51", tone="warning"),
        "person": "林晓雯",
        "company": "Kestrel Foods",
        "progress": Cell("62%", share=0.62),
        "sparkline": Cell(values=(1.0, 3.0, 2.0), tone="danger"),
        "icon": Cell(icon="phone", tone="success"),
        "tick": "",
    }
    model = RecordModel(lambda ids: {each: RecordRow(each, cells, unsent=True, needs_choice=True) for each in ids})
    table = RecordTable(kit, [Column(kind, kind, 120, kind=kind) for kind in cells], model, "All")
    table.set_two_line(True)
    qtbot.addWidget(table)
    model.set_ids(["a", "b"])

    image = table.grab().toImage()

    assert not image.isNull()
