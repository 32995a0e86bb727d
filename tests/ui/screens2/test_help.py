"""Help begins with the page one comes from; the guided tour goes through all pages and stays out of the way."""

from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.system.settings import GUIDE
from desktop.ui.choice.view import ChoicePage
from desktop.ui.components.label import Label
from desktop.ui.help.guide import STEPS, Guide
from desktop.ui.help.view import PAGES, HelpPage
from desktop.ui.today.view import TodayPage
from tests.ui.screens2.seat import Seat

ALT = Qt.KeyboardModifier.AltModifier


def words(page: HelpPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(Label) if label.isVisible())


def is_at(seat: Seat, page: str) -> bool:
    return seat.window.route is not None and seat.window.route.page == page


def tour(seat: Seat) -> Guide:
    seat.go("help", HelpPage).guide_button.click()
    return seat.window.findChildren(Guide)[-1]


def test_help_key_opens_help_that_begins_with_the_page(seat: Seat) -> None:
    seat.go("choice", ChoicePage)

    seat.press(Qt.Key.Key_F1)

    assert "About Your choice needed" in words(seat.page(HelpPage))
    assert QApplication.focusWidget() is seat.page(HelpPage).guide_button


def test_help_key_twice_stays_at_the_page_one_came_from(seat: Seat) -> None:
    seat.go("choice", ChoicePage)

    seat.press(Qt.Key.Key_F1)
    seat.press(Qt.Key.Key_F1)

    assert "About Your choice needed" in words(seat.page(HelpPage))


def test_main_pages_are_explained(seat: Seat) -> None:
    unexplained = [name for name in sorted(PAGES) if "About " not in words(seat.go("help", HelpPage, page=name))]

    assert not unexplained


def test_tour_is_gone_through_by_keyboard_alone(seat: Seat) -> None:
    guide = tour(seat)
    seen = []

    for step in STEPS:
        seat.until(partial(is_at, seat, step.page))
        seen.append(guide.title.text())
        seat.press(Qt.Key.Key_PageDown, ALT)

    assert len(set(seen)) == len(STEPS)
    assert guide.isHidden()


def test_keys_of_the_page_work_while_the_tour_stands_over_it(seat: Seat) -> None:
    guide = tour(seat)
    route = seat.page(TodayPage).route
    seat.until(lambda: len(route.stops) > 1)
    route.set_current(route.stops[0].id)

    seat.press(Qt.Key.Key_J)

    assert route.current_id() == route.stops[1].id
    assert guide.step == STEPS[0]
    guide.end()


def test_pane_key_reaches_the_tour_and_leaves_it(seat: Seat) -> None:
    guide = tour(seat)

    seat.press(Qt.Key.Key_F6)
    inside = QApplication.focusWidget()
    seat.press(Qt.Key.Key_Space)

    assert inside is guide.next_button
    assert is_at(seat, STEPS[1].page)
    assert not guide.next_button.hasFocus()
    guide.end()


def test_tour_goes_back(seat: Seat) -> None:
    guide = tour(seat)
    seat.press(Qt.Key.Key_PageDown, ALT)

    seat.press(Qt.Key.Key_PageUp, ALT)

    assert is_at(seat, "today")
    assert guide.step.name == "today"
    guide.end()


def test_escape_ends_the_tour_and_the_page_stays(seat: Seat) -> None:
    guide = tour(seat)
    seat.press(Qt.Key.Key_PageDown, ALT)

    seat.press(Qt.Key.Key_Escape)

    assert guide.isHidden()
    assert is_at(seat, "customers")


def test_tour_speaks_another_language_at_once(seat: Seat) -> None:
    guide = tour(seat)

    seat.workplace.look.switch_language()

    seat.until(lambda: guide.title.text() == "您的一天")
    guide.end()


@pytest.mark.parametrize(("setting", "tours"), [("start", 1), ("rest", 0)])
def test_first_window_over_the_sample_begins_with_the_tour_once(seat: Seat, setting: str, tours: int) -> None:
    seat.laptop.app.settings.set(GUIDE, setting)

    seat.workplace.help.start_if_wanted()
    seat.workplace.help.start_if_wanted()

    found = [each for each in seat.window.findChildren(Guide) if each.isVisible()]
    for each in found:
        each.end()
    assert len(found) == tours
    assert seat.laptop.app.settings.get(GUIDE) == "rest"
