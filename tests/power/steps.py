"""What a program is killed in the middle of: a save, a sync, a first sync, a sign-in, an upgrade, a backup.

Each step can be done again: what is done already stays as it is. ``Heard`` is told what has been called saved, and
about every request before it is sent and after the office has answered it.
"""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.commands.mass_edit import EditMany
from desktop.commands.records import AddRecord, DeleteRecord, SetFields
from desktop.services.backup import back_up
from desktop.services.profiles import enrol
from desktop.store import connections
from desktop.store.database import Database
from sync.contract.clock import SystemClock
from tests.helpers import oracle
from tests.helpers.direct_office import DirectOffice
from tests.helpers.small_world import Laptop, Person, Template, World
from tests.power.examine import Promised, digest, examine
from tests.power.session import credentials, paths
from tests.store.laptops import KEY, SteppingClock


@dataclass(frozen=True, slots=True)
class Heard:
    """Who hears of what a step does.

    ``saved`` hears of an act that is called saved, its id and its number of journal entries; ``asked`` of a request,
    by its name, twice: before the office has it, and when the office has done it and nothing has arrived.
    """

    saved: Callable[[str, int], None] = lambda _act, _entries: None
    asked: Callable[[str], None] = lambda _name: None


NOBODY = Heard()

LAPTOP = "laptop"
"""The folder of a place in which calls are seen."""

_VERSION_1 = Path(__file__).parents[1] / "store" / "fixtures" / "version_1.db"
_INSTANT = re.compile(r"20\d\d-\d\d-\d\dT[\d:.]+Z")


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of work. ``prepare`` makes where it begins, ``look`` finds faults, ``state`` describes how it ended."""

    prepare: Callable[[Path], None]
    run: Callable[[Path, Heard], None]
    look: Callable[[Path, Promised], tuple[str, ...]]
    state: Callable[[Path], str]


@contextmanager
def opened(place: Path) -> Iterator[tuple[World, Laptop]]:
    """Start Ana's program and the office."""
    with World(place, SystemClock()) as world:
        ana = Laptop(paths(place / LAPTOP), world.dial, SystemClock())
        try:
            yield world, ana
        finally:
            ana.close()


def signed_out(place: Path) -> None:
    """Make an office with a colleague; Ana has nothing yet."""

    def fill(world: World) -> None:
        for number in range(2):
            account = world["ben"].add("account", name=f"Kestrel {number}", description="k" * 300)
            world["ben"].add("contact", name="王芳", account=account)
        world["ben"].sync()

    # It stays, because Ben's profile names the key in it.
    made = Template(place.with_name("made"), [Person("ana"), Person("ben")], ["ben"], fill=fill)
    shutil.copytree(made.folder, place)
    (place / LAPTOP).mkdir()


def sign_in(place: Path, heard: Heard = NOBODY) -> None:
    """Sign Ana in, unless she is."""
    if paths(place / LAPTOP).database.exists():
        return
    with World(place, SystemClock()) as world:
        enrol(
            paths(place / LAPTOP),
            credentials(place / LAPTOP),
            clock=SystemClock(),
            connect=lambda _address, token: _listened(DirectOffice(world.office, token), heard),
        )


def signed_in(place: Path) -> None:
    """Let Ana be signed in with nothing on her laptop."""
    signed_out(place)
    sign_in(place)


def in_step(place: Path) -> None:
    """Let Ana have what the office has."""
    signed_in(place)
    sync(place)


def with_work(place: Path) -> None:
    """Let Ana have edits to send and others to receive, one of them of the same field."""
    in_step(place)
    with opened(place) as (world, ana):
        work(ana)
        ben = world["ben"]
        ben.set("account", _accounts(ben)[0], phone="+86 1", city="Beijing")
        for number in range(3):
            ben.add("account", name=f"Otter {number}", description="o" * 300)
        ben.sync()


def sync(place: Path, heard: Heard = NOBODY) -> None:
    """Sync in small pages and close."""
    with opened(place) as (_, ana):
        _listened(ana.office, heard).pull_limit = 2
        ana.sync()


def with_a_loss(place: Path) -> None:
    """Let Ana have edits of two customers to send, and lose one of them without knowing."""
    with_work(place)
    with opened(place) as (world, ana), world.office.log.writing() as writer:
        away = writer.create("territory", {"name": "South"})
        writer.patch("account", _accounts(ana)[0], {"territory": away, "owner": world["ben"].user})


def back_up_laptop(place: Path, _heard: Heard = NOBODY) -> None:
    """Copy Ana's profile, unless there is a copy."""
    if _copy(place).exists():
        return
    with opened(place) as (_, ana):
        back_up(paths(place / LAPTOP), ana.database, _copy(place))


def look_at_copy(place: Path, promised: Promised) -> tuple[str, ...]:
    """As ``look``; a copy that has its name must be as good as the profile."""
    copied = examine(_copy(place), promised, thorough=True) if _copy(place).exists() else None
    return look(place, promised) + (copied.faults + copied.mended if copied else ())


def state_of_copy(place: Path) -> str:
    """Describe what a profile comes to that is put back from the copy."""
    profile = paths(place / LAPTOP).folder
    shutil.rmtree(profile)
    shutil.copytree(_copy(place), profile)
    return state(place)


def save(place: Path, heard: Heard = NOBODY) -> None:
    """Make, change and delete records, one act after the other, and close."""
    with opened(place) as (_, ana):
        work(ana, heard)


