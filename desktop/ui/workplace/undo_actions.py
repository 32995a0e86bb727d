"""Undo and redo across all pages, and the toast that says what was done and offers to take it back."""

from functools import partial

from PySide6.QtCore import QObject

from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.taking_back import REDO_KEY, UNDO_KEY, TakingBack
from desktop.ui.components.toast import Toast
from desktop.ui.shell.actions import Action


class UndoActions(QObject):
    """Ctrl+Z and Ctrl+Shift+Z, from any page, about whatever was done last on this laptop."""

    def __init__(self, context: ScreenContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._back = TakingBack(context)
        context.writer.on_done(self._say_done)

    def actions(self) -> list[Action]:
        """List both."""
        return [
            Action("window.undo", "window.action.undo", self._back.undo, "undo-2", UNDO_KEY),
            Action("window.redo", "window.action.redo", self._back.redo, "", REDO_KEY, ("Ctrl+Y",)),
        ]

    def _say_done(self, text: str, act: str) -> None:
        if not act:
            self._context.shell.toast(Toast(text))
            return
        # The toast means what it says, even when something else was done since.
        undo = partial(self._back.undo_act, act, text)
        self._context.shell.toast(Toast(text, action=self._context.t("window.undo"), run=undo, key=UNDO_KEY))
