"""The tasks of a day: rows that are ticked off by mouse, X or Space."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent

from desktop.ui.components.list_rows import ListRow
from desktop.ui.components.two_line_list import TwoLineList
from desktop.ui.design.kit import UiKit

_TICK = frozenset({Qt.Key.Key_X, Qt.Key.Key_Space})


class TaskList(TwoLineList):
    """``ticked`` asks for a task to be done, or open again."""

    ticked = Signal(str, bool)

    def __init__(self, kit: UiKit, name: str) -> None:
        super().__init__(kit, name, pad=16)
        self.check_clicked.connect(self._ask)

    @Slot()
    def toggle_current(self) -> None:
        """Ask for the current task to be done, or open again, and go on to the next one."""
        task = self.current_id()
        if not task:
            return
        if not self._is_done(task):
            self.step(1)
        self._ask(task)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tick; the rest is as in every list."""
        if event.key() in _TICK and not event.modifiers() and self.has_current():
            self.toggle_current()
            event.accept()
            return
        super().keyPressEvent(event)

    def _is_done(self, task: str) -> bool:
        row = self.rows().row(self.rows().row_of(task))
        return isinstance(row, ListRow) and row.is_done

    @Slot(str)
    def _ask(self, task: str) -> None:
        self.ticked.emit(task, not self._is_done(task))
