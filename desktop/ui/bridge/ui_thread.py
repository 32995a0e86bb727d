"""The one door through which other threads reach the screens; it knows nothing of records."""

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal, Slot

_AFTER_PAINTING = Qt.EventPriority.LowEventPriority.value - 1
"""Windows ask to be painted with low priority."""


class UiThread(QObject):
    """Runs calls on the thread that draws, in the order in which they were posted."""

    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        """Live on the thread that makes it, which is the one that draws."""
        super().__init__(parent)
        self._is_open = True
        self._once_painted: deque[Callable[[], None]] = deque()
        self._posted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], None]) -> None:
        """Run ``call`` on the thread that draws, later. Safe from every thread; after ``close`` nothing runs."""
        if self._is_open:
            self._posted.emit(call)

    def once_painted(self, call: Callable[[], None]) -> None:
        """Run ``call`` when what was changed until now is painted; only from the thread that draws."""
        self._once_painted.append(call)
        QCoreApplication.postEvent(self, QEvent(QEvent.Type.User), _AFTER_PAINTING)

    def close(self) -> None:
        """Drop what is still to come."""
        self._is_open = False

    def customEvent(self, _event: QEvent) -> None:
        """Run what waited for the painting."""
        if self._once_painted:
            self._run(self._once_painted.popleft())

    @Slot(object)
    def _run(self, call: Callable[[], None]) -> None:
        if self._is_open:
            call()
