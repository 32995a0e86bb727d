"""Plain filled areas: a widget with a fill and hairlines, for panes, bars and pages."""

from PySide6.QtCore import Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import draw_box


class Surface(QWidget):
    """A widget filled with a token colour; ``lines`` names the edges that carry a hairline: "l", "r", "t", "b"."""

    def __init__(self, kit: UiKit, fill: str = "surface", lines: str = "") -> None:
        super().__init__()
        self._kit = kit
        self._fill = fill
        self._lines = lines
        self._round = 0
        kit.follow(self)

    def round_foot(self, radius: int) -> "Surface":
        """Round the lower corners, for the last part of a box that is round itself."""
        self._round = radius
        return self

    def set_fill(self, fill: str) -> None:
        """Fill with another token."""
        self._fill = fill
        self.update()

    @Slot()
    def restyle(self) -> None:
        """Draw anew."""
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw fill and lines."""
        painter = QPainter(self)
        fill = self._kit.theme.color(self._fill)
        if self._round:
            draw_box(painter, self.rect().adjusted(0, -self._round, 0, 0), fill, self._round)
        else:
            painter.fillRect(self.rect(), fill)
        line = self._kit.theme.color("border")
        width, height = self.width(), self.height()
        if "l" in self._lines:
            painter.fillRect(0, 0, 1, height, line)
        if "r" in self._lines:
            painter.fillRect(width - 1, 0, 1, height, line)
        if "t" in self._lines:
            painter.fillRect(0, 0, width, 1, line)
        if "b" in self._lines:
            painter.fillRect(0, height - 1, width, 1, line)
