"""Another day begins while the window is open: "Today" and "3 days ago" are said anew."""

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication

from desktop.ui.bridge.context import ScreenContext
from desktop.ui.components.dialog import Overlay
from desktop.ui.components.popover import Popover
from desktop.ui.records.list_pane import ListPane
from desktop.ui.records.view_tabs import ViewTabs
from desktop.ui.shell.companion import Companion
from desktop.ui.shell.key_dispatch import is_typing, is_writable
from desktop.ui.shell.window import ShellWindow

_EVERY_MS = 30_000
_ON_TOP = (Overlay, Popover, Companion)


class DayTurn(QObject):
    """Makes the pages anew once the day is another one, as after a change of language: each looks as it did.

    Whoever is typing, or has something open over the page, is left alone until that is done, and so is what new pages
    would not have: rows that are ticked, a question being written, other views changed and not saved. A clock is
    looked at, not a timer set to midnight: a laptop sleeps, and travels.
    """

    def __init__(self, context: ScreenContext, window: ShellWindow) -> None:
        super().__init__(window)
        self._context = context
        self._window = window
        self._day = context.words.now().date()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Look at the clock from now on."""
        self._timer.start()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    @Slot()
    def look(self) -> None:
        """Make the pages anew if it is another day, and nobody is in the middle of something."""
        today = self._context.words.now().date()
        if today != self._day and not self._is_busy():
            self._day = today
            self._window.renew_pages()

    def _is_busy(self) -> bool:
        host = self._window.host
        on_top = any(each.isVisible() for kind in _ON_TOP for each in host.findChildren(kind))
        # While another program is in front nothing has the focus, but the window knows where it comes back to.
        is_writing = is_typing() or is_writable(self._window.focusWidget())
        return on_top or is_writing or self._would_lose() or QApplication.activePopupWidget() is not None

    def _would_lose(self) -> bool:
        panes, tabs = self._window.findChildren(ListPane), self._window.findChildren(ViewTabs)
        is_begun = any(each.records.model.tick_count or not each.ask.isHidden() for each in panes)
        return is_begun or any(each.has_drafts for each in tabs)
