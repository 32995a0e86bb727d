"""A laptop without an office: a real encrypted profile, furnished as after a first sync, with the bus and the reads."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desktop.commands.bus import Bus, Command, Done
from desktop.domain.changes import ChangeSet
from desktop.domain.listing import Condition, Listing
from desktop.live.reads import Reads
from desktop.store import meta
from desktop.store.database import Database
from desktop.store.unit_of_work import UnitOfWork, open_unit
from sync.contract.clock import SystemClock, new_id
from sync.contract.fields import Role, Values

NORTH, SOUTH = "territory-north", "territory-south"
ANA, BEN = "user-ana", "user-ben"


class TurnedClock(SystemClock):
    """A clock that the test turns; it moves a second at every look, so that instants differ."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


@dataclass
class Laptop:
    """One profile, open as ``user``."""

    database: Database
    user: str = ANA
    published: list[ChangeSet] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.reads = Reads(self.database)
        self.bus = Bus(self.database, self.reads, self.published.append)

    def run(self, command: Command) -> Done:
        return self.bus.run(command)

    def add(self, record_type: str, **values: object) -> str:
        """Add a record by hand of an administrator, past the command that is tested."""
        with self.by_hand(ANA) as work:
            return work.create(record_type, values)

    @contextmanager
    def by_hand(self, actor: str) -> Iterator[UnitOfWork]:
        """Write as somebody, without a command that could be undone."""
        with open_unit(self.database, actor=actor, role=Role.ADMIN, undoable=False) as work:
            yield work

    def values(self, record_type: str, record_id: str) -> Values:
        view = self.reads.record(record_type, record_id)
        assert view is not None
        return view.values

    def value(self, record_type: str, record_id: str, name: str) -> object:
        return self.values(record_type, record_id).get(name)

    def ids(self, record_type: str, *where: Condition) -> list[str]:
        return self.reads.ids(Listing(record_type, where))


def opened(folder: Path, key: bytes, *, role: Role = Role.REP) -> Laptop:
    """Open the profile in a folder, made and furnished if it is not there."""
    file = folder / "roundsman.db"
    new = not file.exists()
    database = Database.open(file, key, clock=TurnedClock(), create=True)
    database.meta.set_many({meta.USER_ID: ANA, meta.USER_NAME: "Ana", meta.ROLE: role.value, meta.CURRENCY: "CNY"})
    laptop = Laptop(database)
    if new:
        _furnish(laptop)
    return laptop


def new_key() -> bytes:
    """Make a key."""
    return os.urandom(32)


def a_day(day: int) -> str:
    """Give an instant in November 2026."""
    return f"2026-11-{day:02d}T09:00:00.000Z"


def _furnish(laptop: Laptop) -> None:
    with laptop.by_hand(ANA) as work:
        work.create("organisation", {"name": "Roundsman Trading"}, record_id=new_id())
        work.create("user", {"name": "Ana", "login": "ana"}, record_id=ANA)
        work.create("user", {"name": "Ben", "login": "ben"}, record_id=BEN)
        work.create("territory", {"name": "North"}, record_id=NORTH)
        work.create("territory", {"name": "South"}, record_id=SOUTH)
        work.create("assignment", {"user": ANA, "territory": NORTH}, record_id="assignment-1")
        work.create("assignment", {"user": ANA, "territory": SOUTH}, record_id="assignment-2")
        for position, (key, status) in enumerate([("prospecting", "open"), ("won", "won"), ("lost", "lost")]):
            work.create("stage", {"key": key, "name": key.title(), "status": status, "position": position})
