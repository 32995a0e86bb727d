"""The one door through which other threads reach the screens; it knows nothing of records."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot


class UiThread(QObject):
    """Runs calls on the thread that draws, in the order in which they were posted."""

    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        """Live on the thread that makes it, which is the one that draws."""
        super().__init__(parent)
        self._is_open = True
        self._posted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], None]) -> None:
        """Run ``call`` on the thread that draws, later. Safe from every thread; after ``close`` nothing runs."""
        if self._is_open:
            self._posted.emit(call)

    def close(self) -> None:
        """Drop what is still to come."""
        self._is_open = False

    @Slot(object)
    def _run(self, call: Callable[[], None]) -> None:
        if self._is_open:
            call()
