"""What all parts of the sample organisation share: its tables, its calendar, its ids and its dice."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from sync.contract.clock import instant_text
from sync.contract.fields import Value, Values
from sync.server.seeds.drafts import Draft, FixedIds
from sync.server.seeds.sample_tables import SampleTables

SOURCE = "sample"
"""The ``external_source`` of every record of the sample."""

HISTORY_DAYS = 395
"""How far back the sample reaches: thirteen months."""

CURRENCY = "CNY"
_SATURDAY = 5
_IDS_FROM = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DemoCalendar:
    """Turns "so many days from today" into dates and instants; times of day are those of ``zone``."""

    today: date
    zone: tzinfo

    def day(self, offset: int) -> str:
        """Write the day so many days from today."""
        return (self.today + timedelta(days=offset)).isoformat()

    def instant(self, offset: int, clock: str = "09:00") -> str:
        """Write the instant of a time of day (HH:MM), so many days from today."""
        moment = datetime.combine(self.today + timedelta(days=offset), time.fromisoformat(clock), self.zone)
        return instant_text(moment)

    def workday(self, offset: int) -> int:
        """Move an offset that falls on a weekend to the Friday before."""
        weekday = (self.today + timedelta(days=offset)).weekday()
        return offset - max(0, weekday - _SATURDAY + 1)


class Book:
    """Gives every part of the sample the same names for the same things."""

    def __init__(self, calendar: DemoCalendar, tables: SampleTables) -> None:
        """Ids do not depend on the calendar: the sample of another day has the same records."""
        self.calendar = calendar
        self.tables = tables
        self._ids = FixedIds("sample-organisation")

    def id(self, record_type: str, key: str) -> str:
        """Give the id of a record of the sample."""
        return self._ids.make(record_type, key, _IDS_FROM)

    def user(self, login: str) -> str:
        """Give a colleague's id."""
        return self.id("user", login)

    def dice(self, *names: str) -> random.Random:
        """Give dice that always fall alike for one subject, whatever else is added to the sample."""
        return random.Random("/".join(names))  # noqa: S311 - invented data needs no cryptographic randomness

    def draft(self, record_type: str, key: str, values: Values, *, at: str, by: str | None = None) -> Draft:
        """Make a record, leaving out what is empty; ``by`` is a login."""
        filled: dict[str, Value] = {name: value for name, value in values.items() if value not in (None, "", [])}
        filled |= {"external_id": key, "external_source": SOURCE}
        author = self.user(by) if by else None
        return Draft(type=record_type, id=self.id(record_type, key), values=filled, at=at, by=author)


def money(text: str) -> list[Value] | None:
    """Read whole yuan."""
    return [int(text) * 100, CURRENCY] if text else None


def words(text: str) -> list[str]:
    """Read a list of words parted by commas."""
    return sorted(each.strip() for each in text.split(",") if each.strip())


def number(text: str) -> int | None:
    """Read a whole number."""
    return int(text) if text else None


def is_chinese(text: str) -> bool:
    """Tell whether a text has Chinese characters."""
    return any("㐀" <= each <= "鿿" for each in text)
