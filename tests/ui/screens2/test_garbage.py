"""What refers to itself and belongs to Qt goes on the thread that draws, whatever other threads do meanwhile."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.ui.bridge.garbage import CyclicGarbage

_MANY = 200 * gc.get_threshold()[0]


class Ring(QObject):
    """Refers to itself, so that only the collector finds it."""

    def __init__(self) -> None:
        super().__init__()
        self.itself = self


@pytest.fixture
def garbage(qapp: QApplication) -> Iterator[CyclicGarbage]:
    kept = CyclicGarbage(qapp)
    yield kept
    kept.end()
    kept.deleteLater()


def allocate() -> None:
    """Make so many objects that Python would collect by itself, all generations."""
    for _ in range(_MANY):
        ring: list[object] = []
        ring.append(ring)


def test_garbage_of_qt_is_collected_by_the_thread_that_draws_only(garbage: CyclicGarbage, qtbot: QtBot) -> None:
    collected_on: list[int] = []
    ring = Ring()
    weakref.finalize(ring, lambda: collected_on.append(threading.get_ident()))
    del ring

    reader = threading.Thread(target=allocate)
    reader.start()
    reader.join()
    before = list(collected_on)
    qtbot.waitUntil(lambda: bool(collected_on), timeout=10_000)

    assert before == []
    assert collected_on == [threading.get_ident()]


def test_python_collects_by_itself_again_afterwards(garbage: CyclicGarbage) -> None:
    while_kept = gc.isenabled()

    garbage.end()

    assert not while_kept
    assert gc.isenabled()
