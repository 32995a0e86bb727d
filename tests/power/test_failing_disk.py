"""A disk that is full, broken, read only, or on which another program holds the files, from any call on.

The work is refused with a sentence of its own, what is here can be read, nothing that was called saved is lost, nothing
that was refused comes back, and with the disk well again everything goes on. ``make faults`` fails at every call in
every way; here each way comes once.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.power import shim
from tests.power.failing import FAULTS, WORKS
from tests.power.killing import kill_all
from tests.power.scratch import scratch

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(shim.missing()), reason=shim.missing() or "everything is here"),
]


@pytest.fixture
def folder() -> Iterator[Path]:
    with scratch() as folder:
        yield folder


@pytest.mark.parametrize("work", list(WORKS))
def test_disk_that_fails_at_any_call_refuses_the_work_and_loses_nothing(folder: Path, work: str) -> None:
    failed = kill_all(folder / "faults", work, points=len(FAULTS), by="failing")

    assert failed.kills == len(FAULTS)
    assert not failed.broken, failed.example
