"""Who listens at one worker, and the task that looks for news for them.

One task per worker asks the database for the end of the log, while anybody listens, and wakes those whom the new part
concerns. Nothing is told by the database itself (NOTIFY would take a lock of the whole server at each commit).
"""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

from anyio import CapacityLimiter, to_thread
from sqlalchemy.exc import DBAPIError

from sync.contract.errors import AppError, Code
from sync.contract.wire import HEARTBEAT_S, HeadEvent
from sync.server.auth import Caller
from sync.server.heads import log_end, look, still_signed_in
from sync.server.schema import SHARD
from sync.server.storage import Storage

T = TypeVar("T")

logger = logging.getLogger(__name__)

MAX_PER_DEVICE: Final = 2
"""A laptop that comes back before its lost stream is noticed has two for a while; of more, the oldest ends."""

MAX_STREAMS: Final = 5_000

_THREADS: Final = 2
_HERD: Final = 25
"""So many laptops may come at once."""

_SYNCS_PER_S: Final = 100
_MOST_SPREAD_S: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds between two looks at the log, at least and at most, and between two looks at the sign-ins.

    Who has heard nothing for ``heartbeat_s`` is reminded of it, give or take ``sweep_s``.
    """

    look_s: float = 0.025
    rest_s: float = 0.01
    sign_ins_s: float = 3.0
    heartbeat_s: float = HEARTBEAT_S - 1.0
    sweep_s: float = 1.0


@dataclass(slots=True, eq=False)
class Ear:
    """One who listens. ``told`` is the newest event that was not taken yet.

    Waiting has no limit of its own: making and taking back one for each of a thousand costs as much as telling them.
    """

    user: str
    client: str
    token: bytes
    told: HeadEvent | None = None
    ended: bool = False
    heard_at: float = 0.0
    _waiting: asyncio.Future[None] | None = None

    def tell(self, event: HeadEvent) -> None:
        """Put an event up in place of an older one."""
        self.told = event
        self.wake()

    def end(self) -> None:
        """Say that nothing more will be told."""
        self.ended = True
        self.wake()

    def wake(self) -> None:
        """End the waiting for an event, whether there is one or not."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    async def next(self) -> HeadEvent | None:
        """Wait for an event; ``None`` when there was none for long, or nothing more will be told."""
        loop = asyncio.get_running_loop()
        if self.told is None and not self.ended:
            self._waiting = loop.create_future()
            try:
                await self._waiting
            finally:
                self._waiting = None
        self.heard_at = loop.time()
        event, self.told = self.told, None
        return event


_ILL_REST_S: Final = 1.0
"""How long a database that does not answer is left alone."""


class Feed:
    """All who listen at one worker, and the task that looks for news for them. Belongs to one event loop."""

    def __init__(self, storage: Storage, pace: Pace | None = None) -> None:
        """Nothing is asked of the database before somebody listens."""
        self._storage = storage
        self._pace = pace or Pace()
        self._ears: set[Ear] = set()
        self._users: frozenset[str] | None = None
        self._devices: dict[str, list[Ear]] = {}
        self._threads = CapacityLimiter(_THREADS)
        self._nudged = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._head: int | None = None
        self._closed = False
        self._ending = asyncio.Event()

    def nudge(self) -> None:
        """Look for news now: this worker has just written something."""
        self._nudged.set()

    async def close(self) -> None:
        """End everybody's listening; who comes now is refused."""
        self._closed = True
        self._ending.set()
        for each in self._ears:
            each.end()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    @contextmanager
    def listening(self, caller: Caller, token: bytes) -> Iterator[Ear]:
        """Listen until the end of the block.

        Raises:
            AppError: ``SERVER_BUSY`` when as many listen as can, or the worker is about to end.
        """
        if self._closed or len(self._ears) >= MAX_STREAMS:
            raise AppError(Code.SERVER_BUSY, "no more streams")
        ear = Ear(caller.user, caller.client, token, heard_at=asyncio.get_running_loop().time())
        self._ears.add(ear)
        self._users = None
        same = self._devices.setdefault(ear.client, [])
        same.append(ear)
        if len(same) > MAX_PER_DEVICE:
            same[0].end()
            del same[0]
        try:
            yield ear
        finally:
            self._forget(ear)

    async def catch_up(self, ear: Ear) -> HeadEvent:
        """Give the end of the log as it is now; whatever comes later is told to the ear."""
        head = await self.run(partial(log_end, self._storage))
        # Two may ask at once: the task must begin where the first of them stands.
        self._head = head if self._head is None else min(self._head, head)
        if self._task is None and not ear.ended:
            self._task = asyncio.create_task(self._watch())
        return HeadEvent(shard=SHARD, head=head)

    async def run(self, work: "partial[T]") -> T:
        """Run a question to the database on a thread."""
        return await to_thread.run_sync(work, limiter=self._threads)

    def _forget(self, ear: Ear) -> None:
        self._ears.discard(ear)
        self._users = None
        same = self._devices.get(ear.client, [])
        if ear in same:
            same.remove(ear)
        if not same:
            self._devices.pop(ear.client, None)

    async def _watch(self) -> None:
        """Look for news until nobody listens."""
        loop = asyncio.get_running_loop()
        check_at = loop.time() + self._pace.sign_ins_s
        reminding = asyncio.create_task(self._remind())
        try:
            while self._ears:
                await self._pause()
                try:
                    await self._look()
                    if loop.time() >= check_at:
                        check_at = loop.time() + self._pace.sign_ins_s
                        await self._end_signed_out()
                except (AppError, DBAPIError) as error:
                    # Streams stay: the database may be back in a moment, and a laptop without news syncs as well.
                    logger.info("the end of the log cannot be read now: %s", type(error).__name__)
                    await self._rest(_ILL_REST_S)
        finally:
            reminding.cancel()
            self._task, self._head = None, None

    async def _remind(self) -> None:
        """Wake who has heard nothing for long; a task of its own, so that no slow database keeps anybody waiting."""
        loop = asyncio.get_running_loop()
        while not self._closed:
            await self._rest(self._pace.sweep_s)
            before = loop.time() - self._pace.heartbeat_s
            for each in self._ears:
                if each.heard_at <= before:
                    each.wake()

    async def _pause(self) -> None:
        await self._rest(self._pace.rest_s)
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pace.look_s - self._pace.rest_s):
                await self._nudged.wait()
        self._nudged.clear()

    async def _rest(self, seconds: float) -> None:
        """Do nothing for so long; a worker that ends does not wait for it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._ending.wait()

    async def _look(self) -> None:
        since = self._head or 0
        if self._users is None:
            self._users = frozenset(each.user for each in self._ears)
        news = await self.run(partial(look, self._storage, since, self._users))
        if news.head == since:
            return
        self._head = news.head
        told = [each for each in self._ears if news.users is None or each.user in news.users]
        event = HeadEvent(shard=SHARD, head=news.head, spread_s=spread_of(len(told)))
        for each in told:
            each.tell(event)

    async def _end_signed_out(self) -> None:
        tokens = {each.token for each in self._ears}
        valid = await self.run(partial(still_signed_in, self._storage, tokens))
        for each in self._ears:
            if each.token in tokens and each.token not in valid:
                each.end()


def spread_of(laptops: int) -> float:
    """Tell over how many seconds so many laptops should spread their syncs."""
    return 0.0 if laptops <= _HERD else min(_MOST_SPREAD_S, laptops / _SYNCS_PER_S)
