"""Short plans in which each planted defect shows, made of the kinds of steps that it takes."""

import random

from tests.simulate.steps import Plan, Step

_STEPS = 14
_BAD = "sync_over_bad_network"

KINDS: dict[str, tuple[str, ...]] = {
    "edits that were not seen are overwritten": ("edit_account", "sync"),
    "the base of an edit is that of the moment it is handed in": ("edit_account", _BAD, "sync"),
    "the later clock wins": ("jump_clock", "edit_account", "sync"),
    "a delete takes unseen edits along": ("delete", "edit_account", "edit_task", "sync"),
    "a receipt is taken for the whole batch": ("edit_account", "poison", "sync"),
    "a receipt clears later edits of the same record": ("edit_account", "sync_while_working"),
    "one bad edit refuses the whole batch": ("edit_account", "poison", "sync"),
    "an edit that comes twice counts twice": ("count_points", "create", _BAD),
    "the cursor is written before the rows": ("edit_account", "crash", "sync"),
    "a page skips the first line of its window": ("edit_account", "sync"),
    "counters take the last value": ("count_points", "sync"),
    "tags take the last list": ("tag", "sync"),
    "merges of accounts close rings": ("merge", "sync"),
    "long texts take the last version": ("write", "sync"),
    "pulled rows cover unsent edits": ("edit_account", "sync_while_working"),
    "everybody sees every row of a line": ("move_account", "edit_contact", "sync"),
    "grants bring no rows": ("move_account", "share", "sync"),
    "revocations are not told": ("move_account", "unshare", "change_owner", "sync"),
    "a revocation drops unsent edits": ("move_account", "change_owner", "sync_while_working"),
    "copies of a laptop are not noticed": ("clone", "edit_account", "sync"),
    "an office that was set back is not noticed": ("set_back_office", "edit_account", "sync"),
    "an office that was set back gets no edit again": ("set_back_office", "edit_account", "create", "sync"),
    "edits handed in again claim to have seen what is gone": ("set_back_office", "edit_account", "sync"),
    "rows that come no more stay after a new first sync": ("set_back_office", "move_account", "create", "sync"),
    "the office deletes whatever it is told to": ("clear_out", "sync"),
    "a laptop deletes very much and asks nobody": ("clear_out", "edit_task"),
    "a file is called stored before its bytes came": ("attach", "carry_files", "sync"),
}
"""The kinds of steps that bring a defect out."""


FOUND: dict[str, int] = {
    "long texts take the last version": 8,
    "everybody sees every row of a line": 10,
    "an office that was set back is not noticed": 2,
    "edits handed in again claim to have seen what is gone": 3,
    "a file is called stored before its bytes came": 1,
    "the base of an edit is that of the moment it is handed in": 12,
    "a delete takes unseen edits along": 1,
    "a receipt clears later edits of the same record": 1,
    "an edit that comes twice counts twice": 1,
    "tags take the last list": 1,
    "an office that was set back gets no edit again": 1,
    "rows that come no more stay after a new first sync": 1,
}
"""The first seed that brought a defect out, 0 where none is named: where to begin, so that nobody looks for long."""


def plan_against(defect: str, seed: int) -> Plan:
    """Make the plan of a seed out of the kinds of steps that bring a defect out, and of others now and then."""
    chance = random.Random(f"{defect} {seed}")
    kinds = (*KINDS[defect], *KINDS[defect], "edit_contact", "tag")
    steps = (Step(number, chance.choice(kinds), chance.randrange(60), chance.getrandbits(32)) for number in _numbers())
    return Plan(seed, ("ana", "ben", "dora"), tuple(steps))


def _numbers() -> range:
    return range(1, _STEPS + 1)
