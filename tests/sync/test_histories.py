"""Random histories of three laptops: nothing is lost, nothing counts twice, all end up the same (SYNC.md part 2).

Each test is a run of seeds in one world that grows older; a failure tells the story of its last seed. To live through
it again, run the same test: a seed's history depends only on the seeds before it in the same run.
"""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from sync.client import pushing
from sync.contract import merge
from sync.contract.fields import Merge, Value
from sync.contract.wire import Receipt
from sync.server import applying, pull
from tests.helpers import oracle
from tests.helpers.histories import History
from tests.helpers.small_world import World

STEPS = 12


def live_through(world: World, seeds: range, steps: int = STEPS) -> None:
    """Live through the histories of some seeds, one after the other, and check what must hold after each."""
    for seed in seeds:
        history = History(world, seed)
        try:
            history.live(steps)
            history.heal()
            oracle.check(world)
        except AssertionError as broken:
            raise AssertionError(f"{broken}\n{history.story()}") from broken


def _never_stale(*_args: object) -> bool:
    return False


def _without_values(answer: Callable[..., Receipt]) -> Callable[..., Receipt]:
    def made(*args: Any, **named: Any) -> Receipt:
        return Receipt(**{**named, "fields": {}, "versions": {}})

    return made


def _all_but_the_first(found: Callable[..., Iterable[Any]]) -> Callable[..., list[Any]]:
    return lambda *args: list(found(*args))[1:]


def _last(_was: Value, mine: Value, _theirs: Value) -> Value:
    return mine


def _joins() -> dict[Merge, Any]:
    joins: dict[Merge, Any] = getattr(merge, "_JOINS")  # noqa: B009 - a test that puts a defect in reaches inside
    return joins


_LINES = "_lines"

_DEFECTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "edits that were not seen are overwritten": lambda patch: patch.setattr(merge, "is_stale", _never_stale),
    "receipts tell no values": lambda patch: patch.setattr(applying, "Receipt", _without_values(Receipt)),
    "a page skips the first line of its window": lambda patch: patch.setattr(
        pull, _LINES, _all_but_the_first(getattr(pull, _LINES))
    ),
    "counters take the last value": lambda patch: patch.setitem(_joins(), Merge.COUNTER, _last),
    "tags take the last list": lambda patch: patch.setitem(_joins(), Merge.SET, _last),
    "long texts take the last version": lambda patch: patch.setattr(merge, "merge_text", _last),
    "a receipt is taken for the whole batch": lambda patch: patch.setattr(
        pushing.Outbox,
        "take",
        lambda self, batch, answer: self._replica.take_receipts(
            [Receipt(mutation=each.id, outcome=answer.receipts[0].outcome) for each in batch]
        ),
    ),
}


@pytest.mark.allow_logs("rows differ from the office's", "fetching everything anew")
@pytest.mark.parametrize("defect", _DEFECTS)
def test_history_finds_a_defect_that_is_put_in(world: World, monkeypatch: pytest.MonkeyPatch, defect: str) -> None:
    _DEFECTS[defect](monkeypatch)

    with pytest.raises(AssertionError):
        live_through(world, range(60), steps=25)
