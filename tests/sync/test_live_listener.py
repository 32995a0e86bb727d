"""The thread that listens: what it tells, how it comes back, and that it can always be stopped."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from sync.client.backoff import Backoff
from sync.client.listening import SILENT, Listener, ListenerParts
from sync.client.surroundings import Reading, Surroundings
from sync.contract.errors import AppError, Code
from sync.contract.wire import MAX_WAIT_S, HeadEvent

WAIT_S = 20


def event(head: int, **more: Any) -> HeadEvent:
    return HeadEvent(shard=1, head=head, **more)


class Stream:
    """A stream that tells what it is given and ends when it is closed or told to."""

    def __init__(self, *events: HeadEvent, error: AppError | None = None, stays: bool = True) -> None:
        self._events = events
        self._error = error
        self._ended = threading.Event()
        if not stays:
            self._ended.set()

    def __iter__(self) -> Iterator[HeadEvent]:
        yield from self._events
        self._ended.wait(WAIT_S)
        if self._error is not None:
            raise self._error

    def close(self) -> None:
        self._ended.set()


@dataclass
class Air:
    """The office as the listener finds it: what each attempt meets, in order; then silence."""

    streams: list[Callable[[], Stream]] = field(default_factory=list)
    answers: list[Callable[[], HeadEvent]] = field(default_factory=list)
    attempts: list[str] = field(default_factory=list)
    heard: list[int] = field(default_factory=list)
    lives: list[bool] = field(default_factory=list)
    known: int = 0
    closed: int = 0
    now: float = 0.0
    changed: threading.Condition = field(default_factory=threading.Condition)
    silence: threading.Event = field(default_factory=threading.Event)

    def listen(self) -> Stream:
        self._note("stream")
        if not self.streams:
            self.silence.wait(WAIT_S)
            return Stream(stays=False)
        return self.streams.pop(0)()

    def wait(self, after: int, wait_s: float) -> HeadEvent:
        self._note(f"wait after {after}")
        if not self.answers:
            self.silence.wait(WAIT_S)
            return event(after, news=False)
        return self.answers.pop(0)()

    def close(self) -> None:
        self.closed += 1

    def hear(self, told: HeadEvent) -> None:
        with self.changed:
            self.heard.append(told.head)
            self.changed.notify_all()

    def attempted(self, *names: str) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: tuple(self.attempts[: len(names)]) == names, WAIT_S)

    def was_heard(self, *heads: int) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: tuple(self.heard[: len(heads)]) == heads, WAIT_S)

    def _note(self, attempt: str) -> None:
        with self.changed:
            self.attempts.append(attempt)
            self.changed.notify_all()


@pytest.fixture
def air() -> Iterator[Air]:
    air = Air()
    yield air
    air.silence.set()


@pytest.fixture
def listener(air: Air) -> Iterator[Listener]:
    listener = Listener(
        ListenerParts(
            connect=lambda: air,
            known=lambda: air.known,
            heard=air.hear,
            live=air.lives.append,
            elapsed=lambda: air.now,
            chance=lambda: 0.0,
            backoff=Backoff(),
        )
    )
    yield listener
    listener.stop()


def test_news_is_told_and_what_is_known_is_not(air: Air, listener: Listener) -> None:
    air.known = 5
    air.streams = [lambda: Stream(event(5), event(4), event(6), event(7))]

    listener.wake()

    assert air.was_heard(6, 7)
    assert air.lives == [True]


def test_office_that_begins_before_what_is_known_is_told(air: Air, listener: Listener) -> None:
    air.known = 5
    air.streams = [lambda: Stream(event(3))]

    listener.wake()

    assert air.was_heard(3)


def test_stream_that_ends_is_opened_again(air: Air, listener: Listener) -> None:
    broken = AppError(Code.SERVER_UNREACHABLE)
    air.streams = [lambda: Stream(event(1), stays=False), lambda: Stream(event(2), error=broken, stays=False)]

    listener.wake()

    assert air.attempted("stream", "stream", "stream")
    assert air.was_heard(1, 2)
    assert air.lives[:3] == [True, False, True]


@pytest.mark.parametrize("silent_at", ["the beginning", "the first event"])
def test_stream_that_stays_silent_gives_way_to_requests_that_wait(air: Air, listener: Listener, silent_at: str) -> None:
    silent = AppError(Code.SERVER_UNREACHABLE)
    silent.data[SILENT] = True

    def refuse() -> Stream:
        raise silent

    air.streams = [refuse if silent_at == "the beginning" else lambda: Stream(error=silent, stays=False)]
    air.answers = [lambda: event(8)]

    listener.wake()

    assert air.attempted("stream", "wait after 0", "wait after 8")
    assert air.was_heard(8)


def test_waiting_goes_on_from_what_was_told_even_if_it_was_no_news(air: Air, listener: Listener) -> None:
    air.known = 3
    air.streams = [lambda: Stream(stays=False)]

    def slowly() -> HeadEvent:
        air.now += MAX_WAIT_S
        return event(9, news=False)

    air.answers = [slowly]
    listener.wake()

    assert air.attempted("stream", "wait after 3", "wait after 9")
    assert air.heard == []


def test_signed_out_laptop_rests_until_it_is_woken(air: Air, listener: Listener) -> None:
    def refuse() -> Stream:
        raise AppError(Code.SIGN_IN_ENDED)

    air.streams = [refuse, lambda: Stream(event(1))]
    listener.wake()
    assert air.attempted("stream")

    assert not air.heard
    # What woke the attempt that was refused does not wake the next one, so it may take more than one call.
    while not air.heard:
        listener.wake()

    assert air.was_heard(1)


def test_office_that_asked_to_be_left_alone_is_not_woken_early(air: Air, listener: Listener) -> None:
    refusals = threading.Event()

    def refuse() -> Stream:
        refusals.set()
        raise AppError(Code.SERVER_BUSY, retry_after_s=600)

    air.streams = [refuse, lambda: Stream(event(1))]
    listener.wake()
    assert refusals.wait(WAIT_S)

    for _ in range(100):
        listener.wake()
    assert air.attempts == ["stream"]

    # Its rest may begin only now, so the clock goes on until that is over.
    while not air.heard:
        air.now += 601.0
        listener.wake()
    assert air.was_heard(1)


def test_reconnect_breaks_off_a_silent_stream(air: Air, listener: Listener) -> None:
    air.streams = [lambda: Stream(event(1)), lambda: Stream(event(2))]
    listener.wake()
    assert air.was_heard(1)

    listener.reconnect()

    assert air.was_heard(1, 2)
    assert air.closed == 1


def test_resting_listener_listens_again_when_woken(air: Air, listener: Listener) -> None:
    air.streams = [lambda: Stream(event(1)), lambda: Stream(event(2))]
    listener.wake()
    assert air.was_heard(1)

    listener.rest()
    listener.wake()

    assert air.was_heard(1, 2)


def test_stop_ends_an_attempt_that_waits_for_a_silent_network(air: Air, listener: Listener) -> None:
    listener.wake()
    assert air.attempted("stream")

    listener.stop()

    assert air.heard == []


def test_broken_listener_is_written_to_the_log_and_goes_on(
    air: Air, listener: Listener, allow_logs: Callable[..., None]
) -> None:
    allow_logs("listening broke")
    air.streams = [lambda: Stream(event(int("three"))), lambda: Stream(event(1))]

    listener.wake()

    assert air.was_heard(1)


def test_surroundings_tell_when_the_laptop_came_back() -> None:
    readings = [Reading(0, 0, "a"), Reading(5, 5, "a"), Reading(4000, 10, "a"), Reading(4005, 15, "b")]
    back: list[bool] = []
    surroundings = Surroundings(lambda: readings.pop(0), lambda: back.append(True))

    assert [surroundings.look(5.0) for _ in range(4)] == [False, False, True, True]
    assert len(back) == 2
