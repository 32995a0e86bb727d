"""Each defect that is put into the product is noticed, and by what was put in: without it the same histories are whole.

``docs/planted-bugs.md`` lists them. A gate that does not notice them is no evidence of anything.
"""

import pytest

from tests.simulate.defects import DEFECTS, planted
from tests.simulate.planted import FOUND, KINDS, plan_against
from tests.simulate.running import live
from tests.simulate.worlds import SimWorld

MOST_SEEDS = 40


@pytest.mark.parametrize("defect", DEFECTS)
def test_history_finds_a_defect_that_is_put_in(simulated: SimWorld, defect: str) -> None:
    seeds = [FOUND.get(defect, 0), *range(MOST_SEEDS)]
    plans = (plan_against(defect, seed) for seed in seeds)

    with planted(defect):
        noticed = next((plan for plan in plans if live(simulated, plan) is not None), None)

    assert noticed is not None
    assert live(simulated, noticed) is None


def test_every_defect_has_the_kinds_of_steps_that_bring_it_out() -> None:
    assert KINDS.keys() == DEFECTS.keys()
