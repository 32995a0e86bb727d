"""That something is saved is drawn before anything is read that follows from it."""

from functools import partial

import pytest
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.commands.records import SetFields
from desktop.services.precedence import Precedence
from desktop.ui.bridge import routes
from desktop.ui.bridge.ui_thread import UiThread
from desktop.ui.bridge.writer import Reaction
from tests.ui.screens.conftest import Window
from tests.ui.screens.desk import Desk

LONG_S = 60


class Painted(QWidget):
    """Notes when it is painted."""

    def __init__(self, order: list[str]) -> None:
        super().__init__()
        self._order = order

    def paintEvent(self, _event: QPaintEvent) -> None:
        self._order.append("painted")


def test_call_for_after_painting_comes_when_what_changed_is_painted(qtbot: QtBot) -> None:
    order: list[str] = []
    widget, ui = Painted(order), UiThread()
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitUntil(lambda: bool(order))
    order.clear()

    def change() -> None:
        widget.update()
        ui.once_painted(partial(order.append, "after"))

    ui.post(change)
    qtbot.waitUntil(lambda: "after" in order)

    assert order[:2] == ["painted", "after"]


def test_what_follows_from_a_save_is_read_after_the_save_is_answered(
    window: Window, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window.desk.app.jobs, "precedence", Precedence(held_at_most_s=LONG_S))
    window.show(routes.CUSTOMERS)
    order: list[str] = []
    account = desk.ids("account")[0]

    def read() -> int:
        order.append("read")
        return len(order)

    window.place.context.feed.watch(window.shell, {"account"}, read, lambda _answer: None)
    window.wait(lambda: order == ["read"])

    change = SetFields("account", account, {"city": "Tromsø"})
    window.place.context.writer.run(change, Reaction(done=lambda _done: order.append("answered")))
    window.wait(lambda: len(order) == 3)

    assert order == ["read", "answered", "read"]


def test_refused_save_holds_no_read(window: Window, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    precedence = Precedence(held_at_most_s=LONG_S)
    monkeypatch.setattr(window.desk.app.jobs, "precedence", precedence)
    was_free: list[bool] = []

    def refused(_error: BaseException) -> None:
        # Later the answer itself would have let go what was claimed.
        was_free.append(precedence.is_free)

    change = SetFields("account", "nobody", {"name": "x"})
    window.place.context.writer.run(change, Reaction(failed=refused))
    window.wait(lambda: bool(was_free))

    assert was_free == [True]
