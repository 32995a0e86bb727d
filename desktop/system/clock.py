"""The laptop's own zone and calendar; instants themselves come from ``sync.contract.clock``."""

from datetime import UTC, date, datetime, timedelta, tzinfo

from sync.contract.clock import Clock, SystemClock, parse_instant

__all__ = ["Clock", "LocalZone", "SystemClock", "local_day", "local_text"]


class LocalZone(tzinfo):
    """The zone of this machine, summer time included, as the operating system knows it.

    Python gives an aware "now" only a fixed offset, which is wrong for a day in the other half of the year.
    """

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        """Give the offset that holds at a local wall clock time."""
        return None if moment is None else moment.replace(tzinfo=None).astimezone().utcoffset()

    def dst(self, moment: datetime | None) -> timedelta | None:  # noqa: ARG002 - the signature of tzinfo
        """Leave summer time unknown: the offset has it already."""
        return None

    def tzname(self, moment: datetime | None) -> str | None:
        """Give the zone's short name at a local wall clock time."""
        return None if moment is None else moment.replace(tzinfo=None).astimezone().tzname()

    def fromutc(self, moment: datetime) -> datetime:
        """Turn UTC into this zone's wall clock time."""
        return moment.replace(tzinfo=UTC).astimezone().replace(tzinfo=self)


def local_day(clock: Clock, zone: tzinfo) -> date:
    """Give the calendar day that it is now in a zone."""
    return clock.now().astimezone(zone).date()


def local_text(instant: str, zone: tzinfo) -> str:
    """Write a wire instant as local time to the minute, for tables: ``2026-11-20 17:41``."""
    return f"{parse_instant(instant).astimezone(zone):%Y-%m-%d %H:%M}"
