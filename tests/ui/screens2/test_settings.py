"""Settings hold at once, are kept, and a change of language leaves the user where they were."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from desktop.system.paths import ProfilePaths, resources_folder
from desktop.system.settings import DENSITY, LANGUAGE, SYNC_BY_ITSELF, TEXT_SCALE, THEME, Settings
from desktop.ui.settings.about import licence_lines
from desktop.ui.settings.view import SettingsPage
from desktop.ui.today.view import TodayPage
from tests.ui.screens2.seat import CTRL, SHIFT, Seat


def kept(seat: Seat) -> Settings:
    """Read the settings anew from their file."""
    return Settings(ProfilePaths(Path(seat.laptop.app.paths.folder)).settings)


def test_dark_holds_at_once_and_is_kept(seat: Seat) -> None:
    page = seat.go("settings", SettingsPage)

    page.choose_theme("dark")

    seat.until(lambda: seat.workplace.kit.theme.is_dark)
    assert kept(seat).get(THEME) == "dark"


def test_touch_rows_are_higher_at_once(seat: Seat) -> None:
    page = seat.go("settings", SettingsPage)
    before = seat.workplace.kit.theme.row

    page.choose_density("touch")

    seat.until(lambda: seat.workplace.kit.theme.row > before)
    assert kept(seat).get(DENSITY) == "touch"


def test_larger_text_holds_at_once(seat: Seat) -> None:
    page = seat.go("settings", SettingsPage)

    page.choose_text_scale("150")

    seat.until(lambda: seat.workplace.kit.theme.choice.text_scale == 1.5)
    assert kept(seat).get(TEXT_SCALE) == 150


@pytest.mark.parametrize(("language", "title"), [("zh_CN", "设置"), ("zh_TW", "設定")])
def test_language_holds_at_once_and_the_page_stays_open(seat: Seat, language: str, title: str) -> None:
    page = seat.go("settings", SettingsPage)

    page.choose_language(language)

    seat.until(lambda: seat.window.page is not page)
    assert seat.page(SettingsPage).title() == title
    assert kept(seat).get(LANGUAGE) == language


def test_language_switch_keeps_day_and_selection_of_today(seat: Seat) -> None:
    page = seat.go("today", TodayPage)
    seat.until(lambda: bool(page.route.stops) and bool(page.tasks.rows().ids))
    page.route.setFocus()
    page.route.step(1)
    page.tasks.set_current(page.tasks.rows().ids[2])
    stop, task = page.route.current_id(), page.tasks.current_id()

    seat.press(Qt.Key.Key_L, CTRL | SHIFT)

    seat.until(lambda: seat.window.page is not page)
    again = seat.page(TodayPage)
    seat.until(lambda: bool(again.route.stops))
    assert (again.route.current_id(), again.tasks.current_id()) == (stop, task)


def test_key_for_dark_shows_on_the_open_page(seat: Seat) -> None:
    page = seat.go("settings", SettingsPage)

    seat.press(Qt.Key.Key_D, CTRL | SHIFT)

    seat.until(lambda: page.theme.value() == "dark")


def test_sync_switch_is_kept(seat: Seat) -> None:
    page = seat.go("settings", SettingsPage)

    page.by_itself.click()

    assert kept(seat).get(SYNC_BY_ITSELF) is False


def test_licences_are_listed_without_markup() -> None:
    lines = licence_lines(resources_folder())

    assert any("Inter" in line for line in lines)
    assert not any("|" in line or "`" in line for line in lines)
