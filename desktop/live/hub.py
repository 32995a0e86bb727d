"""Live queries: a watched query runs again after a change that touches it, and hands over what differs.

Knows neither the store nor Qt: queries are functions, and the lane on which they run is given.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from desktop.domain.changes import ChangeSet

log = logging.getLogger(__name__)

T = TypeVar("T")

Submit = Callable[[Callable[[], None]], object]
"""Runs a function on the read lane, later."""

PAUSE_S = 0.05
"""Shortest time between the starts of two runs of one query; a burst of changes within it becomes one run."""

_NOTHING_YET = object()


def call_later(delay_s: float, then: Callable[[], None]) -> None:
    """Call ``then`` after ``delay_s`` on a thread that does not keep the program from ending."""
    timer = threading.Timer(delay_s, then)
    timer.daemon = True
    timer.start()


@dataclass(frozen=True, slots=True)
class Pace:
    """How often one query may run: at most once in ``pause_s``, as told by ``ticks`` (seconds) and ``later``."""

    pause_s: float = PAUSE_S
    ticks: Callable[[], float] = time.monotonic
    later: Callable[[float, Callable[[], None]], object] = call_later


class Watch(Generic[T]):
    """One watched query. It runs once at a time, so that results arrive in the order of the changes."""

    def __init__(
        self, hub: "LiveHub", types: Collection[str], run: Callable[[], T], deliver: Callable[[T], None]
    ) -> None:
        """Use ``LiveHub.watch``."""
        self.types = frozenset(types)
        self._hub = hub
        self._run = run
        self._deliver = deliver
        self._lock = threading.Lock()
        self._last: object = _NOTHING_YET
        self._stale = False
        self._busy = False
        self._visible = True
        self._closed = False
        self._may_start_at = 0.0

    @property
    def visible(self) -> bool:
        """Whether somebody sees the result. A hidden query does not run; shown again it catches up if it must."""
        return self._visible

    @visible.setter
    def visible(self, visible: bool) -> None:
        self._visible = visible
        self._start_if_due()

    @property
    def is_settled(self) -> bool:
        """Whether its result is what was true when nothing more was known; a hidden query always is."""
        with self._lock:
            return self._closed or not self._visible or not (self._stale or self._busy)

    def refresh(self) -> None:
        """Run the query again although nothing is known to have changed, for another day or another filter."""
        self._stale = True
        self._start_if_due()

    def close(self) -> None:
        """Stop watching: nothing is delivered that has not begun to be."""
        self._closed = True
        self._hub.forget(self)

    def _start_if_due(self) -> None:
        with self._lock:
            if not self._stale or self._busy or self._closed or not self._visible:
                return
            self._busy = True
        self._hub.start(self._go, at=self._may_start_at)

    def _go(self) -> None:
        # Stale is cleared before the query reads: a change that comes after that must make it run once more.
        self._stale = False
        self._may_start_at = self._hub.next_start()
        try:
            if not self._closed:
                self._hand_over(self._run())
        finally:
            with self._lock:
                self._busy = False
            self._start_if_due()

    def _hand_over(self, result: T) -> None:
        if not self._closed and (self._last is _NOTHING_YET or result != self._last):
            self._last = result
            self._deliver(result)


class LiveHub:
    """Tells watched queries of changes. Every method may be called from any thread."""

    def __init__(self, submit: Submit, pace: Pace | None = None) -> None:
        """Run queries by ``submit``, each no more often than ``pace`` allows."""
        self._submit = submit
        self._pace = pace or Pace()
        self._watches: set[Watch[Any]] = set()
        self._listeners: list[Callable[[ChangeSet], None]] = []
        self._lock = threading.Lock()
        self._closed = False

    def watch(self, types: Collection[str], run: Callable[[], T], deliver: Callable[[T], None]) -> Watch[T]:
        """Run a query now and after each change of one of ``types``.

        Both functions are called on the read lane; ``deliver`` gets the first result and then each that differs.
        """
        watch = Watch(self, types, run, deliver)
        with self._lock:
            self._watches.add(watch)
        watch.refresh()
        return watch

    def publish(self, changes: ChangeSet) -> None:
        """Tell of a committed change; watched queries that it touches run again, hidden ones when they are shown."""
        with self._lock:
            touched = [each for each in self._watches if changes.touches(each.types)]
            listeners = tuple(self._listeners)
        for watch in touched:
            watch.refresh()
        for listener in listeners:
            listener(changes)

    def subscribe(self, listener: Callable[[ChangeSet], None]) -> Callable[[], None]:
        """Call ``listener`` with every change, on the thread that made it; gives a function that ends this."""
        with self._lock:
            self._listeners.append(listener)
        return lambda: self._unsubscribe(listener)

    @property
    def is_settled(self) -> bool:
        """Whether no query that somebody sees has still to run; what it gave may not be drawn yet."""
        with self._lock:
            watches = tuple(self._watches)
        return all(watch.is_settled for watch in watches)

    def close(self) -> None:
        """Stop all watching; queries under way end, nothing is delivered any more."""
        self._closed = True
        with self._lock:
            watches = tuple(self._watches)
        for watch in watches:
            watch.close()

    def start(self, job: Callable[[], None], *, at: float) -> None:
        """Put a run on the read lane, now or when its pause is over; for watches only."""
        wait_s = at - self._pace.ticks()
        if wait_s > 0:
            try:
                self._pace.later(wait_s, lambda: self._start_now(job))
            except RuntimeError:
                # No room for the thread that waits: rather too soon than never again.
                log.warning("a query runs without its pause: there is no room for a thread")
            else:
                return
        self._start_now(job)

    def next_start(self) -> float:
        """Tell when a run that starts now may start again; for watches only."""
        return self._pace.ticks() + self._pace.pause_s

    def forget(self, watch: Watch[Any]) -> None:
        """Drop a closed watch; for watches only."""
        with self._lock:
            self._watches.discard(watch)

    def _start_now(self, job: Callable[[], None]) -> None:
        if not self._closed:
            self._submit(job)

    def _unsubscribe(self, listener: Callable[[ChangeSet], None]) -> None:
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)