def work(ana: Laptop, heard: Heard = NOBODY) -> None:
    """Make, change and delete records, one act after the other."""
    there = {json.loads(each).get("title") for each in _rows(ana, "task")}
    accounts = _accounts(ana)
    for command in (
        AddRecord("task", {"title": "Call", "account": accounts[0]}) if "Call" not in there else None,
        SetFields("account", accounts[0], {"phone": "110", "description": "d" * 5000}),
        EditMany("account", accounts, {"segment": "wholesale"}),
        DeleteRecord("contact", _ids(ana, "contact")[0]) if len(_ids(ana, "contact")) == len(accounts) else None,
    ):
        if command is not None:
            act = ana.bus.run(command).command_id
            with ana.database.reading() as connection:
                count = connection.exec_driver_sql("SELECT count(*) FROM journal WHERE command = ?", (act,))
                heard.saved(act, int(count.scalar_one()))


def look(place: Path, promised: Promised) -> tuple[str, ...]:
    """Find what is lost or half done in Ana's profile."""
    found = examine(paths(place / LAPTOP).folder, promised, thorough=True)
    return found.faults + found.mended


def look_at_sign_in(place: Path, promised: Promised) -> tuple[str, ...]:
    """As ``look``; there may be no profile yet."""
    there = paths(place / LAPTOP).database.exists()
    return look(place, Promised(enrolled=True)) if there or promised.enrolled else ()


def state(place: Path) -> str:
    """Describe both sides when all has been sent; ids that are new each time are left out."""
    with opened(place) as (world, ana):
        for _ in range(2):
            ana.sync()
        oracle.check_equals_office(world.dial(ana.database.meta.token), ana)
        oracle.check_nothing_lies_over(ana)
        oracle.check_ledger(world.office.log.storage, [ana])
        rows = {kind: sorted(_rows(ana, kind)) for kind in ("account", "contact", "task", "conflict")}
        with ana.database.reading() as connection:
            written = connection.exec_driver_sql(
                "SELECT type, op, new, outcome FROM journal WHERE origin = 'local' ORDER BY n"
            ).all()
    journal = [(kind, op, sorted(json.loads(new or "{}")), outcome) for kind, op, new, outcome in written]
    return _INSTANT.sub("", json.dumps([rows, journal], ensure_ascii=False, sort_keys=True))


def old_version(place: Path) -> None:
    """Put a database of the first version there."""
    (place / LAPTOP).mkdir(parents=True)
    shutil.copyfile(_VERSION_1, place / LAPTOP / "data.db")


def upgrade(place: Path, _heard: Heard = NOBODY) -> None:
    """Open the database with this program and close it."""
    Database.open(place / LAPTOP / "data.db", KEY, clock=SteppingClock()).close()


def look_at_upgrade(place: Path, _promised: Promised) -> tuple[str, ...]:
    """Hold that the database is as it was before or as it is afterwards."""
    before = place.with_name("before")
    if not before.exists():
        old_version(before)
    raw = connections.open_raw(place / LAPTOP / "data.db", KEY)
    old = connections.open_raw(before / LAPTOP / "data.db", KEY)
    try:
        if raw.execute("PRAGMA quick_check").fetchall() != [("ok",)]:
            return ("damaged",)
        version = raw.execute("SELECT value FROM meta WHERE key = 'layout'").fetchall()
        is_old = version == old.execute("SELECT value FROM meta WHERE key = 'layout'").fetchall()
        return ("half applied: neither old nor new",) if is_old and digest(raw) != digest(old) else ()
    finally:
        raw.close()
        old.close()


def upgraded(place: Path) -> str:
    """Describe the whole database but for what is new each time: the mark of the outbox file beside it."""
    with Database.open(place / LAPTOP / "data.db", KEY, clock=SteppingClock()) as database:
        with database.writing() as connection:
            connection.exec_driver_sql("DELETE FROM meta WHERE key LIKE 'outbox%'")
        with database.reading() as connection:
            return digest(connections.raw(connection))


def _listened(office: DirectOffice, heard: Heard) -> DirectOffice:
    office.before = office.after = heard.asked
    return office


def _copy(place: Path) -> Path:
    return place / LAPTOP / "copy"


def _accounts(laptop: Laptop) -> list[str]:
    return _ids(laptop, "account")


def _ids(laptop: Laptop, kind: str) -> list[str]:
    with laptop.database.reading() as connection:
        table = laptop.database.schema.table(kind)
        found = connection.execute(table.select().with_only_columns(table.c.id).where(table.c.hidden == 0))
        return sorted(str(row[0]) for row in found)


def _rows(laptop: Laptop, kind: str) -> Iterator[str]:
    for (type_, _), values in oracle.laptop_rows(laptop):
        if type_ == kind:
            shown: dict[str, Any] = {name: value for name, value in values.items() if name not in {"version", "scope"}}
            yield json.dumps(shown, ensure_ascii=False, sort_keys=True)


STEPS = {
    "save": Step(in_step, save, look, state),
    "first sync": Step(signed_in, sync, look, state),
    "sync": Step(with_work, sync, look, state),
    "sync after a loss": Step(with_a_loss, sync, look, state),
    "upgrade": Step(old_version, upgrade, look_at_upgrade, upgraded),
    "sign-in": Step(signed_out, sign_in, look_at_sign_in, state),
    "backup": Step(with_work, back_up_laptop, look_at_copy, state_of_copy),
}
