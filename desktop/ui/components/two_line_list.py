"""Lists of two-line rows, chosen and opened by keyboard."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QMouseEvent

from desktop.ui.components.keyed_list import KeyedList
from desktop.ui.components.list_delegate import ListDelegate
from desktop.ui.components.list_rows import ListRow
from desktop.ui.design.kit import UiKit

_NEAR = 6


class TwoLineList(KeyedList):
    """A list of ``ListRow``; ``check_clicked`` tells of a click on the checkbox of a checkable row."""

    check_clicked = Signal(str)

    def __init__(self, kit: UiKit, name: str, *, pad: int = 20, fill: str = "surface") -> None:
        super().__init__(kit, name, fill)
        self._delegate = ListDelegate(kit, self, pad=pad, fill=fill)
        self.setItemDelegate(self._delegate)
        kit.follow(self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell of a click on a checkbox."""
        point = event.position().toPoint()
        index = self.indexAt(point)
        super().mouseReleaseEvent(event)
        row = self.rows().row(index.row()) if index.isValid() else None
        if isinstance(row, ListRow) and row.is_checkable:
            box = self._delegate.check_rect(self.visualRect(index)).adjusted(-_NEAR, -_NEAR, _NEAR, _NEAR)
            if box.contains(point):
                self.check_clicked.emit(row.id)
