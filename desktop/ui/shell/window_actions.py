"""What the window itself can do, on every page: going places, finding, and showing the keys."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Protocol

from desktop.ui.design.kit import UiKit
from desktop.ui.shell.actions import Action
from desktop.ui.shell.page import Hint, PageSpec, Route
from desktop.ui.shell.rail_entry import RailEntry

ALL_KEYS = "?"
"""The key of the sheet of all keys."""


class WindowPort(Protocol):
    """What the actions ask of the window; its members say what they do by their names."""

    def open(self, route: Route) -> None:
        """Go to a page."""
        ...

    def back(self) -> None:
        """Go back."""
        ...

    def forward(self) -> None:
        """Go forward."""
        ...

    def start_find(self) -> None:
        """Open the palette."""
        ...

    def toggle_rail(self) -> None:
        """Collapse or open the rail."""
        ...

    def focus_next_pane(self) -> None:
        """Go to the next pane."""
        ...

    def focus_previous_pane(self) -> None:
        """Go to the pane before."""
        ...

    def show_sync(self) -> None:
        """Ask for the details of sync."""
        ...

    def show_action_menu(self) -> None:
        """Open the menu of the page."""
        ...

    def show_keys(self) -> None:
        """Open the sheet of keys."""
        ...


def window_actions(window: WindowPort, pages: Sequence[PageSpec]) -> list[Action]:
    """List the actions of the frame, those that open pages first."""
    go = [
        Action(f"go.{page.name}", page.title_key, partial(window.open, Route(page.name)), page.icon, page.shortcut)
        for page in pages
        if page.section or page.shortcut
    ]
    return [
        *go,
        Action("shell.find", "shell.find", window.start_find, "search", "Ctrl+K"),
        Action("shell.back", "shell.action.back", window.back, "chevron-left", "Alt+Left"),
        Action("shell.forward", "shell.action.forward", window.forward, "chevron-right", "Alt+Right"),
        Action("shell.rail", "shell.action.rail", window.toggle_rail, "", "Ctrl+\\"),
        Action("shell.next_pane", "shell.action.next_pane", window.focus_next_pane, "", "F6"),
        Action("shell.previous_pane", "shell.action.previous_pane", window.focus_previous_pane, "", "Shift+F6"),
        Action("shell.sync", "shell.action.sync", window.show_sync, "refresh-cw", "Ctrl+Shift+O"),
        Action("shell.menu", "shell.action.menu", window.show_action_menu, "ellipsis", "Shift+F10", ("Menu",)),
        Action("shell.keys", "shell.keys.title", window.show_keys, "", ALL_KEYS),
    ]


def hints_of(kit: UiKit, actions: Iterable[Action]) -> list[Hint]:
    """Explain the keys of actions, for the sheet; those without a key are left out."""
    return [Hint(" ".join((a.shortcut, *a.also)), kit.t(a.title_key)) for a in actions if a.shortcut]


def rail_entries(kit: UiKit, pages: Iterable[PageSpec]) -> list[RailEntry]:
    """Name the entries of the rail in the user's language."""
    return [
        RailEntry(page.name, kit.t(page.title_key), page.icon, page.shortcut, page.section)
        for page in pages
        if page.section
    ]
