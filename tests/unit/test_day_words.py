"""Days and times as people write them, in both languages."""

from datetime import date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.day_words import read_day, read_moment

ZONE = timezone(timedelta(hours=8))
FRIDAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 11, 0, tzinfo=ZONE)
NINE = time(9, 0)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", "2026-11-20"),
        ("Tomorrow", "2026-11-21"),
        ("明天", "2026-11-21"),
        ("后天", "2026-11-22"),
        ("後天", "2026-11-22"),
        ("yesterday", "2026-11-19"),
        ("Tue", "2026-11-24"),
        ("friday", "2026-11-27"),
        ("next Tue", "2026-11-24"),
        ("next friday", "2026-11-27"),
        ("this Monday", "2026-11-16"),
        ("周一", "2026-11-23"),
        ("下周二", "2026-11-24"),
        ("下週三", "2026-11-25"),
        ("本周五", "2026-11-20"),
        ("星期天", "2026-11-22"),
        ("in 3 days", "2026-11-23"),
        ("2 weeks", "2026-12-04"),
        ("+10", "2026-11-30"),
        ("3天后", "2026-11-23"),
        ("两", None),
        ("2周后", "2026-12-04"),
        ("24 Nov", "2026-11-24"),
        ("Dec 18", "2026-12-18"),
        ("3 Jan", "2027-01-03"),
        ("18 December 2027", "2027-12-18"),
        ("30 June", "2026-06-30"),
        ("11月24日", "2026-11-24"),
        ("2027年1月3日", "2027-01-03"),
        ("12/18", "2026-12-18"),
        ("2026-12-01", "2026-12-01"),
        ("31 Nov", None),
        ("next", None),
        ("someday", None),
        ("", None),
    ],
)
def test_day_in_words_is_read(text: str, day: str | None) -> None:
    expected = None if day is None else date.fromisoformat(day)

    assert read_day(text, FRIDAY) == expected


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("next Tue 15:00", "2026-11-24 15:00"),
        ("tomorrow 3pm", "2026-11-21 15:00"),
        ("tomorrow at 9:30 am", "2026-11-21 09:30"),
        ("下周二三点", "2026-11-24 15:00"),
        ("下周二十点", "2026-11-24 10:00"),
        ("明天晚上八点", "2026-11-21 20:00"),
        ("明天上午十点半", "2026-11-21 10:30"),
        ("后天下午两点", "2026-11-22 14:00"),
        ("11月24日 16点20分", "2026-11-24 16:20"),
        ("15:00", "2026-11-20 15:00"),
        ("9:00", "2026-11-21 09:00"),
        ("Monday", "2026-11-23 09:00"),
        ("2026-12-01 08:15", "2026-12-01 08:15"),
        ("24 Nov 12:00 pm", "2026-11-24 12:00"),
        ("24 Nov 12:00 am", "2026-11-24 00:00"),
        ("tomorrow 25:00", None),
        ("tomorrow 3pm sharp", None),
    ],
)
def test_moment_in_words_is_read(text: str, moment: str | None) -> None:
    expected = None if moment is None else datetime.fromisoformat(moment).replace(tzinfo=ZONE)

    assert read_moment(text, NOW, at=NINE) == expected


@given(st.text(max_size=40))
def test_any_text_is_read_or_left(text: str) -> None:
    day, moment = read_day(text, FRIDAY), read_moment(text, NOW, at=NINE)

    assert day is None or isinstance(day, date)
    assert moment is None or moment.tzinfo is ZONE


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_day_written_with_its_year_is_read_back(day: date) -> None:
    assert read_day(day.isoformat(), FRIDAY) == day
    assert read_day(f"{day.year}年{day.month}月{day.day}日", FRIDAY) == day
