"""Values to choose a filter from: the choices of a field, the records it may name, or the words that occur in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.domain.listing import Listing, Sort
from desktop.ui.bridge.ports import Reads
from desktop.ui.bridge.record_words import RecordWords
from sync.contract.fields import Field, FieldType

_MOST = 200


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value with what it is called; ``count`` records hold it, ``None`` where that was not asked."""

    value: str
    title: str
    count: int | None = None


def read_candidates(reads: Reads, words: RecordWords, record_type: str, field: Field) -> Sequence[Candidate]:
    """List the values a filter may name, at most 200; on the read lane."""
    if field.choices_from:
        stages = reads.rows(field.choices_from, reads.ids(Listing(field.choices_from, sort=(Sort("position"),))))
        return [Candidate(str(each["key"]), words.stage(each)) for each in stages]
    if field.type is FieldType.CHOICE:
        return [Candidate(each, words.choice(record_type, field.name, each)) for each in field.choices]
    groups = reads.totals(Listing(record_type), group_by=field.name, amount="")
    found = [Candidate(str(each.key), each.title or str(each.key), each.count) for each in groups if each.key]
    return sorted(found, key=lambda each: (-(each.count or 0), each.title))[:_MOST]
