"""What a batch has touched that decides who sees what: none of it is lost when the batch goes back to a point."""

import pytest

from sync.server.scope import Unsettled


@pytest.mark.parametrize(
    "touched", [Unsettled(scopes={"a": 1}), Unsettled(users={"u": 1}), Unsettled(new_accounts={"a"})]
)
def test_touched_of_any_kind_is_worth_remembering(touched: Unsettled) -> None:
    assert touched
    assert touched.copy() == touched


def test_nothing_touched_is_not_worth_remembering() -> None:
    assert not Unsettled()


def test_copy_is_out_of_reach_of_what_is_touched_later() -> None:
    touched = Unsettled()
    kept = touched.copy()

    touched.scopes["a"], touched.users["u"] = 1, 1
    touched.new_accounts.add("a")

    assert not kept
