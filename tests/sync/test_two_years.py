"""Two years in a few seconds: what piles up on both sides is bounded, and who was away for all of it comes back."""

import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from desktop.store import checks
from desktop.store.tables import agreed, command, journal
from sync.contract.clock import SystemClock
from sync.contract.errors import AppError
from sync.server.check import check
from sync.server.compacting import compact
from sync.server.schema import CHANGE_LOG
from tests.helpers import oracle
from tests.helpers.direct_office import unreachable
from tests.helpers.small_world import Laptop, Person, Template, World
from tests.server.turned_clock import TurnedClock

pytestmark = pytest.mark.allow_logs("fetching everything anew")
WEEK = timedelta(days=7)
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it; commits need not wait for a disk here


@pytest.fixture
def clock() -> TurnedClock:
    """The one clock of the office and all laptops."""
    return TurnedClock(SystemClock())


@pytest.fixture
def world(clock: TurnedClock) -> Iterator[World]:
    """Ana with two laptops and Ben, an account and a contact of it."""
    where = _MEMORY if _MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="roundsman-years-", dir=where) as folder:
        people = [Person("ana"), Person("ben")]
        template = Template(Path(folder), people, ["ana", "ana-2", "ben"], fill=_fill, clock=clock)
        with template.world() as world:
            yield world


def _fill(world: World) -> None:
    account = world["ana"].add("account", name="Kestrel Foods")
    world["ana"].add("contact", name="Li Wei", account=account)
    for laptop in world.laptops * 2:
        laptop.sync()


def held(laptop: Laptop, kind: str) -> list[str]:
    with laptop.database.reading() as connection:
        table = laptop.database.schema.table(kind)
        return list(connection.execute(select(table.c.id).where(table.c.hidden == 0).order_by(table.c.id)).scalars())


def size(laptop: Laptop) -> tuple[int, int, int]:
    """Count entries, acts, and rows of every kind, hidden ones too."""
    with laptop.database.reading() as connection:
        rows = sum(
            connection.scalar(select(func.count()).select_from(laptop.database.schema.table(each.name))) or 0
            for each in laptop.database.catalogue
        )
        entries = connection.scalar(select(func.count()).select_from(journal)) or 0
        return entries, connection.scalar(select(func.count()).select_from(command)) or 0, rows


def fortnight(world: World, clock: TurnedClock, number: int) -> None:
    """Let two weeks pass with edits and a task that is deleted when the next one is made."""
    ana, ben = world["ana"], world["ben"]
    account = held(ana, "account")[0]
    for laptop in (ana, ben):
        laptop.set("account", account, phone=f"{number:03}{len(laptop.name)}")
    for each in held(ana, "task"):
        ana.delete("task", each)
    ana.add("task", title="call", account=account)
    for laptop in (ana, ben, ana):
        laptop.sync()
    clock.forward(2 * WEEK)
    if not number % 4:
        compact(world.office.log)


def test_what_piles_up_in_two_years_is_bounded_on_both_sides(world: World, clock: TurnedClock) -> None:
    sizes = []
    for number in range(52):
        fortnight(world, clock, number)
        sizes.append(size(world["ana"]))

    entries, acts, rows = sizes[-1]
    after_a_year = sizes[33]
    assert entries <= after_a_year[0] * 1.1
    assert acts <= after_a_year[1] * 1.1
    assert rows <= after_a_year[2] * 1.1
    with world.office.log.storage.reading() as connection:
        assert (connection.scalar(select(func.count()).select_from(CHANGE_LOG)) or 0) < 500
    assert check(world.office.log).damage == []
    for name in ("ana", "ben"):
        laptop = world[name]
        laptop.sync()
        oracle.check_equals_office(world.dial(laptop.database.meta.token), laptop)
        ledger = laptop.reads.ledger()
        assert ledger.balances
        assert ledger.recorded > 50
    assert world["ana"].reads.ledger().recorded > sizes[-1][0] / 3


