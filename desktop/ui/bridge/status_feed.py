"""The sync status, heard on the thread that draws."""

from PySide6.QtCore import QObject, Signal

from desktop.ui.bridge.ports import StatusBoard, SyncStatus
from desktop.ui.bridge.ui_thread import UiThread


class StatusFeed(QObject):
    """Repeats each new ``SyncStatus`` as a signal; ``current`` is the last one heard."""

    changed = Signal()

    def __init__(self, board: StatusBoard, ui: UiThread, parent: QObject | None = None) -> None:
        """Listen until ``close``."""
        super().__init__(parent)
        self._ui = ui
        self.current: SyncStatus = board.current
        self._leave = board.subscribe(lambda status: ui.post(lambda: self._arrive(status)))

    def close(self) -> None:
        """Stop listening."""
        self._leave()

    def _arrive(self, status: SyncStatus) -> None:
        self.current = status
        self.changed.emit()
