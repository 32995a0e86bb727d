"""Filters in words: which tests a field can be put to, and what a condition is called on its chip; knows no widgets."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from desktop.domain.asking import Asked, quoted, said_test, sign_of
from desktop.domain.listing import Clause, Condition, Test
from desktop.ui.bridge.record_words import RecordWords
from sync.contract.fields import STAMPS, Field, FieldType, RecordType, Value

_ORDERED = (Test.GE, Test.LE, Test.EQ, Test.EMPTY, Test.FILLED)
_WRITTEN = (Test.CONTAINS, Test.EQ, Test.EMPTY, Test.FILLED)
_LISTED = (Test.IN, Test.CONTAINS, Test.EMPTY, Test.FILLED)
_CHOSEN = (Test.IN, Test.NE, Test.EMPTY, Test.FILLED)
_TESTS: Mapping[FieldType, tuple[Test, ...]] = {
    FieldType.NUMBER: _ORDERED,
    FieldType.MONEY: _ORDERED,
    FieldType.DATE: _ORDERED,
    FieldType.INSTANT: _ORDERED,
    FieldType.BOOLEAN: (Test.EQ,),
    FieldType.CHOICE: _CHOSEN,
    FieldType.REFERENCE: _CHOSEN,
    FieldType.TAGS: (Test.CONTAINS, Test.EMPTY, Test.FILLED),
    FieldType.GEO: (Test.EMPTY, Test.FILLED),
}
_LEFT_OUT = frozenset({"external_id", "external_source", "merged_into"}) | (STAMPS - {"updated_at"})
_WITHOUT_VALUE = frozenset({Test.EMPTY, Test.FILLED})
_BY_DAY = frozenset({Test.GE, Test.LE, Test.LT, Test.GT, Test.NOT_SINCE})
_MANY = frozenset({Test.IN, Test.NOT_IN})
_AS_LIST: Mapping[Test, Test] = {Test.EQ: Test.IN, Test.NOT_IN: Test.NE}
_BARE = frozenset({Test.EQ, Test.IN, Test.CONTAINS})
_NEEDS_QUOTES = re.compile(r"[,，、()（）\"']|(?<!\w)(?:and|or|me)(?!\w)|[且或我]", re.IGNORECASE)

Words = Callable[..., str]


@dataclass(frozen=True, slots=True)
class NamedCondition:
    """A condition with the titles of the records it names, so that its chip needs no query.

    ``asked`` is the part of a written question from which it comes; empty when it was made by hand.
    """

    condition: Clause
    titles: Mapping[str, str]
    asked: Asked | None = None

    @property
    def plain(self) -> Condition | None:
        """The one comparison that it is, if it is nothing else and means the same every day."""
        is_said = self.asked is not None and bool(self.asked.said)
        return self.condition if isinstance(self.condition, Condition) and not is_said else None

    @property
    def field(self) -> str:
        """The field that it is about; empty for several."""
        if self.asked is not None:
            return self.asked.about
        return self.condition.field if isinstance(self.condition, Condition) else ""


def named(asked: Asked) -> NamedCondition:
    """Take a part of a written question."""
    return NamedCondition(asked.clause, asked.titles, asked)


def question_of(record: RecordType, conditions: Sequence[NamedCondition]) -> str:
    """Write conditions in the words that are kept, the same in every language."""
    return " and ".join(_kept(record, each) for each in conditions)


def _kept(record: RecordType, each: NamedCondition) -> str:
    if each.asked is not None:
        return each.asked.text
    return said_test(record, each.condition) if isinstance(each.condition, Condition) else ""


def filter_fields(record: RecordType) -> list[Field]:
    """List the fields that a person may filter by, in the order of the catalogue."""
    return [
        field for field in record.fields.values() if field.name not in _LEFT_OUT and field.type is not FieldType.JSON
    ]


def tests_of(field: Field) -> Sequence[Test]:
    """List the tests that make sense for a field, the likeliest first."""
    if field.type is FieldType.TEXT and field.indexed:
        return _LISTED
    return _TESTS.get(field.type, _WRITTEN)


def offered_test(field: Field, test: Test) -> Test | None:
    """Give the test under which a field's filter is made by hand; none where it can only be written."""
    tests = tests_of(field)
    test = _AS_LIST.get(test, test) if Test.IN in tests else test
    return test if test in tests else None


def needs_value(test: Test) -> bool:
    """Tell whether a test compares with something."""
    return test not in _WITHOUT_VALUE


def test_name(t: Words, field: Field, test: Test) -> str:
    """Name a test for a kind of field: "from", "until" for days, "at least", "at most" for numbers."""
    if field.type in {FieldType.DATE, FieldType.INSTANT} and test in _BY_DAY:
        return t(f"lists.test.{test.value}_day")
    return t(f"lists.test.{test.value}")


def condition_text(t: Words, words: RecordWords, record_type: str, named: NamedCondition) -> str:
    """Write what a condition asks for, without the field's name: "深圳, 东莞", "at least 50", "before 60 days ago"."""
    asked = named.asked
    if asked is not None and asked.said:
        if not asked.about or asked.test in _BARE:
            return asked.said
        return t("lists.tested", test=test_name(t, words.field(record_type, asked.about), asked.test), value=asked.said)
    condition = named.condition
    if not isinstance(condition, Condition):
        return ""
    field = words.field(record_type, condition.field)
    if not needs_value(condition.test):
        return test_name(t, field, condition.test)
    values = condition.value if condition.test in _MANY else [condition.value]
    shown = ", ".join(_value_text(words, record_type, field, value, named.titles) for value in values)
    if condition.test in _BARE:
        return shown
    return t("lists.tested", test=test_name(t, field, condition.test), value=shown)


def written(words: RecordWords, record_type: str, conditions: Sequence[NamedCondition]) -> str:
    """Write conditions as somebody would type them, with the names that the screens show."""
    return " and ".join(_written(words, record_type, each, is_alone=len(conditions) == 1) for each in conditions)


def _written(words: RecordWords, record_type: str, each: NamedCondition, *, is_alone: bool) -> str:
    asked, condition = each.asked, each.condition
    if asked is not None and not asked.about:
        return asked.said if is_alone else f"({asked.said})"
    if asked is not None and asked.said:
        return f"{words.label(record_type, asked.about)} {sign_of(asked.test)} {asked.said}"
    if not isinstance(condition, Condition):
        return ""
    field = words.field(record_type, condition.field)
    start = f"{words.label(record_type, condition.field)} {sign_of(condition.test)}"
    if not needs_value(condition.test):
        return start
    values = condition.value if condition.test in _MANY else [condition.value]
    return f"{start} {', '.join(_typed(words, record_type, field, value, each.titles) for value in values)}"


def _typed(words: RecordWords, record_type: str, field: Field, value: Value, titles: Mapping[str, str]) -> str:
    if field.type is FieldType.REFERENCE or field.choices_from:
        text = titles.get(str(value), str(value))
    elif field.type is FieldType.CHOICE:
        text = words.choice(record_type, field.name, value)
    elif field.type is FieldType.TAGS:
        text = str(value)
    else:
        text = words.editable(record_type, field.name, value)
    return quoted(text) if _NEEDS_QUOTES.search(text) else text


def _value_text(words: RecordWords, record_type: str, field: Field, value: Value, titles: Mapping[str, str]) -> str:
    if field.type is FieldType.REFERENCE or field.choices_from:
        return titles.get(str(value), str(value))
    if field.type is FieldType.TAGS:
        return str(value)
    return words.value(record_type, field.name, value)
