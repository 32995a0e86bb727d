"""The window over a real profile for every test of a screen."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui import walking
from desktop.ui.bridge import routes
from desktop.ui.shell.page import Page, Route
from desktop.ui.workplace.workplace import Workplace
from tests.ui.screens.desk import Desk, make_sample, open_copy

NO_KEYS = Qt.KeyboardModifier.NoModifier


class Window:
    """The window as a person at the keyboard sees it."""

    def __init__(self, qtbot: QtBot, desk: Desk) -> None:
        self.qtbot = qtbot
        self.desk = desk
        self.place = Workplace(desk.app)
        self.shell = self.place.window

    def show(self, page: str, args: dict[str, str] | None = None) -> None:
        """Open a page and show the window with the focus in it."""
        self.open(page, args)
        self.place.show()
        self.shell.resize(1440, 900)
        self.qtbot.waitExposed(self.shell)
        self.shell.activateWindow()
        self.wait(self.shell.isActiveWindow)
        self.page.focus_main()

    def open(self, page: str, args: dict[str, str] | None = None) -> None:
        self.shell.open(Route(page, args or {}))

    @property
    def page(self) -> Page:
        assert self.shell.page is not None
        return self.shell.page

    @property
    def focus(self) -> QWidget:
        return QApplication.focusWidget() or self.shell

    @property
    def toasts(self) -> list[str]:
        return [view.toast.text for view in self.shell.frame.toasts.views]

    def press(self, *keys: Qt.Key | str, modifier: Qt.KeyboardModifier = NO_KEYS) -> None:
        """Press keys one after the other, each where the focus is then."""
        for key in keys:
            if isinstance(key, str):
                QTest.keyClicks(self.focus, key, modifier)
            else:
                QTest.keyClick(self.focus, key, modifier)

    def ctrl(self, key: Qt.Key, *, shift: bool = False) -> None:
        modifier = Qt.KeyboardModifier.ControlModifier
        QTest.keyClick(self.focus, key, modifier | Qt.KeyboardModifier.ShiftModifier if shift else modifier)

    def type(self, text: str) -> None:
        """Type a text; what a keyboard has no keys for comes from an input method."""
        if text.isascii():
            QTest.keyClicks(self.focus, text)
        else:
            self.compose("", commit=text)

    def compose(self, preedit: str, *, commit: str = "") -> None:
        """Let an input method show what it composes, and hand over what it has finished."""
        event = QInputMethodEvent(preedit, [])
        event.setCommitString(commit)
        QApplication.sendEvent(self.focus, event)

    def wait(self, holds: Callable[[], bool]) -> None:
        """Wait until something is so."""
        self.qtbot.waitUntil(holds, timeout=10_000)

    def settle(self) -> None:
        """Wait until what was to be written and read is done and drawn."""
        walking.settle(self.desk.app)

    def close(self) -> None:
        self.place.close()
        self.desk.close()


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The profile of the sample's rep, made once; tests open copies."""
    folder = tmp_path_factory.mktemp("sample") / "profile"
    make_sample(folder)
    yield folder
    shutil.rmtree(folder.parent, ignore_errors=True)


@pytest.fixture
def desk(sample: Path, tmp_path: Path) -> Desk:
    return open_copy(sample, tmp_path / "profile")


@pytest.fixture
def window(qtbot: QtBot, desk: Desk) -> Iterator[Window]:
    opened = Window(qtbot, desk)
    yield opened
    opened.close()


@pytest.fixture
def customers(window: Window) -> Window:
    """The window on the list of customers, filled."""
    window.show(routes.CUSTOMERS)
    pane = window.page.pane  # type: ignore[attr-defined] # the page of customers
    window.wait(lambda: pane.count > 0 and pane.records.model.record(0) is not None)
    return window
