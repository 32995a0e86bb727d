"""What a list is limited to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.domain.asking import Asked
from desktop.domain.listing import Clause, Condition, Either, Test
from desktop.ui.records.conditions import NamedCondition


@dataclass(frozen=True, slots=True)
class Filters:
    """The conditions of a list, in the order in which they were added."""

    named: tuple[NamedCondition, ...] = ()

    @property
    def where(self) -> tuple[Clause, ...]:
        """The conditions for the store."""
        return tuple(each.condition for each in self.named)

    def with_condition(self, added: NamedCondition, replaced: int | None) -> "Filters":
        """Add a condition, or put it in the place of another."""
        if replaced is None:
            return Filters((*self.named, added))
        return Filters(tuple(added if place == replaced else each for place, each in enumerate(self.named)))

    def without(self, place: int) -> "Filters":
        """Take a condition away."""
        return Filters(tuple(each for index, each in enumerate(self.named) if index != place))

    def as_plain(self) -> list[dict[str, Any]]:
        """Give them as JSON values."""
        return [_as_plain(each) for each in self.named]

    @classmethod
    def of_plain(cls, plain: Sequence[Mapping[str, Any]]) -> "Filters":
        """Make them of what ``as_plain`` gave."""
        return cls(tuple(_of_plain(each) for each in plain))


def _as_plain(named: NamedCondition) -> dict[str, Any]:
    asked = named.asked
    words = None if asked is None else [asked.text, asked.about, asked.test.value, asked.said]
    return {"clause": _clause_as_plain(named.condition), "titles": dict(named.titles), "asked": words}


def _of_plain(plain: Mapping[str, Any]) -> NamedCondition:
    clause, titles = _clause_of_plain(plain["clause"]), dict(plain["titles"])
    if plain["asked"] is None:
        return NamedCondition(clause, titles)
    text, about, test, said = plain["asked"]
    return NamedCondition(clause, titles, Asked(clause, text, about, Test(test), said, titles))


def _clause_as_plain(clause: Clause) -> list[Any]:
    if isinstance(clause, Condition):
        value = list(clause.value) if isinstance(clause.value, tuple) else clause.value
        return [clause.field, clause.test.value, value]
    return [[[_clause_as_plain(each) for each in group] for group in clause.groups]]


def _clause_of_plain(plain: Sequence[Any]) -> Clause:
    if len(plain) == 1:
        return Either(tuple(tuple(_clause_of_plain(each) for each in group) for group in plain[0]))
    field, test, value = plain
    is_many = isinstance(value, list) and Test(test) in {Test.IN, Test.NOT_IN}
    return Condition(field, Test(test), tuple(value) if is_many else value)
