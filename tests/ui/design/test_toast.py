"""Toasts say what was done, offer a way back, and go by themselves unless somebody looks."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QAccessible, QEnterEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.components import toast as toast_module
from desktop.ui.components.toast import Toast, ToastStack
from desktop.ui.design.kit import UiKit
from tests.ui.design.keyboard import click

Show = Callable[[QWidget], QWidget]


@pytest.fixture
def stack(kit: UiKit, show: Show) -> ToastStack:
    """A stack over an empty page of 800 x 600."""
    host = QWidget()
    host.resize(800, 600)
    made = ToastStack(kit, host)
    show(host)
    return made


def test_toast_stands_at_the_bottom_left(stack: ToastStack) -> None:
    stack.show_toast(Toast("Visit saved on this laptop"))

    area = stack.geometry()
    assert area.left() == 24
    assert 600 - 60 < area.bottom() < 600


def test_toast_goes_when_its_time_is_over(stack: ToastStack) -> None:
    view = stack.show_toast(Toast("Visit saved on this laptop"))

    view.clock.timeout.emit()

    assert stack.views == ()
    assert stack.isHidden()


def test_toast_has_eight_seconds(stack: ToastStack) -> None:
    view = stack.show_toast(Toast("Visit saved on this laptop"))

    assert (view.clock.interval(), view.clock.isActive()) == (8000, True)


def test_mouse_over_a_toast_stops_its_clock_and_leaving_starts_it_anew(stack: ToastStack) -> None:
    view = stack.show_toast(Toast("Visit saved on this laptop"))
    point = QPointF(1, 1)

    QApplication.sendEvent(view, QEnterEvent(point, point, point))
    over = view.is_running
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))

    assert (over, view.is_running) == (False, True)


def test_undo_button_runs_once_and_takes_the_toast_away(stack: ToastStack) -> None:
    undone: list[str] = []
    view = stack.show_toast(Toast("Deal moved", action="Undo", run=lambda: undone.append("x"), key="Ctrl+Z"))
    assert view.action_button is not None

    click(view.action_button)

    assert undone == ["x"]
    assert stack.views == ()


def test_fourth_toast_takes_the_place_of_the_oldest(stack: ToastStack) -> None:
    for number in range(4):
        stack.show_toast(Toast(f"Toast {number}"))

    assert [view.toast.text for view in stack.views] == ["Toast 1", "Toast 2", "Toast 3"]


def test_toast_does_not_take_the_focus(stack: ToastStack, kit: UiKit) -> None:
    before = QApplication.focusWidget()

    stack.show_toast(Toast("Visit saved", action="Undo", run=lambda: None))

    assert QApplication.focusWidget() is before


def test_toast_is_announced_politely(stack: ToastStack, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[tuple[str, QAccessible.AnnouncementPoliteness]] = []
    monkeypatch.setattr(
        toast_module, "deliver_announcement", lambda event: said.append((event.message(), event.politeness()))
    )

    stack.show_toast(Toast("Visit saved on this laptop"))

    assert said == [("Visit saved on this laptop", QAccessible.AnnouncementPoliteness.Polite)]


def test_close_button_closes(stack: ToastStack, qtbot: QtBot) -> None:
    view = stack.show_toast(Toast("Visit saved"))

    click(view.close_button)

    assert stack.views == ()
