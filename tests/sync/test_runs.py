"""What the history of syncs keeps."""

from datetime import UTC, datetime, timedelta

from sync.client.ports import SyncRun
from sync.contract.clock import instant_text
from tests.helpers.small_world import Laptop, World

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def note(laptop: Laptop, seconds: int, *, pushed: int = 0, error: str = "") -> None:
    at = instant_text(NOON + timedelta(seconds=seconds))
    laptop.replica.note_run(SyncRun(started_at=at, finished_at=at, pushed=pushed, error=error))


def noted(laptop: Laptop, since: int) -> list[int]:
    """Give the seconds after noon of the runs that were written down, oldest first."""
    runs = laptop.reads.sync_runs(100)[: len(laptop.reads.sync_runs(100)) - since]
    return [int((datetime.fromisoformat(each.finished_at) - NOON).total_seconds()) for each in reversed(runs)]


def test_quiet_syncs_are_noted_once_a_minute(world: World) -> None:
    ana = world["ana"]
    before = len(ana.reads.sync_runs(100))

    for seconds in (0, 5, 30, 59, 60, 70, 125):
        note(ana, seconds)

    assert noted(ana, before) == [0, 60, 125]


def test_sync_that_did_something_or_failed_is_always_noted_and_the_next_quiet_one_too(world: World) -> None:
    ana = world["ana"]
    before = len(ana.reads.sync_runs(100))

    note(ana, 0)
    note(ana, 1, pushed=3)
    note(ana, 2)
    note(ana, 3, error="server_unreachable")
    note(ana, 4, error="server_unreachable")
    note(ana, 5)
    note(ana, 6)

    assert noted(ana, before) == [0, 1, 2, 3, 4, 5]


def test_clock_that_was_set_back_does_not_silence_the_history(world: World) -> None:
    ana = world["ana"]
    before = len(ana.reads.sync_runs(100))

    note(ana, 1000)
    note(ana, 0)

    assert noted(ana, before) == [1000, 0]
