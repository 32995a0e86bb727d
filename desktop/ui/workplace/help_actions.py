"""F1 on every page: help that begins with that page; and the guided tour."""

from PySide6.QtCore import QObject

from desktop.system.settings import GUIDE
from desktop.ui.bridge import routes
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.help.guide import Guide
from desktop.ui.shell.actions import Action
from desktop.ui.shell.window import ShellWindow


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
