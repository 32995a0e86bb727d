"""Undo and redo as every page does them: the act is named, what stays is told, and the way back is offered."""

from collections.abc import Callable, Sequence
from functools import partial

from desktop.commands.undo import Leave, Redo, TakenBack, Undo
from desktop.domain.views import UndoLabel
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.ports import Done
from desktop.ui.bridge.writer import Reaction
from desktop.ui.components.toast import Toast
from sync.contract.errors import AppError, Code

UNDO_KEY = "Ctrl+Z"
REDO_KEY = "Ctrl+Shift+Z"
_PARTLY = frozenset({Code.UNDO_PARTLY, Code.REDO_PARTLY})


class TakingBack:
    """Takes acts of this laptop back, the last one or one that is named, and does them again."""

    def __init__(self, context: ScreenContext) -> None:
        self._context = context
        self._is_under_way = False

    def undo(self) -> None:
        """Take the last act back."""
        self._name(self._context.reads.undoable, self._undo)

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._name(self._context.reads.redoable, self._redo)

    def undo_act(self, act: str, text: str) -> None:
        """Take one act back, whatever was done since; ``text`` is how it was told."""
        said = self._context.t("commands.undone_act", act=text)
        self._context.writer.run(Undo(act), Reaction(quiet=True, done=partial(self._say, said, again=True)))

    def redo_act(self, undo: str, text: str) -> None:
        """Do one act again that was taken back, whatever was done since; ``undo`` is what took it back."""
        said = self._context.t("commands.redone_act", act=text)
        self._context.writer.run(Redo(undo), Reaction(quiet=True, done=partial(self._say, said, again=False)))

    def undo_acts(self, acts: Sequence[str]) -> None:
        """Take several acts back, each after the one before it; what cannot be is told, and the others go on.

        Nothing happens while several are under way: they are probably the same ones.
        """
        self._begin(acts, Undo)

    def redo_acts(self, undos: Sequence[str]) -> None:
        """Do several acts again, by what took them back; nothing happens while several are under way."""
        self._begin(undos, Redo)

    def _begin(self, acts: Sequence[str], way: "type[Undo | Redo]") -> None:
        if not self._is_under_way:
            self._is_under_way = True
            self._each(acts, [], way)

    def _each(self, left: Sequence[str], made: list[str], way: "type[Undo | Redo]") -> None:
        if not left:
            self._is_under_way = False
            self._say_several(made, way)
            return
        rest = left[1:]

        def go_on(done: Done) -> None:
            self._each(rest, [*made, done.command_id], way)

        reaction = Reaction(quiet=True, done=go_on, failed=lambda _refused: self._each(rest, made, way))
        self._context.writer.run(way(left[0]), reaction)

    def _say_several(self, made: Sequence[str], way: "type[Undo | Redo]") -> None:
        if not made:
            return
        t, is_back = self._context.t, way is Undo
        # The other way round: what was taken back last is done again first.
        turn = partial(self.redo_acts if is_back else self.undo_acts, list(reversed(made)))
        said = t("commands.undone_many" if is_back else "commands.redone_many", count=len(made))
        action = t("window.action.redo" if is_back else "window.undo")
        self._context.shell.toast(Toast(said, action=action, run=turn))

    def _name(self, ask: Callable[[], UndoLabel | None], then: Callable[[UndoLabel | None], None]) -> None:
        # The act is named before it is taken back: afterwards it is no longer the last one.
        self._context.feed.read(self._context.shell.host, ask, then)

    def _undo(self, act: UndoLabel | None) -> None:
        said = partial(self._say, self._told("commands.undone", act), again=True)
        self._context.writer.run(Undo(), Reaction(quiet=True, done=said, failed=self._leave))

    def _redo(self, act: UndoLabel | None) -> None:
        said = partial(self._say, self._told("commands.redone", act), again=False)
        self._context.writer.run(Redo(), Reaction(quiet=True, done=said, failed=self._leave))

    def _told(self, key: str, act: UndoLabel | None) -> str:
        t = self._context.t
        return t(key) if act is None else t(f"{key}_act", act=t(act.label, **act.label_values))

    def _leave(self, error: BaseException) -> None:
        """Pass over an act that its user leaves as it is, so that the next undo takes the one before."""
        if isinstance(error, AppError) and error.code in _PARTLY:
            self._context.writer.run(Leave(str(error.data["command"])), Reaction(quiet=True, done=self._say_left))

    def _say_left(self, _done: Done) -> None:
        self._context.shell.toast(Toast(self._context.t("commands.left"), "info"))

    def _say(self, said: str, done: Done, *, again: bool) -> None:
        t = self._context.t
        kept = done.result.kept if isinstance(done.result, TakenBack) else ()
        if kept:
            label = self._context.words.group_label(kept[0].type, kept[0].field)
            said = f"{said}. {t('commands.kept_since', field=label, by=kept[0].by or t('rest.somebody'))}"
        toast = Toast(
            said,
            action=t("window.action.redo") if again else t("window.undo"),
            run=self.redo if again else self.undo,
            key=REDO_KEY if again else UNDO_KEY,
        )
        self._context.shell.toast(toast)
