"""Keeps a profile in step with the office: now, soon after a save, and from time to time; never on the drawing thread.

One sync runs at a time for a profile, across processes: the lock lies beside the database and dies with its holder.
"""

import logging
import random
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Protocol

from desktop.domain.changes import ChangeSet, Origin
from desktop.services.alarm import Alarm
from desktop.services.jobs import Jobs
from desktop.services.runs import Runs
from desktop.services.sync_status import StatusBoard, SyncStatus
from desktop.system.locks import FileLock
from sync.client.backoff import Backoff
from sync.client.cancel import CancelledError
from sync.client.engine import Engine
from sync.client.ports import Office, Replica, Taken
from sync.client.report import Phase, ProgressCallback, SyncReport
from sync.contract.clock import Clock, instant_text
from sync.contract.errors import AppError, Code, Retry

log = logging.getLogger(__name__)

SOON_S = 0.5
"""A burst of saves goes out as one sync."""

LIVE_SOON_S = 0.01
"""The same while the office is heard live: colleagues see a change at once."""

LIVE_PAUSE_S = 0.25
"""Shortest time between the beginnings of two syncs then, so that a long burst is a few syncs and not hundreds."""

BUSY_ELSEWHERE_S = 2.0
"""How long to wait for a sync of another process of this profile."""

_SPREAD = 0.2
_AWAY = frozenset({Code.SERVER_UNREACHABLE, Code.NOT_A_SERVER})
_LOCAL = frozenset({Origin.COMMAND, Origin.UNDO, Origin.FOREIGN})


