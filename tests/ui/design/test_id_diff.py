"""The steps from one list of ids to another, by property."""

from hypothesis import given
from hypothesis import strategies as st

from desktop.ui.components.id_diff import IdChange, diff_ids

IDS = st.lists(st.sampled_from([f"r{number}" for number in range(40)]), unique=True)


def _apply(old: list[str], new: list[str], change: IdChange) -> list[str]:
    if change.is_reset:
        return list(new)
    result = list(old)
    for run in change.removals:
        del result[run.start : run.start + run.count]
    if change.is_reordered:
        kept = set(result)
        result = [item for item in new if item in kept]
    for run in change.insertions:
        result[run.start : run.start] = new[run.start : run.start + run.count]
    return result


@given(IDS, IDS)
def test_steps_lead_from_the_old_list_to_the_new_one(old: list[str], new: list[str]) -> None:
    assert _apply(old, new, diff_ids(old, new)) == new


def test_equal_lists_need_no_step() -> None:
    assert diff_ids(["a", "b"], ["a", "b"]) == IdChange()


def test_one_new_row_is_one_insertion() -> None:
    change = diff_ids(["a", "b", "c", "d"], ["a", "x", "b", "c", "d"])

    assert [(run.start, run.count) for run in change.insertions] == [(1, 1)]
    assert not change.removals


def test_more_than_a_third_of_changes_is_a_reset() -> None:
    assert diff_ids(list("abcdefghij"), list("abcdefgxyz")).is_reset


def test_another_order_alone_is_no_reset() -> None:
    change = diff_ids(list("abcdefghij"), list("jihgfedcba"))

    assert change.is_reordered
    assert not change.is_reset
