"""Killed at any write, sync, rename or removal, or at any request, the next start goes on as if nothing had been.

``make kills`` dies at every one of them; here are a few of each step, spread over all of it.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.power import shim
from tests.power.killing import kill_all
from tests.power.scratch import scratch
from tests.power.steps import STEPS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(shim.missing()), reason=shim.missing() or "everything is here"),
]

POINTS = 4
"""Calls of each step, and half as many requests of those that make some."""

REQUESTS = {"first sync": 2, "sync": 2, "sync after a loss": 2, "sign-in": 2}


@pytest.fixture
def folder() -> Iterator[Path]:
    with scratch() as folder:
        yield folder


@pytest.mark.parametrize("step", list(STEPS))
def test_kill_at_any_call_ends_in_the_same_state(folder: Path, step: str) -> None:
    killed = kill_all(folder / "kills", step, points=POINTS)

    assert killed.kills == POINTS + REQUESTS.get(step, 0)
    assert not killed.broken, killed.example
