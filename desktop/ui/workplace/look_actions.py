"""What can be done on every page about the program itself: language, light and dark, sync now."""

from PySide6.QtCore import QObject

from desktop.system.settings import LANGUAGE, THEME
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.shell.actions import Action

_LIGHT, _DARK = "light", "dark"
_ENGLISH, _SIMPLIFIED, _TRADITIONAL = "en", "zh_CN", "zh_TW"


class LookActions(QObject):
    """Ctrl+Shift+L, Ctrl+Shift+D and Ctrl+Shift+S."""

    def __init__(self, context: ScreenContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._chinese = _SIMPLIFIED
        self._note_chinese()

    def actions(self) -> list[Action]:
        """List them."""
        return [
            Action("window.language", "window.action.language", self.switch_language, "languages", "Ctrl+Shift+L"),
            Action("window.mode", "window.action.mode", self.switch_mode, "moon", "Ctrl+Shift+D"),
            Action("window.sync_now", "window.action.sync_now", self.sync_now, "refresh-cw", "Ctrl+Shift+S"),
        ]

    def switch_language(self) -> None:
        """Go between English and the Chinese that was used last; Simplified where none was."""
        self._note_chinese()
        language = self._context.app.texts.language
        self._context.app.settings.set(LANGUAGE, self._chinese if language == _ENGLISH else _ENGLISH)

    def switch_mode(self) -> None:
        """Go between light and dark."""
        is_dark = self._context.kit.theme.is_dark
        self._context.app.settings.set(THEME, _LIGHT if is_dark else _DARK)

    def sync_now(self) -> None:
        """Try to reach the office now."""
        self._context.app.sync.sync_soon()

    def _note_chinese(self) -> None:
        language = self._context.app.texts.language
        if language in {_SIMPLIFIED, _TRADITIONAL}:
            self._chinese = language
