"""Tabs where there is little room: whole ones or none, the open one always."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.components.button import Button
from desktop.ui.components.tab_strip import Tab, TabStrip
from desktop.ui.design.kit import UiKit

Show = Callable[[QWidget], QWidget]

TABS = [Tab(str(number), f"Warm leads in region {number}") for number in range(6)]


def test_tabs_make_room_for_what_comes_at_the_right_and_for_counts(kit: UiKit, show: Show, qtbot: QtBot) -> None:
    strip = TabStrip(kit, TABS, "5")
    save = Button(kit, "Save this view as it is now")
    strip.add_trailing(save)
    save.hide()
    strip.resize(900, strip.sizeHint().height())
    show(strip)
    room = len(strip.hidden_tabs())

    save.show()
    qtbot.waitUntil(lambda: len(strip.hidden_tabs()) > room)
    with_save = len(strip.hidden_tabs())
    for tab in TABS:
        strip.set_count(tab.key, "1,284,000")

    qtbot.waitUntil(lambda: len(strip.hidden_tabs()) > with_save)
    assert "5" not in strip.hidden_tabs()
    shown = [each for each in strip.findChildren(QWidget) if each.isVisible() and each.parent() is strip]
    assert all(each.width() >= each.sizeHint().width() for each in shown)