class ClosingOffice(Office, Protocol):
    """An office behind a connection that can be closed."""

    def close(self) -> None:
        """Close the connection."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncParts:
    """What a profile's sync is made of.

    ``connect`` makes the office from the profile's present server and token. ``user_id`` is whose profile this is.
    ``publish`` hears of every commit of a sync. ``chance`` is uniform in [0, 1), ``elapsed`` gives seconds that never
    go back.
    """

    replica: Replica
    connect: Callable[[], ClosingOffice]
    user_id: str
    lock: FileLock
    publish: Callable[[ChangeSet], None]
    status: StatusBoard
    clock: Clock
    chance: Callable[[], float] = random.random
    elapsed: Callable[[], float] = time.monotonic
    backoff: Backoff = field(default_factory=Backoff)


class SyncService:
    """Syncs on request and by itself. Thread-safe."""

    def __init__(self, parts: SyncParts, jobs: Jobs) -> None:
        """Nothing runs before ``sync`` or ``start``."""
        self._parts = parts
        self._jobs = jobs
        self._office: ClosingOffice | None = None
        self._runs = Runs()
        self._timer = Alarm(parts.elapsed, self._in_background)
        self._interval_s = 0.0
        self._failures = 0
        self._is_away = False
        self._not_before = 0.0
        self._began_at = 0.0
        self._compared_at: float | None = None
        self._is_live = False
        self._is_paused = False
        self._refresh_lock = threading.Lock()
        self._refresh_waits = False

    def sync(self, progress: ProgressCallback | None = None, *, compare: bool = True) -> SyncReport:
        """Sync once on the calling thread, which must not be the one that draws.

        Raises:
            AppError: ``SYNC_RUNNING`` when a sync of this profile runs, here or in another process; else what went
                wrong. Everything done until then stands.
            CancelledError: ``stop`` was called, or ``pause`` before it had begun or during a first sync.
        """
        self._runs.release()
        return self._sync(progress, compare=compare)

    def _sync(self, progress: ProgressCallback | None = None, *, compare: bool) -> SyncReport:
        if not self._acquire():
            raise AppError(Code.SYNC_RUNNING)
        try:
            return self._locked_sync(progress, compare=compare)
        finally:
            self._parts.lock.release()

    def _acquire(self) -> bool:
        try:
            return self._parts.lock.acquire()
        except AppError as refusal:
            self._parts.status.change(partial(_ended_early, refusal=refusal))
            raise

    def set_interval(self, interval_s: float) -> None:
        """Sync by itself this often from the next sync on."""
        self._interval_s = interval_s

    def start(self, interval_s: float) -> None:
        """Sync from now on by itself: at once, then every ``interval_s`` seconds, later while the office is away."""
        self._interval_s = interval_s
        self._timer.start()
        if not self._is_paused:
            self._timer.at_latest(0.0)

    def pause(self) -> None:
        """Sync only when asked, until ``resume``.

        A sync that runs goes on, but for a first one, which is long: it stops, and goes on later where it was. One that
        waits for its turn does not begin.
        """
        self._is_paused = True
        self._timer.forget()
        run = self._runs.hold()
        if not self._parts.status.current.complete:
            run.set()

    def resume(self) -> None:
        """Sync by itself again, beginning now."""
        self._is_paused = False
        self.sync_soon()

    def sync_soon(self) -> None:
        """Sync in a moment, even if the office was not reached last time. Nothing happens before ``start``."""
        self._runs.release()
        self._failures = 0
        self._timer.at_latest(SOON_S)

    def note_change(self, changes: ChangeSet) -> None:
        """Hear of a commit: changes made on this laptop go out soon, but not sooner than an absent office allows."""
        if changes.origin not in _LOCAL:
            return
        self._refresh_soon()
        if self._failures == 0 and not self._is_paused:
            self._timer.at_latest(self._paced(LIVE_SOON_S if self._is_live else SOON_S))

    def note_live(self, *, now: bool) -> None:
        """Hear that the office is heard live from now on, or not any more."""
        self._is_live = now

    def hear_office(self, spread_s: float) -> None:
        """Hear that the office has something new: sync in a random part of ``spread_s`` seconds.

        An office that was out of reach is there again then; one that refuses is left alone for as long as before.
        """
        if self._is_paused or (self._failures and not self._is_away):
            return
        self._timer.at_latest(self._paced(self._parts.chance() * spread_s))

    def come_back(self) -> None:
        """Sync soon over a new connection, because the laptop slept or has come into another network."""
        self._hang_up()
        if not self._is_paused:
            self._failures = 0
            self._timer.at_latest(self._paced(SOON_S))

    def reconnect(self) -> None:
        """Forget the connection because server or token changed, and sync with the new ones."""
        self._hang_up()
        self.sync_soon()

    def stop(self) -> None:
        """End for good: no further sync begins, and one that runs stops at its next transaction."""
        self._timer.stop()
        self._runs.end()
        self._hang_up()

    def _refresh_soon(self) -> None:
        """Bring the figures up to date on the read lane: a save does not wait for them, and a burst asks once."""
        with self._refresh_lock:
            if self._refresh_waits:
                return
            self._refresh_waits = True
        self._jobs.submit_read(self._refresh)

    def _refresh(self) -> None:
        with self._refresh_lock:
            self._refresh_waits = False
        self._parts.status.refresh()

    def _paced(self, delay_s: float) -> float:
        """Lengthen a delay: not too soon after the last sync began, not before the office allows."""
        now = self._parts.elapsed()
        return max(delay_s, self._began_at + LIVE_PAUSE_S - now, self._not_before - now)

    def _must_compare(self) -> bool:
        """Tell whether to compare: not with every change while the office is heard live, and until it has been done.

        A run at the end of which edits wait compares nothing.
        """
        return self._compared_at is None or self._parts.elapsed() - self._compared_at >= self._interval_s

    def _in_background(self) -> None:
        self._jobs.submit_network(self._attempt)

    def _attempt(self) -> None:
        """Sync once on the network lane and decide when to do it again."""
        delay_s: float | None = self._parts.backoff.cap_s  # after an error that nobody expected
        self._began_at = self._parts.elapsed()
        try:
            self._sync(compare=self._must_compare())
            self._failures = 0
            delay_s = self._interval_s * (1 + _SPREAD * (self._parts.chance() - 0.5))
        except CancelledError:
            delay_s = None
        except AppError as refusal:
            delay_s = self._delay_after(refusal)
        finally:
            if delay_s is not None and not self._is_paused:
                self._timer.at_latest(delay_s)

    def _delay_after(self, refusal: AppError) -> float | None:
        if refusal.code is Code.SYNC_RUNNING:
            return BUSY_ELSEWHERE_S
        self._failures += 1
        self._is_away = refusal.code in _AWAY
        if refusal.retry in {Retry.REAUTH, Retry.UPGRADE}:
            # Only the user can change that; signing in again or an update starts over.
            log.info("sync rests: %s", refusal.code.value)
            return None
        asked_s = refusal.data.get("retry_after_s")
        wait_s = float(asked_s) if isinstance(asked_s, int | float) else None
        delay_s = self._parts.backoff.delay_s(self._failures, chance=self._parts.chance(), retry_after_s=wait_s)
        if wait_s is not None:
            self._not_before = self._parts.elapsed() + delay_s
        again = instant_text(self._parts.clock.now() + timedelta(seconds=delay_s))
        self._parts.status.change(lambda status: replace(status, retry_at=again))
        return delay_s

    def _locked_sync(self, progress: ProgressCallback | None, *, compare: bool) -> SyncReport:
        board = self._parts.status
        end: Callable[[SyncStatus], SyncStatus] = _at_rest
        report: SyncReport | None = None
        try:
            board.refresh()
            board.change(_begun)
            report = self._run_engine(progress, compare=compare)
            if report.compared is not None:
                self._compared_at = self._parts.elapsed()
            end = partial(_went_through, at=instant_text(self._parts.clock.now()))
        except AppError as refusal:
            end = partial(_ended_early, refusal=refusal)
            raise
        finally:
            board.change(end)
            if report is None:
                self._hang_up()
            if report is None or not report.is_quiet:
                # A broken database is told by the sync itself; figures that cannot be read stay as they were.
                with suppress(AppError):
                    board.refresh()
        if not report.is_quiet:
            # The last rows of a first sync come before its end, and some wait for that, such as the search index.
            self._parts.publish(ChangeSet(Origin.SYNC, {}))
        return report

    def _run_engine(self, progress: ProgressCallback | None, *, compare: bool) -> SyncReport:
        try:
            return self._engine().run(compare=compare, cancel=self._runs.begin(), progress=self._telling(progress))
        except MemoryError as failed:
            # What a transaction had not committed is taken back; the next attempt goes on from there.
            raise AppError(Code.MEMORY_FULL) from failed

    def _engine(self) -> Engine:
        parts = self._parts
        if self._office is None:
            self._office = parts.connect()
        return Engine(
            replica=parts.replica,
            office=self._office,
            user_id=parts.user_id,
            clock=parts.clock,
            elapsed=parts.elapsed,
            nonce=lambda: secrets.token_hex(8),
            applied=self._applied,
        )

    def _hang_up(self) -> None:
        office, self._office = self._office, None
        if office is not None:
            office.close()

    def _applied(self, taken: Taken) -> None:
        if taken.records:
            self._parts.publish(ChangeSet(Origin.SYNC, taken.records))

    def _telling(self, progress: ProgressCallback | None) -> ProgressCallback:
        board = self._parts.status

        def tell(phase: Phase, done: int, total: int) -> None:
            if phase is Phase.FIRST:
                board.change(lambda status: replace(status, first_sync=(done, total)))
            elif phase is Phase.SEND:
                board.change(lambda status: replace(status, sending=(done, total)))
            if progress is not None:
                progress(phase, done, total)

        return tell


def _begun(status: SyncStatus) -> SyncStatus:
    sending = (0, status.pending) if status.pending else None
    return replace(status, running=True, sending=sending, error=None, retry_at=None)


def _at_rest(status: SyncStatus) -> SyncStatus:
    return replace(status, running=False, sending=None)


def _went_through(status: SyncStatus, at: str) -> SyncStatus:
    return replace(_at_rest(status), online=True, last_sync_at=at)


def _ended_early(status: SyncStatus, refusal: AppError) -> SyncStatus:
    away = refusal.code in {Code.SERVER_UNREACHABLE, Code.SERVER_BUSY, Code.NOT_A_SERVER}
    return replace(_at_rest(status), online=not away, error=refusal.code)
