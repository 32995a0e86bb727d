"""Saving what was chosen for some records as one act, each choice once."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop.commands.conflicts import ResolveConflicts
from desktop.ui.bridge.context import ScreenContext
from desktop.ui.bridge.ports import Done
from desktop.ui.bridge.writer import Reaction
from desktop.ui.choice.picks import Picks


class Saving(QObject):
    """What is on its way is not given again; what was written not before its questions were read anew.

    ``busy`` says whether anything is on its way.
    """

    busy = Signal(bool)

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context = context
        self._on_way: set[Picks] = set()
        self._written: set[Picks] = set()

    def can_save(self, picks: Picks) -> bool:
        """Tell whether everything is chosen and nothing of it was given away."""
        return picks.is_complete and picks not in self._on_way | self._written

    def save(self, drafts: Sequence[Picks]) -> bool:
        """Save those for which everything is chosen; tells whether there are any."""
        given = [picks for picks in drafts if self.can_save(picks)]
        if not given:
            return False
        answers = {question: answer for picks in given for question, answer in picks.answers().items()}
        self._on_way.update(given)
        self.busy.emit(True)
        reaction = Reaction(done=partial(self._saved, given), failed=partial(self._not_saved, given))
        self._context.writer.run(ResolveConflicts(answers), reaction)
        return True

    def read_anew(self) -> None:
        """Whatever is asked now can be answered, also what was answered and taken back."""
        self._written.clear()

    def _saved(self, given: Sequence[Picks], _done: Done) -> None:
        self._written.update(given)
        self._leave(given)

    def _not_saved(self, given: Sequence[Picks], _error: BaseException) -> None:
        self._leave(given)

    def _leave(self, given: Sequence[Picks]) -> None:
        self._on_way.difference_update(given)
        self.busy.emit(bool(self._on_way))
