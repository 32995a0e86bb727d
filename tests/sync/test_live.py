"""Which way a laptop listens, and when it tries again; pure."""

from typing import Any

import pytest

from sync.client.backoff import MAX_RETRY_AFTER_S, Backoff
from sync.client.live import (
    SETTLED_S,
    WAITS_BEFORE_STREAM,
    Answered,
    Deaf,
    LiveState,
    Outcome,
    Pause,
    Refused,
    Told,
    Way,
    after_attempt,
)
from sync.client.surroundings import READ_EVERY_S, Reading, came_back
from sync.contract.errors import AppError, Code

BACKOFF = Backoff(base_s=2.0, cap_s=60.0)
BEFORE = Reading(1000.0, 50.0, "10.0.0.2")


def after(state: LiveState, outcome: Outcome, *, chance: float = 0.5) -> tuple[LiveState, Pause]:
    return after_attempt(state, outcome, chance=chance, backoff=BACKOFF)


def refused(code: Code, **data: Any) -> Refused:
    return Refused(AppError(code, **data))


def test_stream_is_tried_first() -> None:
    assert LiveState().way is Way.STREAM


def test_good_stream_that_ends_is_opened_again_within_seconds() -> None:
    state, pause = after(LiveState(failures=5), Told(SETTLED_S), chance=0.99)

    assert state == LiveState()
    assert pause == Pause(seconds=1.98)


def test_stream_that_ends_again_and_again_is_opened_later_and_later() -> None:
    state, seconds = LiveState(), []
    for _ in range(8):
        state, pause = after(state, Told(0.1), chance=1.0)
        seconds.append(pause.seconds)

    assert seconds == [2, 4, 8, 16, 32, 60, 60, 60]


def test_stream_of_which_nothing_arrives_gives_way_to_requests_that_wait() -> None:
    state, pause = after(LiveState(), Deaf())

    assert state.way is Way.WAIT
    assert pause == Pause()


def test_stream_is_tried_again_after_a_while_of_waiting_requests() -> None:
    state, _ = after(LiveState(), Deaf())
    ways = []
    for _ in range(WAITS_BEFORE_STREAM):
        ways.append(state.way)
        state, pause = after(state, Answered())
        assert pause == Pause()

    assert set(ways) == {Way.WAIT}
    assert state.way is Way.STREAM


def test_answer_that_did_not_wait_is_no_reason_to_ask_at_once() -> None:
    state, pause = after(LiveState(waits=9), Answered(early=True))

    assert state == LiveState(failures=1)
    assert pause.seconds == 1.0


def test_news_that_came_at_once_is_waited_for_again_at_once() -> None:
    assert after(LiveState(waits=9), Answered()) == (LiveState(waits=8), Pause())


@pytest.mark.parametrize("code", [Code.SERVER_UNREACHABLE, Code.NOT_A_SERVER, Code.INTERNAL])
def test_absent_office_is_tried_later_and_later(code: Code) -> None:
    state, first = after(LiveState(), refused(code), chance=1.0)
    _, second = after(state, refused(code), chance=1.0)

    assert (first, second) == (Pause(seconds=2.0), Pause(seconds=4.0))


@pytest.mark.parametrize("code", [Code.SIGN_IN_ENDED, Code.CLIENT_TOO_OLD, Code.NOT_FOUND, Code.WRONG_USER])
def test_refusal_that_time_does_not_change_is_not_asked_again(code: Code) -> None:
    assert after(LiveState(failures=3), refused(code)) == (LiveState(), Pause(seconds=None))


def test_busy_office_is_left_alone_for_as_long_as_it_asked_whatever_happens() -> None:
    _, pause = after(LiveState(), refused(Code.SERVER_BUSY, retry_after_s=120))

    assert pause == Pause(seconds=121.0, firm_s=121.0)


def test_office_cannot_ask_to_be_left_alone_for_days() -> None:
    _, pause = after(LiveState(), refused(Code.SERVER_BUSY, retry_after_s=10**7), chance=0.0)

    assert pause.seconds == MAX_RETRY_AFTER_S


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param(Reading(1005.0, 55.0, "10.0.0.2"), False, id="quiet"),
        pytest.param(Reading(1012.0, 62.0, "10.0.0.2"), False, id="a busy machine is late"),
        pytest.param(Reading(4600.0, 55.0, "10.0.0.2"), True, id="slept, as Linux counts"),
        pytest.param(Reading(4600.0, 3650.0, "10.0.0.2"), True, id="slept, as Windows counts"),
        pytest.param(Reading(-(10.0**8), 55.0, "10.0.0.2"), False, id="clock set back"),
        pytest.param(Reading(1005.0, 55.0, "192.168.7.4"), True, id="another network"),
        pytest.param(Reading(1005.0, 55.0, ""), False, id="network lost"),
    ],
)
def test_sleep_and_another_network_are_noticed(now: Reading, expected: bool) -> None:  # noqa: FBT001 - a table
    assert came_back(BEFORE, now, READ_EVERY_S) is expected


def test_network_that_is_there_again_is_noticed() -> None:
    assert came_back(Reading(1000.0, 50.0, ""), Reading(1005.0, 55.0, "10.0.0.2"), READ_EVERY_S)
