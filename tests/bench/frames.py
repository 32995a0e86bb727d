"""How long the thread that draws is busy at a stretch: nothing that a person does is answered meanwhile."""

import time
from collections.abc import Callable

from PySide6.QtCore import QAbstractEventDispatcher, QObject, Slot

from desktop.ui.stopwatch import Stopwatch


def frame_ms(watch: Stopwatch, act: Callable[[], None]) -> float:
    """Do something, paint it at once; gives the milliseconds. What it asked for arrives before the next frame."""
    began = time.perf_counter()
    act()
    watch.paint()
    spent = (time.perf_counter() - began) * 1000
    watch.rest(1)
    return spent


class BusySpans(QObject):
    """Notes every stretch between waking up for something and waiting again, in milliseconds."""

    def __init__(self) -> None:
        """Begin to note."""
        super().__init__()
        self.wall_ms: list[float] = []
        self.cpu_ms: list[float] = []
        self._since: tuple[float, float] | None = None
        self._dispatcher = QAbstractEventDispatcher.instance()
        self._dispatcher.awake.connect(self._on_awake)
        self._dispatcher.aboutToBlock.connect(self._on_block)

    def end(self) -> None:
        """Note no more."""
        self._dispatcher.awake.disconnect(self._on_awake)
        self._dispatcher.aboutToBlock.disconnect(self._on_block)

    @Slot()
    def _on_awake(self) -> None:
        if self._since is None:
            self._since = time.perf_counter(), time.thread_time()

    @Slot()
    def _on_block(self) -> None:
        if self._since is not None:
            wall, cpu = self._since
            self._since = None
            self.wall_ms.append((time.perf_counter() - wall) * 1000)
            self.cpu_ms.append((time.thread_time() - cpu) * 1000)
