"""Splitters: a line of 1 px between panes that can be grabbed over 7 px."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QRegion, QResizeEvent
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
        """Draw anew."""
        self.setHandleWidth(1)
        self.update()


class _Handle(QSplitterHandle):
    def __init__(self, kit: UiKit, splitter: QSplitter) -> None:
        super().__init__(splitter.orientation(), splitter)
        self._kit = kit

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Show one line only; what can be grabbed beside it lies over the panes. Qt's own would be 2 px less."""
        room = self._kit.theme.layout.splitter_hit // 2
        if self.orientation() == Qt.Orientation.Horizontal:
            self.setContentsMargins(room, 0, room, 0)
        else:
            self.setContentsMargins(0, room, 0, room)
        self.setAttribute(Qt.WidgetAttribute.WA_MouseNoMask)
        self.setMask(QRegion(self.contentsRect()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        color = self._kit.theme.color("border_strong" if self.underMouse() else "border")
        QPainter(self).fillRect(self.contentsRect(), color)
