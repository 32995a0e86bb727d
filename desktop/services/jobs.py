"""The background lanes: reads, writes and network calls run here, so that the thread that draws never waits.

This is a lane's edge: an error nobody expected becomes a failed job and a line in the log, never a dead thread.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Generic, TypeVar

from desktop.services.precedence import Precedence
from sync.client.cancel import CancelledError
from sync.contract.errors import AppError

log = logging.getLogger(__name__)

T = TypeVar("T")

READERS = 2
"""Reads that run side by side: one slow list must not hold up a record that is being opened."""


class Jobs:
    """Four lanes. A job ends done, failed or cancelled; its future says which.

    Writes run one after the other in the order of their submission, and so do network calls. Jobs submitted after
    ``close`` are cancelled at once. Callbacks of a future run on the lane.
    """

    def __init__(self, precedence: Precedence | None = None) -> None:
        """Make the lanes; threads start with the first job of each."""
        self._lock = threading.Lock()
        self._closed = False
        self.precedence = precedence or Precedence()
        self._read = ThreadPoolExecutor(READERS, thread_name_prefix="read-lane")
        self._write = ThreadPoolExecutor(1, thread_name_prefix="write-lane")
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="aside-lane")
        self._network = ThreadPoolExecutor(1, thread_name_prefix="network-lane")
        self._without_thread: list[_Job[Any]] = []
        self._waiting: set[ThreadPoolExecutor] = set()

    def submit_read(self, work: Callable[[], T]) -> Future[T]:
        """Run a question to the local database, after what ``precedence`` lets go before it."""

        def read() -> T:
            self.precedence.wait()
            return work()

        return self._submit(self._read, read)

    def submit_aside(self, work: Callable[[], T]) -> Future[T]:
        """Read very much, such as for an export, beside the questions that somebody waits for."""
        return self._submit(self._aside, work)

    def submit_write(self, work: Callable[[], T]) -> Future[T]:
        """Run a command."""
        return self._submit(self._write, work)

    def submit_network(self, work: Callable[[], T]) -> Future[T]:
        """Run something that talks to the office; whoever submits it must be able to stop it."""
        return self._submit(self._network, work)

    def close(self) -> None:
        """Cancel what has not begun, wait for what runs, end the threads. May be called more than once."""
        with self._lock:
            self._closed = True
        self.precedence.release()
        for lane in (self._network, self._aside, self._read, self._write):
            lane.shutdown(wait=True, cancel_futures=True)
        for job in self._without_thread:
            job.future.cancel()

    def _submit(self, lane: ThreadPoolExecutor, work: Callable[[], T]) -> Future[T]:
        job = _Job(work)
        with self._lock:
            if not self._closed:
                self._wake()
                try:
                    lane.submit(job.run).add_done_callback(job.note_end)
                except RuntimeError as failed:
                    # No room for the lane's thread. It is queued all the same, and runs with the next job of any lane.
                    self._without_thread = [each for each in (*self._without_thread, job) if not each.future.done()]
                    self._waiting.add(lane)
                    # But of a save somebody is told now, and what failed must not be done later.
                    if lane is self._write:
                        job.give_up(MemoryError(str(failed)))
                return job.future
        late: Future[T] = Future()
        late.cancel()
        late.set_running_or_notify_cancel()
        return late

    def _wake(self) -> None:
        """Let lanes begin that had no room for a thread: many who submit wait for their job before they do it again."""
        for lane in tuple(self._waiting):
            with suppress(RuntimeError):
                lane.submit(_nothing)
                self._waiting.remove(lane)


class _Job(Generic[T]):
    """Some work on its way through a lane, and what it comes to."""

    def __init__(self, work: Callable[[], T]) -> None:
        self.future: Future[T] = Future()
        self._work = work

    def run(self) -> None:
        """Do it, on its lane, unless somebody was told before that it is not done."""
        if self.future.done() or not self.future.set_running_or_notify_cancel():
            return
        try:
            found = self._work()
        except (AppError, CancelledError) as expected:
            self.future.set_exception(expected)
        except BaseException as failed:
            log.exception("a job failed")
            self.future.set_exception(failed)
        else:
            self.future.set_result(found)
        finally:
            # The traceback of an error holds this frame; it must not hold the future, which holds the error.
            del self

    def note_end(self, on_lane: "Future[None]") -> None:
        """Hear that the lane is done with it, or closed before it began."""
        if on_lane.cancelled():
            self.future.cancel()
            self.future.set_running_or_notify_cancel()

    def give_up(self, reason: Exception) -> None:
        """Fail it now; it is not begun any more."""
        self.future.set_exception(reason)


def _nothing() -> None:
    """Be a job, so that a lane makes its thread."""
