"""The window with everything connected to it: theme, pages, figures, sync chip, undo, find."""

from functools import partial

from PySide6.QtCore import QObject, Slot

from desktop.system.settings import DENSITY, KEYS, LANGUAGE, TEXT_SCALE, THEME
from desktop.ui.bridge import counts
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.drafts import Drafts, Shelf
from desktop.ui.bridge.error_presenter import ErrorPresenter
from desktop.ui.bridge.live_feed import LiveFeed
from desktop.ui.bridge.look import theme_choice
from desktop.ui.bridge.page_memory import PageMemory
from desktop.ui.bridge.ports import Application
from desktop.ui.bridge.record_words import RecordWords
from desktop.ui.bridge.status_feed import StatusFeed
from desktop.ui.bridge.sync_chip_words import chip_status
from desktop.ui.bridge.trail import RecordTrail
from desktop.ui.bridge.ui_thread import UiThread
from desktop.ui.bridge.writer import Writer
from desktop.ui.components.toast import Toast
from desktop.ui.design.hub import ThemeHub
from desktop.ui.design.kit import UiKit
from desktop.ui.find.finder import Finder
from desktop.ui.screens import SCREENS, Screen
from desktop.ui.shell.actions import ActionRegistry
from desktop.ui.shell.own_keys import OwnKeys
from desktop.ui.shell.page import PageSpec, Route
from desktop.ui.shell.window import ShellWindow
from desktop.ui.sync_details.panel import open_details
from desktop.ui.workplace.brake import Brake
from desktop.ui.workplace.day_turn import DayTurn
from desktop.ui.workplace.gone_drafts import GoneDrafts
from desktop.ui.workplace.help_actions import HelpActions
from desktop.ui.workplace.last_place import LAYOUT, LastPlace
from desktop.ui.workplace.look_actions import LookActions
from desktop.ui.workplace.news import News
from desktop.ui.workplace.notices import WindowNotices
from desktop.ui.workplace.rest_question import RestQuestion
from desktop.ui.workplace.undo_actions import UndoActions
from desktop.ui.workplace.window_place import WindowPlace

_THEME_KEYS = frozenset({THEME.key, DENSITY.key, TEXT_SCALE.key, LANGUAGE.key})


