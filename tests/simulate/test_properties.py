"""Properties of SYNC.md part 2 that a single judgement at the end of a history does not show."""

import re
from typing import Any

import pytest

from desktop.store.connections import raw
from sync.contract.entities import CATALOGUE
from sync.server.check import check
from sync.server.schema import ENTITY_TABLES
from tests.simulate.history import History
from tests.simulate.steps import Plan, Step, plan_of
from tests.simulate.worlds import SimWorld

_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-([0-9a-f]{12})")


def lived(world: SimWorld, plan: Plan, *, clocks_jump: bool = True) -> History:
    history = History(world, plan, clocks_jump=clocks_jump)
    history.run()
    return history


def office_rows(world: SimWorld) -> dict[str, list[Any]]:
    """Give every row of the office, with the step of each id in its place and without times, which clocks may tell."""

    def plain(value: Any) -> Any:
        return _TIME.sub("T", _ID.sub(r"\1", value)) if isinstance(value, str) else value

    with world.office.log.storage.reading() as connection:
        return {
            record.name: sorted(
                ([plain(value) for value in row] for row in raw(connection).execute(f"SELECT * FROM {table}")), key=repr
            )
            for record in CATALOGUE
            for table in [ENTITY_TABLES[record.name].name]
        }


def with_jumps(seed: int) -> Plan:
    """Give a plan in which every clock is wrong, and is set several times."""
    plan = plan_of(seed)
    jumps = [Step(100 + at, "jump_clock", at, seed + at) for at in range(len(plan.steps))]
    steps = tuple(each for pair in zip(plan.steps, jumps, strict=True) for each in pair)
    return Plan(seed, plan.laptops, steps)


@pytest.mark.parametrize("seed", range(6))
def test_clocks_that_are_years_wrong_change_nothing_in_the_result(simulated: SimWorld, seed: int) -> None:
    plan = with_jumps(seed)
    lived(simulated, plan, clocks_jump=False)
    right = office_rows(simulated)

    lived(simulated, plan)

    assert office_rows(simulated) == right


@pytest.mark.parametrize("seed", range(6, 12))
def test_log_is_dense_and_its_chain_can_be_worked_out_anew(simulated: SimWorld, seed: int) -> None:
    lived(simulated, plan_of(seed))

    assert check(simulated.office.log).damage == []


def test_copy_that_pushes_second_is_noticed_at_its_first_hello(simulated: SimWorld) -> None:
    steps = [
        Step(1, "clone", 0, 1),
        Step(2, "edit_account", 0, 2),
        Step(3, "edit_account", 3, 3),
        Step(4, "sync", 0, 4),
        Step(5, "sync", 3, 5),
    ]

    lived(simulated, Plan(1, ("ana", "ben", "dora"), tuple(steps)))

    ana, copy = simulated.laptops[0], simulated.laptops[3]
    assert ana.database.meta.client_id != copy.database.meta.client_id


def test_poisoned_edit_is_the_only_one_that_does_not_arrive(simulated: SimWorld) -> None:
    kinds = ["edit_account", "poison", "edit_account", "create", "poison", "edit_task", "sync"]
    plan = Plan(1, ("ana", "ben", "dora"), tuple(Step(n, kind, 0, n) for n, kind in enumerate(kinds, start=1)))

    history = lived(simulated, plan)

    assert history.happened["not accepted"] == kinds.count("poison")
