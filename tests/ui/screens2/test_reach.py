"""Every screen can be used with the mouse unplugged and read aloud: names, focus, keys, large text."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from desktop.system.settings import DENSITY, TEXT_SCALE
from desktop.ui.shell.page import Page
from tests.ui.screens2.laptop import SampleLaptop
from tests.ui.screens2.seat import CTRL, Seat

PAGES = ("today", "choice", "changes", "settings")


def stops(page: QWidget) -> list[QWidget]:
    """List what Tab stops at."""
    return [
        each
        for each in page.findChildren(QWidget)
        if each.isVisible() and each.isEnabled() and each.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]


@pytest.fixture
def busy(laptop: SampleLaptop) -> SampleLaptop:
    account = laptop.undisputed()[0]
    laptop.ask("account", account, "payment_terms", before="a", mine="b", theirs="c")
    return laptop


@pytest.mark.parametrize("name", PAGES)
def test_everything_that_takes_keys_has_a_name(busy: SampleLaptop, seat: Seat, name: str) -> None:
    page = seat.go(name, Page)
    seat.until(lambda: bool(stops(page)))

    nameless = [type(each).__name__ for each in stops(page) if not each.accessibleName()]

    assert not nameless


@pytest.mark.parametrize("name", PAGES)
def test_tab_goes_through_the_page_and_back_to_its_start(busy: SampleLaptop, seat: Seat, name: str) -> None:
    page = seat.go(name, Page)
    seat.until(lambda: bool(stops(page)))
    seen: list[QWidget] = []

    for _ in range(80):
        seat.press(Qt.Key.Key_Tab)
        holder = QApplication.focusWidget()
        if holder is not None and page.isAncestorOf(holder) and holder not in seen:
            seen.append(holder)

    missed = [type(each).__name__ for each in stops(page) if each not in seen]
    assert not missed


@pytest.mark.parametrize("name", PAGES)
def test_page_draws_with_large_text_and_touch_rows(busy: SampleLaptop, seat: Seat, name: str) -> None:
    seat.laptop.app.settings.set(TEXT_SCALE, 150)
    seat.laptop.app.settings.set(DENSITY, "touch")

    page = seat.go(name, Page)
    seat.until(lambda: seat.workplace.kit.theme.choice.text_scale == 1.5)

    assert not page.grab().isNull()


def test_pages_are_reached_by_their_keys(seat: Seat) -> None:
    reached = []
    for key in (Qt.Key.Key_0, Qt.Key.Key_Comma, Qt.Key.Key_1):
        seat.press(key, CTRL)
        assert seat.window.route is not None
        reached.append(seat.window.route.page)

    assert reached == ["choice", "settings", "today"]
