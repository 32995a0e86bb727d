"""An inspector stands beside its list in a wide window and lies over it in a narrow one."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop.ui.components.inspector import OVERLAY_BELOW, InspectorSplit, InspectorWidths
from desktop.ui.design.kit import UiKit

HEIGHT = 500


class Place:
    """A split with a button on each side."""

    def __init__(self, qtbot: QtBot, kit: UiKit) -> None:
        self.main, self.inspector = QPushButton("main"), QPushButton("inspector")
        self.split = InspectorSplit(kit, self.main, self.inspector, InspectorWidths(320))
        qtbot.addWidget(self.split)
        self.split.resize(OVERLAY_BELOW, HEIGHT)
        self.split.show()
        qtbot.waitExposed(self.split)

    def narrow(self) -> None:
        self.split.resize(OVERLAY_BELOW - 1, HEIGHT)


@pytest.fixture
def place(qtbot: QtBot, kit: UiKit) -> Place:
    return Place(qtbot, kit)


def test_inspector_stands_beside_the_list_in_a_wide_window(place: Place) -> None:
    assert place.inspector.isVisible()
    assert not place.split.is_over
    assert place.main.width() + place.inspector.width() < place.split.width()


def test_toggle_in_a_wide_window_tells_what_is_wanted(place: Place, qtbot: QtBot) -> None:
    with qtbot.waitSignal(place.split.toggled) as told:
        place.split.toggle()

    assert told.args == [False]
    assert not place.inspector.isVisible()


def test_inspector_leaves_the_room_to_the_list_in_a_narrow_window(place: Place) -> None:
    place.narrow()

    assert not place.inspector.isVisible()
    assert place.main.width() == place.split.width()


def test_toggle_in_a_narrow_window_lays_the_inspector_over_and_takes_it_away(place: Place) -> None:
    place.narrow()
    place.main.setFocus()

    place.split.toggle()

    assert place.split.is_over
    assert place.inspector.isVisible()
    assert place.main.width() == place.split.width()
    assert place.main.hasFocus()
    place.split.toggle()
    assert not place.inspector.isVisible()


def test_dismissing_gives_the_focus_back_to_the_list(place: Place) -> None:
    place.narrow()
    place.split.toggle()
    place.inspector.setFocus(Qt.FocusReason.TabFocusReason)

    place.split.dismiss()

    assert place.main.hasFocus()


def test_inspector_returns_beside_the_list_when_the_window_grows(place: Place) -> None:
    place.narrow()
    place.split.toggle()

    place.split.resize(OVERLAY_BELOW, HEIGHT)

    assert not place.split.is_over
    assert place.inspector.isVisible()
    assert place.inspector.width() == pytest.approx(320, abs=2)


def test_inspector_that_is_not_wanted_stays_away_when_the_window_grows(place: Place) -> None:
    place.split.toggle()
    place.narrow()

    place.split.resize(OVERLAY_BELOW, HEIGHT)

    assert not place.inspector.isVisible()
