"""The timeline of a record: what happened, newest first, on a route line."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent

from desktop.ui.components.entries import Entry
from desktop.ui.components.entry_delegate import EntryDelegate
from desktop.ui.components.keyed_list import KeyedList
from desktop.ui.design.kit import UiKit

_NEAR_END = 200


class Timeline(KeyedList):
    """Entries with their route line; ``older_wanted`` comes when the end is near."""

    older_wanted = Signal()

    def __init__(self, kit: UiKit, name: str, *, fill: str = "surface") -> None:
        super().__init__(kit, name, fill)
        self._delegate = EntryDelegate(kit, self, fill=fill)
        self.setItemDelegate(self._delegate)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        kit.follow(self)

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Show these entries; the current one and the scroll position stay."""
        self.set_rows(entries)

    def forget_sizes(self) -> None:
        """Break the texts anew."""
        self._delegate.forget()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the texts anew."""
        if event.size().width() != event.oldSize().width():
            self._delegate.forget()
            self.scheduleDelayedItemsLayout()
        super().resizeEvent(event)

    @Slot(int)
    def _on_scrolled(self, value: int) -> None:
        if value > 0 and value >= self.verticalScrollBar().maximum() - _NEAR_END:
            self.older_wanted.emit()
