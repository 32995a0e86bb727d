"""A key that is drawn does what it stands beside, also where its user gave every action another one."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from operator import attrgetter

import pytest
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from desktop.system.settings import KEYS
from desktop.ui.bridge import routes
from desktop.ui.components.button import Button
from desktop.ui.components.icon_button import IconButton
from desktop.ui.components.menu import Menu
from desktop.ui.customer.view import CustomerPage
from desktop.ui.customers.view import CustomersPage
from desktop.ui.design import key_caps
from desktop.ui.design.key_caps import key_signs, key_text
from desktop.ui.design.painting import draw_text
from desktop.ui.shell.actions import Action
from desktop.ui.stops import stops
from desktop.ui.tour import go
from tests.ui.screens2.seat import Seat

_MODIFIERS = ("", "Shift+", "Ctrl+", "Alt+", "Ctrl+Shift+", "Alt+Shift+")
_NEW = [f"{modifier}F{number}" for modifier in _MODIFIERS for number in range(13, 36)]
"""Keys that no action comes with, enough for all actions of a page."""

_NO_ACTIONS = frozenset({"J", "K", "H", "L", "X", "↵", "Esc", "←", "→", "↑", "↓", "⇧", "Ctrl", "Tab"})
"""Keys of lists, boards, forms and overlays, which are no actions, and keys that are held."""


@pytest.fixture
def caps(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """What was drawn as a key cap."""
    found: set[str] = set()

    def drawn(painter: QPainter, rect: object, text: str, *rest: object, **more: object) -> None:
        found.add(text)
        draw_text(painter, rect, text, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(key_caps, "draw_text", drawn)
    return found


def give_others(seat: Seat, actions: Iterable[Action]) -> None:
    """Give every action that has a key another one."""
    keyed = [each for each in actions if each.shortcut]
    changed = {each.id: {"key": key, "page": each.page} for each, key in zip(keyed, _NEW, strict=False)}
    seat.laptop.app.settings.set(KEYS, changed)
    last = keyed[-1]
    wanted = replace(last, shortcut=changed[last.id]["key"], also=())
    seat.until(lambda: seat.window.registry.rekeyed(last) == wanted and not shown(seat, last.shortcut))


def shown(seat: Seat, key: str) -> bool:
    return seat.workplace.kit.keys.shown(key) == key


def signs(actions: Iterable[Action]) -> set[str]:
    return {sign for each in actions for sign in key_signs(each.shortcut)} - _NO_ACTIONS


def said(root: QWidget) -> set[str]:
    """List the keys that buttons say in their words or tooltips."""
    buttons = [key_text(each.key) for each in root.findChildren(Button) if each.isVisible() and each.key]
    tips = [each.toolTip().rpartition("   ") for each in root.findChildren(IconButton) if each.isVisible()]
    return {sign for text in (*buttons, *(key for _name, gap, key in tips if gap)) for sign in text.split()}


def test_no_screen_draws_a_key_that_went_to_another_action(seat: Seat, caps: set[str]) -> None:
    app, window = seat.laptop.app, seat.window
    wrong: dict[str, set[str]] = {}
    for _page, together in groupby(sorted(stops(), key=attrgetter("page")), attrgetter("page")):
        on_page = list(together)
        app.settings.set(KEYS, {})
        go(app, seat.workplace, replace(on_page[0], act=lambda _workplace: None))
        made = list(window.active_actions())
        give_others(seat, made)
        for stop in on_page:
            go(app, seat.workplace, stop)
            caps.clear()
            window.grab()
            wrong[stop.name] = (caps | said(window)) & signs(made)

    assert {name: keys for name, keys in wrong.items() if keys} == {}


def test_menus_draw_the_keys_that_actions_have_now(seat: Seat, caps: set[str]) -> None:
    page = seat.go(routes.CUSTOMER, CustomerPage, id=seat.laptop.undisputed()[0])
    seat.until(lambda: page.can_write() and page.header.more_button.isVisible())
    made = list(seat.window.active_actions())
    give_others(seat, made)
    drawn: list[set[str]] = []
    for open_menu in (page.header.more_button.click, page.new, seat.window.show_action_menu):
        open_menu()
        caps.clear()
        seat.window.grab()
        drawn.append(set(caps))
        for menu in seat.window.host.findChildren(Menu):
            menu.close_now()

    assert all(each & {f"F{number}" for number in range(13, 36)} for each in drawn)
    assert not set.union(*drawn) & signs(made)


def test_menu_of_a_list_draws_the_keys_that_its_actions_have(seat: Seat) -> None:
    page = seat.go(routes.CUSTOMERS, CustomersPage)
    seat.until(lambda: page.pane.count > 0)

    page.tabs.show_menu()
    menu = page.tabs.menu
    assert menu is not None

    assert {each.key for each in menu.rows.items if each.key} <= {
        each.shortcut for each in seat.window.active_actions()
    }
