"""Whether a wire value is legal for its field, and its normal form."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from sync.contract.canonical import canonical_json
from sync.contract.clock import instant_text, parse_instant
from sync.contract.errors import AppError, Code
from sync.contract.fields import Field, FieldType, Value

_MAX_INTEGER = 2**53 - 1
_MAX_LATITUDE = 90
_MAX_LONGITUDE = 180
_DIGIT = re.compile(r"\d")
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
_EMAIL = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+")


def check_value(field: Field, value: Value) -> Value:
    """Check a wire value against its field and give its normal form; empty text becomes ``None``.

    Raises:
        AppError: one of the ``VALUE_*`` codes, with the field's name in its data.
    """
    if value is None or value == "" or (field.type is FieldType.TAGS and value == []):
        return None
    checked = _CHECKS.get(field.type, _check_text)(field, value)
    return checked if checked not in ("", []) else None


def unreadable(field: Field, value: Value) -> AppError:
    """Make the refusal of a value that its field cannot hold."""
    shown = str(value)[:100]
    return AppError(Code.VALUE_UNREADABLE, field=field.name, value=shown, expected=field.type.value)


def _check_text(field: Field, value: Value) -> str:
    if not isinstance(value, str):
        raise unreadable(field, value)
    text = value.strip()
    if _UNWRITABLE.search(text):
        raise unreadable(field, text.encode("ascii", "backslashreplace").decode())
    if len(text) > field.max_length:
        raise AppError(Code.VALUE_TOO_LONG, field=field.name, length=len(text), limit=field.max_length)
    return text


def _check_choice(field: Field, value: Value) -> str:
    text = _check_text(field, value)
    if field.choices and text not in field.choices:
        known = ", ".join(field.choices)
        raise AppError(Code.VALUE_NOT_A_CHOICE, field=field.name, value=text, known=known)
    return text


def _check_number(field: Field, value: Value) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # noqa: PLR0124 - NaN is the value that differs from itself
        raise unreadable(field, value)
    low = -_MAX_INTEGER if field.minimum is None else field.minimum
    high = _MAX_INTEGER if field.maximum is None else field.maximum
    if not low <= value <= high:
        raise AppError(Code.VALUE_OUT_OF_RANGE, field=field.name, value=str(value)[:40], low=low, high=high)
    number = round(value, field.scale) if field.scale else int(value)
    if not field.scale and number != value:
        raise unreadable(field, value)
    return number


def _check_boolean(field: Field, value: Value) -> bool:
    if not isinstance(value, bool):
        raise unreadable(field, value)
    return value


def _pair(field: Field, value: Value) -> tuple[Any, Any]:
    match value:
        case [first, second]:
            return first, second
        case _:
            raise unreadable(field, value)


def _check_money(field: Field, value: Value) -> list[Any]:
    minor, currency = _pair(field, value)
    if isinstance(minor, bool) or not isinstance(minor, int) or not isinstance(currency, str):
        raise unreadable(field, value)
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise unreadable(field, value)
    if abs(minor) > _MAX_INTEGER:
        raise AppError(Code.VALUE_OUT_OF_RANGE, field=field.name, value=minor, low=-_MAX_INTEGER, high=_MAX_INTEGER)
    return [minor, currency]


def _check_geo(field: Field, value: Value) -> list[float]:
    pair = _pair(field, value)
    if any(isinstance(part, bool) or not isinstance(part, int | float) for part in pair):
        raise unreadable(field, value)
    lat, lon = pair
    if not (abs(lat) <= _MAX_LATITUDE and abs(lon) <= _MAX_LONGITUDE):  # asked this way round, NaN is outside
        raise AppError(Code.VALUE_OUT_OF_RANGE, field=field.name, value=f"{lat},{lon}", low="-90,-180", high="90,180")
    return [round(float(lat), 6), round(float(lon), 6)]


def _check_date(field: Field, value: Value) -> str:
    text = _check_text(field, value)
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise unreadable(field, text) from None


def _check_instant(field: Field, value: Value) -> str:
    text = _check_text(field, value)
    try:
        return instant_text(parse_instant(text))
    except (ValueError, OverflowError):
        raise unreadable(field, text) from None


def _check_tags(field: Field, value: Value) -> list[str]:
    if not isinstance(value, list | tuple):
        raise unreadable(field, value)
    return sorted({text for text in (_check_text(field, each) for each in value) if text})


def _check_json(field: Field, value: Value) -> Value:
    try:
        text = canonical_json(value)
    except (TypeError, ValueError, RecursionError):
        raise unreadable(field, "") from None
    if len(text) > field.max_length:
        raise AppError(Code.VALUE_TOO_LONG, field=field.name, length=len(text), limit=field.max_length)
    return value


def _check_phone(field: Field, value: Value) -> str:
    text = _check_text(field, value)
    # Numbers come with extensions and remarks in any language; one without a digit is none.
    if text and not _DIGIT.search(text):
        raise unreadable(field, text)
    return text


def _check_email(field: Field, value: Value) -> str:
    text = _check_text(field, value)
    if text and not _EMAIL.fullmatch(text):
        raise unreadable(field, text)
    return text


_CHECKS: dict[FieldType, Callable[[Field, Value], Value]] = {
    FieldType.NUMBER: _check_number,
    FieldType.BOOLEAN: _check_boolean,
    FieldType.MONEY: _check_money,
    FieldType.GEO: _check_geo,
    FieldType.DATE: _check_date,
    FieldType.INSTANT: _check_instant,
    FieldType.CHOICE: _check_choice,
    FieldType.TAGS: _check_tags,
    FieldType.JSON: _check_json,
    FieldType.PHONE: _check_phone,
    FieldType.EMAIL: _check_email,
}
