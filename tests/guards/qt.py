"""Fails a test that leaves a window or a running timer behind. Imports Qt only where a test already did."""

import gc
import sys
from collections.abc import Iterator

import pytest

_KEPT_BY_QT = {"qtooltip_label"}  # Qt makes one tooltip window and keeps it


def _has_application() -> bool:
    widgets = sys.modules.get("PySide6.QtWidgets")
    return widgets is not None and widgets.QApplication.instance() is not None


def _alive() -> dict[int, str]:
    """Describe the windows and running timers that exist now, by the address of the C++ object."""
    import shiboken6
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    windows = [item for item in QApplication.topLevelWidgets() if item.objectName() not in _KEPT_BY_QT]
    timers = [item for item in shiboken6.getAllValidWrappers() if isinstance(item, QTimer) and item.isActive()]
    return {
        shiboken6.getCppPointer(item)[0]: f"{type(item).__name__}({item.objectName()!r})"
        for item in (*windows, *timers)
    }


def _deliver_deletions() -> None:
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture(autouse=True)
def no_qt_leftovers() -> Iterator[None]:
    """Fail when a top-level widget or a running timer made during the test outlives it.

    Widgets given to ``qtbot.addWidget`` are closed and deleted before this looks.
    """
    known = _alive() if _has_application() else {}
    if _has_application():
        # Another thread that makes the next object would delete widgets there, and may wait for ever for this one.
        gc.disable()
    yield
    gc.enable()
    if not _has_application():
        return
    gc.collect(0)  # all that the test made is young, and its threads have ended
    _deliver_deletions()
    if _alive().keys() <= known.keys():
        return
    gc.collect()  # a widget in a reference cycle goes only when collected
    _deliver_deletions()
    left = sorted(text for address, text in _alive().items() if address not in known)
    if left:
        pytest.fail(f"windows or running timers left over after the test: {', '.join(left)}", pytrace=False)
