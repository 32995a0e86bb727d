"""Reads written questions about records, such as ``city = 深圳, 东莞 and owner = me``; see docs/query-language.md."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from desktop.domain.asking import Asked, said_as_written, said_test
from desktop.domain.labels import Words, choice_label, field_label
from desktop.domain.listing import Clause, Condition, Either, Listing, Test
from desktop.domain.periods import Period, is_relative, read_period
from desktop.domain.query_text import Join, Part, Said, Word, take_apart, unreadable
from sync.contract.catalogue import Catalogue
from sync.contract.clock import instant_text
from sync.contract.errors import AppError, Code
from sync.contract.fields import Field, FieldType, RecordType, Value
from sync.contract.values import parse_value

_ME = frozenset({"me", "我", "本人"})
_ORDERED = frozenset({Test.LT, Test.LE, Test.GT, Test.GE, Test.NOT_SINCE})
_DAYS = frozenset({FieldType.DATE, FieldType.INSTANT})
_ORDERABLE = frozenset(
    set(FieldType) - {FieldType.GEO, FieldType.JSON, FieldType.TAGS, FieldType.REFERENCE, FieldType.BOOLEAN}
)
_UNCONTAINED = frozenset({FieldType.NUMBER, FieldType.MONEY, FieldType.BOOLEAN, FieldType.GEO})
_SIGNS = {Test.LT: "<", Test.LE: "<=", Test.GT: ">", Test.GE: ">=", Test.CONTAINS: "~", Test.LACKS: "!~"}
_NEGATIVE = {Test.NE: Test.EQ, Test.NOT_IN: Test.IN, Test.LACKS: Test.CONTAINS}
_OWN_ID = Field(name="id", type=FieldType.REFERENCE)
_WHOLE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOST_NAMED = 200


class Lookup(Protocol):
    """Where the records that a question names are looked up."""

    def ids(self, wanted: Listing) -> list[str]:
        """List ids."""
        ...

    def rows(self, record_type: str, ids: Sequence[str]) -> list[dict[str, Value]]:
        """Read records."""
        ...

    def resolve_id(self, record_type: str, text: str) -> str:
        """Give the whole id for its end."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, and when: ``now`` gives the present in the zone in which days are meant."""

    user: str
    currency: str
    now: Callable[[], datetime]