class Workplace(QObject):
    """Everything that lives as long as the window does. ``close`` before the application's lanes are closed."""

    def __init__(self, app: Application, screens: tuple[Screen, ...] = SCREENS, *, shelf: Shelf | None = None) -> None:
        """Make the window over a running application; needs a ``QApplication``.

        ``shelf`` keeps what is typed and where the user is; without one the profile does.
        """
        super().__init__()
        self._app = app
        self._screens = screens
        self._shelf: Shelf = app.unfinished if shelf is None else shelf
        self._ui = UiThread(self)
        self.theme_hub = ThemeHub(app.resources, theme_choice(app.settings, app.texts), self)
        self.theme_hub.apply()
        self.kit = UiKit(self.theme_hub, app.texts)
        registry = ActionRegistry(OwnKeys(lambda: app.settings.get(KEYS)).apply)
        self.window = ShellWindow(self.kit, [self._spec(each) for each in screens], registry)
        self.context = self._make_context()
        self.finder = Finder(self.context, self.window)
        self._place = WindowPlace(self.window, app.settings)
        self._last = LastPlace(self.window, self._shelf, self.context)
        self._gone = GoneDrafts(self.context, self.window)
        self.undo = UndoActions(self.context, self)
        self.brake = Brake(self.context)
        self.rest = RestQuestion(self.context)
        self.look = LookActions(self.context, self)
        self.news = News(self.context, self)
        self.day = DayTurn(self.context, self.window)
        self.help = HelpActions(self.context, self.window, self)
        self.window.add_actions([*self.undo.actions(), *self.look.actions(), *self.help.actions()])
        self._leave_settings = app.settings.subscribe(self._hear_setting)
        app.on_raise = partial(self._ui.post, self._come_forward)
        self._connect()

    def show(self) -> None:
        """Show the window where it was, on its first page, or on the one on which it was killed."""
        self._place.restore()
        was_killed = self.window.route is None and self._last.resume()
        if self.window.route is None:
            self.window.open(Route(self._screens[0].id))
        self.window.show()
        self._last.follow()
        self.day.start()
        if was_killed:
            self.window.toast(Toast(self.context.t("window.was_killed"), "info"))

    def close(self, *, remember: bool = True) -> None:
        """Remember how the window looked, unless told not to, and stop listening to the application."""
        self._app.on_raise = None
        page = self.window.page
        if page is not None:
            page.deactivate()
        self._last.end()
        self.day.stop()
        if remember:
            self._place.save()
            self.context.memory.save()
        self._leave_settings()
        self.context.status.close()
        self.context.feed.close()
        self._ui.close()
        self.window.close()
        self.window.deleteLater()

    def _make_context(self) -> ScreenContext:
        app = self._app
        words = RecordWords(app.texts, lambda: app.reads.catalogue, app.clock, app.zone)
        errors = ErrorPresenter(words, WindowNotices(self.window))
        return ScreenContext(
            app=app,
            kit=self.kit,
            shell=self.window,
            reads=app.reads,
            feed=LiveFeed(app.hub, app.jobs, self._ui, errors),
            writer=Writer(app.bus, app.jobs, self._ui, errors, app.texts),
            status=StatusFeed(app.status, self._ui, self),
            words=words,
            errors=errors,
            memory=PageMemory(app.settings, self._shelf.get(LAYOUT)),
            trail=RecordTrail(),
            drafts=Drafts(self._shelf),
            session=app.session,
        )

    def _connect(self) -> None:
        context = self.context
        self.window.set_user(context.session.name, "")
        context.status.changed.connect(self._show_sync)
        self.theme_hub.changed.connect(self._show_sync)
        self._show_sync()
        context.feed.watch(self.window, counts.TYPES, lambda: counts.read_counts(context.reads), self._show_counts)
        context.feed.watch(self.window, {"user", "team"}, self._read_user, self._show_user)
        self.window.sync_wanted.connect(self._open_sync)

    def _spec(self, screen: Screen) -> PageSpec:
        return PageSpec(
            screen.id,
            screen.title_key,
            screen.icon,
            lambda _shell: screen.make(self.context),
            shortcut=screen.shortcut,
            section=screen.section,
            parent=screen.parent,
        )

    def _come_forward(self) -> None:
        if self.window.isMinimized():
            self.window.showNormal()
        self.window.raise_()
        self.window.activateWindow()

    def _show_counts(self, figures: counts.RailCounts) -> None:
        shown = {screen.id: figures.of(screen.count) for screen in self._screens if screen.count}
        self.window.set_counts({page: self._app.texts.number(count) if count else "" for page, count in shown.items()})

    def _read_user(self) -> tuple[str, str]:
        session = self.context.session
        known = self.context.reads.record("user", session.user)
        return (session.name, "") if known is None else (known.title, known.titles.get("team", ""))

    def _show_user(self, user: tuple[str, str]) -> None:
        self.window.set_user(*user)

    @Slot()
    def _show_sync(self) -> None:
        self.window.set_sync(chip_status(self.kit, self.context.words, self.context.status.current))

    @Slot()
    def _open_sync(self) -> None:
        open_details(self.context, self.window.frame.top_bar.sync_chip)

    def _hear_setting(self, key: str) -> None:
        # Settings may be changed from any thread, and from another window of the same process in tests.
        if key in _THEME_KEYS:
            self._ui.post(self._follow_settings)
        elif key == KEYS.key:
            self._ui.post(self.window.take_keys)

    def _follow_settings(self) -> None:
        self._app.texts.set_language(self._app.settings.get(LANGUAGE))
        self.theme_hub.choose(theme_choice(self._app.settings, self._app.texts))
