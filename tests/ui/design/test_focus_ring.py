"""The ring shows what the keyboard holds, and only then."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from desktop.ui.components.button import Button
from desktop.ui.components.layouts import column
from desktop.ui.components.text_field import TextField
from desktop.ui.design.focus_ring import FocusRing
from desktop.ui.design.kit import UiKit
from tests.ui.design.keyboard import click, press

Show = Callable[[QWidget], QWidget]


class Window(QWidget):
    """A field, two buttons and the ring over them."""

    def __init__(self, kit: UiKit) -> None:
        super().__init__()
        self.field = TextField(kit)
        self.first = Button(kit, "First")
        self.second = Button(kit, "Second")
        column(self.field, self.first, self.second, pad=16, into=self)
        self.ring = FocusRing(kit, self)


@pytest.fixture
def window(kit: UiKit, show: Show) -> Window:
    made = Window(kit)
    show(made)
    made.field.setFocus()
    return made


def test_tab_to_a_button_rings_it_two_px_outside(window: Window) -> None:
    press(window.field, Qt.Key.Key_Tab)

    assert window.ring.isVisible()
    assert window.ring.target is window.first
    assert window.ring.geometry() == window.first.geometry().adjusted(-4, -4, 4, 4)


def test_click_on_a_button_shows_no_ring(window: Window) -> None:
    click(window.second)

    assert window.second.hasFocus()
    assert not window.ring.isVisible()


def test_text_field_draws_its_own_focus(window: Window) -> None:
    press(window.field, Qt.Key.Key_Tab)
    window.field.setFocus(Qt.FocusReason.TabFocusReason)

    assert not window.ring.isVisible()


def test_ring_follows_a_widget_that_moves(window: Window) -> None:
    window.first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    window.first.move(window.first.pos() + QPoint(30, 10))

    assert window.ring.geometry().center() == window.first.geometry().center()


def test_ring_goes_with_a_widget_that_is_hidden(window: Window) -> None:
    window.first.setFocus(Qt.FocusReason.TabFocusReason)

    window.first.hide()

    assert window.ring.target is not window.first or not window.ring.isVisible()


def test_ring_forgets_a_widget_that_is_deleted(window: Window, qtbot: QtBot, go_dark: Callable[[], None]) -> None:
    window.first.setFocus(Qt.FocusReason.TabFocusReason)
    window.first.deleteLater()
    qtbot.waitUntil(lambda: not isValid(window.first))

    go_dark()

    assert not window.ring.isVisible()
