"""Today: what the day holds, in order; tasks are ticked off and come back; everything is plain text."""

from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.commands.records import AddRecord, SetFields
from desktop.commands.undo import Undo
from desktop.ui.design.route_line import DONE, HERE, NEXT
from desktop.ui.today.plan import DayStop, day_of, has_time, read_day
from desktop.ui.today.scale import GAP_PX, HOUR_PX, TimeScale
from desktop.ui.today.view import TodayPage
from desktop.ui.today.week import read_week
from tests.ui.screens2.laptop import ELEVEN, ZONE, SampleLaptop
from tests.ui.screens2.seat import CTRL, Seat

NOW = ELEVEN.astimezone(ZONE)
MIDNIGHT = NOW.replace(hour=0)


def stop_at(moment: datetime, **values: object) -> DayStop:
    given: dict[str, object] = {
        "id": "s",
        "type": "activity",
        "kind": "visit",
        "at": moment,
        "minutes": 0,
        "account": "a",
        "title": "Ashford",
        "person": "",
        "note": "",
        "detail": "",
        "done": False,
        "unsent": False,
        **values,
    }
    return DayStop(**given)  # type: ignore[arg-type] # made of the parts above


def today(seat: Seat) -> TodayPage:
    page = seat.go("today", TodayPage)
    seat.until(lambda: bool(page.tasks.rows().ids) and bool(page.route.stops))
    return page


def open_tasks(page: TodayPage) -> list[str]:
    rows = page.tasks.rows()
    return [row.id for row in map(rows.row, range(rows.rowCount())) if not getattr(row, "is_done", False)]


@pytest.mark.parametrize(("minutes_ago", "state"), [(120, DONE), (10, HERE), (-30, NEXT)])
def test_visit_is_done_here_or_next_by_its_time(minutes_ago: int, state: str) -> None:
    stop = stop_at(NOW - timedelta(minutes=minutes_ago), minutes=45)

    assert stop.state(NOW) == state


def test_task_is_done_only_when_it_says_so() -> None:
    late = stop_at(NOW - timedelta(hours=2), type="task", kind="task")

    assert late.state(NOW) == NEXT


@pytest.mark.parametrize(("hour", "minute"), [(0, 0), (23, 59)])
def test_midnight_means_the_day_and_no_time(hour: int, minute: int) -> None:
    assert not has_time(MIDNIGHT.replace(hour=hour, minute=minute))
    assert has_time(MIDNIGHT.replace(hour=8, minute=30))


def test_scale_keeps_stops_of_one_moment_apart() -> None:
    nine = MIDNIGHT.replace(hour=9)

    scale = TimeScale(MIDNIGHT, [nine, nine, nine + timedelta(hours=2)], [52, 52, 52])

    assert scale.tops == [0, 52 + GAP_PX, 2 * HOUR_PX]


def test_scale_stretches_where_a_day_is_full() -> None:
    times = [MIDNIGHT.replace(hour=9, minute=5 * part) for part in range(6)]

    scale = TimeScale(MIDNIGHT, times, [72] * 6)

    assert scale.y(scale.hour(10)) > HOUR_PX
    assert all(low <= high for low, high in zip(scale.tops, scale.tops[1:], strict=False))
    assert scale.y(scale.hour(17)) > scale.y(scale.hour(16))


@pytest.mark.parametrize("hour", [5, 22])
def test_scale_reaches_the_present_early_and_late(hour: int) -> None:
    now = MIDNIGHT.replace(hour=hour, minute=40)

    scale = TimeScale(MIDNIGHT, [], [], now)

    assert 0 <= scale.y(now) <= scale.height


def test_day_holds_own_visits_in_order(laptop: SampleLaptop) -> None:
    plan = read_day(laptop.app.reads, day_of(laptop.user, NOW), NOW)

    assert plan.stops
    assert [stop.at for stop in plan.stops] == sorted(stop.at for stop in plan.stops)
    assert all(stop.at.date() == NOW.date() for stop in plan.stops)


def test_tasks_due_are_late_ones_first_and_todays_done_ones_last(laptop: SampleLaptop) -> None:
    plan = read_day(laptop.app.reads, day_of(laptop.user, NOW), NOW)

    done = [task.done for task in plan.tasks]
    assert done == sorted(done)
    assert plan.tasks[0].due is not None
    assert plan.tasks[0].due < NOW


