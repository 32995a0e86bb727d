"""What each field type's value looks like on the wire, in text and in columns.

========= ============================================ ==========================
type      wire value                                   columns
========= ============================================ ==========================
text ...  str, never empty                             one text
number    int, or float where the field has decimals   one integer or real
boolean   bool                                         one integer, 0 or 1
money     [minor units, ISO 4217 code]                 NAME integer, NAME_currency
date      YYYY-MM-DD                                   one text
instant   YYYY-MM-DDTHH:MM:SS.mmmZ                     one text
geo       [latitude, longitude], degrees               NAME_lat, NAME_lon real
tags      sorted list of distinct str                  one text, JSON
json      anything                                     one text, JSON
========= ============================================ ==========================

``None`` is "empty" everywhere.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from sync.contract.clock import instant_text, parse_instant
from sync.contract.errors import AppError, Code
from sync.contract.fields import Field, FieldType, Value

_MINOR_DIGITS = {
    "JPY": 0,
    "KRW": 0,
    "VND": 0,
    "CLP": 0,
    "ISK": 0,
    "BHD": 3,
    "KWD": 3,
    "OMR": 3,
    "JOD": 3,
    "TND": 3,
}
_MAX_INTEGER = 2**53 - 1
_MAX_LATITUDE = 90
_MAX_LONGITUDE = 180
_PHONE = re.compile(r"[+()\d\s./\-#*extEXT]*\d[+()\d\s./\-#*extEXT]*")
_EMAIL = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+")
_TRUE = frozenset({"true", "yes", "1", "on", "是"})
_FALSE = frozenset({"false", "no", "0", "off", "否"})


@dataclass(frozen=True, slots=True)
class Column:
    """One physical column; ``kind`` is ``text``, ``integer`` or ``real``."""

    name: str
    kind: str


def minor_digits(currency: str) -> int:
    """Give the number of decimals of a currency (ISO 4217), 2 where unknown."""
    return _MINOR_DIGITS.get(currency, 2)


def columns(field: Field) -> tuple[Column, ...]:
    """Name the columns that hold a built-in field."""
    match field.type:
        case FieldType.MONEY:
            return (Column(field.name, "integer"), Column(f"{field.name}_currency", "text"))
        case FieldType.GEO:
            return (Column(f"{field.name}_lat", "real"), Column(f"{field.name}_lon", "real"))
        case FieldType.NUMBER:
            return (Column(field.name, "real" if field.scale else "integer"),)
        case FieldType.BOOLEAN:
            return (Column(field.name, "integer"),)
        case _:
            return (Column(field.name, "text"),)


def to_columns(field: Field, value: Value) -> tuple[Any, ...]:
    """Turn a wire value into what its columns hold, in the order of ``columns``."""
    match field.type:
        case FieldType.MONEY | FieldType.GEO:
            return (None, None) if value is None else (value[0], value[1])
        case FieldType.BOOLEAN:
            return (None if value is None else int(value),)
        case FieldType.TAGS | FieldType.JSON:
            return (None if value is None else canonical_json(value),)
        case _:
            return (value,)


def from_columns(field: Field, raw: Sequence[Any]) -> Value:
    """Turn what a field's columns hold into its wire value."""
    first = raw[0]
    if first is None:
        return None
    match field.type:
        case FieldType.MONEY | FieldType.GEO:
            return [first, raw[1]]
        case FieldType.BOOLEAN:
            return bool(first)
        case FieldType.TAGS | FieldType.JSON:
            return json.loads(first) if isinstance(first, str) else first
        case _:
            return first


def canonical_json(value: Value) -> str:
    """Write JSON in the one form that is stored, hashed and compared: sorted keys, no spaces, real characters."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def check_value(field: Field, value: Value) -> Value:
    """Check a wire value against its field and give its normal form; empty text becomes ``None``.

    Raises:
        AppError: one of the ``VALUE_*`` codes, with the field's name in its data.
    """
    if value is None or value == "" or (field.type is FieldType.TAGS and value == []):
        return None
    checked = _CHECKS.get(field.type, _check_text)(field, value)
    return checked if checked not in ("", []) else None


def parse_value(field: Field, text: str, *, currency: str | None = None, zone: tzinfo = UTC) -> Value:
    """Read a value as a person, a script or a CSV file writes it, and check it.

    ``currency`` is taken for amounts without one, ``zone`` for instants without one. Tags are parted by commas.

    Raises:
        AppError: one of the ``VALUE_*`` codes.
    """
    text = text.strip()
    if not text:
        return None
    parsed: Value = text
    try:
        match field.type:
            case FieldType.MONEY:
                parsed = _parse_money(field, text, currency)
            case FieldType.NUMBER:
                parsed = _parse_number(text)
            case FieldType.BOOLEAN:
                parsed = _parse_boolean(field, text)
            case FieldType.INSTANT:
                parsed = _parse_local_instant(text, zone)
            case FieldType.GEO:
                parsed = [float(part) for part in text.split(",")]
            case FieldType.TAGS:
                parsed = [part for part in re.split(r"[,;，；、]", text) if part.strip()]
            case FieldType.JSON:
                parsed = json.loads(text)
            case _:
                pass
    except (ValueError, InvalidOperation):
        raise _unreadable(field, text) from None
    return check_value(field, parsed)


def format_value(field: Field, value: Value) -> str:
    """Write a value as text that ``parse_value`` reads back; amounts as ``1200.50 CNY``."""
    if value is None:
        return ""
    write = _WRITERS.get(field.type)
    return write(value) if write else str(value)


def plain_value(field: Field, value: Value) -> Value:
    """Give a value as command line JSON shows it: amounts and points as text, the rest as it is."""
    if value is not None and field.type in {FieldType.MONEY, FieldType.GEO}:
        return format_value(field, value)
    return value


def money_decimal(minor: int, currency: str) -> Decimal:
    """Turn minor units into a decimal with exactly the currency's number of decimals."""
    return Decimal(minor).scaleb(-minor_digits(currency))


