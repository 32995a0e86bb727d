"""Two people who meet without knowing it, each writing what the other has not seen; and what is to be done then.

Merges of accounts are here because they mean something only where people meet: two that say the opposite, three that
close a ring, somebody who works on what is being merged.
"""

import random
from typing import TYPE_CHECKING

from desktop.commands.merging import MergeRecords, UnmergeRecord
from desktop.store import aliases
from sync.contract.errors import AppError, Code
from tests.simulate.acts import Turn, by_age
from tests.simulate.chance import short
from tests.simulate.steps import Step
from tests.simulate.worlds import SimLaptop

if TYPE_CHECKING:
    from tests.simulate.history import History

_FIELDS = (
    ("account", "phone", "+86 20 {}"),
    ("account", "email", "k{}@example.com"),
    ("account", "segment", "kind {}"),
    ("account", "city", "Port {}"),
    ("contact", "name", "Wu {}"),
    ("contact", "mobile", "139 {}"),
    ("task", "title", "ask {}"),
)
_FEW = 3
_HANDED_IN = 0.5
_ANSWERED = 0.5
_OPPOSITE = 0.3
_ACCOUNTS = 5
_PAIR = 2


def edit_alike(history: "History", step: Step, laptop: SimLaptop, chance: random.Random) -> None:
    """Let two people set the same field of the same record to different values, neither having seen the other's."""
    other = chance.choice([each for each in history.world.laptops if each is not laptop])
    kind, name, form = chance.choice(_FIELDS)
    theirs = set(by_age(other, kind))
    both = [each for each in by_age(laptop, kind) if each in theirs]
    if not both:
        return
    record = chance.choice(both[:_FEW])
    for place, each in enumerate((laptop, other), start=1):
        value = form.format(step.number * 10 + place)

        def set_field(turn: Turn, value: str = value) -> str:
            turn.laptop.set(kind, record, **{name: value})
            return f"sets {name}={value!r} of {kind} {short(record)}, as somebody else does"

        history.do("edit_alike", Turn(each, chance, step.number), set_field)
    if chance.random() < _HANDED_IN:
        for each in (other, laptop):
            history.sync(step, each, chance)
        if chance.random() < _ANSWERED:
            answer(history, step, laptop, chance)


def answer(history: "History", step: Step, _laptop: SimLaptop, chance: random.Random) -> None:
    """Let somebody choose who has something to choose."""
    asked = [each for each in history.world.laptops if each.questions()]
    if asked:
        history.act(step, chance.choice(asked), chance, "choose")


def look_after(history: "History", step: Step, laptop: SimLaptop, chance: random.Random) -> None:
    """Let somebody mend, send once more or put aside what was not accepted; where there is nothing, make something."""
    having = [each for each in history.world.laptops if each.reads.attention()]
    if not having:
        history.act(step, laptop, chance, "poison")
        history.sync(step, laptop, chance)
        having = [laptop] if laptop.reads.attention() else []
    if having:
        history.act(step, chance.choice(having), chance, chance.choice(("mend", "mend", "attend")))


def merge(history: "History", step: Step, laptop: SimLaptop, chance: random.Random) -> None:
    """Let somebody say that two accounts are one; now and then somebody else says it the other way round."""
    accounts = by_age(laptop, "account")[-_ACCOUNTS:]
    if len(accounts) < _PAIR:
        return
    keep, drop = chance.sample(accounts, _PAIR)

    def say(turn: Turn) -> str:
        turn.laptop.run(MergeRecords("account", keep, drop))
        return f"merges account {short(drop)} into {short(keep)}"

    def say_the_opposite(turn: Turn) -> str:
        turn.laptop.run(MergeRecords("account", drop, keep))
        return f"merges account {short(keep)} into {short(drop)}"

    history.do("merge", Turn(laptop, chance, step.number), say)
    if chance.random() < _OPPOSITE:
        other = chance.choice([each for each in history.world.laptops if each is not laptop])
        history.do("merge", Turn(other, chance, step.number), say_the_opposite)


def part(history: "History", step: Step, laptop: SimLaptop, chance: random.Random) -> None:
    """Let somebody say that an account which was merged is one of its own; where there is none, merge some first."""
    having = [each for each in history.world.laptops if _merged(each)]
    if not having:
        merge(history, step, laptop, chance)
        having = [laptop] if _merged(laptop) else []
    if not having:
        return
    who = chance.choice(having)
    if chance.random() < _HANDED_IN:
        history.sync(step, who, chance)

    def say(turn: Turn) -> str:
        merged = _merged(turn.laptop)
        if not merged:
            raise AppError(Code.NOT_MERGED)
        account = turn.chance.choice(merged)
        turn.laptop.run(UnmergeRecord("account", account))
        return f"parts account {short(account)}"

    history.do("part", Turn(who, chance, step.number), say)


def _merged(laptop: SimLaptop) -> list[str]:
    with laptop.database.reading() as connection:
        return sorted(aliases.all_here(connection), key=lambda each: each[-12:])
