"""What is saved during a run and left to the next one: real stores and a real office, saves at given requests."""

from collections.abc import Iterator
from contextlib import closing
from queue import Queue

import pytest

from desktop.domain.changes import ChangeSet, Origin
from desktop.services import sync_service
from desktop.services.jobs import Jobs
from desktop.services.sync_service import SyncParts, SyncService
from desktop.services.sync_status import StatusBoard
from desktop.store import scopes
from desktop.system.locks import FileLock
from sync.contract.clock import SystemClock
from tests.helpers import oracle
from tests.helpers.small_world import Laptop, Person, Template, World

WAIT_S = 60
HOUR_S = 3600.0


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    people = (Person("ana"), Person("cleo", territories=("South",)))
    return Template(tmp_path_factory.mktemp("saves-during-runs"), people, ("ana", "cleo"))


@pytest.fixture
def world(template: Template) -> Iterator[World]:
    with closing(template.world()) as opened:
        yield opened


def service_of(laptop: Laptop, jobs: Jobs, ended: Queue[ChangeSet]) -> SyncService:
    """Sync a laptop as the window does; ``ended`` gets something at the end of each run that moved anything."""
    parts = SyncParts(
        replica=laptop.replica,
        connect=lambda: laptop.office,
        user_id=laptop.user,
        lock=FileLock(laptop.folder / "sync.lock"),
        publish=lambda changes: None if changes.records else ended.put(changes),
        status=StatusBoard(laptop.reads.sync_figures),
        clock=SystemClock(),
    )
    return SyncService(parts, jobs)


def test_comparison_that_saves_have_prevented_is_made_with_the_run_after_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync_service, "SOON_S", 0.0)
    ana = world["ana"]
    account = ana.add("account", name="Acme")
    asked: list[str] = []

    def save(name: str) -> None:
        asked.append(name)
        ana.set("account", account, phone=str(len(asked)))

    ana.office.before = save
    jobs, ended = Jobs(), Queue[ChangeSet]()
    service = service_of(ana, jobs, ended)
    try:
        service.start(HOUR_S)
        ended.get(timeout=WAIT_S)
        during, left = list(asked), ana.unsent

        ana.office.before = asked.append
        service.note_change(ChangeSet(Origin.COMMAND))
        ended.get(timeout=WAIT_S)
    finally:
        service.stop()
        jobs.close()

    assert "digest" not in during
    assert left > 0
    assert "digest" in asked[len(during) :]
    assert ana.unsent == 0
    oracle.check(world)


def test_edit_that_a_run_left_outlives_the_loss_of_its_account_and_comes_late(world: World) -> None:
    ana, cleo = world["ana"], world["cleo"]
    held, free = (ana.add("account", name=name, phone="1") for name in ("Acme", "Bolt"))
    contact = ana.add("contact", name="Li", account=held)
    ana.sync()
    cleo.sync()
    ana.add("account", name="Cox")
    pushes: list[str] = []

    def save_and_lose(name: str) -> None:
        if name == "pull" and not ana.unsent:
            ana.add("account", name="Dyer")
        if name == "push":
            pushes.append(name)
            if len(pushes) == 2:
                ana.set("account", held, phone="9")
                give_to_cleo(world, held, free)

    ana.office.before = save_and_lose
    ana.sync()
    ana.office.before = lambda _: None

    assert (len(pushes), ana.unsent, frozen(ana)) == (2, 1, {held})
    assert ana.reads.record("account", free) is None, "the purge has been there"
    assert (ana.get("account", held) or {})["phone"] == "9"
    assert ana.get("contact", contact) is not None

    report = ana.sync()
    cleo.sync()

    assert dict(report.handed) == {"cleo": 1}
    assert [view.proposed for view in cleo.questions(held)] == [{"phone": "9"}]
    assert (frozen(ana), ana.unsent, ana.reads.record("account", held)) == (set(), 0, None)
    for each in (*world.laptops, *world.laptops):
        each.sync()
    oracle.check(world)


def give_to_cleo(world: World, *accounts: str) -> None:
    with world.office.log.writing() as writer:
        territory = writer.find("territory", "name", "South")[0]
        owner = writer.find("user", "login", "cleo")[0]
        for each in accounts:
            writer.patch("account", each, {"territory": territory, "owner": owner})


def frozen(laptop: Laptop) -> set[str]:
    with laptop.database.reading() as connection:
        return set(scopes.frozen_scopes(connection))
