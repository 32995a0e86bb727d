"""What a seed is made of: records not yet written, with ids that are the same on every run.

Pure: knows neither the database nor any particular record type.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sync.contract.fields import Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One record to be made. ``at`` is the instant of its creation and ``by`` the id of the user who made it."""

    type: str
    id: str
    values: Values
    at: str
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """Something in foreign data that was not as one would expect, and what was done about it."""

    name: str
    count: int
    note: str
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedReport:
    """What a seed did: ``made`` and ``present`` count records per type, present ones were there before.

    ``passwords`` holds one-time passwords by login, for users made without a password file. ``facts`` are figures
    and names that a script may want, ``notes`` sentences for a person.
    """

    seed: str
    made: dict[str, int] = field(default_factory=dict)
    present: dict[str, int] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)
    traps: tuple[Trap, ...] = ()
    passwords: dict[str, str] = field(default_factory=dict)
    facts: dict[str, str | int | float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


class FixedIds:
    """Makes ids in the form of UUID version 7 whose random part is a digest of what they stand for."""

    def __init__(self, namespace: str) -> None:
        """Ids of different namespaces never meet."""
        self._namespace = namespace

    def make(self, record_type: str, key: str, moment: datetime) -> str:
        """Give the id of the record of this type and key; ``moment`` goes into the sorting part."""
        digest = hashlib.sha256(f"{self._namespace}\x1f{record_type}\x1f{key}".encode()).digest()
        return shaped_id(max(0, int(moment.timestamp() * 1000)), int.from_bytes(digest[:10], "big"))


def shaped_id(millis: int, rest: int) -> str:
    """Give a UUID version 7 of milliseconds since 1970 and 80 given bits, as lower-case text of 36 characters."""
    number = (millis & (2**48 - 1)) << 80 | rest
    number = (number & ~(0xF << 76)) | (0x7 << 76)
    number = (number & ~(0x3 << 62)) | (0x2 << 62)
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def midnight(day: str) -> datetime:
    """Give the beginning of a day, written YYYY-MM-DD, in UTC."""
    return datetime.fromisoformat(day).replace(tzinfo=UTC)
