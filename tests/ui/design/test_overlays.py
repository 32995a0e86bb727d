"""Popovers, menus and dialogs: they open over the window, keep the keys, and give the focus back."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget

from desktop.ui.components.button import Button
from desktop.ui.components.dialog import OverlayDialog
from desktop.ui.components.layouts import STRETCH, column
from desktop.ui.components.menu import Menu, MenuItem
from desktop.ui.components.question import Question
from desktop.ui.design.kit import UiKit
from tests.ui.design.keyboard import click, press

Show = Callable[[QWidget], QWidget]


class Window(QWidget):
    """A window with one button, noting what the menu runs."""

    def __init__(self, kit: UiKit) -> None:
        super().__init__()
        self.kit = kit
        self.ran: list[str] = []
        self.button = Button(kit, "More")
        column(self.button, STRETCH, pad=16, into=self)
        self.resize(600, 400)

    def menu(self) -> Menu:
        """Open a menu at the button."""
        items = [
            MenuItem("Call", lambda: self.ran.append("call"), "phone", "C"),
            MenuItem("Video", lambda: self.ran.append("video"), reason="needs network"),
            MenuItem(),
            MenuItem("Delete", lambda: self.ran.append("delete"), danger=True),
        ]
        made = Menu(self.kit, self, items, "More")
        made.open_at(self.button)
        return made

    def dialog(self) -> OverlayDialog:
        """Ask a question."""
        question = Question("Delete 14 contacts?", "This cannot be undone.", "Delete 14 contacts", "Keep them")
        made = OverlayDialog(self.kit, self, question)
        made.accepted.connect(lambda: self.ran.append("accepted"))
        made.rejected.connect(lambda: self.ran.append("rejected"))
        made.open()
        return made


@pytest.fixture
def window(kit: UiKit, show: Show) -> Window:
    made = Window(kit)
    show(made)
    made.button.setFocus(Qt.FocusReason.TabFocusReason)
    return made


def test_menu_runs_the_chosen_row_and_gives_the_focus_back(window: Window) -> None:
    menu = window.menu()

    press(menu.rows, Qt.Key.Key_Return)

    assert window.ran == ["call"]
    assert window.button.hasFocus()


def test_menu_passes_over_rows_that_are_off_and_lines(window: Window) -> None:
    menu = window.menu()

    press(menu.rows, Qt.Key.Key_Down)
    press(menu.rows, Qt.Key.Key_Return)

    assert window.ran == ["delete"]


def test_menu_keeps_letters_from_the_page_and_closes_on_escape(window: Window) -> None:
    menu = window.menu()

    press(menu.rows, Qt.Key.Key_N)
    press(menu.rows, Qt.Key.Key_Escape)

    assert not menu.is_open
    assert window.ran == []


def test_click_outside_closes_a_menu(window: Window) -> None:
    menu = window.menu()

    click(window, QPoint(590, 390))

    assert not menu.is_open


def test_row_is_chosen_by_mouse(window: Window) -> None:
    menu = window.menu()

    click(menu.rows, QPoint(20, menu.rows.height() - 10))

    assert window.ran == ["delete"]


def test_menu_near_the_lower_edge_opens_upwards(window: Window) -> None:
    window.button.move(16, 360)

    menu = window.menu()

    assert menu.geometry().bottom() < 360
    menu.close_now()


def test_dialog_starts_on_the_button_that_changes_nothing(window: Window) -> None:
    dialog = window.dialog()

    assert dialog.keep_button.hasFocus()
    dialog.close_now()


def test_escape_keeps_and_gives_the_focus_back(window: Window) -> None:
    dialog = window.dialog()

    press(dialog.keep_button, Qt.Key.Key_Escape)

    assert window.ran == ["rejected"]
    assert window.button.hasFocus()


def test_verb_accepts(window: Window) -> None:
    dialog = window.dialog()

    click(dialog.verb_button)

    assert window.ran == ["accepted"]


def test_tab_stays_inside_a_dialog(window: Window) -> None:
    dialog = window.dialog()

    press(dialog.keep_button, Qt.Key.Key_Tab)
    second = QApplication.focusWidget()
    press(dialog.verb_button, Qt.Key.Key_Tab)

    assert second is dialog.verb_button
    assert dialog.keep_button.hasFocus()
    dialog.close_now()


def test_dialog_covers_the_window_when_it_grows(window: Window) -> None:
    dialog = window.dialog()

    window.resize(800, 500)

    assert dialog.size() == window.size()
    dialog.close_now()