def test_week_counts_own_visits_and_follow_ups(laptop: SampleLaptop) -> None:
    day = day_of(laptop.user, NOW)
    before = read_week(laptop.app.reads, day, NOW)
    account = laptop.ids("account")[0]
    laptop.run(AddRecord("activity", {"kind": "visit", "account": account, "at": "2026-11-18T02:00:00.000Z"}))
    laptop.run(AddRecord("activity", {"kind": "visit", "account": account, "at": "2026-11-10T02:00:00.000Z"}))
    laptop.run(AddRecord("task", {"title": "Late", "account": account, "due_at": "2026-11-17T02:00:00.000Z"}))

    after = read_week(laptop.app.reads, day, NOW)

    assert (after.this.visits, after.before.visits) == (before.this.visits + 1, before.before.visits + 1)
    assert (after.this.due, after.this.on_time) == (before.this.due + 1, before.this.on_time)


def test_task_is_ticked_off_by_keyboard_and_the_next_becomes_current(seat: Seat) -> None:
    page = today(seat)
    first, second = open_tasks(page)[:2]
    page.tasks.setFocus()
    page.tasks.set_current(first)

    seat.press(Qt.Key.Key_X)
    seat.until(lambda: first not in open_tasks(page))

    assert page.tasks.current_id() == second
    assert seat.laptop.value("task", first, "done") is True
    assert len(seat.toasts) == 1


def test_ticked_task_comes_back_with_undo(seat: Seat) -> None:
    page = today(seat)
    first = open_tasks(page)[0]
    page.tasks.setFocus()
    page.tasks.set_current(first)
    seat.press(Qt.Key.Key_Space)
    seat.until(lambda: first not in open_tasks(page))

    seat.press(Qt.Key.Key_Z, CTRL)

    seat.until(lambda: first in open_tasks(page))
    assert not seat.laptop.value("task", first, "done")


def test_current_stop_stays_when_a_colleague_changes_the_day(seat: Seat) -> None:
    page = today(seat)
    page.route.setFocus()
    page.route.step(1)
    current, count = page.route.current_id(), len(page.route.stops)
    account = seat.laptop.ids("account")[0]

    seat.laptop.run(AddRecord("activity", {"kind": "call", "account": account, "at": "2026-11-20T00:30:00.000Z"}))

    seat.until(lambda: len(page.route.stops) == count + 1)
    assert page.route.current_id() == current


def test_other_days_are_reached_with_the_arrows(seat: Seat) -> None:
    page = today(seat)
    page.route.setFocus()

    seat.press(Qt.Key.Key_Left)
    seat.until(lambda: page.day_title == "Thursday 19 November")
    seat.press(Qt.Key.Key_Right)

    seat.until(lambda: page.day_title == "Friday 20 November")


def test_enter_opens_the_customer_of_a_stop(seat: Seat) -> None:
    page = today(seat)
    page.route.setFocus()
    page.route.step(-9)

    seat.press(Qt.Key.Key_Return)

    assert seat.window.route is not None
    assert seat.window.route.page == "customer"


def test_hostile_name_is_shown_as_it_is_written(seat: Seat) -> None:
    page = today(seat)
    hostile = "<b>Acme</b> <img src=x>"
    account = seat.laptop.ids("account")[0]
    seat.laptop.run(SetFields("account", account, {"name": hostile}))

    seat.laptop.run(AddRecord("activity", {"kind": "visit", "account": account, "at": "2026-11-20T06:00:00.000Z"}))
    seat.until(lambda: any(stop.words.title == hostile for stop in page.route.stops))
    place = next(place for place, stop in enumerate(page.route.stops) if stop.words.title == hostile)
    QTest.mouseMove(page.route, page.route.box(place).center())

    seat.until(lambda: "Acme" in page.route.toolTip())
    assert "<b>Acme" not in page.route.toolTip()


def test_undone_elsewhere_shows_at_once(seat: Seat) -> None:
    page = today(seat)
    first = open_tasks(page)[0]
    seat.laptop.run(SetFields("task", first, {"title": "Renamed elsewhere"}))
    seat.until(lambda: page.tasks.rows().row(page.tasks.rows().row_of(first)).title == "Renamed elsewhere")

    seat.laptop.run(Undo())

    seat.until(lambda: page.tasks.rows().row(page.tasks.rows().row_of(first)).title != "Renamed elsewhere")


def test_foot_says_when_the_laptop_was_last_in_step(seat: Seat) -> None:
    seat.laptop.note_run(ELEVEN - timedelta(hours=2), pulled=3)

    today(seat)

    seat.until(lambda: "Last synced 09:00" in seat.window.frame.hint_strip.status)
