"""Reads days and times as people write them, in English and Chinese: "next Tue 15:00", "下周二三点". Pure."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

_WEEK = 7
_NOON = 12
_HALF_YEAR = timedelta(days=183)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CHINESE_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_CHINESE_DIGITS = {
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "兩": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_NAMED_DAYS = {
    "today": 0,
    "tomorrow": 1,
    "tmr": 1,
    "yesterday": -1,
    "今天": 0,
    "明天": 1,
    "后天": 2,
    "後天": 2,
    "昨天": -1,
}
_AFTERNOON = frozenset({"pm", "下午", "晚上"})
_MORNING = frozenset({"am", "上午", "早上"})

_CLOCK = re.compile(r"(?:at\s+)?(?<!\d)(\d{1,2})(?::(\d{2})\s*(am|pm)?|\s*(am|pm))(?!\d)")
_CHINESE_CLOCK = re.compile(
    r"(上午|早上|下午|晚上)?(?<![周週期拜])(\d{1,2}|二?十[一二三]?|[一二两兩三四五六七八九])[点點](?:(半)|(\d{1,2})分?)?"
)
_AFTER = re.compile(r"(?:in\s+|\+)?(\d{1,3})\s*(d|day|days|w|week|weeks|天|日|周|週|个?星期|個?星期)\s*(?:后|後)?")
_PLUS = re.compile(r"\+(\d{1,3})")
_WEEKDAY = re.compile(rf"(next\s+|this\s+)?({'|'.join(_WEEKDAYS)})[a-z]*")
_CHINESE_WEEKDAY = re.compile(r"(下|这|這|本)?(?:周|週|星期|礼拜|禮拜)([一二三四五六日天])")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_DAY_MONTH = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th)?\s+({'|'.join(_MONTHS)})[a-z]*\.?(?:\s+(\d{{4}}))?")
_MONTH_DAY = re.compile(rf"({'|'.join(_MONTHS)})[a-z]*\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(\d{{4}}))?")
_CHINESE_DATE = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})[日号號]?")
_NUMBERS = re.compile(r"(\d{1,2})/(\d{1,2})")


def read_day(text: str, today: date) -> date | None:
    """Read a day; ``None`` where it is not understood whole. A day without a year is the nearest one."""
    said = _plain(text)
    if said in _NAMED_DAYS:
        return today + timedelta(days=_NAMED_DAYS[said])
    for pattern, make in _DAYS:
        found = pattern.fullmatch(said)
        if found is not None:
            return _possible(make, found, today)
    return None


def read_moment(text: str, now: datetime, *, at: time) -> datetime | None:
    """Read a day with or without a time, in the zone of ``now``; a time alone is the next one, a day alone ``at``."""
    said = _plain(text)
    clock = _CLOCK.search(said) or _CHINESE_CLOCK.search(said)
    if clock is None:
        day = read_day(said, now.date())
        return None if day is None else datetime.combine(day, at, now.tzinfo)
    moment = _clock_time(clock)
    if moment is None:
        return None
    rest = f"{said[: clock.start()]} {said[clock.end() :]}".strip(" ,，")
    if not rest:
        found = datetime.combine(now.date(), moment, now.tzinfo)
        return found if found >= now else found + timedelta(days=1)
    day = read_day(rest, now.date())
    return None if day is None else datetime.combine(day, moment, now.tzinfo)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.strip().lower())


def _possible(make: Callable[[re.Match[str], date], date], found: re.Match[str], today: date) -> date | None:
    try:
        return make(found, today)
    except ValueError:  # the 31st of a month that has none
        return None


def _clock_time(found: re.Match[str]) -> time | None:
    if found.re is _CLOCK:
        hour, minute, part = int(found[1]), int(found[2] or 0), found[3] or found[4] or ""
    else:
        hour, part = _number(found[2]), found[1] or ""
        minute = 30 if found[3] else int(found[4] or 0)
    if part in _AFTERNOON and hour < _NOON:
        hour += _NOON
    elif part in _MORNING and hour == _NOON:
        hour = 0
    elif not part and found.re is _CHINESE_CLOCK and 0 < hour < _WEEK:
        hour += _NOON  # 三点 among business people is the afternoon
    try:
        return time(hour, minute)
    except ValueError:
        return None


def _number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return _CHINESE_DIGITS.get(tens, 99)
    return 10 * _CHINESE_DIGITS.get(tens, 1) + _CHINESE_DIGITS.get(ones, 0)


def _iso(found: re.Match[str], _today: date) -> date:
    return date(int(found[1]), int(found[2]), int(found[3]))


def _day_month(found: re.Match[str], today: date) -> date:
    return _nearest(today, found[3], _MONTHS.index(found[2]) + 1, int(found[1]))


def _month_day(found: re.Match[str], today: date) -> date:
    return _nearest(today, found[3], _MONTHS.index(found[1]) + 1, int(found[2]))


def _chinese_date(found: re.Match[str], today: date) -> date:
    return _nearest(today, found[1], int(found[2]), int(found[3]))


def _numbers(found: re.Match[str], today: date) -> date:
    return _nearest(today, None, int(found[1]), int(found[2]))


def _nearest(today: date, year: str | None, month: int, day: int) -> date:
    if year:
        return date(int(year), month, day)
    found = date(today.year, month, day)
    if found < today - _HALF_YEAR:
        return date(today.year + 1, month, day)
    return date(today.year - 1, month, day) if found > today + _HALF_YEAR else found


def _after(found: re.Match[str], today: date) -> date:
    weeks = found[2][0] in "w周週" or found[2].endswith("星期")
    return today + timedelta(days=int(found[1]) * (_WEEK if weeks else 1))


def _plus(found: re.Match[str], today: date) -> date:
    return today + timedelta(days=int(found[1]))


def _weekday(found: re.Match[str], today: date) -> date:
    return _on_weekday(today, _WEEKDAYS.index(found[2]), (found[1] or "").strip())


def _chinese_weekday(found: re.Match[str], today: date) -> date:
    return _on_weekday(today, _CHINESE_WEEKDAYS[found[2]], "next" if found[1] == "下" else "this" if found[1] else "")


def _on_weekday(today: date, weekday: int, which: str) -> date:
    monday = today - timedelta(days=today.weekday())
    if which:
        return monday + timedelta(days=weekday + (_WEEK if which == "next" else 0))
    ahead = (weekday - today.weekday()) % _WEEK or _WEEK
    return today + timedelta(days=ahead)


_DAYS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], date]], ...] = (
    (_ISO, _iso),
    (_DAY_MONTH, _day_month),
    (_MONTH_DAY, _month_day),
    (_CHINESE_DATE, _chinese_date),
    (_NUMBERS, _numbers),
    (_PLUS, _plus),
    (_AFTER, _after),
    (_WEEKDAY, _weekday),
    (_CHINESE_WEEKDAY, _chinese_weekday),
)
