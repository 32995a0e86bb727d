"""A small icon that stands beside words and says nothing more than they do."""

from PySide6.QtCore import QPointF, QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.design.kit import UiKit
from desktop.ui.design.painting import Glyph, draw_icon


class IconSign(QWidget):
    """An icon in the colour of a token."""

    def __init__(self, kit: UiKit, icon: str, tone: str = "text_secondary", *, size: int = 16) -> None:
        super().__init__()
        self._kit = kit
        self._glyph = Glyph(icon, tone, size)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        kit.follow(self)

    @property
    def icon(self) -> str:
        """Which icon it is."""
        return self._glyph.name

    def set_icon(self, icon: str, tone: str) -> None:
        """Show another one."""
        self._glyph = self._glyph._replace(name=icon, color=tone)
        self.update()

    @Slot()
    def restyle(self) -> None:
        """Draw anew."""
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Be as large as the icon."""
        side = self._glyph.size + 2
        return QSize(side, side) * self._kit.theme.choice.text_scale

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the icon in the middle."""
        draw_icon(QPainter(self), self._kit.theme, QPointF(self.width() / 2, self.height() / 2), self._glyph)
