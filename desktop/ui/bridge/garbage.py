"""Garbage is collected on the thread that draws, because what belongs to Qt may go on no other."""

import gc

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Slot

_EVERY_MS = 1_000


class CyclicGarbage(QObject):
    """Collects what refers to itself on this thread, and keeps Python from doing so wherever it allocates.

    Python's collector runs on whichever thread makes the next object. On a reader it would delete a window's objects
    there; Qt then holds a lock of theirs and waits for Python, while the thread that draws holds Python and waits for
    that lock: for ever. What is not part of a cycle goes with its last reference, as always.
    """

    def __init__(self, application: QCoreApplication) -> None:
        """Begin, and leave what was loaded until now unlooked at: it stays as long as the program runs."""
        super().__init__(application)
        gc.disable()
        gc.freeze()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.CoarseTimer)
        self._timer.timeout.connect(self._collect)
        self._timer.start(_EVERY_MS)

    def end(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    @Slot()
    def _collect(self) -> None:
        """Collect as Python would have done by itself: the younger things are, the more often."""
        counts, limits = gc.get_count(), gc.get_threshold()
        due = [generation for generation in range(len(limits)) if counts[generation] > limits[generation]]
        # The youngest are counted by objects, the others by how often the ones below them were collected.
        if due:
            gc.collect(due[-1])