def fold(text: str) -> str:
    """Give the form under which texts are compared and sorted: NFC, case folded."""
    return unicodedata.normalize("NFC", text).casefold()


def _check_text(field: Field, value: Value) -> str:
    if not isinstance(value, str):
        raise _unreadable(field, value)
    text = value.strip()
    if "\x00" in text or any("\ud800" <= each <= "\udfff" for each in text):
        raise _unreadable(field, text.encode("ascii", "backslashreplace").decode())
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
        raise _unreadable(field, value)
    low = -_MAX_INTEGER if field.minimum is None else field.minimum
    high = _MAX_INTEGER if field.maximum is None else field.maximum
    if not low <= value <= high:
        raise AppError(Code.VALUE_OUT_OF_RANGE, field=field.name, value=str(value)[:40], low=low, high=high)
    number = round(value, field.scale) if field.scale else int(value)
    if not field.scale and number != value:
        raise _unreadable(field, value)
    return number


def _check_boolean(field: Field, value: Value) -> bool:
    if not isinstance(value, bool):
        raise _unreadable(field, value)
    return value


def _pair(field: Field, value: Value) -> tuple[Any, Any]:
    match value:
        case [first, second]:
            return first, second
        case _:
            raise _unreadable(field, value)


def _check_money(field: Field, value: Value) -> list[Any]:
    minor, currency = _pair(field, value)
    if isinstance(minor, bool) or not isinstance(minor, int) or not isinstance(currency, str):
        raise _unreadable(field, value)
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise _unreadable(field, value)
    if abs(minor) > _MAX_INTEGER:
        raise AppError(Code.VALUE_OUT_OF_RANGE, field=field.name, value=minor, low=-_MAX_INTEGER, high=_MAX_INTEGER)
    return [minor, currency]


def _check_geo(field: Field, value: Value) -> list[float]:
    pair = _pair(field, value)
    if any(isinstance(part, bool) or not isinstance(part, int | float) for part in pair):
        raise _unreadable(field, value)
    lat, lon = float(pair[0]), float(pair[1])
    if abs(lat) > _MAX_LATITUDE or abs(lon) > _MAX_LONGITUDE:
        raise AppError(Code.VALUE_OUT_OF_RANGE, field=field.name, value=f"{lat},{lon}", low="-90,-180", high="90,180")
    return [round(lat, 6), round(lon, 6)]


def _check_date(field: Field, value: Value) -> str:
    text = _check_text(field, value)
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise _unreadable(field, text) from None


def _check_instant(field: Field, value: Value) -> str:
    text = _check_text(field, value)
    try:
        return instant_text(parse_instant(text))
    except (ValueError, OverflowError):
        raise _unreadable(field, text) from None


def _check_tags(field: Field, value: Value) -> list[str]:
    if not isinstance(value, list | tuple):
        raise _unreadable(field, value)
    return sorted({text for text in (_check_text(field, each) for each in value) if text})


def _check_json(field: Field, value: Value) -> Value:
    try:
        text = canonical_json(value)
    except (TypeError, ValueError, RecursionError):
        raise _unreadable(field, "") from None
    if len(text) > field.max_length:
        raise AppError(Code.VALUE_TOO_LONG, field=field.name, length=len(text), limit=field.max_length)
    return value


def _check_phone(field: Field, value: Value) -> str:
    text = _check_text(field, value)
    if text and not _PHONE.fullmatch(unicodedata.normalize("NFKC", text)):
        raise _unreadable(field, text)
    return text


def _check_email(field: Field, value: Value) -> str:
    text = _check_text(field, value)
    if text and not _EMAIL.fullmatch(text):
        raise _unreadable(field, text)
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


_WRITERS: dict[FieldType, Callable[[Value], str]] = {
    FieldType.MONEY: lambda value: f"{money_decimal(value[0], value[1])} {value[1]}",
    FieldType.BOOLEAN: lambda value: "true" if value else "false",
    FieldType.GEO: lambda value: f"{value[0]},{value[1]}",
    FieldType.TAGS: ",".join,
    FieldType.JSON: canonical_json,
}


def _unreadable(field: Field, value: Value) -> AppError:
    shown = str(value)[:100]
    return AppError(Code.VALUE_UNREADABLE, field=field.name, value=shown, expected=field.type.value)


def _parse_money(field: Field, text: str, currency: str | None) -> list[Any]:
    found = re.fullmatch(r"(?:([A-Za-z]{3})\s*)?([-+]?[\d,\s]*\.?\d+)\s*([A-Za-z]{3})?", text)
    code = (found.group(1) or found.group(3) or currency or "").upper() if found else ""
    if found is None or not code:
        raise _unreadable(field, text)
    amount = Decimal(re.sub(r"[,\s]", "", found.group(2))).scaleb(minor_digits(code))
    if amount != amount.to_integral_value():
        raise _unreadable(field, text)
    return [int(amount), code]


def _parse_number(text: str) -> int | float:
    number = Decimal(text.replace(",", "").replace(" ", ""))
    return int(number) if number == number.to_integral_value() else float(number)


def _parse_boolean(field: Field, text: str) -> bool:
    word = text.casefold()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise _unreadable(field, text)


def _parse_local_instant(text: str, zone: tzinfo) -> str:
    moment = datetime.fromisoformat(text)
    return instant_text(moment.replace(tzinfo=zone) if moment.tzinfo is None else moment)
