"""The thread that listens to the office while the laptop is connected; ``sync.client.live`` decides what it does next.

Clock, chance and the way to the office are given. Whatever blocks (a name that is looked up, a network that is silent)
happens on a thread that can be given up, so that stopping, a new sign-in and waking from sleep take effect at once.
"""

import logging
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Protocol

from sync.client.background import call_until_cancelled
from sync.client.backoff import Backoff
from sync.client.cancel import CancelledError, CancelToken
from sync.client.live import Answered, Deaf, LiveState, Outcome, Pause, Refused, Told, Way, after_attempt
from sync.contract.errors import AppError, Code
from sync.contract.wire import MAX_WAIT_S, HeadEvent

log = logging.getLogger(__name__)

SILENT = "silent"
"""Member of a refusal's data when a connection was there and nothing came through it in time."""


class EventStream(Protocol):
    """An open stream of events; ``close`` may come from any thread and ends the iteration."""

    def __iter__(self) -> Iterator[HeadEvent]:
        """Give event after event, waiting for each, until the stream ends."""
        ...

    def close(self) -> None:
        """Break the stream off."""
        ...


class EventOffice(Protocol):
    """The office as a listener sees it; every method raises ``AppError`` when it is refused."""

    def listen(self) -> EventStream:
        """Open a stream."""
        ...

    def wait(self, after: int, wait_s: float) -> HeadEvent:
        """Wait for news behind a position."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenerParts:
    """What a listener is made of.

    ``connect`` makes a way to the office from the present server and token. ``known`` gives the position up to which
    this laptop has read the log. ``heard`` is called with each piece of news and ``live`` when the office begins or
    ceases to be heard, both on the listener's thread. ``elapsed`` gives seconds that never go back, ``chance`` is
    uniform in [0, 1).
    """

    connect: Callable[[], EventOffice]
    known: Callable[[], int]
    heard: Callable[[HeadEvent], None]
    live: Callable[[bool], None]
    elapsed: Callable[[], float]
    chance: Callable[[], float]
    backoff: Backoff = field(default_factory=lambda: Backoff(cap_s=60.0))


class Listener:
    """Listens from ``wake`` on until ``stop``. Thread-safe."""

    def __init__(self, parts: ListenerParts) -> None:
        """Nothing happens before ``wake``."""
        self._parts = parts
        self._changed = threading.Condition()
        self._attempt = CancelToken()
        self._state = LiveState()
        self._has_told = False
        self._is_live = False
        self._newest = 0
        self._woken = False
        self._resting = False
        self._stopped = False
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Listen now if nothing is being listened to; not sooner than the office asked for."""
        with self._changed:
            self._resting = False
            if self._stopped:
                return
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="listener", daemon=True)
                self._thread.start()
            self._woken = True
            self._changed.notify_all()

    def reconnect(self) -> None:
        """Break off what is open, because network, server or token changed, and listen anew."""
        with self._changed:
            self._state = LiveState()
            attempt = self._attempt
        attempt.set()
        self.wake()

    def rest(self) -> None:
        """Listen no more until ``wake``."""
        with self._changed:
            self._resting = True
            attempt = self._attempt
        attempt.set()

    def stop(self) -> None:
        """End for good; returns when the thread has ended."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
            attempt, thread = self._attempt, self._thread
        attempt.set()
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def _run(self) -> None:
        while (attempt := self._begin()) is not None:
            try:
                outcome = self._listen(attempt)
            except CancelledError:
                continue
            except Exception:
                # A lane's edge: the syncs go on by their timer, and listening is tried again later.
                error_id = secrets.token_hex(4)
                log.exception("listening broke %s", error_id)
                outcome = Refused(AppError(Code.INTERNAL, error_id=error_id))
            finally:
                self._tell_live(now=False)
            self._rest_after(attempt, outcome)

    def _rest_after(self, attempt: CancelToken, outcome: Outcome) -> None:
        with self._changed:
            if attempt.is_set:
                return
            chance, backoff = self._parts.chance(), self._parts.backoff
            self._state, pause = after_attempt(self._state, outcome, chance=chance, backoff=backoff)
            log.debug("listening ended as %s; next by %s after %s", outcome, self._state.way, pause.seconds)
            # What woke an attempt that was under way says nothing about the next.
            self._woken = False
            self._wait(pause)

    def _tell_live(self, *, now: bool) -> None:
        if self._is_live != now:
            self._is_live = now
            self._parts.live(now)

    def _begin(self) -> CancelToken | None:
        """Wait while resting; gives the token of the next attempt, ``None`` at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or not self._resting)
            if self._stopped:
                return None
            self._woken = False
            self._attempt = CancelToken()
            return self._attempt

    def _wait(self, pause: Pause) -> None:
        """Wait out a pause, with the lock held; being woken ends it unless it is firm."""
        elapsed = self._parts.elapsed
        began = elapsed()
        while not self._stopped and not self._resting:
            spent = elapsed() - began
            if spent >= pause.firm_s and (self._woken or (pause.seconds is not None and spent >= pause.seconds)):
                return
            until = pause.firm_s if self._woken else pause.seconds
            self._changed.wait(None if until is None else max(0.0, until - spent))

    def _listen(self, attempt: CancelToken) -> Outcome:
        began = self._parts.elapsed()
        self._has_told = False
        try:
            with closing(self._parts.connect()) as office:
                if self._state.way is Way.WAIT:
                    return self._ask(office, attempt, began)
                self._hear_out(office, attempt)
        except AppError as refusal:
            if not self._has_told:
                return Deaf() if refusal.data.get(SILENT) and self._state.way is Way.STREAM else Refused(refusal)
        return Told(self._parts.elapsed() - began) if self._has_told else Deaf()

    def _hear_out(self, office: EventOffice, attempt: CancelToken) -> None:
        with closing(call_until_cancelled(office.listen, attempt)) as stream:
            attempt.call_when_set(stream.close)
            try:
                for event in stream:
                    attempt.check()
                    # An office that was set back begins before what is known here; later events may just be late.
                    is_news = event.head > self._parts.known() or not self._has_told
                    self._has_told = True
                    self._tell_live(now=True)
                    self._take(event, is_news=is_news)
            finally:
                attempt.forget(stream.close)
        attempt.check()

    def _ask(self, office: EventOffice, attempt: CancelToken, began: float) -> Outcome:
        self._tell_live(now=True)
        after = max(self._parts.known(), self._newest)
        event = call_until_cancelled(lambda: office.wait(after, MAX_WAIT_S), attempt)
        self._take(event, is_news=event.news)
        return Answered(early=not event.news and self._parts.elapsed() - began < MAX_WAIT_S / 2)

    def _take(self, event: HeadEvent, *, is_news: bool) -> None:
        self._newest = event.head
        if is_news and event.head != self._parts.known():
            self._parts.heard(event)
