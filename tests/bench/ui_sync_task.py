"""Watches the thread that draws in a first sync: ``python -m tests.bench.ui_sync_task PROFILE KEY_FILE SERVER``.

The window is open on an empty profile, somebody goes from page to page and down the list by keys, and everything comes.
"""

import json
import sys
import threading
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.bootstrap import open_application
from desktop.services.application import Application
from desktop.services.profiles import Credentials, enrol
from desktop.system.paths import profile_paths
from desktop.ui.bridge.drafts import MemoryShelf
from desktop.ui.stopwatch import Stopwatch
from desktop.ui.workplace.workplace import Workplace
from sync.contract.clock import SystemClock
from tests.bench.frames import BusySpans
from tests.bench.lab import LOGIN, PASSWORD
from tests.bench.ui_task import SIZE

_PRESS_EVERY_MS = 120
_AFTERWARDS_MS = 500
_CTRL = Qt.KeyboardModifier.ControlModifier
_NONE = Qt.KeyboardModifier.NoModifier
_KEYS = (
    (Qt.Key.Key_2, _CTRL),
    *((Qt.Key.Key_J, _NONE) for _ in range(6)),
    (Qt.Key.Key_3, _CTRL),
    *((Qt.Key.Key_J, _NONE) for _ in range(6)),
    (Qt.Key.Key_4, _CTRL),
    (Qt.Key.Key_1, _CTRL),
)


def measure_sync(app: Application) -> dict[str, Any]:
    """Sync while the window is used; milliseconds that the thread that draws was busy at a stretch."""
    qt = QApplication.instance() or QApplication([sys.argv[0]])
    workplace = Workplace(app, shelf=MemoryShelf())
    ended, failures = threading.Event(), list[BaseException]()

    def sync() -> None:
        try:
            app.sync.sync()
        except BaseException as failure:
            failures.append(failure)
            raise
        finally:
            ended.set()

    try:
        workplace.show()
        workplace.window.resize(*SIZE)
        workplace.window.activateWindow()
        watch = Stopwatch(workplace.window)
        _walk(watch, lambda turn: turn == len(_KEYS))  # pages are made before, so that their making is not counted
        spans = BusySpans()
        thread = threading.Thread(target=sync)
        thread.start()
        _walk(watch, lambda _turn: ended.is_set())
        watch.rest(_AFTERWARDS_MS)
        spans.end()
        thread.join()
        if failures:
            raise failures[0]
        return {"wall_ms": spans.wall_ms, "cpu_ms": spans.cpu_ms}
    finally:
        workplace.close()
        qt.quit()


def _walk(watch: Stopwatch, is_over: Any) -> None:
    turn = 0
    while not is_over(turn):
        watch.press(*_KEYS[turn % len(_KEYS)])
        watch.rest(_PRESS_EVERY_MS)
        turn += 1


def main(profile: str, key_file: str, server: str) -> int:
    """Sign in, measure, write one JSON document."""
    paths = profile_paths(Path(profile))
    credentials = Credentials(server=server, login=LOGIN, password=PASSWORD, key_file=key_file, device="bench")
    enrol(paths, credentials, clock=SystemClock())
    app = open_application(paths)
    try:
        json.dump(measure_sync(app), sys.stdout)
    finally:
        app.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
