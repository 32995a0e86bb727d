"""What an office does once a day by itself."""

from datetime import timedelta

from sync.contract.clock import SystemClock
from sync.server.daily import run_due
from sync.server.recording import read_head
from tests.server.desk import Desk
from tests.server.turned_clock import TurnedClock

DAY = timedelta(days=1)


def test_day_that_was_kept_by_one_server_is_not_kept_by_another(desk: Desk) -> None:
    assert [run_due(desk.office) for _ in range(2)] == [True, False]


def test_next_day_is_kept_again_and_compacts_the_log(desk: Desk) -> None:
    desk.log.clock = clock = TurnedClock(SystemClock())
    run_due(desk.office)
    desk.account("first")
    clock.forward(401 * DAY)

    assert run_due(desk.office)

    with desk.log.storage.reading() as connection:
        assert read_head(connection).min_cursor > 0


def test_clock_that_was_ahead_for_a_while_stops_nothing(desk: Desk) -> None:
    desk.log.clock = clock = TurnedClock(SystemClock())
    clock.forward(4000 * DAY)
    run_due(desk.office)
    clock.forward(-4000 * DAY)

    assert run_due(desk.office)
