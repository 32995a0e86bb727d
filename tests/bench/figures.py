"""Figures: what was measured, how often, and what it is compared with. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured quantity.

    ``samples`` are in ``unit``. ``goal`` is what the design asks for, ``floor`` what the bare machine needs for the
    same amount of work in the same run. ``more_is_better`` is for rates.
    """

    name: str
    unit: str
    samples: tuple[float, ...]
    goal: float | None = None
    floor: float | None = None
    more_is_better: bool = False
    note: str = ""

    @property
    def value(self) -> float:
        """The median of the samples."""
        return median(self.samples)

    @property
    def share_of_goal(self) -> float | None:
        """How much of the goal is used up; up to 1 it is reached."""
        if self.goal is None:
            return None
        if self.more_is_better:
            return self.goal / self.value if self.value else math.inf
        if not self.goal:  # a goal of none at all, such as lost edits
            return math.inf if self.value else 0.0
        return self.value / self.goal

    @property
    def times_floor(self) -> float | None:
        """How many times the floor this is; for rates, how much of the floor's rate is left, turned round."""
        if not self.floor or not self.value:
            return None
        return self.floor / self.value if self.more_is_better else self.value / self.floor


def percentile(samples: Sequence[float], share: float) -> float:
    """Give the smallest sample that at least this share of all samples does not exceed."""
    ordered = sorted(samples)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def shown(value: float, unit: str) -> str:
    """Write a quantity with as many digits as it deserves."""
    if value >= 100:
        return f"{value:,.0f} {unit}"
    return f"{value:.3g} {unit}"


def line(figure: Figure) -> str:
    """Write a figure on one line: name, median, goal, share of the goal, floor, number of samples."""
    goal = "-" if figure.goal is None else shown(figure.goal, figure.unit)
    share = "" if figure.share_of_goal is None else f"{figure.share_of_goal:6.2f}"
    floor = "" if figure.floor is None else f"floor {shown(figure.floor, figure.unit)} (x{figure.times_floor or 0:.1f})"
    parts = f"{figure.name:<58} {shown(figure.value, figure.unit):>14} {goal:>12} {share:>7}"
    tail = "  ".join(each for each in (floor, f"n={len(figure.samples)}", figure.note) if each)
    return f"{parts}   {tail}"


HEADING = f"{'figure':<58} {'median':>14} {'goal':>12} {'/ goal':>7}"
"""What stands above the lines."""
