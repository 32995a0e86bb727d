"""Damaged copies that a recovery put aside go with the customers in them, and not before what is in them is safe."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.services.recovery import recover
from desktop.store import leftovers
from desktop.store.outbox_file.frames import Kind
from desktop.store.outbox_file.keeping import outbox_path
from desktop.system.paths import ProfilePaths
from sync.contract.clock import SystemClock
from sync.contract.errors import AppError
from tests.helpers.direct_office import unreachable
from tests.helpers.small_world import Laptop, Person, Template, World

pytestmark = pytest.mark.allow_logs(
    r"the database cannot be used",
    r"the damaged database gave no more",
    r"the outbox file was kept as",
    r"the office has other edits under this laptop's id",
)


def fill(world: World) -> None:
    ana = world["ana"]
    for name in ("Kestrel", "Merlin"):
        ana.add("account", name=name)
    ana.sync()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    people = (Person("ana"), Person("cleo", territories=("South",)))
    return Template(tmp_path_factory.mktemp("leftovers"), people, ("ana",), fill=fill)


@pytest.fixture
def world(template: Template) -> Iterator[World]:
    with template.world() as world:
        yield world


def account_of(laptop: Laptop, name: str) -> str:
    found = [each.id for each in laptop.reads.search(name, types=("account",))]
    assert len(found) == 1
    return found[0]


def give_away(world: World, account: str) -> None:
    with world.office.log.writing() as writer:
        territory, owner = writer.find("territory", "name", "South")[0], writer.find("user", "login", "cleo")[0]
        writer.patch("account", account, {"territory": territory, "owner": owner})


def destroyed_and_recovered(ana: Laptop) -> Path:
    """Destroy a laptop's database and make it anew; gives the folder with what was damaged."""
    file = ana.database.file
    ana.close()
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2 + 7])
    found = recover(ProfilePaths(file.parent), clock=SystemClock())
    ana.reopen()
    assert found.aside is not None
    return found.aside


def last_data(laptop: Laptop) -> object:
    return laptop.reads.sync_runs(1)[0].data.get("copies_removed")


def test_copy_goes_with_the_next_account_that_is_taken_off(world: World) -> None:
    ana = world["ana"]
    lost = account_of(ana, "Kestrel")
    ana.set("account", account_of(ana, "Merlin"), phone="2")
    aside = destroyed_and_recovered(ana)
    ana.sync()
    assert aside.exists()

    give_away(world, lost)
    ana.sync()

    assert not aside.exists()
    assert last_data(ana) == 1
    assert leftovers.there(ana.database) == []


def test_copy_stays_as_long_as_anything_is_unsent(world: World) -> None:
    ana = world["ana"]
    lost, kept = account_of(ana, "Kestrel"), account_of(ana, "Merlin")
    ana.set("account", kept, phone="2")
    aside = destroyed_and_recovered(ana)
    ana.sync()
    give_away(world, lost)

    def save_while_pulling(name: str) -> None:
        if name == "pull":
            ana.set("account", kept, phone="3")
        if name == "push":
            unreachable(name)

    ana.office.before = save_while_pulling
    with pytest.raises(AppError):
        ana.sync()
    assert aside.exists()
    ana.office.before = lambda _: None
    ana.sync()

    assert not aside.exists()


def test_copy_with_an_edit_of_which_this_laptop_has_no_receipt_stays(world: World, tmp_path: Path) -> None:
    ana = world["ana"]
    backup = world.backup_of(ana, tmp_path / "backup")
    file = outbox_path(ana.database.file)
    ana.set("account", account_of(ana, "Merlin"), phone="2")
    copy = file.with_name(f"{file.name}.aside-1")
    copy.write_bytes(file.read_bytes())
    assert leftovers.remove(ana.database, younger=True) == 0

    # With a database that never knew of the edit, as that of another user, nobody else has it.
    content = copy.read_bytes()
    world.set_back(ana, backup)
    copy.write_bytes(content)
    ana.sync()

    assert leftovers.remove(ana.database, younger=True) == 0
    assert copy.exists()


def entry_places(laptop: Laptop) -> list[tuple[int, int]]:
    """Give where each entry in the outbox file begins and ends."""
    path = outbox_path(laptop.database.file)
    return [
        (each.start, each.end) for each in laptop.database.outbox_file.read_copy(path).frames if each.kind == Kind.ENTRY
    ]


def damaged(content: bytes, place: tuple[int, int]) -> bytes:
    """Make an entry unreadable."""
    middle = sum(place) // 2
    return content[:middle] + bytes((content[middle] ^ 1,)) + content[middle + 1 :]


@pytest.mark.parametrize("which", [0, 1, 2], ids=["first", "between", "last"])
def test_copy_in_which_an_edit_cannot_be_read_stays_when_nobody_else_has_it(world: World, which: int) -> None:
    ana = world["ana"]
    lost, merlin = account_of(ana, "Kestrel"), account_of(ana, "Merlin")
    for phone in ("1", "2", "3"):
        ana.set("account", merlin, phone=phone)
    file = outbox_path(ana.database.file)
    file.write_bytes(damaged(file.read_bytes(), entry_places(ana)[which - 3]))
    aside = destroyed_and_recovered(ana)
    ana.sync()

    give_away(world, lost)
    ana.sync()

    assert aside in leftovers.there(ana.database)
    assert aside in leftovers.kept(ana.database)


@pytest.mark.parametrize(("which", "goes"), [(0, True), (1, True), (2, False)], ids=["first", "between", "last"])
def test_copy_in_which_an_edit_cannot_be_read_goes_when_the_journal_tells_which_it_was(
    world: World, which: int, *, goes: bool
) -> None:
    ana = world["ana"]
    lost, merlin = account_of(ana, "Kestrel"), account_of(ana, "Merlin")
    for phone in ("1", "2", "3"):
        ana.set("account", merlin, phone=phone)
    file = outbox_path(ana.database.file)
    copy = file.with_name(f"{file.name}.aside-1")
    copy.write_bytes(damaged(file.read_bytes(), entry_places(ana)[which - 3]))
    ana.sync()

    give_away(world, lost)
    ana.sync()

    assert copy.exists() != goes


@pytest.mark.parametrize(("days", "goes"), [(34, False), (36, True)])
def test_copy_goes_when_it_is_old_although_nothing_was_taken_off(world: World, days: int, *, goes: bool) -> None:
    ana = world["ana"]
    aside = destroyed_and_recovered(ana)
    made = (SystemClock().now() - timedelta(days=days)).timestamp()
    os.utime(aside, (made, made))

    ana.sync()

    assert aside.exists() != goes
    assert last_data(ana) == (1 if goes else None)
