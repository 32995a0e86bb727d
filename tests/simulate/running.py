"""Lives through many seeds, one after another, and tells of those that broke a promise in as few steps as they take."""

import gc
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.simulate.history import BrokenPromiseError, History
from tests.simulate.shrink import shrunk
from tests.simulate.steps import Plan
from tests.simulate.worlds import SimWorld

_GARBAGE_EVERY = 25
_ANY_VALUE = re.compile(r"#?[0-9a-f-]*\d[0-9a-f-]*|'[^']*'|\{.*\}|\(.*\)")


@dataclass
class Outcome:
    """What a run of seeds came to. ``broken`` has the shortest story of each seed that broke a promise."""

    lived: int = 0
    broken: dict[int, str] = field(default_factory=dict)
    happened: Counter[str] = field(default_factory=Counter)


def live(world: SimWorld, plan: Plan, happened: Counter[str] | None = None) -> BrokenPromiseError | None:
    """Live through one plan; gives what it broke."""
    history = History(world, plan)
    try:
        history.run()
    except BrokenPromiseError as broken:
        return broken
    finally:
        if happened is not None:
            happened.update(history.happened)
    return None


def shortest(world: SimWorld, plan: Plan, broken: BrokenPromiseError) -> BrokenPromiseError:
    """Find the shortest plan that breaks in the same way, and tell its story."""
    kind = kind_of(broken)
    found = broken

    def breaks(shorter: Plan) -> bool:
        nonlocal found
        again = live(world, shorter)
        if again is None or kind_of(again) != kind:
            return False
        found = again
        return True

    shrunk(plan, breaks)
    return found


def kind_of(broken: BrokenPromiseError) -> str:
    """Name what broke without the values that were in it."""
    return _ANY_VALUE.sub("_", broken.why.splitlines()[0])[:80]


def run_plans(
    world: SimWorld, plans: Iterable[Plan], *, shrink: bool = True
) -> Iterator[tuple[Plan, str, Counter[str]]]:
    """Live through plans; gives with each the story of what it broke, empty for none, and what happened."""
    with _without_pauses() as collect:
        for place, plan in enumerate(plans):
            happened = Counter[str]()
            broken = live(world, plan, happened)
            if broken is not None and shrink:
                broken = shortest(world, plan, broken)
            yield plan, "" if broken is None else str(broken), happened
            if place % _GARBAGE_EVERY == 0:
                collect()


@contextmanager
def _without_pauses() -> Iterator[Callable[[], int]]:
    """Collect garbage between histories only."""
    gc.collect()
    gc.disable()
    try:
        yield gc.collect
    finally:
        gc.enable()
