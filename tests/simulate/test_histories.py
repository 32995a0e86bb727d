"""Histories of a small organisation in which everything goes wrong: nothing is lost, nothing counts twice (SYNC.md)."""

import sys

import pytest

from tests.simulate.running import run_plans
from tests.simulate.seeds import failed_plans, new_seeds
from tests.simulate.steps import plan_of
from tests.simulate.worlds import SimWorld

RUNS = 16


@pytest.mark.parametrize("run", range(RUNS))
def test_history_of_a_new_seed_keeps_every_promise(simulated: SimWorld, run: int) -> None:
    seeds = new_seeds()[run::RUNS]
    sys.stdout.write(f"make simulate SEEDS={new_seeds()[0]}-{new_seeds()[-1]}\n")

    for plan, story, _happened in run_plans(simulated, map(plan_of, seeds)):
        assert not story, f"make simulate SEEDS={plan.name}\n{story}"


def test_history_of_every_seed_that_ever_failed_keeps_every_promise(simulated: SimWorld) -> None:
    for plan, story, _happened in run_plans(simulated, failed_plans()):
        assert not story, f"make simulate SEEDS={plan.name}\n{story}"
