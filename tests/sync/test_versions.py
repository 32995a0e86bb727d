"""Laptops and offices of different versions work together, before, during and after updates, and lose nothing."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from desktop.store import meta
from desktop.store.database import Database
from desktop.store.queries.conflicts import conflicts
from desktop.store.queries.sync_figures import sync_figures
from desktop.store.replica import StoreReplica
from desktop.store.selecting import stored_row
from desktop.store.unit_of_work import open_unit
from sync.client.engine import Engine
from sync.client.report import SyncReport
from sync.contract.clock import SystemClock, new_id
from sync.contract.errors import AppError, Code
from sync.contract.fields import Role
from sync.contract.wire import SignInRequest
from tests.helpers.versions import BEFORE, BEFORE_2, NEXT, NOW, OtherOffice, catalogue_of, office_of, office_program

KEY = bytes(range(32))
PASSWORD = "correct horse"
CLOCK = SystemClock()


class Office:
    """An office that can be updated."""

    def __init__(self, folder: Path, version: int) -> None:
        self._url = f"sqlite:///{folder / 'office.db'}"
        self._open = ExitStack()
        self.update(version)

    def update(self, version: int) -> None:
        """End the program and start that of a version."""
        self._open.close()
        self.version = version
        self.parts = self._open.enter_context(office_of(version, self._url, CLOCK))

    def hire(self, login: str) -> None:
        program = office_program(self.version)
        with self.parts.log.writing() as writer:
            user = program["people"].add_user(writer, login, role=Role.REP, territories=["North"])
            stored = self.parts.passwords.hash(PASSWORD)
            program["auth"].set_password(writer.connection, user, stored, writer.now)

    def damage(self) -> list[str]:
        found: list[str] = office_program(self.version)["check"].check(self.parts.log, None).damage
        return found

    def close(self) -> None:
        self._open.close()


class Laptop:
    """A laptop that can be updated."""

    def __init__(self, office: Office, file: Path, login: str, version: int) -> None:
        self._office, self._file, self.version = office, file, version
        self.database = Database.open(file, KEY, clock=CLOCK, create=True, catalogue=catalogue_of(version))
        request = SignInRequest(
            login=login, password=PASSWORD, client_id=self.database.meta.client_id, device="test", schema=version
        )
        answer = OtherOffice(office.parts, "", version=office.version, laptop=version).sign_in(request)
        known = {meta.TOKEN: answer.token, meta.USER_ID: answer.user_id, meta.OFFICE_SCHEMA: answer.schema}
        self.database.meta.set_many(known)
        self.sync()

    def update(self, version: int) -> None:
        """End the program and start that of a version."""
        self.version = max(self.version, version)
        self.database.close()
        self.database = Database.open(self._file, KEY, clock=CLOCK, catalogue=catalogue_of(self.version))

    def sync(self) -> SyncReport:
        engine = Engine(
            replica=StoreReplica(self.database),
            office=OtherOffice(
                self._office.parts, self.database.meta.token, version=self._office.version, laptop=self.version
            ),
            user_id=self.database.meta.user_id,
            clock=CLOCK,
            elapsed=lambda: 0.0,
            nonce=new_id,
            applied=lambda _: None,
        )
        return engine.run()

    def hand_in(self) -> None:
        """Sync; an office that this laptop is too old for takes its edits all the same."""
        try:
            self.sync()
        except AppError as refused:
            if refused.code is not Code.CLIENT_TOO_OLD:
                raise

    def write(self, record_type: str, record: str | None, **values: Any) -> str:
        """Add a record, or change one."""
        with open_unit(self.database, actor=self.database.meta.user_id, role=Role.REP, label="x") as work:
            if record is None:
                return work.create(record_type, values)
            work.change(record_type, record, values)
            return record

    def read(self, record_type: str, record: str) -> dict[str, Any]:
        with self.database.reading() as connection:
            found = stored_row(connection, self.database.schema, record_type, record)
            return {} if found is None or found.hidden else {**found.values, "version": found.version}

    def waiting(self) -> tuple[int, int, int]:
        """Count unsent edits, questions to this user, and edits that were not accepted."""
        with self.database.reading() as connection:
            figures = sync_figures(connection, self.database.schema)
            return figures.pending, figures.conflicts, figures.attention

    def close(self) -> None:
        self.database.close()


class World:
    """An office with Ana, whose laptop is of any version, and Ben, whose laptop is of the office's.

    An office that takes no laptops of Ana's age any more is updated to its version by ``renew``.
    """

    def __init__(self, folder: Path, *, laptop: int, office: int) -> None:
        self._folder = folder
        self._final = office
        begin = min(office, laptop + 2)
        self.office = Office(folder, begin)
        self.opened: list[Laptop] = []
        for login in ("ana", "ben"):
            self.office.hire(login)
        self.ana = self.open("ana", laptop)
        self.ben = self.open("ben", begin)

    def open(self, login: str, version: int) -> Laptop:
        """Sign a new laptop in."""
        self.opened.append(Laptop(self.office, self._folder / f"{len(self.opened)}.db", login, version))
        return self.opened[-1]

    def renew(self) -> None:
        """Bring the office and Ben to the version that was asked for."""
        if self.office.version != self._final:
            self.office.update(self._final)
            self.ben.update(self._final)

    def close(self) -> None:
        for each in self.opened:
            each.close()
        self.office.close()


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., World]]:
    worlds: list[World] = []

    def made(*, laptop: int, office: int) -> World:
        worlds.append(World(tmp_path, laptop=laptop, office=office))
        return worlds[-1]

    yield made
    for each in worlds:
        each.close()


def special(version: int, who: str) -> dict[str, Any]:
    """Give values for every field of accounts that is special about a version."""
    if version < BEFORE:
        return {"payment_terms": f"30 days, {who}"}
    newer = {"fleet": [len(who), "EUR"]} if version >= NEXT else {}
    return {"terms": f"30 days, {who}", "motto": f"Roasted by {who}", "tier": "d", **newer}


def edit_everything(laptop: Laptop, account: str, who: str) -> dict[str, Any]:
    """Change every such field; gives what a program of the last version must show in the end."""
    values = {"phone": "110", **special(laptop.version, who)}
    laptop.write("account", account, **values)
    plan = {}
    if laptop.version >= NOW:
        plan["plan"] = laptop.write("visit_plan", None, subject="Spring", account=account, budget=[5, "EUR"])
    return {**values, **plan}


def as_last(shown: dict[str, Any]) -> dict[str, Any]:
    """Say the same in the words of the last version."""
    return {"terms" if name == "payment_terms" else name: value for name, value in shown.items()}


def check_shown(laptop: Laptop, account: str, shown: dict[str, Any]) -> None:
    values = {name: value for name, value in shown.items() if name != "plan"}
    assert laptop.read("account", account).items() >= values.items()
    if "plan" in shown:
        assert laptop.read("visit_plan", shown["plan"])["budget"] == [5, "EUR"]


def check_settled(world: World) -> None:
    """Everything is updated and synced: nothing waits, nobody is asked, and a new laptop holds just the same."""
    fresh = world.open("ana", NEXT)
    for each in (world.ana, world.ben):
        assert each.waiting() == (0, 0, 0)
    sums = [StoreReplica(each.database).digest() for each in (world.ana, world.ben, fresh)]
    assert sums[0] is not None
    assert sums == [sums[0]] * 3
    for record in fresh.database.catalogue:
        for one in _ids(fresh, record.name) | _ids(world.ana, record.name):
            assert fresh.read(record.name, one) == world.ana.read(record.name, one)
    assert world.office.damage() == []


def _ids(laptop: Laptop, record_type: str) -> set[str]:
    table = laptop.database.schema.table(record_type)
    with laptop.database.reading() as connection:
        return set(connection.execute(table.select().with_only_columns(table.c.id)).scalars())


@pytest.mark.parametrize(("laptop", "office"), [*product((BEFORE_2, BEFORE, NOW, NEXT), (BEFORE, NOW, NEXT))])
def test_laptop_and_office_of_any_two_versions_lose_nothing(
    make: Callable[..., World], laptop: int, office: int
) -> None:
    world = make(laptop=laptop, office=office)
    ana, ben = world.ana, world.ben
    account = ben.write("account", None, name="Acme", **special(ben.version, "ben"))
    for each in (ben, ana):
        each.sync()
    mine = edit_everything(ana, account, "ana")
    world.renew()
    ben.write("account", account, city="Bonn")
    other = ben.write("account", None, name="Zenith")
    theirs = edit_everything(ben, other, "ben")
    for each in (ben, ana, ben, ana):
        each.hand_in()
    check_shown(ana, account, mine)

    for update in [ana.update, world.office.update, ben.update] if laptop % 2 else [world.office.update, ana.update]:
        update(NEXT)
        ana.hand_in()
    ben.update(NEXT)
    for each in (ana, ben, ana):
        each.sync()

    for each in (ana, ben):
        check_shown(each, account, {**as_last(mine), "city": "Bonn"})
        check_shown(each, other, as_last(theirs))
    check_settled(world)


def _work(world: World, account: str) -> list[Callable[[], None]]:
    """Give what happens one after the other."""
    ana, ben = world.ana, world.ben

    def first() -> None:
        for each in (ben, ana):
            each.sync()

    def edit() -> None:
        ana.write("account", account, phone="110")

    def update() -> None:
        world.office.update(NOW)
        ben.update(NOW)

    def edit_both() -> None:
        ana.write("account", account, city="Ulm")
        ben.write("visit_plan", None, subject="Spring", account=account)

    def last() -> None:
        for each in (ana, ben, ana):
            each.hand_in()

    return [first, edit, ana.hand_in, update, edit_both, last]


@pytest.mark.parametrize("point", range(6))
def test_laptop_may_be_updated_at_any_point_of_its_work(make: Callable[..., World], point: int) -> None:
    world = make(laptop=BEFORE_2, office=BEFORE)
    ana, ben = world.ana, world.ben
    account = ben.write("account", None, name="Acme", motto="Roasted", terms="30 days")
    for number, happens in enumerate(_work(world, account)):
        if number == point:
            ana.update(NEXT)
        happens()
    ana.update(NEXT)
    world.office.update(NEXT)
    ben.update(NEXT)
    for each in (ana, ben, ana):
        each.sync()

    check_shown(ana, account, {"phone": "110", "city": "Ulm", "motto": "Roasted", "terms": "30 days"})
    check_settled(world)


def test_two_versions_that_edit_one_record_ask_only_about_the_field_that_both_changed(
    make: Callable[..., World],
) -> None:
    world = make(laptop=BEFORE_2, office=NOW)
    ana, ben = world.ana, world.ben
    account = ben.write("account", None, name="Acme", motto="Roasted", terms="14 days")
    for each in (ben, ana):
        each.sync()

    ana.write("account", account, payment_terms="30 days", phone="110")
    ben.write("account", account, terms="60 days", motto="Fresh")
    for each in (ben, ana, ben, ana):
        each.sync()

    for each in (ana, ben):
        check_shown(each, account, {"phone": "110", "payment_terms": "60 days"})
    check_shown(ben, account, {"motto": "Fresh", "terms": "60 days"})
    assert [each.waiting() for each in (ana, ben)] == [(0, 1, 0), (0, 0, 0)]
    with ana.database.reading() as connection:
        (question,) = conflicts(connection, ana.database.schema, only_asked=True)
    assert (question.current, question.proposed) == ({"payment_terms": "60 days"}, {"payment_terms": "30 days"})


@pytest.mark.allow_logs("mutation .* broke under .*: ValueError")
def test_edit_that_no_step_can_read_is_set_aside_and_delays_no_other(make: Callable[..., World]) -> None:
    world = make(laptop=BEFORE, office=NEXT)
    ana = world.ana
    account = ana.write("account", None, name="Acme")
    ana.sync()

    ana.write("account", account, local_name="unreadable")
    ana.write("account", account, phone="110")
    ana.sync()

    assert ana.waiting() == (0, 0, 1)
    assert ana.read("account", account)["phone"] == "110"


def test_choice_that_the_office_does_not_know_yet_waits_and_the_rest_goes(make: Callable[..., World]) -> None:
    world = make(laptop=BEFORE, office=BEFORE_2)
    ana = world.ana
    account = ana.write("account", None, name="Acme", tier="d", segment="Food")
    ana.sync()
    waiting = ana.waiting()
    shown = ana.read("account", account)["tier"]

    world.office.update(BEFORE)
    ana.sync()

    assert waiting == (1, 0, 0)
    assert shown == "d"
    assert ana.waiting() == (0, 0, 0)
    assert ana.read("account", account).items() >= {"tier": "d", "segment": "Food"}.items()


def test_laptop_far_too_old_hands_its_edits_in_and_is_asked_to_update(make: Callable[..., World]) -> None:
    world = make(laptop=BEFORE_2, office=NEXT)
    ana = world.ana
    account = ana.write("account", None, name="Acme", payment_terms="30 days")
    world.renew()

    with pytest.raises(AppError) as refused:
        ana.sync()

    assert refused.value.code is Code.CLIENT_TOO_OLD
    assert ana.waiting() == (0, 0, 0)
    assert ana.read("account", account)["payment_terms"] == "30 days"
    ana.update(NEXT)
    ana.sync()
    assert ana.read("account", account)["terms"] == "30 days"


def test_office_program_of_before_serves_nobody_when_a_newer_one_has_the_database(
    make: Callable[..., World], tmp_path: Path
) -> None:
    world = make(laptop=BEFORE, office=BEFORE)
    ana = world.ana
    ana.write("account", None, name="Acme")

    with office_of(NEXT, f"sqlite:///{tmp_path / 'office.db'}", CLOCK), pytest.raises(AppError) as refused:
        ana.sync()

    assert refused.value.code is Code.DATABASE_NEWER
    assert ana.waiting() == (1, 0, 0)
