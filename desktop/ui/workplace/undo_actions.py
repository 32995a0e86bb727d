"""Undo and redo across all pages, and the toast that says what was done and offers to take it back."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from desktop.commands.undo import Redo, TakenBack, Undo
from desktop.domain.views import UndoLabel
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.ports import Done
from desktop.ui.bridge.writer import Reaction
from desktop.ui.components.toast import Toast
from desktop.ui.shell.actions import Action

_UNDO_KEY = "Ctrl+Z"
_REDO_KEY = "Ctrl+Shift+Z"


class UndoActions(QObject):
    """Ctrl+Z and Ctrl+Shift+Z, from any page, about whatever was done last on this laptop."""

    def __init__(self, context: ScreenContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        context.writer.on_done(self._say_done)

    def actions(self) -> list[Action]:
        """List both."""
        return [
            Action("window.undo", "window.action.undo", self.undo, "undo-2", _UNDO_KEY),
            Action("window.redo", "window.action.redo", self.redo, "", _REDO_KEY, ("Ctrl+Y",)),
        ]

    def undo(self) -> None:
        """Take the last act back."""
        self._name(self._context.reads.undoable, self._undo)

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._name(self._context.reads.redoable, self._redo)

    def _name(self, ask: Callable[[], UndoLabel | None], then: Callable[[UndoLabel | None], None]) -> None:
        # The act is named before it is taken back: afterwards it is no longer the last one.
        self._context.feed.read(self._context.shell.host, ask, then)

    def _undo(self, act: UndoLabel | None) -> None:
        reaction = Reaction(quiet=True, done=partial(self._taken_back, "commands.undone", act))
        self._context.writer.run(Undo(), reaction)

    def _redo(self, act: UndoLabel | None) -> None:
        reaction = Reaction(quiet=True, done=partial(self._taken_back, "commands.redone", act))
        self._context.writer.run(Redo(), reaction)

    def _taken_back(self, key: str, act: UndoLabel | None, done: Done) -> None:
        t = self._context.t
        said = t(key) if act is None else t(f"{key}_act", act=t(act.label, **act.label_values))
        self._say_taken_back(said, done, again=key == "commands.undone")

    def _say_taken_back(self, said: str, done: Done, *, again: bool) -> None:
        t = self._context.t
        kept = done.result.kept if isinstance(done.result, TakenBack) else ()
        if kept:
            label = self._context.words.group_label(kept[0].type, kept[0].field)
            said = f"{said}. {t('commands.kept_since', field=label, by=kept[0].by)}"
        toast = Toast(
            said,
            action=t("window.action.redo") if again else t("window.undo"),
            run=self.redo if again else self.undo,
            key=_REDO_KEY if again else _UNDO_KEY,
        )
        self._context.shell.toast(toast)

    def _say_done(self, text: str, act: str) -> None:
        if not act:
            self._context.shell.toast(Toast(text))
            return
        undo = partial(self._undo_act, act, text)
        self._context.shell.toast(Toast(text, action=self._context.t("window.undo"), run=undo, key=_UNDO_KEY))

    def _undo_act(self, act: str, text: str) -> None:
        # The toast means what it says, even when something else was done since.
        said = self._context.t("commands.undone_act", act=text)
        self._context.writer.run(Undo(act), Reaction(quiet=True, done=partial(self._say_taken_back, said, again=True)))
