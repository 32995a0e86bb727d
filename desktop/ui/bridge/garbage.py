"""Garbage is collected on the thread that draws, because what belongs to Qt may go on no other."""

import gc

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Slot

_EVERY_MS = 300
_WHOLE_EVERY = 2_000
"""Rounds between two collections of everything: one takes as long as two or three frames."""


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
        self._since_whole = 0
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
        """Collect the more often the younger things are, as Python does by itself."""
        self._since_whole += 1
        # The youngest are counted by objects, the others by how often the ones below them were collected.
        youngest, younger, old = (
            count > limit for count, limit in zip(gc.get_count(), gc.get_threshold(), strict=True)
        )
        if old and self._since_whole >= _WHOLE_EVERY:
            gc.collect()
            self._since_whole = 0
        elif younger or youngest:
            gc.collect(1 if younger else 0)
