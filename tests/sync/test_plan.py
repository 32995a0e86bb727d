"""The order of a sync, as the pure plan decides it."""

from dataclasses import replace

import pytest

from sync.client import plan
from sync.client.plan import Progress, next_step
from sync.client.ports import Standing
from sync.contract.errors import Code
from sync.contract.wire import Action, HelloAnswer

SETTLED = Standing(
    client_id="c",
    cursor="here",
    seq=7,
    head_n=3,
    unsent=0,
    snapshot_after=None,
    snapshot_started=False,
    schema=1,
)
NEW = replace(SETTLED, cursor=None, seq=0, head_n=0)


def greeted(action: Action = Action.PULL) -> Progress:
    hello = HelloAnswer(action=action, epoch="e", head=9, last_n=0, server_time="", role="rep", schema=1, user_id="u")
    return Progress(hello=hello)


def test_run_begins_with_hello() -> None:
    assert next_step(replace(SETTLED, unsent=5), Progress()) == plan.Hello()


def test_laptop_without_a_cursor_fetches_everything_from_the_start() -> None:
    assert next_step(NEW, greeted(Action.SNAPSHOT)) == plan.Snapshot(None)


def test_interrupted_first_sync_goes_on_where_it_stopped() -> None:
    begun = replace(NEW, snapshot_started=True, snapshot_after="account:4000")

    assert next_step(begun, greeted(Action.SNAPSHOT)) == plan.Snapshot("account:4000")


def test_first_sync_comes_before_edits_are_handed_in() -> None:
    assert isinstance(next_step(replace(NEW, unsent=2), greeted()), plan.Snapshot)


def test_edits_are_handed_in_before_the_log_is_read() -> None:
    assert next_step(replace(SETTLED, unsent=1), greeted()) == plan.Push()


def test_edits_that_are_held_back_do_not_stop_the_reading() -> None:
    progress = replace(greeted(), held=2)

    assert next_step(replace(SETTLED, unsent=2), progress) == plan.Pull("here")
    assert next_step(replace(SETTLED, unsent=3), progress) == plan.Push()


def test_log_is_read_to_its_end() -> None:
    assert next_step(SETTLED, greeted()) == plan.Pull("here")


def test_run_in_which_nothing_moved_ends_without_comparing() -> None:
    assert next_step(SETTLED, replace(greeted(Action.NOTHING), at_head=True)) == plan.Finish()


def test_records_are_counted_once_after_something_moved() -> None:
    moved = replace(greeted(), at_head=True, moved=True)

    assert next_step(SETTLED, moved) == plan.Compare()
    assert next_step(SETTLED, replace(moved, compared=True)) == plan.Finish()
    assert next_step(SETTLED, replace(moved, compare=False)) == plan.Finish()


def test_log_that_keeps_overtaking_the_count_does_not_keep_the_run_going() -> None:
    overtaken = replace(greeted(), at_head=True, moved=True, compares=2)

    assert next_step(SETTLED, overtaken) == plan.Finish()


def test_diverged_laptop_starts_over_once() -> None:
    diverged = replace(greeted(Action.DIVERGED), diverged=True)

    assert next_step(replace(SETTLED, unsent=4), diverged) == plan.Restart()
    assert next_step(SETTLED, replace(diverged, restarts=1)) == plan.Finish(Code.CURSOR_DIVERGED)


@pytest.mark.parametrize(("unsent", "expected"), [(3, plan.Push()), (0, plan.Finish(Code.CLIENT_TOO_OLD))])
def test_program_that_is_too_old_still_hands_in_its_edits(unsent: int, expected: plan.Step) -> None:
    assert next_step(replace(SETTLED, unsent=unsent), greeted(Action.UPGRADE)) == expected
