"""Calls that are given up and slices that are fetched ahead."""

import threading
from collections.abc import Callable, Iterator

import pytest

from sync.client.background import ITEMS_AHEAD, call_until_cancelled, fetched_ahead
from sync.client.cancel import CancelledError, CancelToken
from sync.contract.errors import AppError, Code
from sync.contract.wire import Chunk

WAIT_S = 10


def chunks_ahead(fetch: Callable[[str | None], Chunk], after: str | None, token: CancelToken | None) -> Iterator[Chunk]:
    return fetched_ahead(fetch, after, lambda each: each.after, token)


def slice_number(number: int, last: int) -> Chunk:
    after = None if number == last else str(number + 1)
    return Chunk(type="account", columns=[], rows=[], after=after, cursor=None, seq=1, done=number, total=last)


class Slices:
    """Hands out slices 0 to ``last``; refuses the one numbered ``broken``."""

    def __init__(self, last: int, *, broken: int | None = None) -> None:
        self.last = last
        self.broken = broken
        self.fetched: list[int] = []
        self.changed = threading.Condition()

    def fetch(self, after: str | None) -> Chunk:
        number = int(after or 0)
        with self.changed:
            self.fetched.append(number)
            self.changed.notify_all()
        if number == self.broken:
            raise AppError(Code.SERVER_UNREACHABLE)
        return slice_number(number, self.last)

    def wait_for(self, count: int) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: len(self.fetched) >= count, WAIT_S)


def test_call_gives_its_result_or_its_error() -> None:
    token = CancelToken()

    assert call_until_cancelled(lambda: 3, token) == 3
    with pytest.raises(AppError) as caught:
        call_until_cancelled(lambda: Slices(1, broken=0).fetch(None), token)

    assert caught.value.code is Code.SERVER_UNREACHABLE


def test_call_for_which_there_is_no_thread_lacks_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)

    with pytest.raises(MemoryError):
        call_until_cancelled(lambda: 3, CancelToken())


def test_silent_call_is_given_up_when_the_token_is_set() -> None:
    token, begun, silence = CancelToken(), threading.Event(), threading.Event()

    def never() -> bool:
        begun.set()
        return silence.wait(WAIT_S)

    def give_up_soon() -> None:
        begun.wait(WAIT_S)
        token.set()

    threading.Thread(target=give_up_soon).start()
    with pytest.raises(CancelledError):
        call_until_cancelled(never, token)
    silence.set()


def test_call_with_a_set_token_does_not_begin() -> None:
    token = CancelToken()
    token.set()

    with pytest.raises(CancelledError):
        call_until_cancelled(lambda: pytest.fail("it began"), token)


@pytest.mark.parametrize("token", [None, CancelToken()])
def test_slices_come_in_order_and_all_of_them(token: CancelToken | None) -> None:
    slices = Slices(20)

    assert [each.done for each in chunks_ahead(slices.fetch, None, token)] == list(range(21))


@pytest.mark.parametrize("token", [None, CancelToken()])
def test_slices_go_on_from_the_middle(token: CancelToken | None) -> None:
    assert [each.done for each in chunks_ahead(Slices(5).fetch, "3", token)] == [3, 4, 5]


def test_slices_are_fetched_ahead_but_not_far() -> None:
    slices = Slices(20)
    ahead = chunks_ahead(slices.fetch, None, CancelToken())

    next(ahead)
    # One was taken, some lie ready, one more is in the hand of the thread that fetches.
    assert slices.wait_for(1 + ITEMS_AHEAD + 1)
    assert len(slices.fetched) <= 1 + ITEMS_AHEAD + 1
    ahead.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("token", [None, CancelToken()])
def test_error_comes_after_the_slices_before_it(token: CancelToken | None) -> None:
    taken: list[int] = []

    with pytest.raises(AppError) as caught:
        taken.extend(each.done for each in chunks_ahead(Slices(20, broken=3).fetch, None, token))

    assert caught.value.code is Code.SERVER_UNREACHABLE
    assert taken == [0, 1, 2]


def test_cancel_ends_the_wait_for_a_slice() -> None:
    token, silence = CancelToken(), threading.Event()

    def never(_after: str | None) -> Chunk:
        token.set()
        silence.wait(WAIT_S)
        return slice_number(0, 0)

    with pytest.raises(CancelledError):
        next(chunks_ahead(never, None, token))
    silence.set()
