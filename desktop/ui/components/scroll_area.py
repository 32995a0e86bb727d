"""Scroll areas without a frame, in the fill of the page."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent, QPalette
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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll up and down; the arrows to both sides are the page's, as nothing scrolls sideways."""
        if event.key() in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            event.ignore()
            return
        super().keyPressEvent(event)

    @Slot()
    def restyle(self) -> None:
        """Take the fill from the theme; none lets the page shine through."""
        self.viewport().setAutoFillBackground(bool(self._fill))
        if self._fill:
            palette = QPalette(self._kit.theme.palette())
            palette.setColor(self.viewport().backgroundRole(), self._kit.theme.color(self._fill))
            self.viewport().setPalette(palette)
