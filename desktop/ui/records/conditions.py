"""Filters in words: which tests a field can be put to, and what a condition is called on its chip; knows no widgets."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from desktop.domain.listing import Condition, Test
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

Words = Callable[..., str]


@dataclass(frozen=True, slots=True)
class NamedCondition:
    """A condition with the titles of the records it names, so that its chip needs no query."""

    condition: Condition
    titles: Mapping[str, str]


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


def needs_value(test: Test) -> bool:
    """Tell whether a test compares with something."""
    return test not in _WITHOUT_VALUE


def test_name(t: Words, field: Field, test: Test) -> str:
    """Name a test for a kind of field: "from", "until" for days, "at least", "at most" for numbers."""
    if field.type in {FieldType.DATE, FieldType.INSTANT} and test in {Test.GE, Test.LE}:
        return t(f"lists.test.{test.value}_day")
    return t(f"lists.test.{test.value}")


def condition_text(t: Words, words: RecordWords, record_type: str, named: NamedCondition) -> str:
    """Write what a condition asks for, without the field's name: "深圳, 东莞", "at least 50"."""
    condition = named.condition
    field = words.field(record_type, condition.field)
    if not needs_value(condition.test):
        return test_name(t, field, condition.test)
    values = condition.value if condition.test is Test.IN else [condition.value]
    shown = ", ".join(_value_text(words, record_type, field, value, named.titles) for value in values)
    if condition.test in {Test.EQ, Test.IN, Test.CONTAINS}:
        return shown
    return t("lists.tested", test=test_name(t, field, condition.test), value=shown)


def _value_text(words: RecordWords, record_type: str, field: Field, value: Value, titles: Mapping[str, str]) -> str:
    if field.type is FieldType.REFERENCE or field.choices_from:
        return titles.get(str(value), str(value))
    if field.type is FieldType.TAGS:
        return str(value)
    return words.value(record_type, field.name, value)
