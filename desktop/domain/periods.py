"""Reads stretches of days as people write them: "60 days ago", "this week", "上个月", "2026-Q3". Pure."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from desktop.domain.day_words import read_day

_WEEK = 7
_MONTHS = 12
_QUARTER = 3

Period = tuple[date, date]
"""The first and the last day."""

_AGO = re.compile(
    r"(\d{1,4})\s*(days?|weeks?|months?|years?|天|日|个?星期|個?星期|周|週|个?月|個?月|年)\s*(?:ago|前|以前|之前)"
)
_NAMED = re.compile(
    r"(this|last|next|本|这个?|這個?|上个?|上個?|下个?|下個?|今|去|明)\s*(week|month|quarter|year|周|週|星期|月|季度?|年)"
)
_QUARTER_OF = re.compile(r"(\d{4})[- ]?q([1-4])")
_MONTH_OF = re.compile(r"(\d{4})-(\d{1,2})")
_YEAR = re.compile(r"(\d{4})年?")
_BEFORE = frozenset(["last", "上", "去"])
_AFTER = frozenset(["next", "下", "明"])


def read_period(text: str, today: date) -> Period | None:
    """Read a day, week, month, quarter or year; ``None`` where it is not understood whole."""
    said = re.sub(r"\s+", " ", text.strip().lower())
    for pattern, make in _KINDS:
        found = pattern.fullmatch(said)
        if found is not None:
            return _possible(make, found, today)
    day = read_day(said, today)
    return None if day is None else (day, day)


def is_relative(text: str) -> bool:
    """Tell whether a text means another day tomorrow than it does today."""
    one, other = date(2026, 3, 5), date(2028, 11, 17)
    return read_period(text, one) != read_period(text, other)


def _possible(make: Callable[[re.Match[str], date], Period], found: re.Match[str], today: date) -> Period | None:
    try:
        return make(found, today)
    except (ValueError, OverflowError):  # a month 13, a day before the first year
        return None


def _ago(found: re.Match[str], today: date) -> Period:
    number, unit = int(found[1]), found[2]
    if unit[0] in "d天日":
        day = today - timedelta(days=number)
    elif unit[0] in "w周週" or unit.endswith("星期"):
        day = today - timedelta(days=number * _WEEK)
    else:
        months = number * (_MONTHS if unit[0] in "y年" else 1)
        first, last = _months(today, -months, 1)
        day = min(first.replace(day=min(today.day, last.day)), last)
    return day, day


def _named(found: re.Match[str], today: date) -> Period:
    which, unit = found[1].rstrip("个個"), found[2]
    step = -1 if which in _BEFORE else 1 if which in _AFTER else 0
    if unit[0] in "w周週" or unit == "星期":
        monday = today - timedelta(days=today.weekday()) + timedelta(days=step * _WEEK)
        return monday, monday + timedelta(days=_WEEK - 1)
    if unit[0] in "m月":
        return _months(today, step, 1)
    if unit[0] in "q季":
        begins = today.replace(day=1, month=(today.month - 1) // _QUARTER * _QUARTER + 1)
        return _months(begins, step * _QUARTER, _QUARTER)
    return date(today.year + step, 1, 1), date(today.year + step, _MONTHS, 31)


def _quarter_of(found: re.Match[str], _today: date) -> Period:
    return _months(date(int(found[1]), (int(found[2]) - 1) * _QUARTER + 1, 1), 0, _QUARTER)


def _month_of(found: re.Match[str], _today: date) -> Period:
    return _months(date(int(found[1]), int(found[2]), 1), 0, 1)


def _year(found: re.Match[str], _today: date) -> Period:
    return date(int(found[1]), 1, 1), date(int(found[1]), _MONTHS, 31)


def _months(day: date, step: int, length: int) -> Period:
    """Give ``length`` whole months, the first of them ``step`` months after that of the day."""
    number = day.year * _MONTHS + day.month - 1 + step
    first = date(number // _MONTHS, number % _MONTHS + 1, 1)
    after = number + length
    return first, date(after // _MONTHS, after % _MONTHS + 1, 1) - timedelta(days=1)


_KINDS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Period]], ...] = (
    (_AGO, _ago),
    (_NAMED, _named),
    (_QUARTER_OF, _quarter_of),
    (_MONTH_OF, _month_of),
    (_YEAR, _year),
)
