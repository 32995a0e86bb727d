"""Undo takes back exactly what one change did, and leaves alone what somebody else did since."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.reversal import Journalled, Reversal, reverse
from sync.contract.entities import CATALOGUE
from sync.contract.wire import Op

ACCOUNT = CATALOGUE["account"]
OPPORTUNITY = CATALOGUE["opportunity"]


def patched(old: dict[str, Any], new: dict[str, Any]) -> Journalled:
    return Journalled(Op.PATCH, old, new)


def test_value_still_as_written_goes_back() -> None:
    change = patched({"phone": "1"}, {"phone": "2"})

    assert reverse(ACCOUNT, change, {"phone": "2"}, deleted=False) == Reversal(Op.PATCH, {"phone": "1"})


def test_value_that_was_empty_is_emptied_again() -> None:
    change = patched({"phone": None}, {"phone": "2"})

    assert reverse(ACCOUNT, change, {"phone": "2"}, deleted=False).values == {"phone": None}


def test_value_changed_since_stays_and_the_rest_goes_back() -> None:
    change = patched({"phone": "1", "name": "A"}, {"phone": "2", "name": "B"})

    found = reverse(ACCOUNT, change, {"phone": "3", "name": "B"}, deleted=False)

    assert found == Reversal(Op.PATCH, {"name": "A"}, ("phone",))


def test_fields_of_one_group_stay_together() -> None:
    change = patched({"stage": "a", "status": "open"}, {"stage": "b", "status": "won"})

    found = reverse(OPPORTUNITY, change, {"stage": "c", "status": "won"}, deleted=False)

    assert found == Reversal(None, {}, ("progress",))


def test_points_given_since_are_kept() -> None:
    change = patched({"points": 10}, {"points": 15})

    assert reverse(ACCOUNT, change, {"points": 18}, deleted=False).values == {"points": 13}


def test_tags_set_since_are_kept() -> None:
    change = patched({"tags": ["a", "b"]}, {"tags": ["b", "c"]})

    assert reverse(ACCOUNT, change, {"tags": ["b", "c", "d"]}, deleted=False).values == {"tags": ["a", "b", "d"]}


def test_lines_written_since_are_kept() -> None:
    change = patched({"description": "one\ntwo"}, {"description": "one\nTWO"})

    found = reverse(ACCOUNT, change, {"description": "zero\none\nTWO"}, deleted=False)

    assert found.values == {"description": "zero\none\ntwo"}


def test_line_rewritten_since_stays() -> None:
    change = patched({"description": "one"}, {"description": "two"})

    assert reverse(ACCOUNT, change, {"description": "three"}, deleted=False).kept == ("description",)


def test_later_visit_is_left_without_complaint() -> None:
    change = patched({"last_visit_at": "2026-01-01T00:00:00.000Z"}, {"last_visit_at": "2026-02-01T00:00:00.000Z"})

    found = reverse(ACCOUNT, change, {"last_visit_at": "2026-03-01T00:00:00.000Z"}, deleted=False)

    assert found == Reversal(None)


def test_creation_goes_back_by_deleting() -> None:
    change = Journalled(Op.CREATE, {}, {"name": "A"})

    assert reverse(ACCOUNT, change, {"name": "A", "created_at": "now"}, deleted=False) == Reversal(Op.DELETE)


def test_creation_that_others_worked_on_stays() -> None:
    change = Journalled(Op.CREATE, {}, {"name": "A"})

    assert reverse(ACCOUNT, change, {"name": "A", "phone": "1"}, deleted=False) == Reversal(None, {}, ("phone",))


@pytest.mark.parametrize(("op", "deleted", "back"), [(Op.DELETE, True, Op.RESTORE), (Op.RESTORE, False, Op.DELETE)])
def test_deletion_and_restoration_take_each_other_back(op: Op, deleted: bool, back: Op) -> None:  # noqa: FBT001
    assert reverse(ACCOUNT, Journalled(op, {}, {}), {"name": "A"}, deleted=deleted) == Reversal(back)


@pytest.mark.parametrize(("op", "deleted"), [(Op.DELETE, False), (Op.RESTORE, True), (Op.CREATE, True)])
def test_what_is_so_already_needs_nothing(op: Op, deleted: bool) -> None:  # noqa: FBT001
    assert reverse(ACCOUNT, Journalled(op, {}, {}), {}, deleted=deleted) == Reversal(None)


def test_edit_of_a_record_deleted_since_stays() -> None:
    assert reverse(ACCOUNT, patched({"name": "A"}, {"name": "B"}), {"name": "B"}, deleted=True).kept == ("deleted",)


_VALUES = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["A", "B"]),
        "phone": st.sampled_from(["1", "2"]),
        "points": st.integers(-5, 5),
        "tags": st.lists(st.sampled_from("abc"), unique=True, min_size=1).map(sorted),
        "description": st.sampled_from(["x", "x\ny", "z"]),
    },
)


@given(before=_VALUES, changes=_VALUES)
def test_change_nobody_touched_since_goes_back_whole(before: dict[str, Any], changes: dict[str, Any]) -> None:
    after = {**before, **changes}
    change = patched({name: before.get(name) for name in changes}, changes)

    found = reverse(ACCOUNT, change, after, deleted=False)

    restored = {name: value for name, value in {**after, **found.values}.items() if value is not None}
    assert not found.kept
    assert restored == before


@given(before=_VALUES, mine=_VALUES, theirs=_VALUES)
def test_what_others_wrote_into_plain_fields_is_never_overwritten(
    before: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]
) -> None:
    change = patched({name: before.get(name) for name in mine}, mine)
    current = {**before, **mine, **theirs}

    found = reverse(ACCOUNT, change, current, deleted=False)

    for name in ("name", "phone"):
        if name in theirs and theirs[name] != mine.get(name):
            assert name not in found.values
