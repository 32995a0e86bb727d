"""The frame: going places and back, what stands around a page, and speaking another language."""

from collections.abc import Callable
from dataclasses import replace
from gc import collect
from weakref import ref

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.components.banner import Notice
from desktop.ui.components.icon_button import IconButton
from desktop.ui.design.hub import ThemeHub
from desktop.ui.design.kit import UiKit
from desktop.ui.shell.page import Route
from desktop.ui.shell.page_stack import UnknownPageError
from desktop.ui.shell.sync_chip import SyncChipStatus
from desktop.ui.shell.window import ShellWindow
from tests.ui.design.keyboard import press
from tests.ui.design.pages import PAGES, page_of


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
    page = page_of(window)

    window.open(Route("today"))
    window.back()

    assert page.calls == ["route", "activate", "deactivate", "route", "restore", "activate"]


def test_back_and_forward_find_pages_as_they_were_left(window: ShellWindow) -> None:
    window.open(Route("customer", {"id": "a"}))
    page_of(window).field.setText("about a")
    window.open(Route("customer", {"id": "b"}))
    page_of(window).field.setText("about b")

    window.back()
    first = (window.route, page_of(window).field.text())
    window.forward()

    assert first == (Route("customer", {"id": "a"}), "about a")
    assert (window.route, page_of(window).field.text()) == (Route("customer", {"id": "b"}), "about b")


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


def test_rail_collapses_in_a_narrow_window_and_comes_back(window: ShellWindow) -> None:
    window.resize(1100, 680)
    narrow = (window.frame.rail.is_collapsed, window.frame.rail.width())
    window.resize(1440, 900)

    assert narrow == (True, 56)
    assert (window.frame.rail.is_collapsed, window.frame.rail.width()) == (False, 200)


def test_rail_opened_by_hand_stays_open_while_narrow(window: ShellWindow) -> None:
    window.resize(1200, 700)

    press(page_of(window).place, Qt.Key.Key_Backslash, Qt.KeyboardModifier.ControlModifier)
    window.resize(1150, 700)

    assert not window.frame.rail.is_collapsed


def test_change_of_language_makes_the_page_anew_with_its_state(window: ShellWindow, hub: ThemeHub) -> None:
    old = page_of(window)
    old.field.setText("half a sentence")

    window.kit.texts.set_language("zh_TW")
    hub.choose(replace(hub.choice, language="zh_TW"))

    assert window.page is not old
    assert window.windowTitle() == "客戶 – Roundsman"
    assert page_of(window).field.text() == "half a sentence"
    assert window.frame.rail.buttons()[0].entry.title == "今天"


def test_gear_of_the_rail_speaks_the_language_in_force_after_a_change_of_look(
    window: ShellWindow, hub: ThemeHub, go_dark: Callable[[], None]
) -> None:
    window.kit.texts.set_language("zh_CN")
    hub.choose(replace(hub.choice, language="zh_CN"))
    go_dark()

    said = {each.toolTip().split()[0] for each in window.frame.rail.findChildren(IconButton)}

    assert said == {"设置"}


def test_page_that_was_not_open_keeps_its_state_over_a_change_of_language(window: ShellWindow, hub: ThemeHub) -> None:
    page_of(window).field.setText("left behind")
    window.open(Route("today"))

    window.kit.texts.set_language("zh_CN")
    hub.choose(replace(hub.choice, language="zh_CN"))
    window.open(Route("customers"))

    assert page_of(window).field.text() == "left behind"


def test_change_to_dark_keeps_the_page(window: ShellWindow, go_dark: Callable[[], None]) -> None:
    page = window.page

    go_dark()

    assert window.page is page


def test_controls_of_a_page_stand_in_the_top_bar_while_it_is_open(window: ShellWindow) -> None:
    control = page_of(window).control
    inside = window.frame.top_bar.isAncestorOf(control)

    window.open(Route("today"))

    assert inside
    assert not window.frame.top_bar.isAncestorOf(control)


def test_page_that_says_it_changed_keeps_the_focus_in_its_controls(window: ShellWindow) -> None:
    page = page_of(window)
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
