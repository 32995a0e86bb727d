"""What measures share: where and how often to measure, and figures of what several runs found."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from tests.bench.figures import Figure
from tests.bench.lab import Lab, url_of
from tests.bench.processes import RunningOffice, office

ROWS_ACCOUNTS = 6_896
"""So many accounts make 100,000 rows with all that belongs to them."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Where and how often to measure."""

    lab: Lab
    rounds: int
    small: int = ROWS_ACCOUNTS


def new_office(bench: Bench) -> AbstractContextManager[RunningOffice]:
    """Serve the small office without chunks that an earlier first sync had built."""
    return office(url_of(bench.lab.office_file(bench.small)), "--chunks-mb", "0")


def figure(
    name: str,
    unit: str,
    found: Sequence[dict[str, Any]],
    key: str,
    *,
    goal: float | None = None,
    floor: float | None = None,
) -> Figure:
    """Make a figure of one thing that each of several runs found."""
    return Figure(name=name, unit=unit, samples=tuple(each[key] for each in found), goal=goal, floor=floor)
