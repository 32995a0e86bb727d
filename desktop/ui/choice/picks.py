"""What somebody has chosen so far for one record, before it is saved; pure. Every step can be taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from desktop.domain.choosing import Answer, Choice
from desktop.domain.views import ConflictView, Side
from desktop.ui.choice.board import is_either_or
from sync.contract.fields import Value

BEFORE = "before"
YOURS = "yours"
THEIRS = "theirs"
TYPED = "typed"
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Pick:
    """One choice: a column, or values: typed ones, or those of one more colleague."""

    column: str
    values: Mapping[str, Value] = field(default_factory=dict)


class Picks:
    """The picks for the questions of one record."""

    def __init__(self, questions: Sequence[ConflictView]) -> None:
        """Start with nothing picked."""
        self._questions = {view.id: view for view in questions}
        self._picks: dict[str, Pick] = {}
        self._past: list[dict[str, Pick]] = []

    @property
    def chosen(self) -> int:
        """How many questions have a pick."""
        return len(self._picks)

    @property
    def is_complete(self) -> bool:
        """Whether every question has a pick."""
        return bool(self._questions) and len(self._picks) == len(self._questions)

    @property
    def can_undo(self) -> bool:
        """Whether there is a pick to take back."""
        return bool(self._past)

    @property
    def questions(self) -> Sequence[ConflictView]:
        """The questions."""
        return tuple(self._questions.values())

    def of(self, question: str) -> Pick | None:
        """Give the pick for a question."""
        return self._picks.get(question)

    def follow(self, questions: Sequence[ConflictView]) -> None:
        """Take over questions as they are now; picks stay for those whose values are the same."""
        known, self._questions = self._questions, {view.id: view for view in questions}
        self._picks = {name: pick for name, pick in self._picks.items() if known.get(name) == self._questions.get(name)}
        if known != self._questions:
            self._past.clear()

    def pick(self, question: str, column: str) -> bool:
        """Pick a column for a question; tells whether that can be."""
        view = self._questions.get(question)
        if view is None or (column == BEFORE and is_either_or(view)):
            return False
        self._set({question: Pick(column)})
        return True

    def pick_many(self, picks: Mapping[str, Pick]) -> bool:
        """Pick for several questions in one step; tells whether anything is other than it was."""
        return self._set(picks)

    def pick_all(self, column: str) -> None:
        """Pick a column for every question."""
        self._set({name: Pick(column) for name in self._questions})

    def pick_other(self, question: str, place: int) -> bool:
        """Pick what one more colleague proposed; tells whether that can be."""
        view = self._questions.get(question)
        if view is None or place >= len(view.others):
            return False
        self._set({question: Pick(OTHER, dict(view.others[place].values))})
        return True

    def type(self, question: str, values: Mapping[str, Value]) -> None:
        """Pick values that were typed."""
        self._set({question: Pick(TYPED, dict(values))})

    def undo(self) -> None:
        """Take the last step back."""
        if self._past:
            self._picks = self._past.pop()

    def values(self, question: str) -> Mapping[str, Value] | None:
        """Give the values that a question's pick amounts to, ``None`` without a pick."""
        view, pick = self._questions.get(question), self._picks.get(question)
        if view is None or pick is None:
            return None
        match pick.column:
            case "before":
                return view.before
            case "yours":
                return view.yours
            case "theirs":
                return view.theirs
            case _:
                return pick.values

    def answers(self) -> dict[str, Choice | Answer]:
        """Give the answers by question, as the command takes them."""
        return {name: self._answer(self._questions[name], pick) for name, pick in self._picks.items()}

    def as_plain(self) -> dict[str, object]:
        """Give the picks as plain values, by question: column and typed values."""
        return {name: [pick.column, dict(pick.values)] for name, pick in self._picks.items()}

    def take_plain(self, plain: Mapping[str, object]) -> None:
        """Pick again what ``as_plain`` gave, as far as the questions are still open."""
        for name, kept in plain.items():
            match kept:
                case [str(column), dict(values)] if name in self._questions:
                    self._picks[name] = Pick(column, values)

    def _answer(self, view: ConflictView, pick: Pick) -> Choice | Answer:
        match pick.column:
            case "yours":
                return Choice.PROPOSED if view.mine is Side.PROPOSED else Choice.CURRENT
            case "theirs":
                return Choice.CURRENT if view.mine is Side.PROPOSED else Choice.PROPOSED
            case "before":
                # A field that was empty before has no value there, and must be emptied again.
                names = {*view.current, *view.proposed, *view.before}
                return Answer({name: view.before.get(name) for name in names})
            case _:
                return Answer(pick.values)

    def _set(self, picks: Mapping[str, Pick]) -> bool:
        if all(self._picks.get(name) == pick for name, pick in picks.items()):
            return False
        self._past.append(dict(self._picks))
        self._picks = {**self._picks, **picks}
        return True
