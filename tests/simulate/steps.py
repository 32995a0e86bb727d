"""What may happen in a history, how often, and the plan of a seed: a list of steps, each with chance of its own.

Leaving a step out changes nothing about the others but what they find, so that a plan can be shortened. When kinds of
steps are added a seed means another plan: a new edition begins, and the plans of those before stay what they were.
"""

import random
from dataclasses import dataclass
from itertools import accumulate

from tests.simulate.worlds import LAPTOPS

EDITS = {
    "edit_account": 14,
    "count_points": 5,
    "tag": 5,
    "write": 5,
    "edit_task": 5,
    "edit_contact": 5,
    "create": 7,
    "delete": 4,
    "restore": 3,
    "undo": 3,
    "choose": 5,
    "attend": 1,
    "poison": 2,
    "edit_alike": 6,
    "answer": 5,
    "look_after": 3,
    "clear_out": 1,
    "merge": 5,
    "part": 2,
}
"""What people do."""

SYNCS = {"sync": 22, "sync_over_bad_network": 14, "sync_while_working": 4}

FAULTS = {
    "kill": 3,
    "crash": 3,
    "clone": 1,
    "back_up_laptop": 2,
    "set_back_laptop": 1,
    "back_up_office": 1,
    "set_back_office": 1,
    "move_account": 4,
    "change_owner": 2,
    "share": 3,
    "unshare": 2,
    "assign_territories": 2,
    "change_role": 1,
    "jump_clock": 2,
    "end_token": 1,
    "sign_in": 1,
    "deliver_late": 2,
    "pause": 2,
    "compact": 2,
    "attach": 3,
    "carry_files": 4,
    "update_program": 3,
}
"""What goes wrong, and what the office does of itself."""

EDITION = 5
"""The plans that seeds mean where none is named."""

_SINCE = {"edit_alike": 2, "answer": 2, "look_after": 2, "clear_out": 3, "update_program": 4, "merge": 5, "part": 5}
_WEIGHTS_UNTIL = {1: {"poison": 1}}

ALWAYS = ("edit_account", "create", "sync", "sync_over_bad_network")
_FEWEST, _MOST = 12, 30
_KINDS_KEPT = 0.55
_OLD = 0.4


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens: what, on which laptop, and the chance that decides the rest."""

    number: int
    kind: str
    who: int
    seed: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A history before it is lived through."""

    seed: int
    laptops: tuple[str, ...]
    steps: tuple[Step, ...]
    edition: int = EDITION
    old: frozenset[str] = frozenset()
    """The laptops that begin with the program of before."""

    @property
    def name(self) -> str:
        """What ``make simulate SEEDS=`` knows it by."""
        return str(self.seed) if self.edition == EDITION else f"{self.seed}@{self.edition}"


def plan_of(seed: int, edition: int = EDITION) -> Plan:
    """Make the plan of a seed. Each has only some of the kinds of steps, so that these meet more often."""
    chance = random.Random(seed)
    laptops = LAPTOPS[: chance.choice((3, 3, 4, 5))]
    weights = _weights(edition)
    kinds = [kind for kind in weights if kind in ALWAYS or chance.random() < _KINDS_KEPT]
    sums = list(accumulate(weights[kind] for kind in kinds))
    count = chance.randint(_FEWEST, _MOST)
    steps = tuple(
        Step(number + 1, kind, chance.randrange(60), chance.getrandbits(32))
        for number, kind in enumerate(chance.choices(kinds, cum_weights=sums, k=count))
    )
    old = [name for name in laptops if chance.random() < _OLD] if "update_program" in kinds else ()
    return Plan(seed, laptops, steps, edition, frozenset(old))


def _weights(edition: int) -> dict[str, int]:
    known = {kind: weight for kind, weight in {**EDITS, **SYNCS, **FAULTS}.items() if _SINCE.get(kind, 1) <= edition}
    for last, before in sorted(_WEIGHTS_UNTIL.items(), reverse=True):
        if edition <= last:
            known.update(before)
    return known
