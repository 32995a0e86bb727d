"""What waits for a choice, gathered by record; asked on the read lane, knows no widgets."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from desktop.domain.choosing import CREATED, DELETED
from desktop.domain.listing import Condition, Listing, Sort, Test
from desktop.domain.views import ConflictView, HistoryEntry
from desktop.ui.bridge.ports import Reads
from sync.contract.catalogue import Catalogue
from sync.contract.clock import instant_text
from sync.contract.fields import STAMPS, FieldType, Value
from sync.contract.wire import Outcome

TYPES = frozenset({"conflict", "account", "contact", "opportunity", "task", "activity", "product", "user"})
"""Record types on which the page depends."""

_SETTLED_SHOWN = 50
_MET = frozenset({Outcome.CONFLICT, Outcome.MERGED})

Titles = Mapping[tuple[str, str], str]
"""(field, id) to the title of what a reference points to."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A field that one side changed, or both in a way that could be joined; nobody is asked about it."""

    field: str
    before: Value
    yours: Value
    theirs: Value
    now: Value
    by_you: bool
    by_them: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordChoice:
    """All open questions about one record, in the order of its fields."""

    type: str
    record: str
    title: str
    asked: bool
    questions: tuple[ConflictView, ...]
    joined: tuple[Joined, ...] = ()
    titles: Titles = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Name the record among all types."""
        return f"{self.type}:{self.record}"

    @property
    def latest_at(self) -> str:
        """When the last of the values in question was written; a wire instant, may be empty."""
        stamps = (at for each in self.questions for at in (each.theirs_at, each.current_at, each.proposed_at) if at)
        return max(stamps, default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A question that was settled today, and by whom."""

    id: str
    type: str
    title: str
    field: str
    by_name: str
    by_you: bool
    at: str


@dataclass(frozen=True, slots=True)
class ChoiceBoard:
    """Everything the page lists."""

    asked: tuple[RecordChoice, ...] = ()
    others: tuple[RecordChoice, ...] = ()
    settled: tuple[Settled, ...] = ()

    def find(self, key: str) -> RecordChoice | None:
        """Give the record of a key."""
        return next((each for each in (*self.asked, *self.others) if each.key == key), None)


def read_board(reads: Reads, user: str, midnight: datetime) -> ChoiceBoard:
    """Gather what waits for a choice, newest first, and what was settled since ``midnight``; runs on the read lane."""
    by_record: dict[tuple[str, str], list[ConflictView]] = {}
    for view in reads.conflicts():
        by_record.setdefault((view.type, view.record), []).append(view)
    found = [_record_choice(reads, views) for views in by_record.values()]
    records = sorted(found, key=lambda each: each.latest_at, reverse=True)
    return ChoiceBoard(
        asked=tuple(each for each in records if each.asked),
        others=tuple(each for each in records if not each.asked),
        settled=_settled(reads, user, midnight),
    )


def _record_choice(reads: Reads, found: Sequence[ConflictView]) -> RecordChoice:
    first = found[0]
    questions = tuple(sorted(found, key=lambda view: _place(reads.catalogue, view)))
    joined = _joined(reads, questions)
    return RecordChoice(
        type=first.type,
        record=first.record,
        title=first.title,
        asked=any(view.asked for view in found),
        questions=questions,
        joined=joined,
        titles=_titles(reads, first.type, questions, joined),
    )


def _place(catalogue: Catalogue, view: ConflictView) -> int:
    groups = list(catalogue[view.type].groups) if view.type in catalogue else []
    return groups.index(view.field) if view.field in groups else -1


def _joined(reads: Reads, questions: Sequence[ConflictView]) -> tuple[Joined, ...]:
    """Find what else both changed: own edits until they met others at the office, and the others that came then."""
    first = questions[0]
    if first.type not in reads.catalogue:
        return ()
    history = reads.history(first.type, first.record)
    met = [entry.n for entry in history if entry.origin == "local" and entry.outcome in _MET]
    if not met:
        return ()
    theirs = [entry for entry in history if entry.origin == "sync" and entry.n > min(met)]
    until = min((entry.n for entry in theirs), default=max(met) + 1)
    mine = [entry for entry in history if entry.origin == "local" and min(met) <= entry.n < until]
    ours, other = _last_values(mine), _last_values(theirs)
    record, asked_about = reads.catalogue[first.type], {view.field for view in questions}
    view = reads.record(first.type, first.record)
    return tuple(
        _joined_field(name, ours, other, view.values.get(name) if view else None)
        for name, one in record.fields.items()
        if name in {*ours, *other} and name not in STAMPS and one.merge_group not in asked_about
    )


def _joined_field(
    name: str, ours: Mapping[str, tuple[Value, Value]], other: Mapping[str, tuple[Value, Value]], now: Value
) -> Joined:
    before = ours[name][0] if name in ours else other[name][0]
    return Joined(
        field=name,
        before=before,
        yours=ours[name][1] if name in ours else before,
        theirs=other[name][1] if name in other else before,
        now=now,
        by_you=name in ours,
        by_them=name in other,
    )


def _last_values(entries: Iterable[HistoryEntry]) -> dict[str, tuple[Value, Value]]:
    """Give per field its value before the first entry and after the last one."""
    found: dict[str, tuple[Value, Value]] = {}
    for entry in sorted(entries, key=lambda each: each.n):
        for name, (old, new) in entry.fields.items():
            found[name] = (found[name][0] if name in found else old, new)
    return found


def _titles(
    reads: Reads, record_type: str, questions: Sequence[ConflictView], joined: Sequence[Joined]
) -> dict[tuple[str, str], str]:
    if record_type not in reads.catalogue:
        return {}
    fields = reads.catalogue[record_type].fields
    values = [
        (name, value)
        for view in questions
        for side in (view.before, view.current, view.proposed, *(each.values for each in view.others))
        for name, value in side.items()
    ]
    values += [(each.field, value) for each in joined for value in (each.before, each.yours, each.theirs, each.now)]
    found: dict[tuple[str, str], str] = {}
    for name, value in values:
        one = fields.get(name)
        if one is None or one.type is not FieldType.REFERENCE or not value or not one.target:
            continue
        target = reads.record(one.target, str(value))
        found[name, str(value)] = target.title if target else ""
    return found


def _settled(reads: Reads, user: str, midnight: datetime) -> tuple[Settled, ...]:
    listing = Listing(
        "conflict",
        where=(
            Condition("state", Test.EQ, "resolved"),
            Condition("resolved_at", Test.GE, instant_text(midnight)),
        ),
        sort=(Sort("resolved_at", descending=True),),
        limit=_SETTLED_SHOWN,
    )
    settled = []
    for row in reads.rows("conflict", reads.ids(listing)):
        record_type = str(row["record_type"])
        about = reads.record(record_type, str(row["record"])) if record_type in reads.catalogue else None
        settled.append(
            Settled(
                id=str(row["id"]),
                type=record_type,
                title=about.title if about else "",
                field=str(row["field"]),
                by_name=row["titles"].get("resolved_by") or "",
                by_you=row.get("resolved_by") == user,
                at=str(row["resolved_at"]),
            )
        )
    return tuple(settled)


def is_deletion(view: ConflictView) -> bool:
    """Tell whether the question is if the record should go at all."""
    return view.field == DELETED


def is_creation(view: ConflictView) -> bool:
    """Tell whether the question is if a record should be made that its author could not make any more."""
    return view.field == CREATED


def is_either_or(view: ConflictView) -> bool:
    """Tell whether only one of the two sides can be taken, and nothing typed."""
    return is_deletion(view) or is_creation(view)
