"""The small shield beside the sentence about safety."""

from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import Glyph, draw_icon

_SIDE = 18


class Shield(QWidget):
    """An icon of 16 px."""

    def __init__(self, kit: UiKit) -> None:
        super().__init__()
        self._kit = kit
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        kit.follow(self)

    @Slot()
    def restyle(self) -> None:
        """Draw anew."""
        self.update()

    def sizeHint(self) -> QSize:
        """Be as large as an icon."""
        return QSize(_SIDE, _SIDE) * self._kit.theme.choice.text_scale

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the shield."""
        draw_icon(QPainter(self), self._kit.theme, self.rect().toRectF().center(), Glyph("shield-check"))