class QueryReader:
    """Turns questions about records into conditions. Asks the store for the records that they name."""

    def __init__(self, catalogue: Callable[[], Catalogue], words: Words, lookup: Lookup, asker: Asker) -> None:
        """Take the catalogue as a question, because custom fields come and go."""
        self._catalogue = catalogue
        self._words = words
        self._lookup = lookup
        self._asker = asker

    def read(self, record_type: str, text: str) -> tuple[Asked, ...]:
        """Read a question; all of the parts must hold.

        Raises:
            AppError: ``UNKNOWN_TYPE``, or ``QUERY_UNREADABLE`` with the place of the mistake and the reason.
        """
        record = self._catalogue()[record_type]
        names = self._names(record)
        whole = take_apart(text, names, known=("id", *record.fields), record_type=record_type)
        reading = _Reading(self, record, text)
        parts = (whole,) if whole.any else whole.parts
        return tuple(reading.asked(each) for each in parts)

    def comparison(self, record: RecordType, said: Said) -> tuple[Clause, dict[str, str]]:
        """Read one comparison; also gives the titles of the records that it names.

        Raises:
            AppError: What its field does not allow, without a place.
        """
        field = _OWN_ID if said.field == "id" else record.fields[said.field]
        if said.test in {Test.EMPTY, Test.FILLED}:
            return Condition(field.name, said.test), {}
        _check_comparable(field, said.test)
        if field.type is FieldType.REFERENCE:
            return self._reference(record, field, said)
        if field.type in _DAYS and said.test not in {Test.CONTAINS, Test.LACKS}:
            return self._days(record, field, said), {}
        return self._plain(record, field, said), {}

    def _names(self, record: RecordType) -> Mapping[str, str]:
        found = {name.lower(): name for name in ("id", *record.fields)}
        for name in record.fields:
            found.setdefault(field_label(self._words, record, name).lower(), name)
            found.setdefault(name.replace("_", " "), name)
        found.pop("", None)
        return found

    def _plain(self, record: RecordType, field: Field, said: Said) -> Clause:
        contains = said.test in {Test.CONTAINS, Test.LACKS}
        values = [each.text if contains else self._value(record, field, each) for each in said.words]
        if len(values) > 1 and said.test is Test.CONTAINS and field.type is not FieldType.TAGS:
            return Either(tuple((Condition(field.name, Test.CONTAINS, each),) for each in values))
        if len(values) > 1 and said.test is Test.LACKS:
            return Either((tuple(Condition(field.name, Test.LACKS, each) for each in values),))
        if len(values) > 1 and contains:
            return Condition(field.name, said.test, values)
        return _one_or_many(field.name, said.test, values)

    def _value(self, record: RecordType, field: Field, word: Word) -> Value:
        text = word.text
        if field.type is FieldType.TAGS:
            return text
        if field.choices_from:
            return self._stage(field, text)
        if field.type is FieldType.CHOICE:
            labels = {choice_label(self._words, record, field, each).lower(): each for each in field.choices}
            text = labels.get(text.lower(), text)
        return _parsed(record, field, text, self._asker)

    def _stage(self, field: Field, text: str) -> str:
        source = str(field.choices_from)
        for each in self._lookup.rows(source, self._lookup.ids(Listing(source))):
            if text.lower() in {str(each.get(name) or "").lower() for name in ("key", "name", "local_name")}:
                return str(each["key"])
        return text

    def _days(self, record: RecordType, field: Field, said: Said) -> Clause:
        today = self._asker.now().date()
        groups: list[tuple[Clause, ...]] = []
        for each in said.words:
            period = read_period(each.text, today)
            if period is None:
                value = _parsed(record, field, each.text, self._asker)
                groups.append((_one_or_many(field.name, said.test, [value]),))
            else:
                groups.append(self._within(field, said.test, period))
        if len(groups) == 1 and len(groups[0]) == 1:
            return groups[0][0]
        if said.test in {Test.NE, Test.NOT_IN}:
            return Either((tuple(inner for group in groups for inner in group),))
        return Either(tuple(groups))

    def _within(self, field: Field, test: Test, period: Period) -> tuple[Clause, ...]:
        """Compare with a stretch of days: before its begin, after its end, inside of it."""
        first, after = self._edge(field, period[0]), self._edge(field, period[1] + timedelta(days=1))
        name = field.name
        match test:
            case Test.LT | Test.GE | Test.NOT_SINCE:
                return (Condition(name, test, first),)
            case Test.GT:
                return (Condition(name, Test.GE, after),)
            case Test.LE:
                return (Condition(name, Test.LT, after),)
            case Test.NE | Test.NOT_IN:
                outside = (Condition(name, Test.LT, first),), (Condition(name, Test.GE, after),)
                return (Either((*outside, (Condition(name, Test.EMPTY),))),)
            case _:
                return Condition(name, Test.GE, first), Condition(name, Test.LT, after)

    def _edge(self, field: Field, day: date) -> str:
        if field.type is FieldType.DATE:
            return str(day.isoformat())
        return instant_text(datetime.combine(day, time(), self._asker.now().tzinfo))

    def _reference(self, record: RecordType, field: Field, said: Said) -> tuple[Clause, dict[str, str]]:
        target = field.target or record.name
        by_part = said.test in {Test.CONTAINS, Test.LACKS}
        found: dict[str, None] = {}
        for each in said.words:
            found.update(dict.fromkeys(self._named(record, field, each, by_part=by_part)))
        test = Test.NE if said.test in _NEGATIVE else Test.EQ
        ids = list(found)
        titles = {str(each["id"]): self._title(target, each) for each in self._lookup.rows(target, ids)}
        if by_part:
            return Condition(field.name, Test.NOT_IN if test is Test.NE else Test.IN, tuple(ids)), titles
        return _one_or_many(field.name, test, ids), titles

    def _named(self, record: RecordType, field: Field, word: Word, *, by_part: bool) -> Sequence[str]:
        target, text = field.target or record.name, word.text
        if target == "user" and not word.quoted and text.lower() in _ME:
            return [self._asker.user]
        if _WHOLE_ID.fullmatch(text):
            return [self._resolved(record, field, text)]
        title = self._catalogue()[target].title[0]
        test = Test.CONTAINS if by_part else Test.EQ
        called = self._lookup.ids(Listing(target, (Condition(title, test, text),), limit=_MOST_NAMED))
        return called or ([] if by_part else [self._resolved(record, field, text)])

    def _resolved(self, record: RecordType, field: Field, text: str) -> str:
        try:
            return self._lookup.resolve_id(field.target or record.name, text)
        except AppError as refused:
            if refused.code is not Code.RECORD_NOT_FOUND or field is _OWN_ID:
                raise
            data = {"type": record.name, "field": field.name, "value": text}
            raise AppError(Code.REFERENCE_NOT_FOUND, **data) from refused

    def _title(self, target: str, row: Mapping[str, Value]) -> str:
        return str(row.get(self._catalogue()[target].title[0]) or str(row["id"])[-6:])


