"""What a search found, as rows: the type with the best match first, each with where the words stand; pure reads."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from desktop.domain.views import Found, Worded
from desktop.ui.bridge.ports import Reads
from desktop.ui.bridge.record_words import RecordWords
from desktop.ui.bridge.routes import route_to
from desktop.ui.find.calculating import calculated
from desktop.ui.find.commands import Command
from desktop.ui.find.wanted import Kind, Wanted
from desktop.ui.records.found_rows import FoundRow, Matches

ACTION = "action"
"""Stands in a row for a record type: it is something to do."""

SUM = "sum"
"""Stands in a row for a record type: it is the value of a sum."""

LIMIT = 40
_PER_TYPE = 8
_ACTIONS = 6
_WHOLE = 0
_PLACES = 8
_BETWEEN = ", "
_MARKS = {"account": "company", "contact": "person"}
_ACCOUNT = "account"

Key: TypeAlias = tuple[str, str]
"""Type and id of a record."""


@dataclass(frozen=True, slots=True)
class Findings:
    """Rows for one text; ``share`` is below 100 while the search index is being built."""

    text: str
    rows: Sequence[FoundRow]
    share: int = 100


@dataclass(frozen=True, slots=True)
class Place:
    """Where one looks from: what can be done there, and which records were opened last, the latest first."""

    commands: Sequence[Command] = ()
    recent: Sequence[Key] = ()


class Looking:
    """Answers what is typed into the palette, on the read lane."""

    def __init__(self, reads: Reads, words: RecordWords, place: Place, t: Callable[..., str]) -> None:
        """Look from a place; ``t`` gives messages."""
        self._t = t
        self._reads = reads
        self._words = words
        self._place = place

    def look(self, typed: str, wanted: Wanted, stopped: Callable[[], bool]) -> Findings:
        """Look for what was typed; ends early once ``stopped`` says that something else is wanted."""
        if wanted.kind is Kind.SUM:
            return Findings(typed, self._sum(wanted.text))
        if not wanted.text:
            rows = [*(self._recent(wanted) if wanted.has_records else ()), *self._possible(wanted)]
            return Findings(typed, rows)
        records = find(self._reads, self._words, wanted.text, stopped, wanted.types) if wanted.has_records else None
        best, others = self._actions(wanted) if wanted.has_actions else ([], [])
        if records is None:
            return Findings(typed, [*best, *others])
        return Findings(typed, [*best, *records.rows, *others], records.share)

    def _sum(self, text: str) -> Sequence[FoundRow]:
        value = calculated(text)
        if value is None:
            return ()
        shown = f"{round(value, _PLACES).normalize():,f}"
        return (FoundRow(SUM, shown, shown, self._t("find.copies"), "", "copy", ()),)

    def _recent(self, wanted: Wanted) -> Iterable[FoundRow]:
        group = self._t("find.recent")
        for record_type, record_id in self._place.recent:
            if wanted.types and record_type not in wanted.types:
                continue
            shown = self._reads.record(record_type, record_id)
            if shown is not None and not shown.hidden:
                yield FoundRow(
                    record_type,
                    record_id,
                    shown.title,
                    "",
                    group,
                    _mark(self._words, record_type),
                    (),
                    opens=(record_type, record_id),
                )

    def _possible(self, wanted: Wanted) -> Iterable[FoundRow]:
        """List what can be done, here at first; all of it where only actions are wanted."""
        if not wanted.has_actions:
            return ()
        here = [each for each in self._place.commands if each.is_here]
        shown = self._place.commands if wanted.kind is Kind.ACTIONS or not here else here
        return [self._action(each, ()) for each in shown]

    def _actions(self, wanted: Wanted) -> tuple[list[FoundRow], list[FoundRow]]:
        """Find actions: those that are called just so, and the others."""
        commands = self._place.commands
        fitting = self._reads.fitting(wanted.text, [each.title for each in commands])
        rows = [(each.fit, self._found_action(commands[each.place], each)) for each in fitting]
        best = [row for fit, row in rows if fit == _WHOLE]
        others = [row for fit, row in rows if fit != _WHOLE]
        return best, others if wanted.kind is Kind.ACTIONS else others[:_ACTIONS]

    def _found_action(self, command: Command, fitting: Worded) -> FoundRow:
        row = self._action(command, fitting.marks)
        return replace(row, reading=fitting.reading, reading_matches=fitting.reading_marks)

    def _action(self, command: Command, marks: Matches) -> FoundRow:
        group = self._t("find.here") if command.is_here else self._t("find.actions")
        return FoundRow(ACTION, command.id, command.title, "", group, command.icon, marks, (), command.keys)


def find(
    reads: Reads, words: RecordWords, text: str, stopped: Callable[[], bool], types: Sequence[str] = ()
) -> Findings:
    """Search records, on the read lane; ends early once ``stopped`` says that something else is wanted."""
    found = reads.search(text, limit=LIMIT, per_type=LIMIT if types else _PER_TYPE, types=types, stopped=stopped)
    listed = dict.fromkeys(each.type for each in found)
    rows = [row for record_type in listed for row in _rows(reads, words, record_type, found)]
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
            _mark(words, record_type),
            hit.title_marks,
            matches,
            opens=_opens(hit, records.get(hit.id, {})),
            reading=hit.reading,
            reading_matches=hit.reading_marks,
        )
        rows.append(row)
    return rows


def _opens(hit: Found, record: Mapping[str, object]) -> Key | None:
    """Tell what shows a record: its own page, else that of its customer."""
    if route_to(hit.type, hit.id) is not None:
        return hit.type, hit.id
    account = record.get(_ACCOUNT)
    return (_ACCOUNT, str(account)) if account else None


def _mark(words: RecordWords, record_type: str) -> str:
    return _MARKS.get(record_type, words.catalogue[record_type].icon)


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
