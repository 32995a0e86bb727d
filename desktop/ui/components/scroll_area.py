"""Scroll areas without a frame, in the fill of the page."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from desktop.ui.design.kit import UiKit


class ScrollArea(QScrollArea):
    """Scrolls one widget up and down; the widget is as wide as the area."""

    def __init__(self, kit: UiKit, widget: QWidget, fill: str = "") -> None:
        super().__init__()
        self._kit = kit
        self._fill = fill
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(widget)
        widget.setAutoFillBackground(False)
        kit.follow(self)

    @Slot()
    def restyle(self) -> None:
        """Take the fill from the theme; none lets the page shine through."""
        color = self._kit.theme.color(self._fill) if self._fill else QColor(0, 0, 0, 0)
        palette = QPalette(self._kit.theme.palette())
        palette.setColor(QPalette.ColorRole.Base, color)
        palette.setColor(QPalette.ColorRole.Window, color)
        self.viewport().setPalette(palette)