class _Reading:
    """One question being read: puts what is refused at its place in the text."""

    def __init__(self, reader: QueryReader, record: RecordType, text: str) -> None:
        self._reader = reader
        self._record = record
        self._text = text
        self._titles: dict[str, str] = {}

    def asked(self, part: Part) -> Asked:
        self._titles = {}
        clause, text = self._clause(part)
        if isinstance(part, Join):
            return Asked(clause, f"({text})", said=self._slice(part), titles=self._titles)
        keeps = _keeps_words(self._record, part) or not isinstance(clause, Condition)
        said = ", ".join(each.text for each in part.words) if keeps else ""
        return Asked(clause, text, part.field, part.test, said, self._titles)

    def _clause(self, part: Part) -> tuple[Clause, str]:
        if isinstance(part, Said):
            clause = self._placed(part)
            if isinstance(clause, Condition) and not _keeps_words(self._record, part):
                return clause, said_test(self._record, clause)
            return clause, said_as_written(part)
        found = [self._clause(each) for each in part.parts]
        groups = tuple((clause,) for clause, _ in found) if part.any else (tuple(clause for clause, _ in found),)
        texts = [
            f"({text})" if isinstance(each, Join) else text for each, (_, text) in zip(part.parts, found, strict=True)
        ]
        return Either(groups), (" or " if part.any else " and ").join(texts)

    def _placed(self, said: Said) -> Clause:
        try:
            clause, titles = self._reader.comparison(self._record, said)
        except AppError as refused:
            refused.data.setdefault("type", self._record.name)
            at, end = (said.words[0].start, said.words[-1].end) if said.words else (said.start, said.end)
            unreadable(refused, self._text, at, end)
        self._titles |= titles
        return clause

    def _slice(self, join: Join) -> str:
        places = _places(join)
        return self._text[min(start for start, _ in places) : max(end for _, end in places)].strip()


def _places(part: Part) -> list[tuple[int, int]]:
    if isinstance(part, Said):
        return [(part.start, part.end)]
    return [place for each in part.parts for place in _places(each)]


def _keeps_words(record: RecordType, said: Said) -> bool:
    """Tell whether a comparison means something else on another day, or for somebody else."""
    field = record.fields.get(said.field)
    if field is None:
        return False
    plain = [each.text for each in said.words if not each.quoted]
    if field.type in _DAYS:
        return any(is_relative(each) for each in plain)
    return field.target == "user" and any(each.lower() in _ME for each in plain)


def _check_comparable(field: Field, test: Test) -> None:
    is_ordering = test in _ORDERED and field.type not in _ORDERABLE
    is_containing = test in {Test.CONTAINS, Test.LACKS} and field.type in _UNCONTAINED
    if is_ordering or is_containing:
        raise AppError(Code.NOT_COMPARABLE, field=field.name, value=_SIGNS.get(test, test.value))


def _one_or_many(name: str, test: Test, values: Sequence[Value]) -> Condition:
    is_negative = test in _NEGATIVE
    if len(values) != 1:
        return Condition(name, Test.NOT_IN if is_negative else Test.IN, tuple(values))
    if test in {Test.IN, Test.NOT_IN}:
        return Condition(name, Test.NE if is_negative else Test.EQ, values[0])
    return Condition(name, test, values[0])


def _parsed(record: RecordType, field: Field, text: str, asker: Asker) -> Value:
    try:
        return parse_value(field, text, currency=asker.currency or None, zone=asker.now().tzinfo or UTC)
    except AppError as refused:
        refused.data.setdefault("type", record.name)
        raise
