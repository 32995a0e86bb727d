"""Conditions together with how they were said, and the other way round: a condition as the text that means it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from desktop.domain.listing import Clause, Condition, Test
from desktop.domain.query_text import Said
from sync.contract.fields import Field, FieldType, RecordType, Value
from sync.contract.values import format_value

_SIGNS: Mapping[Test, str] = {
    Test.EQ: "=",
    Test.NE: "!=",
    Test.LT: "<",
    Test.LE: "<=",
    Test.GT: ">",
    Test.GE: ">=",
    Test.CONTAINS: "~",
    Test.LACKS: "!~",
    Test.IN: "=",
    Test.NOT_IN: "!=",
    Test.NOT_SINCE: "not since",
    Test.EMPTY: "is empty",
    Test.FILLED: "is filled",
}
_OWN_ID = Field(name="id", type=FieldType.REFERENCE)
_MANY = frozenset({Test.IN, Test.NOT_IN})
_WITHOUT_VALUE = frozenset({Test.EMPTY, Test.FILLED})


@dataclass(frozen=True, slots=True)
class Asked:
    """One part of a question. ``text`` means it on any day, ``titles`` names the records that it is about.

    ``about`` is its field, empty where it is about several. ``said`` is how a person put it where that is not plain
    from the condition, such as "60 days ago"; ``test`` is the one that was asked for.
    """

    clause: Clause
    text: str
    about: str = ""
    test: Test = Test.EQ
    said: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)


def said_test(record: RecordType, condition: Condition) -> str:
    """Write a condition in a way that is read back as the same one on any laptop, in any language."""
    declared = record.fields.get(condition.field, _OWN_ID)
    sign = _SIGNS[condition.test]
    if condition.test in _WITHOUT_VALUE:
        return f"{condition.field} {sign}"
    values: Sequence[Value] = condition.value if condition.test in _MANY else [condition.value]
    written = ", ".join(quoted(format_value(declared, each)) for each in values)
    return f"{condition.field} {sign} {written}"


def said_as_written(said: Said) -> str:
    """Write a comparison with the words that were used, for what means something else on another day."""
    words = ", ".join(quoted(each.text) if each.quoted else each.text for each in said.words)
    return f"{said.field} {_SIGNS[said.test]} {words}".rstrip()


def joined(asked: Iterable[Asked]) -> str:
    """Write a whole question."""
    return " and ".join(each.text for each in asked)


def sign_of(test: Test) -> str:
    """Give the sign of a test."""
    return _SIGNS[test]


def quoted(text: str) -> str:
    """Write a value so that it is taken literally."""
    return f"'{text}'" if '"' in text else f'"{text}"'
