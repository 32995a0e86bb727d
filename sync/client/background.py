"""The engine's own threads: calls that may be given up, and slices fetched ahead of the writer.

Both run on daemon threads, because neither name resolution nor a read from a dead network can be interrupted: what
was given up ends by its own timeout and nobody sees its result. This is a lane's edge: whatever happens on such a
thread is handed to the caller.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import TypeVar

from sync.client.cancel import CancelledError, CancelToken
from sync.contract.wire import Chunk

T = TypeVar("T")

CHUNKS_AHEAD = 2
"""How many slices may lie ready while one is being written; more would only cost memory."""


def call_until_cancelled(function: Callable[[], T], token: CancelToken | None) -> T:
    """Call a function that may wait long for the network, and give up waiting as soon as the token is set.

    Without a token the function is simply called.

    Raises:
        CancelledError: the token was set before the function ended.
    """
    if token is None:
        return function()
    token.check()
    result: Future[T] = Future()

    def run() -> None:
        try:
            value = function()
        except BaseException as error:  # noqa: BLE001 - a lane's edge: handed to the waiting caller unchanged
            with suppress(InvalidStateError):  # the caller has given up
                result.set_exception(error)
        else:
            with suppress(InvalidStateError):
                result.set_result(value)

    def give_up() -> None:
        with suppress(InvalidStateError):  # the result came first
            result.set_exception(CancelledError())

    token.call_when_set(give_up)
    threading.Thread(target=run, name="office-call", daemon=True).start()
    try:
        return result.result()
    finally:
        token.forget(give_up)


def chunks_ahead(
    fetch: Callable[[str | None], Chunk], after: str | None, token: CancelToken | None = None
) -> Iterator[Chunk]:
    """Give the slices of a snapshot in order, from the one after ``after`` to the last.

    The next slices are fetched on a thread of their own while the caller writes the present one; it fetches at most
    ``CHUNKS_AHEAD`` ahead and stops when the caller does.

    Raises:
        CancelledError: the token was set.
        AppError: as ``fetch`` raises, after the slices before it.
    """
    belt = _Belt()
    threading.Thread(target=_fill, args=(belt, fetch, after), name="office-slices", daemon=True).start()
    if token is not None:
        token.call_when_set(belt.stop)
    try:
        while True:
            item = belt.take()
            if item is None:
                raise CancelledError
            if isinstance(item, BaseException):
                raise item
            yield item
            if item.after is None:
                return
    finally:
        belt.stop()
        if token is not None:
            token.forget(belt.stop)


class _Belt:
    """A queue that holds ``CHUNKS_AHEAD`` items and that either side can stop; ``None`` says it has stopped."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._items: deque[Chunk | BaseException] = deque()
        self._stopped = False

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._items.clear()
            self._changed.notify_all()

    def put(self, item: Chunk | BaseException) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or len(self._items) < CHUNKS_AHEAD)
            if self._stopped:
                return False
            self._items.append(item)
            self._changed.notify_all()
            return True

    def take(self) -> Chunk | BaseException | None:
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or bool(self._items))
            if not self._items:
                return None
            item = self._items.popleft()
            self._changed.notify_all()
            return item


def _fill(belt: _Belt, fetch: Callable[[str | None], Chunk], after: str | None) -> None:
    while True:
        try:
            chunk = fetch(after)
        except BaseException as error:  # noqa: BLE001 - a lane's edge: handed to the waiting caller unchanged
            belt.put(error)
            return
        if not belt.put(chunk) or chunk.after is None:
            return
        after = chunk.after
