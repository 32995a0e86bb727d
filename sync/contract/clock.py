"""Ids and instants: UUID version 7 and UTC text of one fixed width that sorts by time."""

import os
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol, TypeAlias

Chance: TypeAlias = Callable[[int], bytes]
"""Gives so many bytes that nobody can foresee."""


class Clock(Protocol):
    """Where the present comes from, and what nobody can foresee; injected so that tests can turn it."""

    def now(self) -> datetime:
        """Give the present as an aware UTC ``datetime``."""
        ...

    def chance(self, count: int) -> bytes:
        """Give so many bytes that nobody can foresee; ids are made of them."""
        ...


class SystemClock:
    """The machine's clock, and its operating system's chance."""

    def now(self) -> datetime:
        """Give the present as an aware UTC ``datetime``."""
        return datetime.now(UTC)

    def chance(self, count: int) -> bytes:
        """Give so many bytes that nobody can foresee."""
        return os.urandom(count)


def instant_text(moment: datetime) -> str:
    """Write an aware ``datetime`` as ``2026-11-20T09:41:00.000Z``: always UTC, always 24 characters.

    Raises:
        ValueError: ``moment`` carries no zone.
    """
    if moment.tzinfo is None:
        message = "an instant needs a time zone"
        raise ValueError(message)
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_instant(text: str) -> datetime:
    """Read ISO 8601 text; a value without a zone is taken as UTC.

    Raises:
        ValueError: ``text`` is no ISO 8601 date and time.
    """
    moment = datetime.fromisoformat(text.strip())
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def new_id(moment: datetime | None = None, chance: Chance = os.urandom) -> str:
    """Make a UUID version 7 as lower-case text of 36 characters, of a moment and ten bytes of chance.

    Engine and office give both, their clock's; without them it is now, and the operating system's chance.

    The leading 48 bits are milliseconds since 1970, so that ids made later sort later within clock accuracy.
    """
    at = moment or datetime.now(UTC)
    millis = max(0, int(at.timestamp() * 1000)) & (2**48 - 1)
    rest = int.from_bytes(chance(10), "big")
    number = (millis << 80) | rest
    number = (number & ~(0xF << 76)) | (0x7 << 76)
    number = (number & ~(0x3 << 62)) | (0x2 << 62)
    return str(uuid.UUID(int=number))
