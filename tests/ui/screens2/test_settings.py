"""Settings hold at once, are kept, and a change of language leaves the user where they were."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.commands.records import SetFields
from desktop.system.paths import ProfilePaths, resources_folder
from desktop.system.settings import (
    DENSITY,
    KEYS,
    LANGUAGE,
    NEWS_REFUSED,
    SYNC_BY_ITSELF,
    SYNC_INTERVAL_S,
    TEXT_SCALE,
    THEME,
    Settings,
)
from desktop.ui.components.label import Label
from desktop.ui.customers.view import CustomersPage
from desktop.ui.settings.about import licence_lines
from desktop.ui.settings.keys import KeysDialog
from desktop.ui.settings.support import SupportDialog
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


def change_key(seat: Seat, action: str) -> KeysDialog:
    """Open the list of keys and wait for a new one of an action."""
    page = seat.go("settings", SettingsPage)
    page.show_keys()
    dialog = seat.window.findChildren(KeysDialog)[-1]
    dialog.buttons[action].click()
    return dialog


def keys_of(seat: Seat, action: str) -> tuple[str, ...]:
    """Give the keys that an action has now."""
    return next(each.all_keys() for each in seat.window.registry.active("settings") if each.id == action)


def test_key_of_ones_own_starts_the_action_and_is_kept(seat: Seat) -> None:
    dialog = change_key(seat, "window.mode")

    seat.press(Qt.Key.Key_J, CTRL)

    said = dialog.said.text()
    dialog.close_now()
    seat.until(lambda: keys_of(seat, "window.mode") == ("Ctrl+J",))
    seat.press(Qt.Key.Key_J, CTRL)
    seat.until(lambda: seat.workplace.kit.theme.is_dark)
    assert said == "“Light / dark” has Ctrl+J now."
    assert kept(seat).get(KEYS) == {"window.mode": {"key": "Ctrl+J", "page": ""}}


def test_key_that_another_action_had_is_taken_from_it_and_said(seat: Seat) -> None:
    dialog = change_key(seat, "window.mode")

    seat.press(Qt.Key.Key_4, CTRL)

    said = dialog.said.text()
    dialog.close_now()
    seat.until(lambda: keys_of(seat, "go.pipeline") == ())
    seat.press(Qt.Key.Key_4, CTRL)
    seat.until(lambda: seat.workplace.kit.theme.is_dark)
    assert said == "“Light / dark” has Ctrl+4 now; “Pipeline” goes without."
    assert isinstance(seat.window.page, SettingsPage)


def test_escape_leaves_a_key_as_it_is(seat: Seat) -> None:
    dialog = change_key(seat, "window.mode")

    seat.press(Qt.Key.Key_Escape)

    still_open = dialog.isVisible()
    dialog.close_now()
    assert still_open
    assert kept(seat).get(KEYS) == {}


def test_all_keys_are_given_back(seat: Seat) -> None:
    seat.laptop.app.settings.set(KEYS, {"window.mode": {"key": "Ctrl+4", "page": ""}})
    dialog = change_key(seat, "window.mode")

    dialog.reset()

    dialog.close_now()
    seat.until(lambda: keys_of(seat, "go.pipeline") == ("Ctrl+4",))


def test_button_shows_the_key_that_its_user_gave_it(seat: Seat) -> None:
    page = seat.go("customers", CustomersPage)
    made = page.new_button.key, page.new_button.sizeHint().width()

    seat.laptop.app.settings.set(KEYS, {"customers.new": {"key": "Ctrl+Shift+N", "page": "customers"}})

    seat.until(lambda: page.new_button.key == "Ctrl+Shift+N")
    assert made[0] == "N"
    assert page.new_button.sizeHint().width() > made[1]


def test_button_of_a_form_shows_escape_whatever_its_user_gave_to_the_page(seat: Seat) -> None:
    seat.go("customers", CustomersPage)
    keys = seat.workplace.kit.keys

    own = {"customers.close_preview": ("Q", "customers"), "customers.new": ("Ctrl+Shift+N", "customers")}
    seat.laptop.app.settings.set(KEYS, {act: {"key": key, "page": page} for act, (key, page) in own.items()})

    seat.until(lambda: keys.shown("N") == "Ctrl+Shift+N")
    assert keys.shown("Esc") == "Esc"


def test_page_with_other_keys_opens_without_a_change_of_the_theme(seat: Seat) -> None:
    seat.laptop.app.settings.set(KEYS, {"customers.new": {"key": "Ctrl+Shift+N", "page": "customers"}})
    seat.go("today", TodayPage)
    themes = list[str]()
    seat.workplace.kit.hub.changed.connect(lambda: themes.append("anew"))

    page = seat.go("customers", CustomersPage)

    assert page.new_button.key == "Ctrl+Shift+N"
    assert themes == []


def test_choice_of_keys_that_cannot_be_read_changes_none(seat: Seat) -> None:
    seat.laptop.app.settings.set(KEYS, {"window.mode": "Ctrl+4", "go.pipeline": {"key": 4}, "x": {"page": ""}})

    assert keys_of(seat, "go.pipeline") == ("Ctrl+4",)


def test_long_path_makes_the_page_no_wider(seat: Seat) -> None:
    page = seat.go("settings", SettingsPage)

    page.folder.setText("/a_folder_within" * 14)

    seat.until(lambda: page.folder.minimumSizeHint().width() < 100)
    assert page.folder.text().endswith("a_folder_within")


def test_what_support_gets_is_shown_before_it_is_copied_and_names_nobody(seat: Seat) -> None:
    page = seat.go("settings", SettingsPage)
    page.support.click()
    seat.until(lambda: any(each.isVisible() for each in seat.window.findChildren(SupportDialog)))
    dialog = seat.window.findChildren(SupportDialog)[-1]
    shown = dialog.text.text()

    dialog.copy_button.click()

    names = [str(row["name"]) for row in seat.laptop.app.reads.rows("account", seat.laptop.ids("account"))]
    assert QApplication.clipboard().text() == shown
    assert shown.startswith("Roundsman")
    assert not [name for name in names if name in shown]


def test_room_that_records_and_files_take_is_told(seat: Seat) -> None:
    page = seat.go("settings", SettingsPage)

    seat.until(lambda: any("GB free" in label.text() for label in page.findChildren(Label)))


def test_choice_that_turns_up_is_told_once_with_the_way_there(seat: Seat) -> None:
    seat.laptop.ask("account", seat.laptop.undisputed()[0], "payment_terms", before="a", mine="b", theirs="c")

    seat.laptop.app.status.refresh()

    seat.until(lambda: seat.toasts == ["4 choices needed"])


def test_news_that_were_put_to_rest_are_not_told(seat: Seat) -> None:
    seat.laptop.app.settings.set(NEWS_REFUSED, value=False)
    seat.laptop.run(SetFields("account", seat.laptop.undisputed()[0], {"payment_terms": "Net 90"}))

    seat.laptop.refuse_all()

    seat.until(lambda: seat.workplace.context.status.current.attention == 1)
    assert seat.toasts == []


def test_interval_is_kept(seat: Seat) -> None:
    seat.go("settings", SettingsPage).choose_interval("900")

    assert kept(seat).get(SYNC_INTERVAL_S) == 900
