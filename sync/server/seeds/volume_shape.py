"""How many of what, and who has how many: the distributions of a set of any size. Pure.

Totals are exact, so that figures can be compared: two contacts, ten activities, one opportunity and half a task per
account on average. Who has how many is skewed: a few accounts have most of it.
"""

import random
from array import array
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

PER_ACCOUNT = {"contact": 2.0, "activity": 10.0, "opportunity": 1.0, "task": 0.5}
_SHAPES = {"contact": 3.0, "activity": 1.4, "opportunity": 1.6, "task": 1.4}
_LARGEST_SHARE = 60.0


@dataclass(frozen=True, slots=True)
class VolumeSize:
    """How large a set is to be; ``users`` are reps, each with a territory and an equal part of the accounts."""

    accounts: int
    users: int = 1

    def total(self, record_type: str) -> int:
        """Give the number of records of one type."""
        return round(self.accounts * PER_ACCOUNT[record_type]) if record_type in PER_ACCOUNT else self.accounts


class Portions:
    """Deals a total out to accounts, one after the other, so that the parts add up exactly."""

    def __init__(self, size: VolumeSize, record_type: str, seed: int) -> None:
        """Throw each account's weight, a Pareto variable that is cut off so that nobody has everything."""
        dice = random.Random(f"{seed}/{record_type}")  # noqa: S311 - invented data needs no cryptographic randomness
        shape = _SHAPES[record_type]
        weights = (min(dice.paretovariate(shape), _LARGEST_SHARE) - 0.7 for _ in range(size.accounts))
        self._ends = array("d", accumulate(weights))
        self._total = size.total(record_type)

    def __getitem__(self, account: int) -> int:
        """Give how many records the account of this number has."""
        return self._end(account) - (self._end(account - 1) if account else 0)

    def _end(self, account: int) -> int:
        if account == len(self._ends) - 1:
            return self._total
        return int(self._ends[account] * self._total / self._ends[-1])


class Ranked:
    """Draws from a list whose first members occur most: the n-th about 1/n times as often as the first (Zipf)."""

    def __init__(self, many: int) -> None:
        """Prepare for a list of this length."""
        self._ends: Sequence[float] = list(accumulate(1 / rank for rank in range(1, many + 1)))

    def draw(self, chance: float) -> int:
        """Give a place in the list for a number from 0 up to 1."""
        return min(bisect(self._ends, chance * self._ends[-1]), len(self._ends) - 1)
