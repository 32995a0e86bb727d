"""What a search found, as rows: the type with the best match first, each with where the words stand; pure reads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop.domain.views import Found
from desktop.ui.bridge.ports import Reads
from desktop.ui.bridge.record_words import RecordWords
from desktop.ui.records.found_rows import FoundRow, Matches

LIMIT = 40
_PER_TYPE = 8
_BETWEEN = ", "
_MARKS = {"account": "company", "contact": "person"}
_ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Findings:
    """Rows for one text; ``is_complete`` is false while the search index is being built."""

    text: str
    rows: Sequence[FoundRow]
    share: int = 100


def find(reads: Reads, words: RecordWords, text: str, stopped: Callable[[], bool]) -> Findings:
    """Search, on the read lane; ends early once ``stopped`` says that something else is wanted."""
    found = reads.search(text, limit=LIMIT, per_type=_PER_TYPE, stopped=stopped)
    types = dict.fromkeys(each.type for each in found)
    rows = [row for record_type in types for row in _rows(reads, words, record_type, found)]
    progress = reads.search_progress()
    share = 100 if progress.ready else 100 * progress.done // max(1, progress.total)
    return Findings(text, rows, share)


def _rows(reads: Reads, words: RecordWords, record_type: str, found: Sequence[Found]) -> Sequence[FoundRow]:
    hits = [each for each in found if each.type == record_type]
    records = {each["id"]: each for each in reads.rows(record_type, [hit.id for hit in hits])}
    rows = []
    for hit in hits:
        second, matches = _second(words, hit, records.get(hit.id, {}))
        row = FoundRow(
            record_type,
            hit.id,
            hit.title,
            second,
            words.types_name(record_type),
            _MARKS.get(record_type, words.catalogue[record_type].icon),
            hit.title_marks,
            matches,
        )
        rows.append(row)
    return rows


def _second(words: RecordWords, hit: Found, record: dict[str, object]) -> tuple[str, Matches]:
    """Say beside the name what tells this record from others of the same name, and where the words stand in that."""
    titles = record.get("titles")
    account = titles.get(_ACCOUNT, "") if isinstance(titles, dict) else ""
    shown = {
        "account": (record.get("segment"), record.get("city")),
        "contact": (record.get("job_title"), account),
    }.get(hit.type, (account,))
    parts = [str(each) for each in shown if each]
    if hit.matched and hit.field not in words.catalogue[hit.type].title and hit.matched not in parts:
        parts.append(hit.matched)
    if hit.matched not in parts:
        return _BETWEEN.join(parts), ()
    before = sum(len(each) + len(_BETWEEN) for each in parts[: parts.index(hit.matched)])
    return _BETWEEN.join(parts), [(before + start, before + end) for start, end in hit.marks]
