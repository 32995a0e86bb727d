"""Two people who meet without knowing it, each writing what the other has not seen; and what is to be done then."""

import random
from typing import TYPE_CHECKING

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
