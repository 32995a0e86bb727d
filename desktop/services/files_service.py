"""Sends and fetches files by itself, on a lane of its own: a record never waits for one.

One delivery runs at a time for a profile, across processes: the lock lies beside the database and dies with its holder.
"""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Final, Protocol

from desktop.domain.changes import ChangeSet, Origin
from desktop.services.runs import Runs
from desktop.services.sync_status import StatusBoard, SyncStatus
from desktop.store.files import FileStore
from desktop.store.files_shelf import AT_ONCE, StoreShelf
from desktop.system.locks import FileLock
from sync.client.blobs import BlobOffice, Courier, Delivery, Parcel, Share, interruptible_wait
from sync.client.cancel import CancelledError, CancelToken
from sync.contract.errors import AppError

log = logging.getLogger(__name__)

_REST_S: Final = 30.0
"""So long nothing is tried after the office was away, unless it said how long itself."""

_TELL_S: Final = 1.0
"""So often it is told, while many files come, that some did."""

_ARRIVED: Final = ChangeSet(Origin.SYNC, {"attachment": frozenset()})


class ClosingBlobOffice(BlobOffice, Protocol):
    """The office's files behind a connection that can be closed."""

    def close(self) -> None:
        """Close the connection."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FileParts:
    """What carrying files is made of.

    ``connect`` makes a connection of its own; ``publish`` hears when bytes came, ``sent`` when some went, because the
    office then has news about their records.
    """

    shelf: StoreShelf
    store: FileStore
    connect: Callable[[], ClosingBlobOffice]
    lock: FileLock
    status: StatusBoard
    publish: Callable[[ChangeSet], None]
    sent: Callable[[], None]
    elapsed: Callable[[], float] = time.monotonic


class FileService:
    """Carries files on request and, once started, after each sync. Thread-safe."""

    def __init__(self, parts: FileParts) -> None:
        """Nothing runs before ``deliver``, ``fetch`` or ``start``."""
        self._parts = parts
        self._runs = Runs()
        self._lock = threading.Lock()
        self._is_paused = False
        self._sees_sync = False
        self._saw_begin = False
        self._lane = ThreadPoolExecutor(1, thread_name_prefix="files-lane")
        self._leave: Callable[[], None] | None = None
        self._rest_until = 0.0
        self._told_at = 0.0
        self._last_sync: str | None = None

    def deliver(self) -> Delivery | None:
        """Send what waits and fetch what is wanted, on the calling thread; ``None`` when another delivery runs.

        Raises:
            AppError: the office cannot be reached; what was carried until then stays.
            CancelledError: ``stop`` or ``pause`` was called, or the choice of files changed.
        """
        self._runs.release()
        return self._deliver()

    def _deliver(self) -> Delivery | None:
        parts, cancel = self._parts, self._runs.begin()
        with parts.lock.trying() as taken:
            if not taken:
                return None
            parts.shelf.tidy()
            with closing(parts.connect()) as office:
                done = self._run_of(self._courier(office, cancel))
        if done.fetched:
            parts.publish(_ARRIVED)
        for sha256, code in done.refused.items():
            log.info("a file stays where it is: %s %s", sha256[:12], code.value)
        return done

    def _run_of(self, courier: Courier) -> Delivery:
        try:
            return courier.run()
        finally:
            # Once paused, what the office has to say about it comes with the next sync that the user asks for.
            if courier.done.sent and not self._runs.is_held:
                self._parts.sent()

    def fetch(self, parcel: Parcel) -> None:
        """Fetch one file now, on the calling thread, beside any delivery.

        Raises:
            AppError: the office cannot be reached, does not give it, or gives wrong bytes.
        """
        with closing(self._parts.connect()) as office:
            self._courier(office, self._runs.ended).fetch(parcel)
        self._parts.publish(_ARRIVED)

    def start(self) -> None:
        """Carry files from now on after each sync that went through."""
        if self._leave is None:
            self._sees_sync = self._parts.status.current.running
            self._leave = self._parts.status.subscribe(self._hear)
            self.deliver_soon()

    def deliver_soon(self) -> None:
        """Carry files on the lane, unless paused or the office asked for rest. Nothing happens before ``start``."""
        if not self._is_paused:
            self._deliver_soon()

    def choose_again(self) -> None:
        """Hear that other files are wanted now: what is under way ends, and goes on if it is still wanted."""
        self._runs.break_off()
        self.deliver_soon()

    def pause(self) -> None:
        """Carry files only after syncs that the user asks for, until ``resume``; what is under way stays begun.

        Neither what waits for its turn nor the end of a sync that runs now carries any.
        """
        with self._lock:
            self._is_paused = True
            self._saw_begin = False
            run = self._runs.hold()
        run.set()

    def resume(self) -> None:
        """Carry files by itself again, beginning now."""
        with self._lock:
            self._is_paused = False
            self._runs.release()
        self.deliver_soon()

    def stop(self) -> None:
        """End for good; a piece that is under way is given up and asked for again next time."""
        self._runs.end()
        if self._leave is not None:
            self._leave()
        self._lane.shutdown(wait=True, cancel_futures=True)

    def close(self) -> None:
        """Close the store, once nobody is left who may ask it: its next question would open it again."""
        self._parts.store.close()

    def _hear(self, status: SyncStatus) -> None:
        with self._lock:
            self._saw_begin |= status.running and not self._sees_sync
            self._sees_sync = status.running
            if status.running:
                return
            saw_begin, self._saw_begin = self._saw_begin, False
            if status.last_sync_at == self._last_sync:
                return
            self._last_sync = status.last_sync_at
            if saw_begin:
                self._runs.release()  # a sync that begins although it is paused was asked for
            if self._runs.is_held:
                return
        self._deliver_soon()

    def _deliver_soon(self) -> None:
        if self._leave is not None and not self._runs.ended.is_set and self._parts.elapsed() >= self._rest_until:
            with suppress(RuntimeError):  # the lane has ended this very moment
                self._lane.submit(self._attempt)

    def _attempt(self) -> None:
        try:
            done = self._deliver()
            if done is not None and done.fetched + done.given_up >= AT_ONCE:
                self.deliver_soon()
        except CancelledError:
            log.debug("carrying files was stopped")
            if not self._runs.ended.is_set:
                self._parts.publish(_ARRIVED)
        except AppError as refused:
            asked_s = refused.data.get("retry_after_s")
            rest_s = float(asked_s) if isinstance(asked_s, int | float) else _REST_S
            self._rest_until = self._parts.elapsed() + rest_s
            log.info("files rest: %s", refused.code.value)

    def _courier(self, office: BlobOffice, cancel: CancelToken) -> Courier:
        share = Share(
            busy=lambda: self._parts.status.current.running,
            elapsed=self._parts.elapsed,
            wait=interruptible_wait(cancel),
        )
        parts = self._parts
        courier = Courier(parts.shelf, office, share=share, elapsed=parts.elapsed, cancel=cancel)
        courier.on_fetched = self._tell_now_and_then
        return courier

    def _tell_now_and_then(self) -> None:
        now = self._parts.elapsed()
        if now - self._told_at >= _TELL_S:
            self._told_at = now
            self._parts.publish(_ARRIVED)
