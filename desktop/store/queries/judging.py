"""Judges found rows: how well they fit, and what speaks for them otherwise; and describes the best."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from sqlalchemy import Connection

from desktop.domain.openness import is_open
from desktop.domain.views import Found
from desktop.store.queries import titles
from desktop.store.queries.candidates import TOUCHED, Candidate
from desktop.store.schema import Schema
from desktop.store.search import pinyin
from desktop.store.search.documents import is_sounded, searched_text, title_fields
from desktop.store.search.folding import is_cjk
from desktop.store.search.places import Guesses, Mark, Place, Text, marks_of, missing
from desktop.store.search.spoken import spoken
from desktop.store.search.typed import Typed, meant
from sync.contract.clock import instant_text
from sync.contract.fields import Field, FieldType, RecordType, Values

_SNIPPET = 90
_BEFORE = 30
_LATELY = (timedelta(days=7), timedelta(days=30), timedelta(days=180))
_MINE = 2
_OPEN = 2


class Fit(IntEnum):
    """How well a record fits what was typed, the best first."""

    TITLE = 0
    TITLE_BY_SOUND = 1
    BEGINNING = 2
    BEGINNING_BY_SOUND = 3
    IN_TITLE = 4
    IN_TITLE_BY_SOUND = 5
    IN_FIELD = 6
    IN_TEXT = 7
    GUESSED = 8
    GUESSED_IN_TEXT = 9


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and when: what is theirs and was touched lately comes first."""

    user: str = ""
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that fits. ``places`` are by field."""

    type: str
    row: Candidate
    fit: Fit
    points: int
    title: str
    called: str
    places: dict[str, list[Place]]


class Judge:
    """Judges the rows of one search."""

    def __init__(self, connection: Connection, schema: Schema, typed: Typed, asker: Asker) -> None:
        """Judge by what was typed and by who asks."""
        self.typed = typed
        self._connection = connection
        self._schema = schema
        self._asker = asker
        self._lately = [] if asker.now is None else [instant_text(asker.now - each) for each in _LATELY]
        self._guesses: Guesses | None = None

    def titled(self, name: str, rows: Sequence[Candidate]) -> list[Hit]:
        """Judge rows of which the index says that a title holds everything."""
        record = self._schema.record(name)
        fields = title_fields(record)
        hits = []
        for row, title in zip(rows, self._called(name, rows), strict=True):
            texts = {field.name: _text(field, row.values) for field in fields if field.name in row.values}
            places = {field: text.places(self.typed.parts) for field, text in texts.items()}
            if not self._is_there(places):
                continue
            fit = min((self._fit(texts[field], found) for field, found in places.items()), default=Fit.IN_TITLE)
            hits.append(self._hit(name, row, title, fit, places))
        return hits

    def held(self, name: str, rows: Sequence[Candidate]) -> list[Hit]:
        """Judge rows of which the index says that one text or several together hold everything."""
        return self._among_texts(name, rows, Fit.IN_FIELD, Fit.IN_TEXT)

    def meant(self, name: str, rows: Sequence[Candidate]) -> list[Hit]:
        """Judge rows that hold what may have been meant."""
        if self._guesses is None:
            self._guesses = Guesses({part: meant(part) for part in self.typed.parts})
        hits = self._among_texts(name, rows, Fit.GUESSED, Fit.GUESSED_IN_TEXT)
        wanted = set(self.typed.parts)
        return [hit for hit in hits if {each.part for found in hit.places.values() for each in found} >= wanted]

    def found(self, hit: Hit) -> Found:
        """Describe a hit and where the words stand."""
        record = self._schema.record(hit.type)
        in_title = hit.places.get(record.title[0], ()) if len(record.title) == 1 else ()
        best = max(hit.places, key=lambda name: len(hit.places[name]), default="")
        if not best or not hit.places[best]:
            return Found(type=hit.type, id=hit.row.id, title=hit.title, matched=hit.title, field=record.title[0])
        field = record.fields[best]
        shown = searched_text(field, hit.row.values[best])
        reading, reading_marks = spoken(hit.title, in_title)
        matched, marks = _snippet(shown, marks_of(hit.places[best]))
        return Found(
            type=hit.type,
            id=hit.row.id,
            title=hit.title,
            matched=matched,
            field=best,
            marks=marks,
            title_marks=marks_of(in_title),
            reading=reading,
            reading_marks=reading_marks,
        )

    def _among_texts(self, name: str, rows: Sequence[Candidate], short: Fit, long: Fit) -> list[Hit]:
        record = self._schema.record(name)
        hits = []
        for row, title in zip(rows, self._called(name, rows), strict=True):
            places = {
                field.name: _text(field, row.values).places(self.typed.parts, self._guesses)
                for field in record.searched
                if row.values.get(field.name) is not None
            }
            if self._is_there(places):
                in_text = not any(found for field, found in places.items() if not record.fields[field].multiline)
                hits.append(self._hit(name, row, title, long if in_text else short, places))
        return hits

    def _is_there(self, places: dict[str, list[Place]]) -> bool:
        return self.typed.is_exact or not missing(self.typed, [each for found in places.values() for each in found])

    def _fit(self, text: Text, found: Sequence[Place]) -> Fit:
        joined = "".join(each.text for each in text.pieces)
        if joined == self.typed.joined:
            return Fit.TITLE
        if len(found) < len(self.typed.parts):
            return Fit.IN_TITLE_BY_SOUND
        by_sound = any(each.by_sound for each in found)
        if by_sound and is_cjk(joined) and self._sounds_like(joined):
            return Fit.TITLE_BY_SOUND
        if text.folded.startswith(self.typed.parts[0].text):
            return Fit.BEGINNING
        if found[0].by_sound and found[0].mark[0] == 0:
            return Fit.BEGINNING_BY_SOUND
        return Fit.IN_TITLE_BY_SOUND if by_sound else Fit.IN_TITLE

    def _sounds_like(self, title: str) -> bool:
        return self.typed.joined in pinyin.whole_spellings(title)

    def _hit(self, name: str, row: Candidate, title: str, fit: Fit, places: dict[str, list[Place]]) -> Hit:
        return Hit(name, row, fit, self._points(name, row.values), title, title.casefold(), places)

    def _points(self, name: str, values: Values) -> int:
        touched = max((str(values[each]) for each in TOUCHED if each in values), default="")
        lately = sum(1 for each in self._lately if touched >= each)
        mine = _MINE if self._asker.user and values.get("owner") == self._asker.user else 0
        return lately + mine + (_OPEN if is_open(name, values) else 0)

    def _called(self, name: str, rows: Sequence[Candidate]) -> list[str]:
        """Give the titles of rows."""
        record = self._schema.record(name)
        if not _is_named_by_others(record):
            return [titles.title_of(record, row.values, {}) for row in rows]
        names = titles.of_references(self._connection, self._schema, name, [row.values for row in rows])
        return [titles.title_of(record, row.values, titles.pick(record, row.values, names)) for row in rows]


def _is_named_by_others(record: RecordType) -> bool:
    return any(record.fields[name].type is FieldType.REFERENCE for name in record.title)


def _text(field: Field, values: Values) -> Text:
    shown = searched_text(field, values[field.name])
    return Text(shown, sounded=is_sounded(field), phone=field.type is FieldType.PHONE)


def _snippet(shown: str, marks: Iterable[Mark]) -> tuple[str, tuple[Mark, ...]]:
    """Cut the stretch around the first mark, and give the marks in it."""
    listed = list(marks)
    start = max(0, min((first for first, _ in listed), default=0) - _BEFORE)
    end = start + _SNIPPET
    before = "…" if start else ""
    cut = "".join(" " if each.isspace() else each for each in shown[start:end])
    moved = len(before) - start
    inside = tuple((first + moved, min(last, end) + moved) for first, last in listed if first < end)
    return f"{before}{cut}{'…' if end < len(shown) else ''}", inside
