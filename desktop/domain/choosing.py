"""What a choice between two values amounts to: which values the record gets; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from desktop.domain.views import Side
from sync.contract.errors import AppError, Code
from sync.contract.fields import RecordType, Value, Values
from sync.contract.merge import joined
from sync.contract.questions import CREATED, DELETED, own_first, proposal_fields, proposals_of

__all__ = [
    "CREATED",
    "DELETED",
    "Answer",
    "Choice",
    "Clash",
    "TwoValues",
    "as_asked",
    "chosen_values",
    "keeps_current",
    "side_of",
    "taken_up",
]


class Choice(StrEnum):
    """What one may answer; any other answer is a value."""

    MINE = "mine"
    THEIRS = "theirs"
    CURRENT = "current"
    PROPOSED = "proposed"


class TwoValues(Protocol):
    """What one chooses between; a ``ConflictView`` is such a thing."""

    @property
    def field(self) -> str:
        """The merge group, or ``deleted``."""
        ...

    @property
    def current(self) -> Mapping[str, Value]:
        """The values that the record has at the office."""
        ...

    @property
    def proposed(self) -> Mapping[str, Value]:
        """The values that were not taken."""
        ...

    @property
    def mine(self) -> Side | None:
        """Which of them this user wrote."""
        ...


@dataclass(frozen=True, slots=True)
class Clash:
    """Two values to choose between, as a plain ``TwoValues``."""

    field: str
    current: Mapping[str, Value]
    proposed: Mapping[str, Value]
    mine: Side | None


@dataclass(frozen=True, slots=True)
class Answer:
    """One's own values in place of both, by field."""

    values: Mapping[str, Value]


def as_asked(conflict: Values, user: str) -> dict[str, Value]:
    """Give a conflict record as ``user`` is to see it: what this user proposed stands before what others did."""
    return {**conflict, **proposal_fields(own_first(proposals_of(conflict), user))}


def taken_up(record: RecordType, proposed: Values, before: Values, present: Values) -> dict[str, Value]:
    """Give the values with which somebody's proposal is written into a record as it is now.

    Numbers, tags and texts take over what the proposal added to ``before``; what others added since stays.
    """
    return {
        name: joined(record.fields[name].merge, before.get(name), value, present.get(name))
        if name in record.fields
        else value
        for name, value in proposed.items()
    }


def side_of(conflict: Values, user: str, *, from_here: bool) -> Side | None:
    """Tell which value of a conflict record is ``user``'s, ``None`` where neither.

    Where both are, because the user works on two laptops, it is the one written on this laptop: ``from_here`` says
    whether the conflict's mutation, which proposed the other value, was made here.
    """
    current, proposed = (bool(user) and conflict.get(name) == user for name in ("current_by", "proposed_by"))
    if proposed and (from_here or not current):
        return Side.PROPOSED
    return Side.CURRENT if current else None


def chosen_values(view: TwoValues, choice: Choice | Answer) -> dict[str, Value]:
    """Give the values that the record gets, by field of the merge group.

    Raises:
        AppError: ``VALUE_NOT_A_CHOICE`` for mine or theirs where neither value is this user's, or for values of
            one's own where only keeping or deleting can be chosen.
    """
    if isinstance(choice, Answer):
        if view.field in {DELETED, CREATED}:
            raise _no_choice(view, ", ".join(map(str, choice.values.values())))
        return {**view.current, **choice.values}
    if choice in {Choice.MINE, Choice.THEIRS} and view.mine is None:
        raise _no_choice(view, choice.value)
    return dict(view.current if _side(view, choice) is Side.CURRENT else view.proposed)


def keeps_current(view: TwoValues, choice: Choice | Answer) -> bool:
    """Tell whether a choice leaves the record as it is, whatever else was proposed."""
    return isinstance(choice, Choice) and _side(view, choice) is Side.CURRENT


def _side(view: TwoValues, choice: Choice) -> Side:
    if choice is Choice.MINE:
        return view.mine or Side.CURRENT
    if choice is Choice.THEIRS:
        return Side.CURRENT if view.mine is Side.PROPOSED else Side.PROPOSED
    return Side(choice.value)


def _no_choice(view: TwoValues, value: str) -> AppError:
    known = [each.value for each in Choice] if view.mine is not None else [Choice.CURRENT, Choice.PROPOSED]
    return AppError(Code.VALUE_NOT_A_CHOICE, field=view.field, value=value, known=", ".join(known))
