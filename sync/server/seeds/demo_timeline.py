"""The sample's visits, calls, meetings, messages and notes: some told by hand, the rest made from phrases."""

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sync.contract.fields import Value
from sync.server.seeds.demo_book import HISTORY_DAYS, Book, number
from sync.server.seeds.drafts import Draft
from sync.server.seeds.sample_tables import SampleRow

_PER_VISIT = {"call": 0.7, "message": 0.5, "note": 0.25}
_MEETINGS = {"a": 2, "b": 1, "c": 0}
_MINUTES = {"visit": (20, 90), "call": (3, 20), "meeting": (30, 90)}
_NEAR_DAYS = 5
_ROOMS = ("cr20", "cr60")
_SCRIPTS_MEET = re.compile(r"(?<=[㐀-鿿])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?=[㐀-鿿])")


@dataclass(frozen=True, slots=True)
class Event:
    """One activity to be: ``contact`` is the key of a contact or empty, ``offset`` counts days from today."""

    account: str
    contact: str
    author: str
    offset: int
    clock: str
    values: dict[str, Value]

    @property
    def kind(self) -> str:
        """Its kind, one of the catalogue's."""
        return str(self.values["kind"])


class Timeline:
    """All activities of the sample, made at once, so that accounts can say when they were last visited."""

    def __init__(self, book: Book) -> None:
        """Tell the stories and throw the dice."""
        self._book = book
        self._people: dict[str, list[SampleRow]] = {}
        for row in book.tables["contacts"]:
            self._people.setdefault(row["account"], []).append(row)
        self._products = {row["key"]: row for row in book.tables["products"]}
        self._segments = {row["segment"]: row["products"].split(", ") for row in book.tables["segments"]}
        self._events = sorted(self._all_events(), key=lambda each: (each.offset, each.clock, each.account, each.kind))

    def activities(self) -> Iterator[Draft]:
        """Give the activities, oldest first."""
        numbers = self._numbers_from_newest()
        for each, ordinal in zip(self._events, numbers, strict=True):
            at = self._book.calendar.instant(each.offset, each.clock)
            values = {
                **each.values,
                "account": self._book.id("account", each.account),
                "contact": self._book.id("contact", f"{each.account}/{each.contact}") if each.contact else None,
                "at": at,
                "owner": self._book.user(each.author),
            }
            key = f"{each.account}/{each.kind}/{ordinal}"
            yield self._book.draft("activity", key, values, at=at, by=each.author)

    def last_visits(self) -> dict[str, str]:
        """Give the instant of the last visit by account key."""
        visits = [each for each in self._events if each.kind == "visit"]
        return {each.account: self._book.calendar.instant(each.offset, each.clock) for each in visits}

    def last_contacts(self) -> dict[str, str]:
        """Give the instant of the last activity by contact key (``account/latin``)."""
        met = [each for each in self._events if each.contact]
        return {f"{each.account}/{each.contact}": self._book.calendar.instant(each.offset, each.clock) for each in met}

    def _numbers_from_newest(self) -> list[int]:
        # Counted per account and kind, so that the sample of another day gives most activities the same ids.
        seen: Counter[tuple[str, str]] = Counter()
        numbers = []
        for each in reversed(self._events):
            seen[each.account, each.kind] += 1
            numbers.append(seen[each.account, each.kind])
        return numbers[::-1]

    def _all_events(self) -> Iterator[Event]:
        told: dict[str, list[int]] = {}
        for row in self._book.tables["stories"]:
            offset = int(row["days"])
            # Today's stay today even on a weekend: the screens are to show them.
            offset = self._book.calendar.workday(offset) if offset else 0
            if row["kind"] == "visit":
                told.setdefault(row["account"], []).append(offset)
            yield _story(row, offset)
        for account in self._book.tables["accounts"]:
            if account["since"]:
                yield from self._routine(account, told.get(account["key"], []))

    def _routine(self, account: SampleRow, told: list[int]) -> Iterator[Event]:
        dice = self._book.dice("timeline", account["key"])
        rhythm = int(account["rhythm"])
        quiet = number(account["quiet"])
        latest = dice.randint(2, rhythm) if quiet is None else quiet
        visits = [
            offset
            for offset in self._visit_days(dice, latest, rhythm)
            if all(abs(offset - other) > _NEAR_DAYS for other in told)
        ]
        wanted = {kind: round(len(visits) * share) for kind, share in _PER_VISIT.items()}
        wanted["meeting"] = _MEETINGS[account["tier"]]
        yield from self._events_of("visit", account, visits, dice)
        for kind, many in wanted.items():
            days = [self._book.calendar.workday(-dice.randint(max(2, latest), HISTORY_DAYS)) for _ in range(many)]
            yield from self._events_of(kind, account, days, dice)

    def _visit_days(self, dice: random.Random, latest: int, rhythm: int) -> list[int]:
        ago, found = float(latest), []
        while ago <= HISTORY_DAYS:
            found.append(self._book.calendar.workday(-round(ago)))
            ago += rhythm * dice.uniform(0.75, 1.3)
        return found

    def _events_of(self, kind: str, account: SampleRow, days: list[int], dice: random.Random) -> Iterator[Event]:
        fitting = [
            row for row in self._book.tables["phrases"] if row["lang"] == account["lang"] and row["kind"] == kind
        ]
        phrases: list[SampleRow] = []
        for offset in days:
            if not phrases:
                phrases = dice.sample(fitting, len(fitting))
            person = dice.choice(self._people[account["key"]])
            values = self._phrase(phrases.pop(), account, person, dice)
            minutes = _MINUTES.get(kind)
            values["duration_minutes"] = round(dice.uniform(*minutes) / 5 + 0.5) * 5 if minutes else None
            clock = f"{dice.randint(8, 16):02d}:{dice.choice((0, 5, 10, 15, 20, 30, 40, 45, 50)):02d}"
            yield Event(account["key"], person["latin"], account["owner"], offset, clock, values)

    def _phrase(
        self, phrase: SampleRow, account: SampleRow, person: SampleRow, dice: random.Random
    ) -> dict[str, Value]:
        product = self._products[dice.choice(self._segments[account["segment"]])]
        slots = {
            "person": person["name"],
            "unit": product[account["lang"]],
            "room": self._products[dice.choice(_ROOMS)][account["lang"]],
            "times": dice.randrange(60, 241, 10),
            "few": dice.randint(3, 8),
            "km": dice.randint(6, 40),
            "share": dice.randint(31, 58),
            "kg": dice.randrange(20, 61, 5),
            "t": dice.randint(5, 9),
            "door": dice.randint(1, 4),
        }
        return {
            "kind": phrase["kind"],
            "direction": phrase["direction"],
            "subject": _SCRIPTS_MEET.sub(" ", phrase["subject"].format(**slots)),
            "body": _SCRIPTS_MEET.sub(" ", phrase["body"].format(**slots)),
            "outcome": phrase["outcome"],
        }


def _story(row: SampleRow, offset: int) -> Event:
    values: dict[str, Value] = {name: row[name] for name in ("kind", "direction", "subject", "body", "outcome")}
    values["duration_minutes"] = number(row["minutes"])
    return Event(row["account"], row["contact"], row["author"], offset, row["time"], values)
