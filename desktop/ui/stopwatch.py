"""Times what a person feels: from a key being pressed until what it leads to is painted."""

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, Qt, QTimer
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

_LOOK_EVERY_MS = 1
_GIVE_UP_S = 60.0
NO_MODIFIER = Qt.KeyboardModifier.NoModifier


class Stopwatch:
    """Presses keys in a window, as a person does, and waits for the answer; at most a millisecond too long."""

    def __init__(self, window: QWidget, give_up_s: float = _GIVE_UP_S) -> None:
        """Give up after so many seconds."""
        self._window = window
        self._give_up_s = give_up_s

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NO_MODIFIER) -> None:
        """Press a key wherever the focus is."""
        QTest.keyClick(QApplication.focusWidget() or self._window, key, modifiers)

    def type(self, text: str) -> None:
        """Type into whatever has the focus; what no key has comes as from an input method."""
        for letter in text:
            holder = QApplication.focusWidget() or self._window
            if letter.isascii():
                QTest.keyClicks(holder, letter)
            else:
                composed = QInputMethodEvent()
                composed.setCommitString(letter)
                QApplication.sendEvent(holder, composed)

    def time(self, act: Callable[[], None], shown: Callable[[], bool]) -> float:
        """Do something; gives the milliseconds until ``shown`` is true and painted.

        Raises:
            TimeoutError: It did not come true.
        """
        began = time.perf_counter()
        act()
        self.wait(shown)
        self.paint()
        return (time.perf_counter() - began) * 1000

    def paint(self) -> None:
        """Paint now what waits to be painted."""
        QCoreApplication.sendPostedEvents(self._window, QEvent.Type.UpdateRequest.value)

    def wait(self, shown: Callable[[], bool]) -> None:
        """Let the window work until something is so.

        Raises:
            TimeoutError: It did not come true.
        """
        if shown():
            return
        loop, timer = QEventLoop(), QTimer()
        deadline = time.monotonic() + self._give_up_s

        def look() -> None:
            if shown() or time.monotonic() > deadline:
                loop.quit()

        timer.timeout.connect(look)
        timer.start(_LOOK_EVERY_MS)
        loop.exec()
        timer.stop()
        if not shown():
            raise TimeoutError("the window did not show what was waited for")

    def rest(self, ms: int) -> None:
        """Let the window work for a while, so that what comes late does not disturb the next measurement."""
        loop = QEventLoop()
        QTimer.singleShot(ms, loop.quit)
        loop.exec()
