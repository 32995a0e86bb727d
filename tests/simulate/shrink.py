"""Makes the plan of a broken history as short as it can be while it still breaks a promise (delta debugging)."""

from collections.abc import Callable
from dataclasses import replace

from tests.simulate.steps import Plan, Step

_MOST_TRIES = 400


def shrunk(plan: Plan, breaks: Callable[[Plan], bool]) -> Plan:
    """Leave out steps, then laptops, for as long as ``breaks`` says that the rest still does."""
    tries = 0

    def still(steps: tuple[Step, ...]) -> bool:
        nonlocal tries
        tries += 1
        return tries <= _MOST_TRIES and breaks(replace(plan, steps=steps))

    steps, size = plan.steps, max(1, len(plan.steps) // 2)
    while True:
        before = len(steps)
        steps = _without_chunks(steps, size, still)
        if size == 1 and len(steps) == before:
            return replace(plan, steps=steps)
        size = max(1, size // 2)


def _without_chunks(steps: tuple[Step, ...], size: int, still: Callable[[tuple[Step, ...]], bool]) -> tuple[Step, ...]:
    at = 0
    while at < len(steps):
        fewer = steps[:at] + steps[at + size :]
        if still(fewer):
            steps = fewer
        else:
            at += size
    return steps
