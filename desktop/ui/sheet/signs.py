"""The two signs that a record can carry, painted as a table does."""

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.components.cells import CellPaint, paint_cell
from desktop.ui.components.records import Column, RecordRow
from desktop.ui.design.kit import UiKit

_NAME = Column("name", "", 0, "name")


class SignSample(QWidget):
    """One name with its signs."""

    def __init__(self, kit: UiKit, record: RecordRow) -> None:
        super().__init__()
        self._kit = kit
        self._record = record
        self.setFixedHeight(kit.theme.line("body") + 4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it."""
        cell = self._record.cell("name")
        paint_cell(CellPaint(QPainter(self), self._kit.theme, self.rect(), _NAME, self._record, cell))
