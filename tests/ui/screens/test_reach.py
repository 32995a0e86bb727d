"""Every screen can be used without a mouse and without eyes: names, keys, focus."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLineEdit, QPlainTextEdit, QWidget

from desktop.ui.bridge import routes
from tests.ui.screens.conftest import Window

PAGES = [routes.CUSTOMERS, routes.CUSTOMER, routes.PEOPLE, routes.PIPELINE]


@pytest.fixture(params=PAGES)
def opened(window: Window, request: pytest.FixtureRequest) -> Window:
    """The window on each of the pages, filled."""
    account = window.desk.named("account", "霁川冷链物流")
    window.show(request.param, {"id": account} if request.param == routes.CUSTOMER else None)
    window.wait(lambda: any(isinstance(each, QAbstractItemView) for each in visible(window)))
    return window


def visible(window: Window) -> Iterator[QWidget]:
    return (each for each in window.page.findChildren(QWidget) if each.isVisible())


def test_everything_that_can_be_used_has_a_name(opened: Window) -> None:
    used = (QAbstractButton, QAbstractItemView, QLineEdit, QPlainTextEdit)

    nameless = [
        each
        for each in visible(opened)
        if isinstance(each, used) and each.focusPolicy() != Qt.FocusPolicy.NoFocus and not each.accessibleName()
    ]

    assert not nameless


def test_tab_reaches_every_control_and_comes_around(opened: Window) -> None:
    wanted = {each for each in visible(opened) if isinstance(each, QAbstractButton) and tab_reaches(each)}
    reached: set[QWidget] = set()

    for _ in range(300):
        opened.press(Qt.Key.Key_Tab)
        if opened.focus in reached and wanted <= reached:
            break
        reached.add(opened.focus)

    assert wanted <= reached


def tab_reaches(widget: QWidget) -> bool:
    # Of buttons of which one is chosen, Tab reaches that one and arrow keys the others.
    is_beside = isinstance(widget, QAbstractButton) and widget.group() is not None and not widget.isChecked()
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isEnabled() and not is_beside


def test_keys_of_a_page_are_listed_and_have_words(opened: Window) -> None:
    actions = opened.page.page_actions()

    assert all(opened.place.kit.t(each.title_key) for each in actions)
    assert all(each.shortcut for each in actions)


def test_page_is_taken_down_and_made_again(opened: Window) -> None:
    page, title = opened.page, opened.page.title()

    opened.ctrl(Qt.Key.Key_L, shift=True)
    opened.wait(lambda: opened.page is not page)
    opened.ctrl(Qt.Key.Key_L, shift=True)
    opened.wait(lambda: opened.page.title() == title)

    assert opened.page is not page
