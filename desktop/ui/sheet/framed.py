"""A box with an outline, to put samples in."""

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import Outline, draw_box


class Framed(QWidget):
    """Fill, outline and radius by token names."""

    def __init__(self, kit: UiKit, fill: str, border: str, radius: str) -> None:
        super().__init__()
        self._kit = kit
        self._look = (fill, border, radius)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the box."""
        theme = self._kit.theme
        fill, border, radius = self._look
        outline = Outline(theme.color(border))
        draw_box(QPainter(self), self.rect(), theme.color(fill), theme.radius(radius), outline)
