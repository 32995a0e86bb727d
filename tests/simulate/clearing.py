"""Deletions of very much at once, and the brake they meet: asked about on the laptop, or held at the office."""

import random
from typing import TYPE_CHECKING

from desktop.commands.imports import ImportRecords, ImportRow
from desktop.commands.records import DeleteManyRecords
from desktop.store.unit_of_work import UnitOfWork
from sync.contract.brake import FEW, is_mass
from sync.contract.errors import AppError, Code
from tests.simulate.acts import Turn
from tests.simulate.patching import patched
from tests.simulate.steps import Step
from tests.simulate.worlds import SimLaptop

if TYPE_CHECKING:
    from tests.simulate.history import History

_HANDED_IN = 0.6
_AGREES = 0.6
_OLDER_PROGRAM = 0.5


def clear_out(history: "History", step: Step, laptop: SimLaptop, chance: random.Random) -> None:
    """Make a dozen tasks, hand them in or not, and delete them at once."""
    made: list[str] = []

    def plan_much(turn: Turn) -> str:
        rows = [ImportRow(line, {"title": f"list {turn.number}.{line}"}) for line in range(FEW + 1)]
        made.extend(turn.laptop.run(ImportRecords("task", rows)).created)
        return f"makes {len(made)} tasks at once"

    turn = Turn(laptop, chance, step.number)
    history.do("plan_much", turn, plan_much)
    if not made:
        return
    if chance.random() < _HANDED_IN:
        history.sync(step, laptop, chance)
    kind, how = ("clear_out unasked", _unasked) if chance.random() < _OLDER_PROGRAM else ("clear_out", _asked)
    history.do(kind, turn, lambda turn: how(turn, made))


def _asked(turn: Turn, records: list[str]) -> str:
    """Delete as somebody at a laptop does: it asks first."""
    before, count = turn.laptop.unsent, len(records)
    is_much = is_mass({"task": count}, turn.laptop.reads.counts())
    try:
        turn.laptop.run(DeleteManyRecords("task", records))
    except AppError as asking:
        if asking.code is not Code.MASS_DELETION:
            raise
    else:
        assert not is_much, f"{turn.laptop.name} deleted {count} tasks and asked nobody"
        return f"deletes {count} tasks of very many"
    assert turn.laptop.unsent == before, f"{turn.laptop.name} has edits of a deletion to which nobody agreed"
    if turn.chance.random() >= _AGREES:
        return f"is asked about {count} tasks, and deletes none"
    command = DeleteManyRecords("task", records)
    command.consent = True
    turn.laptop.run(command)
    return f"is asked, and deletes {count} tasks"


def _unasked(turn: Turn, records: list[str]) -> str:
    """Delete as a program does that does not ask yet: what it hands in has nobody's word."""
    with patched(UnitOfWork, "brake", lambda _self, **_consent: None):
        turn.laptop.run(DeleteManyRecords("task", records))
    return f"deletes {len(records)} tasks and is not asked"
