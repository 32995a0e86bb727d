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
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from sync.contract.canonical import canonical_json, fold
from sync.contract.checks import check_value, unreadable
from sync.contract.clock import instant_text
from sync.contract.errors import AppError
from sync.contract.fields import Field, FieldType, Value

__all__ = [
    "Column",
    "canonical_json",
    "check_value",
    "columns",
    "fold",
    "format_value",
    "from_columns",
    "inherited_columns",
    "minor_digits",
    "money_decimal",
    "parse_value",
    "plain_value",
    "to_columns",
]

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


def inherited_columns(field: Field, gained: Collection[str], present: Collection[str]) -> dict[str, str]:
    """Pair the new columns of a field with the old ones of which they take over the values, where there are both."""
    if field.formerly is None:
        return {}
    former = columns(replace(field, name=field.formerly))
    pairs = {new.name: old.name for new, old in zip(columns(field), former, strict=True)}
    return {new: old for new, old in pairs.items() if new in gained and old in present}


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


def parse_value(field: Field, text: str, *, currency: str | None = None, zone: tzinfo = UTC) -> Value:
    """Read a value as a person, a script or a CSV file writes it, and check it.

    ``currency`` is taken for amounts without one, ``zone`` for instants without one. Tags are parted by commas.

    Raises:
        AppError: one of the ``VALUE_*`` codes.
    """
    text = text.strip()
    if not text:
        return None
    try:
        parsed = _parsed(field, text, currency, zone)
    except (ValueError, OverflowError, InvalidOperation):
        raise unreadable(field, text) from None
    try:
        return check_value(field, parsed)
    except AppError as refused:
        # What was typed says more to a person than what it was read as.
        if "value" in refused.data:
            refused.data["value"] = unreadable(field, text).data["value"]
        raise


def format_value(field: Field, value: Value) -> str:
    """Write a value as text that ``parse_value`` reads back; amounts as ``1200.50 CNY``.

    A value left from a custom field of the same name and another type is written as it is.
    """
    if value is None:
        return ""
    write = _WRITERS.get(field.type)
    return write(value) if write and _has_shape(field, value) else str(value)


def plain_value(field: Field, value: Value) -> Value:
    """Give a value as command line JSON shows it: amounts and points as text, the rest as it is."""
    if value is not None and field.type in {FieldType.MONEY, FieldType.GEO}:
        return format_value(field, value)
    return value


def money_decimal(minor: int, currency: str) -> Decimal:
    """Turn minor units into a decimal with exactly the currency's number of decimals."""
    return Decimal(minor).scaleb(-minor_digits(currency))


def _has_shape(field: Field, value: Value) -> bool:
    match field.type, value:
        case FieldType.MONEY, [int(), str()]:
            return True
        case FieldType.GEO, [int() | float(), int() | float()]:
            return True
        case FieldType.TAGS, [*each]:
            return all(isinstance(one, str) for one in each)
        case kind, _:
            return kind not in {FieldType.MONEY, FieldType.GEO, FieldType.TAGS}


_WRITERS: dict[FieldType, Callable[[Value], str]] = {
    FieldType.MONEY: lambda value: f"{money_decimal(value[0], value[1])} {value[1]}",
    FieldType.BOOLEAN: lambda value: "true" if value else "false",
    FieldType.GEO: lambda value: f"{value[0]},{value[1]}",
    FieldType.TAGS: ",".join,
    FieldType.JSON: canonical_json,
}


def _parsed(field: Field, text: str, currency: str | None, zone: tzinfo) -> Value:
    parsed: Value = text
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
    return parsed


def _parse_money(field: Field, text: str, currency: str | None) -> list[Any]:
    found = re.fullmatch(r"(?:([A-Za-z]{3})\s*)?([-+]?[\d,\s]*\.?\d+)\s*([A-Za-z]{3})?", text)
    code = (found.group(1) or found.group(3) or currency or "").upper() if found else ""
    if found is None or not code:
        raise unreadable(field, text)
    amount = Decimal(re.sub(r"[,\s]", "", found.group(2))).scaleb(minor_digits(code))
    if amount != amount.to_integral_value():
        raise unreadable(field, text)
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
    raise unreadable(field, text)


def _parse_local_instant(text: str, zone: tzinfo) -> str:
    moment = datetime.fromisoformat(text)
    return instant_text(moment.replace(tzinfo=zone) if moment.tzinfo is None else moment)
