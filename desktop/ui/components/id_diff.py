"""What changed between two lists of ids, as the smallest steps a Qt model can announce. Knows no Qt."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_RESET_SHARE = 0.3
_MOST_RUNS = 100
_MOST_COMPARED = 20_000


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
    # Most live changes touch one place: what is equal at both ends is cut off at the speed of C first.
    head = _same_head(old, new)
    tail = _same_tail(old, new, head)
    if max(len(old), len(new)) - head - tail > _MOST_COMPARED:
        return IdChange(is_reset=True)
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    before, after = set(middle_old), set(middle_new)
    changed = len(before ^ after)
    if not old or not new or changed > _RESET_SHARE * max(len(old), len(new)):
        return IdChange(is_reset=True)
    removals = _runs(head + index for index, item in enumerate(middle_old) if item not in after)
    insertions = _runs(head + index for index, item in enumerate(middle_new) if item not in before)
    if len(removals) + len(insertions) > _MOST_RUNS:
        return IdChange(is_reset=True)
    kept_old = [item for item in middle_old if item in after]
    kept_new = [item for item in middle_new if item in before]
    return IdChange(tuple(reversed(removals)), tuple(insertions), is_reordered=kept_old != kept_new)


def _same_head(old: Sequence[str], new: Sequence[str]) -> int:
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _same_tail(old: Sequence[str], new: Sequence[str], head: int) -> int:
    low, high = 0, min(len(old), len(new)) - head
    while low < high:
        middle = (low + high + 1) // 2
        if old[len(old) - middle : len(old) - low] == new[len(new) - middle : len(new) - low]:
            low = middle
        else:
            high = middle - 1
    return low


def _runs(indexes: Iterable[int]) -> list[Run]:
    runs: list[Run] = []
    for index in indexes:
        if runs and runs[-1].start + runs[-1].count == index:
            runs[-1] = Run(runs[-1].start, runs[-1].count + 1)
        else:
            runs.append(Run(index, 1))
    return runs