def test_laptop_that_was_away_for_two_years_comes_back_with_its_edits(world: World, clock: TurnedClock) -> None:
    away, ana = world["ana-2"], world["ana"]
    account, contact = held(away, "account")[0], held(away, "contact")[0]
    away.set("account", account, city="Ulm")
    away.set("contact", contact, phone="119")
    made = away.add("task", title="made long ago", account=account)
    ana.delete("contact", contact)
    for number in range(9):
        ana.set("account", account, phone=f"11{number}")
        ana.sync()
        clock.forward(12 * WEEK)
        compact(world.office.log)

    for _ in range(2):
        away.sync()
    ana.sync()

    assert held(away, "contact") == []
    assert [each.code for each in away.reads.attention()] == ["record_deleted"]
    for laptop in (away, ana):
        assert (laptop.get("account", account) or {})["city"] == "Ulm"
        assert (laptop.get("account", account) or {})["phone"] == "118"
        assert (laptop.get("task", made) or {})["title"] == "made long ago"
        oracle.check_equals_office(world.dial(laptop.database.meta.token), laptop)
    assert away.reads.ledger().balances
    assert check(world.office.log).damage == []


def test_wrong_clock_of_a_laptop_forgets_nothing_early(world: World, clock: TurnedClock) -> None:
    ana = world["ana"]
    ana.sync()
    entries = size(ana)[0]
    turned = TurnedClock(SystemClock())
    turned.forward(timedelta(days=3650))
    ana.database.clock = turned
    ana.set("account", held(ana, "account")[0], phone="112")

    for _ in range(3):
        ana.sync()
        turned.forward(-2 * WEEK)

    assert size(ana)[0] > entries


def test_entry_that_needs_attention_outlives_its_time(world: World, clock: TurnedClock) -> None:
    away, ana = world["ana-2"], world["ana"]
    contact = held(away, "contact")[0]
    away.set("contact", contact, phone="119")
    ana.delete("contact", contact)
    ana.sync()
    clock.forward(58 * WEEK)
    compact(world.office.log)
    away.sync()

    for _ in range(60):
        clock.forward(2 * WEEK)
        away.sync()

    assert len(away.reads.attention()) == 1
    assert away.reads.ledger().balances
    with away.database.reading() as connection:
        assert checks.journal_faults(connection) == 0


def without_the_reply(laptop: Laptop) -> None:
    """Hand edits in, and hear nothing of it."""

    def lose(name: str) -> None:
        if name == "push":
            raise ConnectionError("the reply is lost")

    laptop.office.after = lose
    with pytest.raises(ConnectionError):
        laptop.sync()
    laptop.office.after = lambda _: None


@pytest.mark.parametrize("by", ["ana", "ben"])
def test_record_that_the_office_forgot_before_its_receipt_arrived_leaves_the_laptop(
    world: World, clock: TurnedClock, by: str
) -> None:
    ana, ben = world["ana"], world["ben"]
    account = ana.add("account", name="Made by mistake")
    ana.sync()
    made = ana.add("task", title="call", account=account)
    if by == "ana":
        ana.delete("task", made)
    without_the_reply(ana)
    ben.sync()
    if by == "ben":
        ben.delete("account", account)
    ben.sync()
    clock.forward(timedelta(days=800))
    compact(world.office.log)

    ana.sync()

    with ana.database.reading() as connection:
        there = ana.database.schema.table("task")
        assert connection.scalar(select(func.count()).where(there.c.id == made)) == 0
        assert connection.scalar(select(func.count()).select_from(agreed)) == 0
    assert ana.unsent == 0
    oracle.check_equals_office(ana.office, ana)


def test_record_that_the_office_forgot_before_a_page_told_of_it_leaves_the_laptop(
    world: World, clock: TurnedClock
) -> None:
    ana = world["ana"]
    made = ana.add("task", title="call")
    ana.delete("task", made)
    ana.office.before = lambda name: unreachable(name) if name == "pull" else None
    with pytest.raises(AppError):
        ana.sync()
    assert ana.unsent == 0
    clock.forward(timedelta(days=800))
    compact(world.office.log)
    ana.office.before = lambda _: None

    ana.sync()

    with ana.database.reading() as connection:
        there = ana.database.schema.table("task")
        assert connection.scalar(select(func.count()).where(there.c.id == made)) == 0
        assert connection.scalar(select(func.count()).select_from(agreed)) == 0
    oracle.check_equals_office(ana.office, ana)
