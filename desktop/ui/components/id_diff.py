"""What changed between two lists of ids, as the smallest steps a Qt model can announce. Knows no Qt."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_RESET_SHARE = 0.3
_MOST_RUNS = 100


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring rows."""

    start: int
    count: int


@dataclass(frozen=True, slots=True)
class IdChange:
    """How to get from the old list to the new one.

    Take ``removals`` (old positions, last first), then put what is kept into the new order if
    ``is_reordered``, then ``insertions`` (new positions, first first). With ``is_reset`` it is cheaper to
    begin anew.
    """

    removals: tuple[Run, ...] = ()
    insertions: tuple[Run, ...] = ()
    is_reordered: bool = False
    is_reset: bool = False


def diff_ids(old: Sequence[str], new: Sequence[str]) -> IdChange:
    """Compare two lists of distinct ids; more than 30 % gone or new, or very scattered, is a reset."""
    if old == new:
        return IdChange()
    before, after = set(old), set(new)
    changed = len(before ^ after)
    if not before or not after or changed > _RESET_SHARE * max(len(old), len(new)):
        return IdChange(is_reset=True)
    removals = _runs(index for index, item in enumerate(old) if item not in after)
    insertions = _runs(index for index, item in enumerate(new) if item not in before)
    if len(removals) + len(insertions) > _MOST_RUNS:
        return IdChange(is_reset=True)
    kept_old = [item for item in old if item in after]
    kept_new = [item for item in new if item in before]
    return IdChange(tuple(reversed(removals)), tuple(insertions), is_reordered=kept_old != kept_new)


def _runs(indexes: Iterable[int]) -> list[Run]:
    runs: list[Run] = []
    for index in indexes:
        if runs and runs[-1].start + runs[-1].count == index:
            runs[-1] = Run(runs[-1].start, runs[-1].count + 1)
        else:
            runs.append(Run(index, 1))
    return runs
