"""What a search found, as rows: customers, people and deals first, each with where the words stand; pure reads."""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.domain.views import Found
from desktop.ui.bridge.ports import Reads
from desktop.ui.bridge.record_words import RecordWords
from desktop.ui.records.found_rows import FoundRow

LIMIT = 30
_PER_TYPE = 8
_ORDER = ("account", "contact", "opportunity", "task", "activity", "product")
_MARKS = {"account": "company", "contact": "person"}
_ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Findings:
    """Rows for one text; ``is_complete`` is false while the search index is being built."""

    text: str
    rows: Sequence[FoundRow]
    share: int = 100


def find(reads: Reads, words: RecordWords, text: str) -> Findings:
    """Search; on the read lane."""
    found = reads.search(text, limit=LIMIT)
    rows = [row for record_type in _types_of(found) for row in _rows(reads, words, record_type, found)]
    progress = reads.search_progress()
    share = 100 if progress.ready else 100 * progress.done // max(1, progress.total)
    return Findings(text, rows, share)


def _types_of(found: Sequence[Found]) -> Sequence[str]:
    present = dict.fromkeys(each.type for each in found)
    return [*(each for each in _ORDER if each in present), *(each for each in present if each not in _ORDER)]


def _rows(reads: Reads, words: RecordWords, record_type: str, found: Sequence[Found]) -> Sequence[FoundRow]:
    hits = [each for each in found if each.type == record_type][:_PER_TYPE]
    records = {each["id"]: each for each in reads.rows(record_type, [hit.id for hit in hits])}
    return [
        FoundRow(
            record_type,
            hit.id,
            hit.title,
            _second(words, hit, records.get(hit.id, {})),
            words.types_name(record_type),
            _MARKS.get(record_type, words.catalogue[record_type].icon),
        )
        for hit in hits
    ]


def _second(words: RecordWords, hit: Found, record: dict[str, object]) -> str:
    """Say beside the name what tells this record from others of the same name, and where the words stand."""
    titles = record.get("titles")
    account = titles.get(_ACCOUNT, "") if isinstance(titles, dict) else ""
    shown = {
        "account": (record.get("segment"), record.get("city")),
        "contact": (record.get("job_title"), account),
    }.get(hit.type, (account,))
    parts = [str(each) for each in shown if each]
    if hit.matched and hit.field not in words.catalogue[hit.type].title and hit.matched not in parts:
        parts.append(hit.matched)
    return ", ".join(parts)
