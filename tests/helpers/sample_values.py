"""Values for any field of the catalogue: legal, different by number, and not only ASCII."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sync.contract.clock import instant_text
from sync.contract.fields import Field, FieldType, RecordType, Role, Value
from sync.contract.rules import writable_fields

_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def sample_value(field: Field, number: int) -> Value:
    """Give a legal value; different numbers give different values where the field has room for them.

    References and choices that are records have no value here: what they point to must exist.
    """
    return _MAKERS.get(field.type, _text)(field, number)


def sample_record(record: RecordType, number: int, role: Role = Role.REP) -> dict[str, Value]:
    """Give values for every field that a role may write and that stands on its own."""
    values = {field.name: sample_value(field, number) for field in writable_fields(record, role)}
    return {name: value for name, value in values.items() if value is not None}


def _number(field: Field, number: int) -> Value:
    return (field.minimum or 0) + number % 7 + (0.5 if field.scale else 0)


def _choice(field: Field, number: int) -> Value:
    return field.choices[number % len(field.choices)] if field.choices else None


def _text(field: Field, number: int) -> Value:
    return f"上海 Ærø 🚚 {number:02d}"[-field.max_length :].strip()


_MAKERS: dict[FieldType, Callable[[Field, int], Value]] = {
    FieldType.NUMBER: _number,
    FieldType.BOOLEAN: lambda _, number: number % 2 == 0,
    FieldType.MONEY: lambda _, number: [120_050 + number, "CNY" if number % 2 else "JPY"],
    FieldType.DATE: lambda _, number: (_DAY + timedelta(days=number)).date().isoformat(),
    FieldType.INSTANT: lambda _, number: instant_text(_DAY + timedelta(minutes=number)),
    FieldType.GEO: lambda _, number: [round(31.2304 + number / 1000, 6), round(121.4737 - number / 1000, 6)],
    FieldType.TAGS: lambda _, number: sorted({"重点", f"tag {number}", f"Ünï-{number}"}),
    FieldType.JSON: lambda _, number: {"n": number, "list": [1, "二", None]},
    FieldType.PHONE: lambda _, number: f"+86 21 5550 {number:04d}",
    FieldType.EMAIL: lambda _, number: f"li.wei.{number}@example.com",
    FieldType.URL: lambda _, number: f"https://example.com/{number}",
    FieldType.CHOICE: _choice,
    FieldType.REFERENCE: lambda _field, _number: None,
}
