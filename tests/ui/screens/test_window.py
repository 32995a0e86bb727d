"""The window as a whole: language, light and dark, geometry, sync chip, figures in the rail, taking down."""

from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.commands.records import AddRecord, SetFields
from desktop.domain.listing import Condition, Sort, Test
from desktop.services.sync_status import Figures
from desktop.system.settings import LANGUAGE, THEME, WINDOW
from desktop.ui import main
from desktop.ui.bridge import routes
from desktop.ui.customers.view import CustomersPage
from desktop.ui.shell.window import ShellWindow
from desktop.ui.today.view import TodayPage
from tests.ui.screens.conftest import Window
from tests.ui.screens.desk import Desk, open_copy

Key = Qt.Key


def test_language_changes_while_running_and_the_place_stays(customers: Window) -> None:
    customers.press("J", "J", "J")
    current = cast(CustomersPage, customers.page).pane.current_id()

    customers.ctrl(Key.Key_L, shift=True)
    customers.wait(lambda: customers.page.title() == "客户")
    page = cast(CustomersPage, customers.page)
    customers.wait(lambda: page.pane.current_id() == current)

    assert page.new_button.label == "新建客户"
    assert customers.desk.app.settings.get(LANGUAGE) == "zh_CN"


def test_traditional_chinese_comes_back_after_english(customers: Window) -> None:
    customers.desk.app.settings.set(LANGUAGE, "zh_TW")
    customers.wait(lambda: customers.page.title() == "客戶")

    customers.ctrl(Key.Key_L, shift=True)
    customers.wait(lambda: customers.page.title() == "Customers")
    customers.ctrl(Key.Key_L, shift=True)

    customers.wait(lambda: customers.page.title() == "客戶")


def test_light_and_dark_change_without_losing_what_is_typed(customers: Window) -> None:
    customers.ctrl(Key.Key_K)
    customers.type("half a na")

    customers.place.look.switch_mode()
    customers.wait(lambda: customers.place.kit.theme.is_dark)

    palette = customers.place.finder.palette
    assert palette is not None
    assert palette.field.text() == "half a na"
    assert customers.desk.app.settings.get(THEME) == "dark"


def test_rail_counts_what_is_here_and_follows(customers: Window) -> None:
    def said(page: str) -> str:
        buttons = customers.shell.frame.rail.buttons()
        return next(button.accessibleName() for button in buttons if button.entry.key == page)

    people = len(customers.desk.ids("contact"))
    opened = len(customers.desk.ids("opportunity", Condition("status", Test.EQ, "open")))
    customers.wait(lambda: said(routes.PEOPLE) == f"People {people}")
    before = said(routes.PIPELINE)
    customers.desk.run(AddRecord("opportunity", {"name": "One more"}))

    customers.wait(lambda: said(routes.PIPELINE) == f"Pipeline {opened + 1}")
    assert before == f"Pipeline {opened}"


def test_chip_tells_how_many_changes_wait_offline(customers: Window) -> None:
    account = customers.desk.ids("account")[0]
    chip = customers.shell.frame.top_bar.sync_chip

    customers.desk.run(SetFields("account", account, {"segment": "Ice"}))

    customers.wait(lambda: chip.status.text == "Offline – 1 change waiting")
    assert chip.status.tone == "offline"


@pytest.mark.parametrize(
    ("figures", "tone"),
    [
        (Figures(attention=1), "failed"),
        (Figures(conflicts=3), "choice"),
        (Figures(complete=False), "syncing"),
        (Figures(pending=2), "pending"),
        (Figures(), "synced"),
    ],
)
def test_chip_says_what_is_most_pressing(customers: Window, figures: Figures, tone: str) -> None:
    status = customers.desk.app.status
    chip = customers.shell.frame.top_bar.sync_chip

    status.change(
        lambda now: type(now)(
            pending=figures.pending,
            conflicts=figures.conflicts,
            attention=figures.attention,
            complete=figures.complete,
            online=True,
        )
    )

    customers.wait(lambda: chip.status.tone == tone)


def test_window_opens_where_it_was_closed(qtbot: QtBot, sample: Path, tmp_path: Path) -> None:
    desk = open_copy(sample, tmp_path / "profile")
    first = Window(qtbot, desk)
    first.show(routes.CUSTOMERS)
    first.shell.setGeometry(40, 50, 1200, 700)
    first.place.close()
    saved = desk.app.settings.get(WINDOW)

    second = Window(qtbot, desk)
    second.show(routes.CUSTOMERS)
    second.place.close()
    second.shell.setGeometry(0, 0, 1100, 680)
    desk.close()

    assert (saved["x"], saved["y"], saved["width"], saved["height"]) == (40, 50, 1200, 700)


