"""The two customers of which one is made: what each holds, and what comes of their fields; pure but for one read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.domain.listing import Condition, Listing, Test
from desktop.domain.merging import taken_over
from desktop.domain.views import RecordView
from desktop.ui.bridge.ports import Reads
from desktop.ui.bridge.record_words import RecordWords
from desktop.ui.records.fact_groups import fact_groups
from sync.contract.fields import Field, RecordType, Role

ACCOUNT = "account"
HELD = ("contact", "opportunity", "task", "activity")
"""What is counted, in the order in which it is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """A customer, and how many records of each type hang on it."""

    view: RecordView
    held: Mapping[str, int]

    @property
    def weight(self) -> int:
        """How much hangs on it."""
        return sum(self.held.values())


@dataclass(frozen=True, slots=True)
class Line:
    """A field of which the two differ: what stays, and what is set aside (empty: nothing)."""

    label: str
    stays: str
    aside: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Which customers are asked about; ``number`` tells one question from the next about the same ones."""

    number: int
    accounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found: each customer once, the one on which most hangs first, and whether all of them are here."""

    asked: Asked
    halves: Sequence[Half]
    all_here: bool


def read_halves(reads: Reads, asked: Asked) -> Answer:
    """Read the customers that are here; on the read lane."""
    found = [view for each in asked.accounts if (view := reads.record(ACCOUNT, each)) and not view.hidden]
    halves = [Half(view=view, held=_held(reads, view.id)) for view in {view.id: view for view in found}.values()]
    return Answer(asked, sorted(halves, key=lambda half: -half.weight), len(found) == len(asked.accounts))


def _held(reads: Reads, account: str) -> Mapping[str, int]:
    of_account = (Condition(ACCOUNT, Test.EQ, account),)
    return {each: reads.count(Listing(each, of_account)) for each in HELD}


def differences(words: RecordWords, kept: RecordView, dropped: RecordView, role: Role) -> Sequence[Line]:
    """Say of each field that the other one has and has differently what stays and what is set aside."""
    record = words.catalogue[ACCOUNT]
    gained = taken_over(record, kept.values, dropped.values, role)
    lines = []
    for each in _shown_fields(record):
        before, other = kept.values.get(each.name), dropped.values.get(each.name)
        stays = gained.get(each.name, before)
        if other is None or (other == before and each.name not in gained):
            continue
        shown = _words(words, each, kept if stays == before else dropped, stays)
        aside = "" if each.name in gained else _words(words, each, dropped, other)
        lines.append(Line(words.label(ACCOUNT, each.name), shown, aside))
    return lines


def _shown_fields(record: RecordType) -> Sequence[Field]:
    """Give the fields in the order of the page, and the point, which no page shows, behind the rest of the address."""
    facts = [field for group in fact_groups(record).values() for field in group]
    place = max((number for number, field in enumerate(facts, start=1) if field.group == "address"), default=len(facts))
    return record.fields["name"], *facts[:place], record.fields["location"], *facts[place:]


def _words(words: RecordWords, field: Field, view: RecordView, value: object) -> str:
    return words.value(ACCOUNT, field.name, value, view.titles)
