"""The engine's own threads: calls that may be given up, and answers fetched ahead of the writer.

They are daemon threads, because neither name resolution nor a read from a dead network can be interrupted: what was
given up ends by its own timeout and nobody sees its result. This is a lane's edge: whatever happens on such a thread is
handed to the caller. Without a token nothing needs to be given up, and everything happens on the calling thread.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import Generic, TypeVar

from sync.client.cancel import CancelledError, CancelToken

T = TypeVar("T")

ITEMS_AHEAD = 2
"""How many answers may lie ready while one is being written; more would only cost memory."""


class Call(Generic[T]):
    """A call that has begun; ``result`` waits for it."""

    def __init__(self, token: CancelToken | None) -> None:
        """Made by ``begin_call``."""
        self._future: Future[T] = Future()
        self._token = token
        if token is not None:
            token.call_when_set(self._give_up)

    def run(self, function: Callable[[], T]) -> None:
        """Call the function and keep what became of it."""
        try:
            value = function()
        except BaseException as error:  # noqa: BLE001 - a lane's edge: handed to the waiting caller unchanged
            with suppress(InvalidStateError):  # the caller has given up
                self._future.set_exception(error)
        else:
            with suppress(InvalidStateError):
                self._future.set_result(value)

    def result(self) -> T:
        """Wait for the function's result and give it, or raise its error.

        Raises:
            CancelledError: the token was set before the function ended.
        """
        try:
            return self._future.result()
        finally:
            if self._token is not None:
                self._token.forget(self._give_up)

    def _give_up(self) -> None:
        with suppress(InvalidStateError):  # the result came first
            self._future.set_exception(CancelledError())


def begin_call(function: Callable[[], T], token: CancelToken | None) -> Call[T]:
    """Begin a call that may wait long for the network; the caller goes on meanwhile.

    Raises:
        CancelledError: the token is set already.
    """
    if token is not None:
        token.check()
    call = Call[T](token)
    if token is None:
        call.run(function)
    else:
        _start(call.run, (function,), "office-call")
    return call


def call_until_cancelled(function: Callable[[], T], token: CancelToken | None) -> T:
    """Call a function that may wait long for the network, and give up waiting as soon as the token is set.

    Raises:
        CancelledError: the token was set before the function ended.
    """
    return begin_call(function, token).result()


def fetched_ahead(
    fetch: Callable[[str | None], T],
    first: str | None,
    following: Callable[[T], str | None],
    token: CancelToken | None,
) -> Iterator[T]:
    """Give answer after answer, from the one for ``first`` on; ``following`` tells what to ask next, or ``None``.

    The next answers are fetched on a thread of their own while the caller writes the present one; at most
    ``ITEMS_AHEAD`` lie ready, and fetching stops when the caller does.

    Raises:
        CancelledError: the token was set.
        AppError: as ``fetch`` raises, after the answers before it.
    """
    if token is None:
        yield from _one_after_another(fetch, first, following)
        return
    belt = _Belt[T]()
    _start(_fill, (belt, fetch, first, following), "office-answers")
    token.call_when_set(belt.stop)
    try:
        while True:
            item = belt.take()
            if item is None:
                raise CancelledError
            yield item.result()
            if item.is_last:
                return
    finally:
        belt.stop()
        token.forget(belt.stop)


def _start(target: Callable[..., None], arguments: tuple[object, ...], name: str) -> None:
    try:
        threading.Thread(target=target, args=arguments, name=name, daemon=True).start()
    except RuntimeError as failed:
        # What is lacking is room for its stack.
        raise MemoryError(str(failed)) from failed


def _one_after_another(
    fetch: Callable[[str | None], T], first: str | None, following: Callable[[T], str | None]
) -> Iterator[T]:
    key: str | None = first
    while True:
        answer = fetch(key)
        yield answer
        key = following(answer)
        if key is None:
            return


class _Item(Generic[T]):
    """An answer or an error on its way from the fetching thread to the writing one."""

    def __init__(self, *, answer: T | None = None, error: BaseException | None = None, is_last: bool = True) -> None:
        self._answer = answer
        self._error = error
        self.is_last = is_last

    def result(self) -> T:
        if self._error is not None:
            raise self._error
        assert self._answer is not None  # noqa: S101 - one of the two is always given
        return self._answer


class _Belt(Generic[T]):
    """A queue that holds ``ITEMS_AHEAD`` items and that either side can stop; ``None`` says it has stopped."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._items: deque[_Item[T]] = deque()
        self._stopped = False

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._items.clear()
            self._changed.notify_all()

    def put(self, item: _Item[T]) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or len(self._items) < ITEMS_AHEAD)
            if self._stopped:
                return False
            self._items.append(item)
            self._changed.notify_all()
            return True

    def take(self) -> _Item[T] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or bool(self._items))
            if not self._items:
                return None
            item = self._items.popleft()
            self._changed.notify_all()
            return item


def _fill(
    belt: _Belt[T],
    fetch: Callable[[str | None], T],
    first: str | None,
    following: Callable[[T], str | None],
) -> None:
    key = first
    while True:
        try:
            answer = fetch(key)
            key = following(answer)
        except BaseException as error:  # noqa: BLE001 - a lane's edge: handed to the waiting caller unchanged
            belt.put(_Item(error=error))
            return
        if not belt.put(_Item(answer=answer, is_last=key is None)) or key is None:
            return
