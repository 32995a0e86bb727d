"""The window: a frame around pages, the way between them, and the keys that start actions. It knows no records."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from desktop import app_info
from desktop.ui.components.banner import Notice
from desktop.ui.components.dialog import Overlay
from desktop.ui.components.menu import Menu, MenuItem
from desktop.ui.components.toast import Toast
from desktop.ui.design.focus_ring import FocusRing
from desktop.ui.design.key_words import key_in_words
from desktop.ui.design.kit import UiKit
from desktop.ui.shell.actions import EVERYWHERE, Action, ActionRegistry, KnownAction
from desktop.ui.shell.companion import Companion
from desktop.ui.shell.frame import Frame
from desktop.ui.shell.history import Visit
from desktop.ui.shell.key_dispatch import KeyDispatch, is_typing
from desktop.ui.shell.key_sheet import KeySheet
from desktop.ui.shell.navigator import Navigator
from desktop.ui.shell.page import Hint, Page, PageSpec, PageState, Route
from desktop.ui.shell.sync_chip import SyncChipStatus
from desktop.ui.shell.window_actions import ALL_KEYS, hints_of, rail_entries, window_actions

COLLAPSE_BELOW = 1280
"""Width in px below which the rail collapses by itself."""
_SETTINGS = "settings"


class ShellWindow(QMainWindow):
    """The frame around all pages; it is also the ``ShellPort`` that pages are given.

    ``registry`` holds what works everywhere; the open page's actions are in it as long as it is open.
    """

    find_wanted = Signal(str)
    sync_wanted = Signal()
    page_changed = Signal(str)

    def __init__(self, kit: UiKit, pages: Sequence[PageSpec], registry: ActionRegistry | None = None) -> None:
        super().__init__()
        self._kit = kit
        self._language = kit.theme.choice.language
        self._rail_choice: bool | None = None
        self.registry = registry if registry is not None else ActionRegistry()
        self.frame = Frame(kit, pages)
        self.setCentralWidget(self.frame)
        self._way = Navigator(self.frame.pages, self, self)
        self.setWindowTitle(app_info.NAME)
        self._keys = KeyDispatch(self, self._run_key)
        self.registry.add_all(window_actions(self, pages))
        self._connect()
        self.frame.rail.set_entries(rail_entries(kit, pages))
        self.focus_ring = FocusRing(kit, self)
        kit.follow(self)
        self._show_actions()

    @property
    def kit(self) -> UiKit:
        """Theme and words."""
        return self._kit

    @property
    def host(self) -> QWidget:
        """The widget over which popovers, menus and dialogs are laid."""
        return self.frame

    @property
    def route(self) -> Route | None:
        """Where the user is."""
        return self._way.route

    @property
    def page(self) -> Page | None:
        """The open page."""
        return self._way.page

    @Slot(object)
    def open(self, route: Route) -> None:
        """Go to a page, or show something else on the open one; raises ``UnknownPageError``."""
        self._way.open(route)

    def resume(self, route: Route, state: PageState, behind: Sequence[Visit] = (), ahead: Sequence[Visit] = ()) -> None:
        """Go to a page and find it as it was when the program was killed; raises ``UnknownPageError``.

        ``behind`` and ``ahead`` are where back and forward lead to from there.
        """
        self._way.resume(route, state, behind, ahead)

    def places_around(self, most: int) -> tuple[list[Visit], list[Visit]]:
        """Give where back and forward lead to, at most so many places each."""
        return self._way.around(most)

    @Slot()
    def back(self) -> None:
        """Go to where the user came from, and find it as it was left."""
        self._way.back()

    @Slot()
    def forward(self) -> None:
        """Go forward again."""
        self._way.forward()

    def renew_pages(self) -> None:
        """Make all pages anew; the open one looks as it did."""
        self._speak_anew()

    def toast(self, toast: Toast) -> None:
        """Say what was done."""
        self.frame.toasts.show_toast(toast)

    def banner(self, notice: Notice | None) -> None:
        """Say what is so until it changes; ``None`` takes it away."""
        self.frame.show_notice(notice)

    def set_page_status(self, text: str) -> None:
        """Put quiet words at the right of the hint strip."""
        self.frame.hint_strip.set_status(text)

    def set_counts(self, counts: Mapping[str, str]) -> None:
        """Show numbers in the rail, by the names of pages."""
        self.frame.rail.set_counts(counts)

    def set_sync(self, status: SyncChipStatus) -> None:
        """Show the state of sync."""
        self.frame.top_bar.sync_chip.set_status(status)

    def set_user(self, name: str, note: str) -> None:
        """Show who is signed in."""
        self.frame.rail.set_user(name, note)

    def add_actions(self, actions: Iterable[Action]) -> None:
        """Register actions that work everywhere; raises ``DuplicateKeyError``."""
        self.registry.add_all(actions)
        self._show_actions()

    def take_keys(self) -> None:
        """Let actions have the keys that their user wants now."""
        self.registry.take_keys()
        self._show_actions()

    def known_actions(self) -> Sequence[KnownAction]:
        """List what can be done everywhere and on the pages that were open, with the keys of now."""
        found = []
        for action in self.registry.known:
            title = self.frame.pages.spec(action.page).title_key if action.page else "shell.keys.everywhere"
            found.append(KnownAction(action, self.registry.rekeyed(action), title))
        return found

    def keys_in_words(self, page: str) -> Mapping[str, str]:
        """Name the keys of now, for sentences; a page that was not open yet is made, because it has its actions."""
        if self.frame.pages.knows(page):
            actions = self.frame.pages.made(page, self).page_actions()
            self.registry.learn(replace(action, page=page) for action in actions)
        known = [self.registry.rekeyed(each) for each in self.registry.known if each.page in {EVERYWHERE, page}]
        return {each.id.replace(".", "_"): key_in_words(self._kit, each.shortcut) for each in known}

    @Slot()
    def focus_page(self) -> None:
        """Put the focus where the page's keys work."""
        self._way.focus_page()

    @Slot()
    def start_find(self) -> None:
        """Ask for the palette."""
        self.find_wanted.emit("")

    def active_actions(self) -> Sequence[Action]:
        """List what can be done where the user is, the actions of the page first."""
        return self.registry.active(self._page_name())

    def run_action(self, action_id: str) -> None:
        """Do one of these, if it still makes sense."""
        action = next((each for each in self.active_actions() if each.id == action_id), None)
        if action is not None and action.is_enabled():
            action.run()

    @Slot()
    def show_sync(self) -> None:
        """Ask for the details of sync."""
        self.sync_wanted.emit()

    @Slot()
    def toggle_rail(self) -> None:
        """Collapse the rail or open it, until the window crosses the width at which it does so by itself."""
        self._rail_choice = not self.frame.rail.is_collapsed
        self.frame.rail.set_collapsed(self._rail_choice)

    @Slot()
    def show_keys(self) -> None:
        """Open the sheet of all keys."""
        active = self.registry.active(self._page_name())
        here = [*self._page_hints(), *hints_of(self._kit, (action for action in active if action.page))]
        everywhere = hints_of(self._kit, (action for action in active if action.page == EVERYWHERE))
        KeySheet(self._kit, self.host, here, everywhere).open()

    @Slot()
    def show_action_menu(self) -> None:
        """Open a menu of what can be done on the page, at the focus."""
        items = [
            MenuItem(self._kit.t(action.title_key), action.run, action.icon, action.shortcut, is_now=True)
            for action in self.registry.active(self._page_name())
            if action.page and action.is_enabled()
        ]
        if items:
            anchor = QApplication.focusWidget() or self.frame.top_bar
            Menu(self._kit, self.host, items, self._kit.t("shell.keys.here")).open_at(anchor)

    @Slot()
    def focus_next_pane(self) -> None:
        """Go from rail to page to what stands over it to the way to the palette and around."""
        self._focus_pane(1)

    @Slot()
    def focus_previous_pane(self) -> None:
        """Go the other way around."""
        self._focus_pane(-1)

    @Slot()
    def restyle(self) -> None:
        """Take the least size from the theme; in another language, make everything that speaks anew."""
        self.setMinimumSize(*self._kit.theme.layout.min_window)
        language = self._kit.theme.choice.language
        if language != self._language:
            self._language = language
            self._speak_anew()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Collapse the rail by itself in a narrow window."""
        super().resizeEvent(event)
        rail = self.frame.rail
        was_narrow = 0 < event.oldSize().width() < COLLAPSE_BELOW
        is_narrow = event.size().width() < COLLAPSE_BELOW
        if was_narrow != is_narrow:
            self._rail_choice = None
        if self._rail_choice is None and rail.is_collapsed != is_narrow:
            rail.set_collapsed(is_narrow)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the plain keys that nothing else wanted."""
        if event.key() == Qt.Key.Key_Escape:
            self._escape()
        elif not self._keys.plain_key(event):
            super().keyPressEvent(event)

    def _connect(self) -> None:
        self._way.left.connect(self._on_left)
        self._way.shown.connect(self._show_page)
        self._way.entered.connect(self.page_changed)
        self.frame.rail.chosen.connect(self._open_by_name)
        self.frame.rail.settings_wanted.connect(self._open_settings)
        bar = self.frame.top_bar
        bar.crumb_chosen.connect(self.open)
        bar.sync_chip.clicked.connect(self.sync_wanted)
        bar.find_button.wanted.connect(self.find_wanted)

    @Slot(str)
    def _on_left(self, name: str) -> None:
        self.registry.remove_page(name)
        self.frame.hint_strip.set_status("")

    @Slot()
    def _show_page(self) -> None:
        page = self.page
        if page is None:
            return
        name = self._page_name()
        spec = self.frame.pages.spec(name)
        self.frame.top_bar.show_page(page)
        self.frame.rail.set_current(name if spec.section else spec.parent)
        self.setWindowTitle(f"{page.title()} – {app_info.NAME}")
        self.registry.remove_page(name)
        self.registry.add_all(replace(action, page=name) for action in page.page_actions())
        self._show_actions()

    def _show_actions(self) -> None:
        active = self.registry.active(self._page_name())
        self._kit.keys.set(self.registry.rekeyed_from(active))
        hinted = [
            Hint(action.shortcut, self._kit.t(action.hint_key))
            for action in active
            if action.hint_key and action.shortcut and action.page
        ]
        all_keys = Hint(self._kit.keys.shown(ALL_KEYS), self._kit.t("shell.keys.all"))
        self.frame.hint_strip.set_hints([*self._page_hints(), *hinted, all_keys])
        self._keys.bind(key for action in active for key in action.all_keys())

    def _page_hints(self) -> list[Hint]:
        """Explain what the page explains by itself, with the keys that are in force."""
        own = self.page.hints() if self.page is not None else ()
        now = [(" ".join(filter(None, map(self._kit.keys.shown, each.keys.split()))), each.text) for each in own]
        return [Hint(keys, text) for keys, text in now if keys]

    def _run_key(self, key: str) -> bool:
        if any(cover.isVisible() for cover in self.frame.findChildren(Overlay)):
            return False
        action = self.registry.find(key, self._page_name())
        if action is None or not action.is_enabled():
            return False
        action.run()
        return True

    def _escape(self) -> None:
        companion = self._companion()
        if is_typing():
            self.focus_page()
        elif companion is not None:
            companion.end()
        elif not self._run_key("Esc") and self.route is not None:
            spec = self.frame.pages.spec(self.route.page)
            if not spec.section and self._way.can_go_back:
                self.back()
            elif spec.parent:
                self.open(Route(spec.parent))

    def _focus_pane(self, step: int) -> None:
        rail, field, companion = self.frame.rail, self.frame.top_bar.find_button, self._companion()
        panes: list[QWidget] = [rail, self.frame.pages, field]
        focus = [rail.focus_current, self.focus_page, field.take_focus]
        if companion is not None:
            panes.insert(2, companion)
            focus.insert(2, companion.take_focus)
        holder = QApplication.focusWidget()
        inside = [pane is holder or (holder is not None and pane.isAncestorOf(holder)) for pane in panes]
        now = inside.index(True) if True in inside else 0
        focus[(now + step) % len(panes)]()

    def _companion(self) -> Companion | None:
        return next((each for each in self.frame.findChildren(Companion) if each.isVisible()), None)

    def _speak_anew(self) -> None:
        self.frame.top_bar.take_controls_back()
        self._way.leave_and_drop()
        self.frame.rail.set_entries(rail_entries(self._kit, self.frame.pages.specs))
        self._show_actions()
        self._way.enter_again()

    def _page_name(self) -> str:
        return self.route.page if self.route is not None else EVERYWHERE

    @Slot(str)
    def _open_by_name(self, name: str) -> None:
        self.open(Route(name))

    @Slot()
    def _open_settings(self) -> None:
        self.open(Route(_SETTINGS))
