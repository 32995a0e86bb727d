"""What the pictures show: a real server with the sample, and two people whose laptops edit the same things."""

import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from desktop.bootstrap import open_application
from desktop.commands.activities import LogActivity
from desktop.commands.records import AddRecord, SetFields
from desktop.commands.tasks import CompleteTask
from desktop.commands.undo import Undo
from desktop.domain.listing import Condition, Listing, Sort, Test
from desktop.services.application import Application
from desktop.services.profiles import Credentials, enrol
from desktop.system.paths import ProfilePaths
from sync.contract.clock import SystemClock
from sync.contract.errors import AppError
from tests.helpers.office import Office

ZONE = timezone(timedelta(hours=8), "CST")
DAY = "2026-11-20"
REP, COLLEAGUE = "ruonan", "fangwei"
SHOWN_AT = datetime(2026, 11, 20, 2, 42, tzinfo=UTC)


class TurnedClock(SystemClock):
    """Shows what it was turned to."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def turn(self, day: int, hour: int, minute: int = 0) -> None:
        """Turn to a moment of November 2026, in the zone of the sample."""
        self.moment = datetime(2026, 11, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Scenery:
    """What the pictures are taken of; the office answers until ``office.kill()``."""

    office: Office
    laptop: Application
    clock: TurnedClock
    folder: Path


@contextmanager
def scenery(folder: Path) -> Iterator[Scenery]:
    """Set everything up below ``folder``, which must be empty, and take it down again."""
    # The sample's times of day are those of the machine that seeds it.
    os.environ["TZ"] = "Asia/Shanghai"
    time.tzset()
    clock = TurnedClock(SHOWN_AT)
    passwords = folder / "password"
    passwords.write_text(Office.PASSWORD + "\n", encoding="utf-8")
    with Office(f"sqlite:///{folder / 'office.db'}", folder) as office:
        seeded = office.run("seed", "demo", "--today", DAY, "--password-file", str(passwords))
        if seeded.code:
            raise RuntimeError(seeded.err)
        with (
            closing(_laptop(folder / REP, office, REP, clock)) as laptop,
            closing(_laptop(folder / COLLEAGUE, office, COLLEAGUE, clock)) as colleague,
        ):
            _days_before(laptop, colleague, clock)
            yield Scenery(office, laptop, clock, folder)


def _laptop(folder: Path, office: Office, login: str, clock: TurnedClock) -> Application:
    clock.turn(16, 8)
    paths = ProfilePaths(folder)
    key_file = str(folder.with_suffix(".key"))
    enrol(paths, Credentials(server=office.url, login=login, password=Office.PASSWORD, key_file=key_file), clock=clock)
    application = open_application(paths, clock=clock, zone=ZONE)
    application.sync.sync()
    return application


def _days_before(laptop: Application, colleague: Application, clock: TurnedClock) -> None:
    """Let two people work on the same customers without seeing each other's edits."""
    customers = _customers(laptop)
    _edit_same_fields(laptop, colleague, customers, clock)
    clock.turn(20, 8, 5)
    colleague.sync.sync()
    laptop.sync.sync()
    clock.turn(20, 9, 30)
    _work_of_the_morning(laptop, customers, clock)


def _edit_same_fields(laptop: Application, colleague: Application, customers: list[str], clock: TurnedClock) -> None:
    first, second = customers[0], customers[1]
    clock.turn(18, 16, 40)
    _set(laptop, first, payment_terms="Net 45", credit_limit=[30_000_000, "CNY"], visit_rhythm_days=30)
    _set(laptop, first, tags=["hotel", "续签"])
    _set(laptop, second, tier="a", phone="0755 8812 4001")
    clock.turn(19, 17, 20)
    _set(colleague, first, payment_terms="Net 30, 2% if paid in 10 days", credit_limit=[25_000_000, "CNY"])
    _set(colleague, first, website="https://brackwater.example", tags=["hotel", "key account"])
    _set(colleague, second, tier="c", employees=240)


def _work_of_the_morning(laptop: Application, customers: list[str], clock: TurnedClock) -> None:
    tasks = laptop.reads.ids(
        Listing(
            "task",
            where=(Condition("owner", Test.EQ, laptop.session.user), Condition("done", Test.NE, value=True)),
            sort=(Sort("due_at"),),
        )
    )
    visit = {"account": customers[2], "subject": "Door heaters, second offer", "outcome": "offer sent"}
    laptop.bus.run(LogActivity("visit", {**visit, "at": "2026-11-20T01:20:00.000Z", "duration_minutes": 40}))
    clock.turn(20, 9, 40)
    laptop.bus.run(CompleteTask(tasks[-1]))
    laptop.bus.run(SetFields("account", customers[3], {"payment_terms": "Net 60"}))
    laptop.bus.run(Undo())
    laptop.bus.run(
        AddRecord("task", {"title": "发送修订报价", "account": customers[3], "due_at": "2026-11-23T07:00:00.000Z"})
    )
    laptop.bus.run(SetFields("account", customers[2], {"segment": "Hotel", "visit_rhythm_days": 21}))


def go_offline(scene: Scenery) -> None:
    """Take the network away: the office ends, and a sync finds nobody."""
    scene.clock.turn(20, 9, 41)
    scene.office.kill()
    with suppress(AppError):
        scene.laptop.sync.sync()
    scene.clock.moment = SHOWN_AT
    scene.laptop.status.refresh()


def _customers(application: Application) -> list[str]:
    """List the customers with the latest visits, the last one first."""
    wanted = Listing("account", sort=(Sort("last_visit_at", descending=True),), limit=8)
    return application.reads.ids(wanted)


def _set(application: Application, account: str, **changes: object) -> None:
    application.bus.run(SetFields("account", account, changes))
