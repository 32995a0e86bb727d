"""Keys of the window: which start actions, which are typed, which move between panes."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.ui.components.dialog import Overlay
from desktop.ui.components.label import Label
from desktop.ui.components.menu import Menu
from desktop.ui.shell.key_sheet import KeySheet
from desktop.ui.shell.page import Hint, Route
from desktop.ui.shell.window import ShellWindow
from tests.ui.design.keyboard import press, type_text
from tests.ui.design.pages import page_of


def test_ctrl_and_digit_open_a_page_even_while_typing(window: ShellWindow) -> None:
    page_of(window).field.setFocus()

    press(page_of(window).field, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)

    assert window.route == Route("today")


def test_letter_starts_an_action_when_nobody_is_typing(window: ShellWindow) -> None:
    press(page_of(window).place, Qt.Key.Key_N)

    assert page_of(window).done == ["new"]


def test_letter_is_typed_when_a_field_has_the_focus(window: ShellWindow) -> None:
    page = page_of(window)
    page.field.setFocus()

    type_text(page.field, "n")

    assert (page.done, page.field.text()) == ([], "n")


def test_letter_in_a_field_that_is_read_only_starts_the_action(window: ShellWindow) -> None:
    page = page_of(window)
    page.field.setReadOnly(True)
    page.field.setFocus()

    press(page.field, Qt.Key.Key_N)

    assert page.done == ["new"]


def test_action_that_makes_no_sense_now_does_nothing(window: ShellWindow) -> None:
    page = page_of(window)
    page.is_ready = False

    press(page.place, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)

    assert page.done == []


def test_actions_of_a_page_are_gone_with_it(window: ShellWindow) -> None:
    page = page_of(window)
    window.open(Route("today"))

    press(page_of(window).place, Qt.Key.Key_N)

    assert page.done == []
    assert page_of(window).done == ["new"]


def test_escape_leaves_the_field_and_keeps_the_text(window: ShellWindow) -> None:
    page = page_of(window)
    page.field.setFocus()
    type_text(page.field, "half")

    press(page.field, Qt.Key.Key_Escape)

    assert page.place.hasFocus()
    assert page.field.text() == "half"


def test_escape_on_a_record_goes_back_to_the_list(window: ShellWindow) -> None:
    window.open(Route("customer", {"id": "a"}))

    press(page_of(window).place, Qt.Key.Key_Escape)

    assert window.route == Route("customers")


def test_escape_on_a_page_of_the_rail_stays(window: ShellWindow) -> None:
    window.open(Route("today"))

    press(page_of(window).place, Qt.Key.Key_Escape)

    assert window.route == Route("today")


def test_question_mark_shows_all_keys_and_escape_closes_them(window: ShellWindow) -> None:
    press(page_of(window).place, Qt.Key.Key_Question)
    sheet = window.findChild(KeySheet)
    assert sheet is not None
    said = {label.text() for label in sheet.findChildren(Label)}

    press(sheet, Qt.Key.Key_Escape)

    assert {"move", "Pipeline", "People", "Find, go or do…"} <= said
    assert sheet.isHidden()
    assert page_of(window).place.hasFocus()


def test_page_hears_no_keys_while_a_dialog_covers_it(window: ShellWindow) -> None:
    overlay = Overlay(window.kit, window.host, "Question")
    overlay.open()

    press(overlay, Qt.Key.Key_N)
    press(overlay, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)

    assert page_of(window).done == []
    overlay.close_now()


def test_strip_explains_the_keys_of_the_page_and_ends_with_all_keys(window: ShellWindow) -> None:
    assert window.frame.hint_strip.hints == (Hint("J K", "move"), Hint("N", "Pipeline"), Hint("?", "all keys"))


def test_palette_is_asked_for_by_its_key_by_a_click_and_by_letters_typed_into_its_place(window: ShellWindow) -> None:
    wanted: list[str] = []
    window.find_wanted.connect(wanted.append)
    button = window.frame.top_bar.find_button

    press(page_of(window).field, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    button.click()
    type_text(button, "a")

    assert wanted == ["", "", "a"]


def test_f6_goes_around_the_panes(window: ShellWindow) -> None:
    page_of(window).place.setFocus()
    places = []
    for _ in range(3):
        holder = QApplication.focusWidget()
        assert holder is not None
        press(holder, Qt.Key.Key_F6)
        places.append(QApplication.focusWidget())

    assert places[0] is window.frame.top_bar.find_button
    assert places[1] is window.frame.rail.buttons()[1]
    assert places[2] is page_of(window).place


def test_menu_of_the_page_offers_what_makes_sense(window: ShellWindow) -> None:
    page_of(window).is_ready = False

    window.show_action_menu()

    menu = window.findChild(Menu)
    assert menu is not None
    assert [item.text for item in menu.rows.items] == ["Pipeline"]
    menu.close_now()


def test_arrow_keys_move_in_the_rail_and_enter_opens(window: ShellWindow) -> None:
    buttons = window.frame.rail.buttons()
    window.frame.rail.focus_current()

    press(buttons[1], Qt.Key.Key_Up)
    press(buttons[0], Qt.Key.Key_Return)

    assert window.route == Route("today")
