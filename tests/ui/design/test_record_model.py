"""Records of a table: fetched in windows, shown as they were until the new ones are here."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.ui.components.record_table import RecordTable
from desktop.ui.components.records import PAGE, Cell, Column, RecordModel, RecordRow
from desktop.ui.design.kit import UiKit
from tests.ui.design.record_rows import COLUMNS, Source


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
