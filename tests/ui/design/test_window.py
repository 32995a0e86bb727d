"""The frame: going places and back, keys that start actions, and speaking another language."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from gc import collect
from weakref import ref

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.components.banner import Notice
from desktop.ui.components.dialog import Overlay
from desktop.ui.components.label import Label
from desktop.ui.components.layouts import column
from desktop.ui.components.menu import Menu
from desktop.ui.components.text_field import TextField
from desktop.ui.design.hub import ThemeHub
from desktop.ui.design.kit import UiKit
from desktop.ui.shell.actions import Action
from desktop.ui.shell.key_sheet import KeySheet
from desktop.ui.shell.page import Crumb, Hint, Page, PageSpec, PageState, Route, ShellPort
from desktop.ui.shell.page_stack import UnknownPageError
from desktop.ui.shell.sync_chip import SyncChipStatus
from desktop.ui.shell.window import ShellWindow
from tests.ui.design.keyboard import press, type_text

Show = Callable[[QWidget], QWidget]


class Notes(Page):
    """A page with a field, a place for the focus, and a note of what was done."""

    def __init__(self, shell: ShellPort) -> None:
        super().__init__(shell)
        self.calls: list[str] = []
        self.done: list[str] = []
        self.is_ready = True
        self.shown: Mapping[str, str] = {}
        self.field = TextField(self.kit)
        self.field.setAccessibleName("Note")
        self.place = QPushButton()
        self.control = QPushButton()
        column(Label(self.kit, self.kit.t("shell.nav.customers")), self.field, self.place, into=self)

    def title(self) -> str:
        return self.kit.t("shell.nav.customers")

    def crumbs(self) -> Sequence[Crumb]:
        name = self.shown.get("id", "")
        return (Crumb(self.title(), Route("customers")), Crumb(name)) if name else ()

    def controls(self) -> Sequence[QWidget]:
        return (self.control,)

    def page_actions(self) -> Sequence[Action]:
        return [
            Action("new", "shell.nav.pipeline", self._new, shortcut="N", hint_key="shell.nav.pipeline"),
            Action("save", "shell.nav.people", self._save, shortcut="Ctrl+S", enabled_when=lambda: self.is_ready),
        ]

    def hints(self) -> Sequence[Hint]:
        return [Hint("J K", "move")]

    def show_route(self, args: Mapping[str, str]) -> None:
        self.shown = args
        self.calls.append(f"route {args.get('id', '')}".strip())

    def activate(self) -> None:
        self.calls.append("activate")

    def deactivate(self) -> None:
        self.calls.append("deactivate")

    def save_state(self) -> PageState:
        return {"text": self.field.text()}

    def restore_state(self, state: PageState) -> None:
        self.calls.append("restore")
        self.field.setText(str(state["text"]))

    def focus_main(self) -> None:
        self.place.setFocus()

    def _new(self) -> None:
        self.done.append("new")

    def _save(self) -> None:
        self.done.append("save")


PAGES = [
    PageSpec("today", "shell.nav.today", "sun", Notes, "Ctrl+1"),
    PageSpec("customers", "shell.nav.customers", "building-2", Notes, "Ctrl+2"),
    PageSpec("customer", "shell.nav.customers", "building-2", Notes, section="", parent="customers"),
    PageSpec("choice", "shell.nav.choice", "git-merge", Notes, section="sync"),
]


@pytest.fixture
def window(kit: UiKit, show: Show) -> ShellWindow:
    """A window of 1440 x 900 on its Customers page."""
    made = ShellWindow(kit, PAGES)
    made.resize(1440, 900)
    show(made)
    made.open(Route("customers"))
    return made


def _page(window: ShellWindow) -> Notes:
    assert isinstance(window.page, Notes)
    return window.page


def test_page_is_made_when_first_opened_and_kept(window: ShellWindow) -> None:
    first = window.page
    window.open(Route("today"))
    window.open(Route("customers"))

    assert window.page is first
    assert window.frame.pages.page("choice") is None


def test_unknown_page_is_refused_and_the_open_one_stays(window: ShellWindow) -> None:
    with pytest.raises(UnknownPageError):
        window.open(Route("nowhere"))

    assert window.route == Route("customers")


def test_page_is_told_in_order_what_happens(window: ShellWindow) -> None:
    page = _page(window)

    window.open(Route("today"))
    window.back()

    assert page.calls == ["route", "activate", "deactivate", "route", "restore", "activate"]


def test_back_and_forward_find_pages_as_they_were_left(window: ShellWindow) -> None:
    window.open(Route("customer", {"id": "a"}))
    _page(window).field.setText("about a")
    window.open(Route("customer", {"id": "b"}))
    _page(window).field.setText("about b")

    window.back()
    first = (window.route, _page(window).field.text())
    window.forward()

    assert first == (Route("customer", {"id": "a"}), "about a")
    assert (window.route, _page(window).field.text()) == (Route("customer", {"id": "b"}), "about b")


def test_going_somewhere_new_forgets_what_lay_ahead(window: ShellWindow) -> None:
    window.open(Route("today"))
    window.back()
    window.open(Route("choice"))

    window.forward()

    assert window.route == Route("choice")


def test_page_without_an_entry_lights_its_parent(window: ShellWindow) -> None:
    window.open(Route("customer", {"id": "a"}))

    lit = [button.entry.key for button in window.frame.rail.buttons() if button.isChecked()]

    assert lit == ["customers"]


def test_window_is_titled_by_its_page(window: ShellWindow) -> None:
    assert window.windowTitle() == "Customers – Roundsman"


def test_ctrl_and_digit_open_a_page_even_while_typing(window: ShellWindow, qtbot: QtBot) -> None:
    _page(window).field.setFocus()

    press(_page(window).field, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)

    assert window.route == Route("today")


def test_letter_starts_an_action_when_nobody_is_typing(window: ShellWindow) -> None:
    press(_page(window).place, Qt.Key.Key_N)

    assert _page(window).done == ["new"]


def test_letter_is_typed_when_a_field_has_the_focus(window: ShellWindow) -> None:
    page = _page(window)
    page.field.setFocus()

    type_text(page.field, "n")

    assert (page.done, page.field.text()) == ([], "n")


def test_letter_in_a_field_that_is_read_only_starts_the_action(window: ShellWindow) -> None:
    page = _page(window)
    page.field.setReadOnly(True)
    page.field.setFocus()

    press(page.field, Qt.Key.Key_N)

    assert page.done == ["new"]


def test_action_that_makes_no_sense_now_does_nothing(window: ShellWindow) -> None:
    page = _page(window)
    page.is_ready = False

    press(page.place, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)

    assert page.done == []


def test_actions_of_a_page_are_gone_with_it(window: ShellWindow) -> None:
    page = _page(window)
    window.open(Route("today"))

    press(_page(window).place, Qt.Key.Key_N)

    assert page.done == []
    assert _page(window).done == ["new"]


def test_escape_leaves_the_field_and_keeps_the_text(window: ShellWindow) -> None:
    page = _page(window)
    page.field.setFocus()
    type_text(page.field, "half")

    press(page.field, Qt.Key.Key_Escape)

    assert page.place.hasFocus()
    assert page.field.text() == "half"


def test_escape_on_a_record_goes_back_to_the_list(window: ShellWindow) -> None:
    window.open(Route("customer", {"id": "a"}))

    press(_page(window).place, Qt.Key.Key_Escape)

    assert window.route == Route("customers")


def test_escape_on_a_page_of_the_rail_stays(window: ShellWindow) -> None:
    window.open(Route("today"))

    press(_page(window).place, Qt.Key.Key_Escape)

    assert window.route == Route("today")


def test_question_mark_shows_all_keys_and_escape_closes_them(window: ShellWindow) -> None:
    press(_page(window).place, Qt.Key.Key_Question)
    sheet = window.findChild(KeySheet)
    assert sheet is not None
    said = {label.text() for label in sheet.findChildren(Label)}

    press(sheet, Qt.Key.Key_Escape)

    assert {"move", "Pipeline", "People", "Find, go or do…"} <= said
    assert sheet.isHidden()
    assert _page(window).place.hasFocus()


def test_page_hears_no_keys_while_a_dialog_covers_it(window: ShellWindow, qtbot: QtBot) -> None:
    overlay = Overlay(window.kit, window.host, "Question")
    overlay.open()

    press(overlay, Qt.Key.Key_N)
    press(overlay, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)

    assert _page(window).done == []
    overlay.close_now()


def test_strip_explains_the_keys_of_the_page_and_ends_with_all_keys(window: ShellWindow) -> None:
    assert window.frame.hint_strip.hints == (Hint("J K", "move"), Hint("N", "Pipeline"), Hint("?", "all keys"))


def test_ctrl_k_starts_finding_and_escape_returns_to_the_page(window: ShellWindow) -> None:
    field = window.frame.top_bar.find_field
    press(_page(window).field, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    found = field.hasFocus()

    press(field, Qt.Key.Key_Escape)

    assert found
    assert _page(window).place.hasFocus()


def test_f6_goes_around_the_panes(window: ShellWindow) -> None:
    _page(window).place.setFocus()
    places = []
    for _ in range(3):
        holder = QApplication.focusWidget()
        assert holder is not None
        press(holder, Qt.Key.Key_F6)
        places.append(QApplication.focusWidget())

    assert places[0] is window.frame.top_bar.find_field
    assert places[1] is window.frame.rail.buttons()[1]
    assert places[2] is _page(window).place


def test_menu_of_the_page_offers_what_makes_sense(window: ShellWindow) -> None:
    _page(window).is_ready = False

    window.show_action_menu()

    menu = window.findChild(Menu)
    assert menu is not None
    assert [item.text for item in menu.rows.items] == ["Pipeline"]
    menu.close_now()


def test_rail_collapses_in_a_narrow_window_and_comes_back(window: ShellWindow) -> None:
    window.resize(1100, 680)
    narrow = (window.frame.rail.is_collapsed, window.frame.rail.width())
    window.resize(1440, 900)

    assert narrow == (True, 56)
    assert (window.frame.rail.is_collapsed, window.frame.rail.width()) == (False, 200)


def test_rail_opened_by_hand_stays_open_while_narrow(window: ShellWindow) -> None:
    window.resize(1200, 700)

    press(_page(window).place, Qt.Key.Key_Backslash, Qt.KeyboardModifier.ControlModifier)
    window.resize(1150, 700)

    assert not window.frame.rail.is_collapsed


def test_arrow_keys_move_in_the_rail_and_enter_opens(window: ShellWindow) -> None:
    buttons = window.frame.rail.buttons()
    window.frame.rail.focus_current()

    press(buttons[1], Qt.Key.Key_Up)
    press(buttons[0], Qt.Key.Key_Return)

    assert window.route == Route("today")


def test_change_of_language_makes_the_page_anew_with_its_state(window: ShellWindow, hub: ThemeHub) -> None:
    old = _page(window)
    old.field.setText("half a sentence")

    window.kit.texts.set_language("zh_TW")
    hub.choose(replace(hub.choice, language="zh_TW"))

    assert window.page is not old
    assert window.windowTitle() == "客戶 – Roundsman"
    assert _page(window).field.text() == "half a sentence"
    assert window.frame.rail.buttons()[0].entry.title == "今天"


def test_page_that_was_not_open_keeps_its_state_over_a_change_of_language(window: ShellWindow, hub: ThemeHub) -> None:
    _page(window).field.setText("left behind")
    window.open(Route("today"))

    window.kit.texts.set_language("zh_CN")
    hub.choose(replace(hub.choice, language="zh_CN"))
    window.open(Route("customers"))

    assert _page(window).field.text() == "left behind"


def test_change_to_dark_keeps_the_page(window: ShellWindow, go_dark: Callable[[], None]) -> None:
    page = window.page

    go_dark()

    assert window.page is page


def test_controls_of_a_page_stand_in_the_top_bar_while_it_is_open(window: ShellWindow) -> None:
    control = _page(window).control
    inside = window.frame.top_bar.isAncestorOf(control)

    window.open(Route("today"))

    assert inside
    assert not window.frame.top_bar.isAncestorOf(control)


def test_page_that_says_it_changed_keeps_the_focus_in_its_controls(window: ShellWindow) -> None:
    page = _page(window)
    page.control.setFocus()

    page.changed.emit()

    assert page.control.hasFocus()


def test_sync_chip_shows_the_state_and_asks_for_details(window: ShellWindow, qtbot: QtBot) -> None:
    window.set_sync(SyncChipStatus("offline", "Offline – 12 changes waiting"))

    with qtbot.waitSignal(window.sync_wanted):
        window.frame.top_bar.sync_chip.click()

    assert window.frame.top_bar.sync_chip.accessibleName() == "Offline – 12 changes waiting"


def test_banner_takes_room_only_while_it_says_something(window: ShellWindow) -> None:
    window.banner(Notice("3 records wait for your choice.", "choice"))
    said = window.frame.notice
    window.banner(None)

    assert said is not None
    assert window.frame.notice is None


def test_counts_stand_beside_their_entries(window: ShellWindow) -> None:
    window.set_counts({"customers": "1,284"})

    assert window.frame.rail.buttons()[1].accessibleName() == "Customers 1,284"


def test_everything_that_can_be_focused_has_a_name(window: ShellWindow) -> None:
    window.set_user("林晓雯", "Shenzhen West")
    window.set_sync(SyncChipStatus("synced", "All sent, 10:41"))
    nameless = [
        type(widget).__name__
        for widget in window.frame.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and not widget.accessibleName()
    ]

    # The two plain buttons are this test's own.
    assert [name for name in nameless if name != "QPushButton"] == []


def test_window_that_is_closed_and_forgotten_is_freed(kit: UiKit) -> None:
    window = ShellWindow(kit, PAGES)
    window.open(Route("customer", {"id": "a"}))
    window.open(Route("customers"))
    gone = ref(window), ref(window.page)

    del window
    collect()

    assert [each() for each in gone] == [None, None]