def test_collapsed_rail_stays_collapsed(qtbot: QtBot, sample: Path, tmp_path: Path) -> None:
    desk = open_copy(sample, tmp_path / "profile")
    first = Window(qtbot, desk)
    first.show(routes.CUSTOMERS)
    first.shell.toggle_rail()
    first.place.close()

    desk.app.settings.set(WINDOW, {"x": 0, "y": 0, "width": 1440, "height": 900})
    second = Window(qtbot, desk)
    second.open(routes.CUSTOMERS)
    second.place.show()
    qtbot.waitExposed(second.shell)
    collapsed = second.shell.frame.rail.is_collapsed
    second.close()

    assert collapsed


def test_edit_of_another_process_reaches_the_open_list(customers: Window) -> None:
    account = customers.desk.ids("account")[0]
    page = cast(CustomersPage, customers.page)

    customers.desk.foreign("account", account, segment="From the terminal")

    model = page.pane.records.model
    customers.wait(
        lambda: (
            (row := model.record(model.row_of(account))) is not None and row.cell("segment").text == "From the terminal"
        )
    )


def test_toast_takes_back_its_own_act_even_after_another_one(customers: Window) -> None:
    one, two = customers.desk.ids("account")[:2]
    before = customers.desk.values("account", one).get("segment")
    customers.place.context.writer.run(SetFields("account", one, {"segment": "first act"}))
    customers.wait(lambda: bool(customers.toasts))
    toast = customers.shell.frame.toasts.views[0]
    # As with the mouse over it: however long the second act takes, it stands.
    toast.clock.stop()
    customers.desk.run(SetFields("account", two, {"segment": "second act"}))

    assert toast.action_button is not None
    toast.action_button.click()
    customers.wait(lambda: customers.desk.values("account", one).get("segment") == before)

    assert customers.desk.values("account", two)["segment"] == "second act"


def test_undo_without_an_act_says_that_nothing_is_left(customers: Window) -> None:
    customers.ctrl(Key.Key_Z)

    customers.wait(lambda: "There is nothing left to take back." in customers.toasts)


def test_run_shows_the_window_until_it_is_closed(qtbot: QtBot, desk: Desk) -> None:
    seen: list[str] = []

    def close() -> None:
        for each in QApplication.topLevelWidgets():
            if isinstance(each, ShellWindow) and each.isVisible():
                seen.append(each.windowTitle())
                each.close()

    QTimer.singleShot(0, close)
    code = main.run(desk.app)
    desk.close()

    assert code == 0
    assert len(seen) == 1


def last_seen(window: Window, account: str) -> str:
    """Give how long ago a customer of the list was visited, as the list says it."""
    model = cast(CustomersPage, window.page).pane.records.model
    record = model.record(model.row_of(account)) if account in model.ids else None
    return record.cell("last_visit_at").text if record is not None else ""


def test_days_are_counted_anew_when_another_day_begins_and_nobody_is_typing(customers: Window) -> None:
    first = cast(CustomersPage, customers.page)
    account = next(each for each in first.pane.records.model.ids if last_seen(customers, each) == "3 days")
    first.pane.select(account)
    customers.desk.clock.moment += timedelta(days=1)

    customers.press("E")
    customers.place.day.look()
    while_typing = customers.page
    customers.press(Key.Key_Escape)
    customers.place.day.look()

    assert while_typing is first
    customers.wait(lambda: last_seen(customers, account) == "4 days")
    customers.wait(lambda: cast(CustomersPage, customers.page).pane.current_id() == account)


def test_days_are_not_counted_anew_over_what_is_half_done_while_another_program_is_in_front(
    customers: Window, qtbot: QtBot
) -> None:
    first, other = cast(CustomersPage, customers.page), QWidget()
    qtbot.addWidget(other)
    customers.desk.clock.moment += timedelta(days=1)
    left_alone: dict[str, bool] = {}

    def look(name: str) -> None:
        customers.place.day.look()
        left_alone[name] = customers.page is first

    first.pane.write_question()
    customers.type("city is ")
    other.show()
    other.activateWindow()
    customers.wait(lambda: not customers.shell.isActiveWindow())
    look("question")
    customers.shell.activateWindow()
    customers.wait(customers.shell.isActiveWindow)
    customers.press(Key.Key_Escape)
    first.pane.records.model.toggle_tick(0)
    look("ticked")
    first.pane.records.model.set_ticked(())
    first.pane.set_sort((Sort("city"),))
    customers.press("2")
    look("changed view")
    customers.press("1")
    first.tabs.reset()
    customers.place.day.look()

    assert left_alone == {"question": True, "ticked": True, "changed view": True}
    assert customers.page is not first


def test_today_is_the_new_day_after_a_night_behind_another_page(customers: Window) -> None:
    customers.open(routes.TODAY)
    customers.wait(lambda: cast(TodayPage, customers.page).day_title == "Friday 20 November")
    customers.open(routes.CUSTOMERS)
    customers.desk.clock.moment += timedelta(days=1)

    customers.place.day.look()
    customers.open(routes.TODAY)
    customers.settle()

    assert cast(TodayPage, customers.page).day_title == "Saturday 21 November"
