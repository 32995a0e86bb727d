"""Choosing for all records at once by one rule; nothing is saved by it, and one step takes it back."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop.domain.views import ConflictView
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.choice.board import is_either_or
from desktop.ui.choice.picks import Picks
from desktop.ui.choice.result_editor import drop_begun
from desktop.ui.choice.rules import Rule, picked_by
from desktop.ui.components.button import Button
from desktop.ui.components.menu import Menu, MenuItem

KEY, SAVE_KEY = "A", "Ctrl+Shift+Return"
_MANY = 2


class ForAll(QObject):
    """``chosen`` counts the questions for which a rule has just chosen."""

    chosen = Signal(int)

    def __init__(
        self, context: ScreenContext, drafts: Callable[[], Sequence[Picks]], current: Callable[[], ConflictView | None]
    ) -> None:
        """``drafts`` are the picks of the records that wait for this user, ``current`` is the question at hand."""
        super().__init__()
        self._context = context
        self._drafts = drafts
        self._current = current
        self._last: list[Picks] = []
        self.menu: Menu | None = None
        self.button = Button(context.kit, context.t("choice.rule.open"), key=KEY)
        self.button.clicked.connect(self.open)

    def can_open(self) -> bool:
        """Tell whether there is more than one record; fits ``Action.enabled_when``."""
        return len(self._drafts()) >= _MANY

    def open(self) -> None:
        """Offer the rules: for the field at hand, and for all of them."""
        t, view = self._context.t, self._current()
        items: list[MenuItem] = []
        if view is not None and not is_either_or(view):
            label = self._context.words.group_label(view.type, view.field)
            items = [*self._items(label, partial(_is_like, view)), MenuItem()]
        items += self._items(t("choice.rule.all"), lambda _view: True)
        self.menu = Menu(self._context.kit, self._context.shell.host, items, t("choice.rule.open"))
        self.menu.open_at(self.button, at_right=True)

    def can_undo(self) -> bool:
        """Tell whether the last step was a rule."""
        return bool(self._taken_back())

    def undo(self) -> None:
        """Take back what the rule chose, in all records."""
        for picks in self._taken_back():
            picks.undo()
        self.forget()

    def forget(self) -> None:
        """Something else was chosen since, or what was chosen was saved."""
        self._last = []

    def _taken_back(self) -> list[Picks]:
        """What undo goes back in: a record may have been answered elsewhere since."""
        return [picks for picks in self._drafts() if picks in self._last and picks.can_undo]

    def _items(self, field: str, wanted: Callable[[ConflictView], bool]) -> list[MenuItem]:
        return [
            MenuItem(self._context.t(f"choice.rule.{rule}", field=field), partial(self._choose, rule, wanted))
            for rule in Rule
        ]

    def _choose(self, rule: Rule, wanted: Callable[[ConflictView], bool]) -> None:
        count, changed = 0, []
        for picks in self._drafts():
            found = {
                view.id: pick
                for view in picks.questions
                if wanted(view) and (pick := picked_by(rule, view)) is not None
            }
            count += len(found)
            drop_begun(self._context.drafts, [view for view in picks.questions if view.id in found])
            if picks.pick_many(found):
                changed.append(picks)
        if count:
            self._last = changed
        self.chosen.emit(count)


def _is_like(view: ConflictView, other: ConflictView) -> bool:
    return (other.type, other.field) == (view.type, view.field)
