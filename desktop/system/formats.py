"""How numbers, money and days are written in the supported languages.

Month and weekday names come from the ``when`` catalogue through the ``Words`` port, so that this module
needs no locale library at start; Babel is loaded only for currencies that are not in the short table.
"""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

Number = int | float | Decimal

UNKNOWN = "\N{EN DASH}"
RELATIVE_DAYS = 7

_COMMON_CURRENCIES: dict[str, tuple[str, int]] = {
    "CNY": ("¥", 2),
    "HKD": ("HK$", 2),
    "TWD": ("NT$", 2),
    "USD": ("$", 2),
    "EUR": ("€", 2),
    "GBP": ("£", 2),
    "JPY": ("JP¥", 0),
}
# A unit is used from its size up, largest first; below the last one the amount is written in full.
_COMPACT_UNITS: dict[str, tuple[tuple[int, str], ...]] = {
    "en": ((10**9, "B"), (10**6, "M"), (10**4, "k")),
    "zh_CN": ((10**8, " 亿"), (10**4, " 万")),
    "zh_TW": ((10**8, " 億"), (10**4, " 萬")),
}
_UNIT_VALUES = {"B": 10**9, "M": 10**6, "k": 10**3, " 亿": 10**8, " 億": 10**8, " 万": 10**4, " 萬": 10**4}


class Words(Protocol):
    """The part of the translator that formats need."""

    def t(self, key: str, /, **values: object) -> str:
        """Give a message."""
        ...


def number(value: object) -> str:
    """Group thousands with commas; decimals keep at most two places; ``None`` is an en dash."""
    if value is None:
        return UNKNOWN
    if isinstance(value, int):
        return _signed(f"{value:,}")
    exact = Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    text = f"{exact:,}"
    return _signed(text.rstrip("0").rstrip("."))


def money(amount_minor: int | None, currency: str, language: str, *, compact: bool) -> str:
    """Write minor units as money; whole amounts carry no decimals, compact ones three significant digits."""
    if amount_minor is None:
        return UNKNOWN
    symbol, places = currency_signs(currency)
    amount = Decimal(amount_minor).scaleb(-places)
    sign = "−" if amount < 0 else ""
    size = abs(amount)
    if compact:
        return f"{sign}{symbol}{_compact(size, language)}"
    whole = size == size.to_integral_value()
    return f"{sign}{symbol}{size:,.0f}" if whole else f"{sign}{symbol}{size:,.{places}f}"


def currency_signs(currency: str) -> tuple[str, int]:
    """Give the symbol and the number of decimal places; an unknown code is its own symbol with two places."""
    known = _COMMON_CURRENCIES.get(currency)
    if known is not None:
        return known
    from babel.numbers import get_currency_precision, get_currency_symbol

    symbol = get_currency_symbol(currency, "en")
    return (f"{symbol} " if symbol.isalpha() else symbol), get_currency_precision(currency)


def day_text(words: Words, day: date, today: date | None) -> str:
    """Write a day, with the year unless ``today`` lies in the same one."""
    key = "when.day" if today is not None and today.year == day.year else "when.day_year"
    return words.t(key, day=day.day, month=words.t(f"when.month_short.m{day.month}"), year=str(day.year))


def long_day_text(words: Words, day: date) -> str:
    """Write a day with weekday and month in full, without the year."""
    return words.t(
        "when.day_long",
        day=day.day,
        month=words.t(f"when.month.m{day.month}"),
        weekday=words.t(f"when.weekday.d{day.isoweekday()}"),
    )


def relative_day_text(words: Words, when: date | datetime, now: datetime) -> str:
    """Count calendar days in the zone of ``now``; beyond a week write the day itself."""
    day = when.astimezone(now.tzinfo).date() if isinstance(when, datetime) else when
    distance = (day - now.date()).days
    if distance == 0:
        return words.t("when.today")
    if abs(distance) == 1:
        return words.t("when.tomorrow" if distance > 0 else "when.yesterday")
    if abs(distance) <= RELATIVE_DAYS:
        return words.t("when.in_days" if distance > 0 else "when.days_ago", count=abs(distance))
    return day_text(words, day, now.date())


def _compact(size: Decimal, language: str) -> str:
    for threshold, unit in _COMPACT_UNITS[language]:
        if size >= threshold:
            return _three_digits(size / _UNIT_VALUES[unit]) + unit
    return f"{size:,.0f}"


def _three_digits(value: Decimal) -> str:
    places = 2 if value < 10 else 1 if value < 100 else 0  # noqa: PLR2004 - significant digits
    text = f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _signed(text: str) -> str:
    # The true minus has the width of the plus and of the digits; the hyphen does not.
    return text.replace("-", "−")
