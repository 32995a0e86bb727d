"""F1 on every page: help that begins with that page; and the guided tour."""

from PySide6.QtCore import QObject

from desktop.system.settings import GUIDE
from desktop.ui.bridge import routes
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.help.guide import BACK_ACTION, NEXT_ACTION, Guide
from desktop.ui.shell.actions import Action
from desktop.ui.shell.window import ShellWindow

_NEXT_KEY, _BACK_KEY = "Alt+PgDown", "Alt+PgUp"


class HelpActions(QObject):
    """The help of one window."""

    def __init__(self, context: ScreenContext, window: ShellWindow, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._window = window

    def actions(self) -> list[Action]:
        """List them."""
        return [
            Action("window.help", "window.action.help", self.open_help, "info", "F1"),
            Action("window.guide", "window.action.guide", self.start_guide, "route"),
            Action(
                NEXT_ACTION, "window.action.guide_next", self._next, shortcut=_NEXT_KEY, enabled_when=self._has_guide
            ),
            Action(
                BACK_ACTION, "window.action.guide_back", self._back, shortcut=_BACK_KEY, enabled_when=self._has_guide
            ),
        ]

    def open_help(self) -> None:
        """Open the help page at what it says about the page that is open."""
        route = self._window.route
        page = route.page if route is not None else ""
        if page != routes.HELP:
            self._context.open(routes.HELP, {"page": page})

    def start_guide(self) -> None:
        """Begin the guided tour."""
        Guide(self._context).begin()

    def start_if_wanted(self) -> None:
        """Begin the tour where this window is the first one over the sample."""
        settings = self._context.app.settings
        if settings.get(GUIDE) == "start":
            settings.set(GUIDE, "rest")
            self.start_guide()

    def _next(self) -> None:
        guide = self._guide()
        if guide is not None:
            guide.go_on()

    def _back(self) -> None:
        guide = self._guide()
        if guide is not None:
            guide.back()

    def _has_guide(self) -> bool:
        return self._guide() is not None

    def _guide(self) -> Guide | None:
        return next((each for each in self._window.host.findChildren(Guide) if each.isVisible()), None)
