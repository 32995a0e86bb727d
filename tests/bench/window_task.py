"""Measures the real window, drawn into memory: ``python -m tests.bench.window_task PROFILE BEGAN``.

``BEGAN`` is what ``time.monotonic`` gave before this process was started; on one machine it is the same clock. What is
shown counts when it is painted, not when it was asked for.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget

from desktop.bootstrap import open_application
from desktop.domain.listing import Listing, Sort
from desktop.services.application import Application
from desktop.system.paths import profile_paths
from desktop.ui.bridge import routes
from desktop.ui.shell.page import Route
from desktop.ui.workplace.workplace import Workplace
from tests.bench.processes import peak_memory_mb

_REPEATS = 5
_LOOK_EVERY_MS = 1
_GIVE_UP_S = 60.0
_PAGES = (routes.TODAY, routes.PEOPLE, routes.PIPELINE, routes.CUSTOMERS)


def measure_window(application: Application, began: float) -> dict[str, Any]:
    """Open the window on the list of customers, walk through its pages, and open customers."""
    qt = QApplication.instance() or QApplication([sys.argv[0]])
    workplace = Workplace(application)
    try:
        window = workplace.window
        window.open(Route(routes.CUSTOMERS))
        workplace.show()
        _wait_until(lambda: _shows_rows(window))
        _paint(window)
        found: dict[str, Any] = {"start_s": time.monotonic() - began}
        found["pages_ms"] = [_switch(window, page) for _ in range(_REPEATS) for page in _PAGES][len(_PAGES) :]
        found["open_ms"] = _open_customers(application, window)
        found["peak_mb"] = peak_memory_mb()
        return found
    finally:
        workplace.close()
        qt.quit()


def _switch(window: Any, page: str) -> float:
    began = time.perf_counter()
    window.open(Route(page))
    _paint(window)
    elapsed = (time.perf_counter() - began) * 1000
    _settle()
    return elapsed


def _open_customers(application: Application, window: Any) -> list[float]:
    samples = []
    # From the index: a question that reads all customers here would be counted as memory of the window.
    wanted = application.reads.ids(Listing("account", sort=(Sort("name"),), limit=_REPEATS + 1))
    for row in application.reads.rows("account", wanted):
        began = time.perf_counter()
        window.open(Route(routes.CUSTOMER, {"id": row["id"]}))
        _wait_until(lambda row=row: window.page.title() == row["name"])  # type: ignore[misc]
        _paint(window)
        samples.append((time.perf_counter() - began) * 1000)
        _settle()
    # The first one builds the page and loads its module.
    return samples[1:]


def _shows_rows(window: QWidget) -> bool:
    return any(_first_row(view) for view in window.findChildren(QAbstractItemView) if view.isVisible())


def _first_row(view: QAbstractItemView) -> bool:
    model = view.model()
    if model.rowCount() == 0:
        return False
    cells = (model.index(0, column) for column in range(model.columnCount()))
    return any(model.data(cell, Qt.ItemDataRole.DisplayRole) for cell in cells)


def _paint(window: QWidget) -> None:
    window.grab()


def _settle() -> None:
    """Let everything that was asked for arrive, so that it does not disturb the next measurement."""
    loop = QEventLoop()
    QTimer.singleShot(200, loop.quit)
    loop.exec()


def _wait_until(condition: Callable[[], bool]) -> None:
    loop, timer = QEventLoop(), QTimer()
    deadline = time.monotonic() + _GIVE_UP_S

    def look() -> None:
        if condition() or time.monotonic() > deadline:
            loop.quit()

    timer.timeout.connect(look)
    timer.start(_LOOK_EVERY_MS)
    loop.exec()
    timer.stop()
    if not condition():
        raise TimeoutError("the window did not show what was waited for")


def main() -> int:
    """Measure and write one JSON document."""
    application = open_application(profile_paths(Path(sys.argv[1])))
    try:
        json.dump(measure_window(application, float(sys.argv[2])), sys.stdout)
    finally:
        application.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
