"""Columns of a list: as wide as the window says, whichever way it came to its size; as dragged where a hand did it."""

from typing import cast

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from desktop.ui.bridge import routes
from desktop.ui.components.record_delegate import PAD
from desktop.ui.design.painting import text_width
from desktop.ui.people.view import PeoplePage
from tests.ui.screens.conftest import Window

SMALL, USUAL = (1100, 680), (1440, 900)
DRAGGED_PX = 30


@pytest.fixture
def page(window: Window) -> PeoplePage:
    window.show(routes.PEOPLE)
    return cast(PeoplePage, window.page)


def arrive(window: Window, page: PeoplePage) -> None:
    window.wait(lambda: page.pane.count > 0 and page.person.has_person())
    window.settle()


def resize(window: Window, size: tuple[int, int]) -> None:
    window.shell.resize(*size)
    window.wait(lambda: (window.shell.width(), window.shell.height()) == size)
    window.settle()


def widths(page: PeoplePage, *, stretched: bool = True) -> dict[str, int]:
    header = page.pane.table.horizontalHeader()
    columns = enumerate(page.pane.table.model().columns)
    return {each.key: header.sectionSize(place) for place, each in columns if stretched or not each.stretch}


def test_columns_are_as_wide_before_the_rows_are_here_as_after(window: Window, page: PeoplePage) -> None:
    before = widths(page, stretched=False)

    arrive(window, page)

    # Only the one that takes the rest gives way to the scroll bar.
    assert widths(page, stretched=False) == before


def test_columns_have_one_width_for_a_size_wherever_the_mouse_rested_on_the_way(
    window: Window, page: PeoplePage
) -> None:
    arrive(window, page)
    before = widths(page)
    page.pane.table.horizontalHeader().setAttribute(Qt.WidgetAttribute.WA_UnderMouse)

    resize(window, SMALL)
    narrow = widths(page)
    resize(window, USUAL)

    assert widths(page) == before
    assert narrow.keys() != before.keys()
    assert window.place.context.memory.get("people", "widths", {}) == {}


def test_column_that_is_dragged_keeps_its_width_in_every_size(window: Window, page: PeoplePage) -> None:
    arrive(window, page)
    header, wanted = page.pane.table.horizontalHeader(), widths(page)["name"] + DRAGGED_PX
    edge = QPoint(header.sectionViewportPosition(2) - 1, header.height() // 2)

    QTest.mousePress(header.viewport(), Qt.MouseButton.LeftButton, pos=edge)
    QTest.mouseMove(header.viewport(), edge + QPoint(DRAGGED_PX, 0))
    QTest.mouseRelease(header.viewport(), Qt.MouseButton.LeftButton, pos=edge + QPoint(DRAGGED_PX, 0))
    resize(window, SMALL)

    assert widths(page)["name"] == wanted
    # Nothing but what the hand had hold of: the column that takes the rest gave way by itself.
    assert window.place.context.memory.get("people", "widths", {}) == {"name": wanted}


def test_smallest_window_shows_addresses_whole(window: Window, page: PeoplePage) -> None:
    resize(window, SMALL)
    arrive(window, page)
    room = widths(page)["email"] - 2 * PAD
    font = window.place.kit.theme.font("body")
    model = page.pane.records.model
    window.wait(lambda: model.record(15) is not None)

    rows = [model.record(place) for place in range(16)]

    addresses = [row.cell("email").text for row in rows if row is not None]
    assert any(addresses)
    assert [each for each in addresses if text_width(font, each) > room] == []
