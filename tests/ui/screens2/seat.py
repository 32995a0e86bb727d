"""Sitting at a laptop: the window, and keys as a person presses them."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.ui.components.toast import ToastView
from desktop.ui.shell.page import Page, Route
from desktop.ui.workplace.workplace import Workplace
from tests.ui.screens2.laptop import SampleLaptop

P = TypeVar("P", bound=Page)
NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
SIZE = (1440, 900)


class Seat:
    """One window over one laptop."""

    def __init__(self, laptop: SampleLaptop, qtbot: QtBot) -> None:
        self.laptop = laptop
        self.qtbot = qtbot
        self.workplace = Workplace(laptop.app)
        self.window = self.workplace.window
        self.workplace.show()
        self.window.resize(*SIZE)
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)

    def leave(self) -> None:
        self.workplace.close()

    def go(self, name: str, kind: type[P], **args: str) -> P:
        """Open a page as the rail does, with the focus where its keys work."""
        self.window.open(Route(name, args))
        page = self.page(kind)
        page.focus_main()
        return page

    def page(self, kind: type[P]) -> P:
        """Give the open page."""
        page = self.window.page
        assert isinstance(page, kind)
        return page

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Press a key wherever the focus is."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifiers)

    def enter(self, text: str) -> None:
        """Type into whatever has the focus."""
        QTest.keyClicks(QApplication.focusWidget() or self.window, text)

    def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for something to become true."""
        self.qtbot.waitUntil(is_so, timeout=10_000)

    def toast(self, text: str) -> ToastView:
        """Give the toast that says this, at the latest when it comes."""
        self.until(lambda: text in self.toasts)
        return next(view for view in self.window.frame.toasts.views if view.toast.text == text)

    @property
    def toasts(self) -> list[str]:
        """What the toasts say now."""
        return [view.toast.text for view in self.window.frame.toasts.views]
