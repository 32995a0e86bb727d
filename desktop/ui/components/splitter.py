"""Splitters: a line of 1 px between panes that can be grabbed over 7 px."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QSplitter, QSplitterHandle

from desktop.ui.design.kit import UiKit


class Splitter(QSplitter):
    """Panes side by side or one above the other; panes do not collapse to nothing."""

    def __init__(self, kit: UiKit, orientation: Qt.Orientation = Qt.Orientation.Horizontal) -> None:
        super().__init__(orientation)
        self._kit = kit
        self.setChildrenCollapsible(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        kit.follow(self)

    def createHandle(self) -> QSplitterHandle:
        """Make a handle that draws one line."""
        return _Handle(self._kit, self)

    @Slot()
    def restyle(self) -> None:
        """Take the width of the handle from the theme."""
        self.setHandleWidth(self._kit.theme.layout.splitter_hit)
        self.update()


class _Handle(QSplitterHandle):
    def __init__(self, kit: UiKit, splitter: QSplitter) -> None:
        super().__init__(splitter.orientation(), splitter)
        self._kit = kit

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        color = self._kit.theme.color("border_strong" if self.underMouse() else "border")
        if self.orientation() == Qt.Orientation.Horizontal:
            painter.fillRect(self.width() // 2, 0, 1, self.height(), color)
        else:
            painter.fillRect(0, self.height() // 2, self.width(), 1, color)
