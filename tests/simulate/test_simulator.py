"""The simulator itself: a seed means one history, a broken one is told in as few steps as it takes, nothing is dead."""

import pytest

from sync.client import pushing
from sync.contract.wire import Mutation, PushAnswer, Receipt
from tests.simulate.history import History
from tests.simulate.running import live, shortest
from tests.simulate.shrink import shrunk
from tests.simulate.steps import EDITS, FAULTS, SYNCS, Plan, Step, plan_of
from tests.simulate.worlds import SimWorld


def story(world: SimWorld, seed: int) -> str:
    history = History(world, plan_of(seed))
    history.run()
    return history.story()


def test_seed_tells_the_same_story_whatever_was_lived_through_before(simulated: SimWorld) -> None:
    first = {seed: story(simulated, seed) for seed in range(6)}

    assert {seed: story(simulated, seed) for seed in reversed(range(6))} == first


def test_every_kind_of_step_is_in_some_plan() -> None:
    planned = {step.kind for seed in range(100) for step in plan_of(seed).steps}

    assert planned == {*EDITS, *SYNCS, *FAULTS}


def test_plan_of_an_older_edition_stays_what_it_was() -> None:
    plan = plan_of(1365, 1)

    assert plan.laptops == ("ana", "ben", "dora", "ana-2", "mia")
    assert [each.kind for each in plan.steps[:5]] == ["kill", "pause", "pause", "count_points", "choose"]
    assert {each.kind for each in plan.steps} <= {*EDITS, *SYNCS, *FAULTS} - {"edit_alike", "answer"}


def test_plan_of_the_edition_before_merges_stays_what_it_was() -> None:
    plan = plan_of(1365, 4)

    assert (plan.name, plan.laptops) == ("1365@4", ("ana", "ben", "dora", "ana-2", "mia"))
    assert [each.kind for each in plan.steps[:5]] == [
        "edit_account",
        "sync_over_bad_network",
        "sync_over_bad_network",
        "unshare",
        "create",
    ]
    assert {each.kind for each in plan.steps} <= {*EDITS, *SYNCS, *FAULTS} - {"merge", "part"}


def test_plan_is_shortened_to_the_steps_that_break_it() -> None:
    plan = plan_of(5)
    guilty = {plan.steps[2], plan.steps[-1]}

    found = shrunk(plan, lambda shorter: guilty <= set(shorter.steps))

    assert set(found.steps) == guilty


def test_broken_history_is_told_in_few_steps(simulated: SimWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    def first_for_all(self: pushing.Outbox, batch: list[Mutation], answer: PushAnswer) -> object:
        receipts = [Receipt(mutation=each.id, outcome=answer.receipts[0].outcome) for each in batch]
        return self._replica.take_receipts(receipts)

    monkeypatch.setattr(pushing.Outbox, "take", first_for_all)
    kinds = ("sync", "edit_account", "tag", "jump_clock", "edit_account", "poison", "sync", "pause", "kill")
    plan = Plan(1, ("ana", "ben", "dora"), tuple(Step(n, kind, 0, n) for n, kind in enumerate(kinds, start=1)))
    broken = live(simulated, plan)
    assert broken is not None

    told = str(shortest(simulated, plan, broken))

    assert "begins a sync" not in told
    assert told.split("then everybody", maxsplit=1)[0].count(" ana sets ") == 2
