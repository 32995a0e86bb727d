"""A destroyed database costs no unsent edit: each arrives at the office, once, however the database was destroyed."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.services.profiles import Credentials, open_database
from desktop.services.recovery import Recovery, SignInNeeded, recover
from desktop.store import meta
from desktop.store.outbox_file.keeping import outbox_path
from desktop.store.unit_of_work import open_unit
from desktop.system.locks import FileLock
from desktop.system.paths import ProfilePaths
from sync.contract.clock import SystemClock
from sync.contract.errors import AppError, Code
from sync.contract.fields import Role
from tests.helpers.direct_office import ADDRESS
from tests.helpers.small_world import PASSWORD, Laptop, Person, Template, World

CLOCK = SystemClock()
pytestmark = pytest.mark.allow_logs(
    r"the database cannot be used", r"the damaged database gave no more", r"the outbox file was kept as"
)
PEOPLE = (Person("ana"), Person("ben"))


def fill(world: World) -> None:
    """Give everybody a customer, and Ana half of an older day."""
    ana, ben = world["ana"], world["ben"]
    account = ana.add("account", name="Kestrel Foods", points=1)
    ana.add("contact", name="王芳", account=account)
    for laptop in (ana, ben, ana):
        laptop.sync()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(tmp_path_factory.mktemp("recovery"), PEOPLE, ("ana", "ben"), fill=fill)


@pytest.fixture
def world(template: Template) -> Iterator[World]:
    with template.world() as world:
        yield world


def paths_of(laptop: Laptop) -> ProfilePaths:
    return ProfilePaths(laptop.database.file.parent)


def a_day(ana: Laptop) -> list[str]:
    """Edit, add, delete and take back without a network; gives the mutations that wait."""
    account = first(ana, "account")
    ana.set("account", account, phone="1")
    ana.set("account", account, phone="2", points=5)
    task = ana.add("task", title="call back", account=account)
    ana.set("task", task, title="call back tomorrow")
    ana.add("activity", kind="note", account=account, body="门禁密码")
    ana.delete("contact", first(ana, "contact"))
    ana.undo()
    return waiting(ana)


def first(laptop: Laptop, record_type: str) -> str:
    with laptop.database.reading() as connection:
        table = laptop.database.schema.table(record_type)
        return min(map(str, connection.execute(table.select().with_only_columns(table.c.id)).scalars()))


def waiting(laptop: Laptop) -> list[str]:
    return [each.id for each in laptop.replica.outbox(max_mutations=10_000, max_bytes=10**9)]


def at_office(world: World) -> list[str]:
    with world.office.log.storage.reading() as connection:
        return list(connection.exec_driver_sql("SELECT mutation FROM change_log WHERE mutation IS NOT NULL").scalars())


def recovered(laptop: Laptop) -> Recovery:
    """Recover a closed laptop and start its program again."""
    found = recover(paths_of(laptop), clock=CLOCK)
    laptop.reopen()
    return found


def check_all_arrived(world: World, ana: Laptop, expected: list[str]) -> None:
    """Sync everybody and check that each edit had its effect once and that both laptops agree."""
    for laptop in (ana, world["ben"], ana):
        laptop.sync()
    there = at_office(world)
    assert [there.count(each) for each in expected] == [1] * len(expected)
    assert waiting(ana) == []
    account = first(ana, "account")
    assert ana.get("account", account) == world["ben"].get("account", account)
    shown = ana.get("account", account) or {}
    assert (shown["name"], shown["phone"], shown["points"]) == ("Kestrel Foods", "2", 5)
    assert ana.reads.counts() == world["ben"].reads.counts()


def _delete(file: Path) -> None:
    file.unlink()


def _truncate_to_nothing(file: Path) -> None:
    file.write_bytes(b"")


def _truncate_in_the_middle(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2 + 7])


def _zero_the_first_page(file: Path) -> None:
    file.write_bytes(bytes(4096) + file.read_bytes()[4096:])


def _zero_pages_in_the_middle(file: Path) -> None:
    content = bytearray(file.read_bytes())
    for page in range(3, len(content) // 4096, 2):
        content[page * 4096 : (page + 1) * 4096] = bytes(4096)
    file.write_bytes(content)


def _swap_two_pages(file: Path) -> None:
    content = file.read_bytes()
    first, second = content[4096:8192], content[8192:12288]
    file.write_bytes(content[:4096] + second + first + content[12288:])


def _random_bytes(file: Path) -> None:
    file.write_bytes(bytes((each * 131 + each // 251) % 256 for each in range(file.stat().st_size)))


def _clear_text(file: Path) -> None:
    file.write_text("this was a database\n" * 400, encoding="utf-8")


DAMAGES = (
    _delete,
    _truncate_to_nothing,
    _truncate_in_the_middle,
    _zero_the_first_page,
    _zero_pages_in_the_middle,
    _swap_two_pages,
    _random_bytes,
    _clear_text,
)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda each: each.__name__.strip("_"))
def test_recover_after_a_destroyed_database_brings_every_unsent_edit_to_the_office_once(
    world: World, damage: Callable[[Path], None]
) -> None:
    ana = world["ana"]
    expected = a_day(ana)
    ana.close()
    damage(ana.database.file)

    found = recovered(ana)

    assert (found.kept, found.unreadable, found.cut, found.rebuilt) == (len(expected), 0, False, True)
    assert waiting(ana) == expected
    check_all_arrived(world, ana, expected)


def test_recover_after_another_profiles_database_was_put_there_keeps_every_unsent_edit(
    world: World, tmp_path: Path
) -> None:
    ana = world["ana"]
    expected = a_day(ana)
    ana.close()
    other = Template(tmp_path, (Person("eve"),), ("eve",))
    shutil.copyfile(other.folder / "laptops" / "eve" / "roundsman.db", ana.database.file)

    recovered(ana)

    assert waiting(ana) == expected
    check_all_arrived(world, ana, expected)


def test_recover_after_an_edit_was_sent_and_others_were_not_sends_only_the_others(world: World) -> None:
    ana = world["ana"]
    sent = a_day(ana)
    ana.sync()
    ana.set("account", first(ana, "account"), email="a@example.com")
    left = waiting(ana)
    ana.close()
    _random_bytes(ana.database.file)

    found = recovered(ana)

    assert (found.kept, waiting(ana)) == (1, left)
    check_all_arrived(world, ana, [*sent, *left])


def test_recover_with_the_damaged_log_gone_too_keeps_every_unsent_edit(world: World) -> None:
    ana = world["ana"]
    kept = ana.database.file.read_bytes()
    expected = a_day(ana)
    ana.close()
    for each in paths_of(ana).folder.glob("roundsman.db*"):
        each.unlink()
    ana.database.file.write_bytes(kept[: len(kept) - 5000])

    recovered(ana)

    check_all_arrived(world, ana, expected)


def test_log_that_was_deleted_costs_no_unsent_edit(world: World) -> None:
    ana = world["ana"]
    expected = a_day(ana)
    files = {each.name: each.read_bytes() for each in paths_of(ana).folder.glob("roundsman.*")}
    ana.close()
    del files["roundsman.db-wal"], files["roundsman.db-shm"]
    for name, content in files.items():
        (paths_of(ana).folder / name).write_bytes(content)

    ana.reopen()

    assert waiting(ana) == expected
    check_all_arrived(world, ana, expected)


def test_older_log_beside_a_newer_database_costs_no_unsent_edit(world: World) -> None:
    ana = world["ana"]
    ana.set("account", first(ana, "account"), email="early@example.com")
    log = ana.database.file.with_name("roundsman.db-wal")
    older = log.read_bytes()
    expected = a_day(ana)
    ana.close()
    log.write_bytes(older)

    recovered(ana)

    assert set(expected) <= set(waiting(ana))
    check_all_arrived(world, ana, expected)


def test_an_older_copy_of_the_database_gets_its_later_edits_back_by_being_opened(world: World) -> None:
    ana = world["ana"]
    ana.set("account", first(ana, "account"), email="early@example.com")
    ana.close()
    older = ana.database.file.read_bytes()
    ana.reopen()
    expected = a_day(ana)
    ana.close()
    ana.database.file.write_bytes(older)

    ana.reopen()

    assert waiting(ana) == expected
    check_all_arrived(world, ana, expected)


def test_an_edit_that_was_brought_back_can_be_taken_back(world: World) -> None:
    ana = world["ana"]
    account = first(ana, "account")
    ana.set("account", account, phone="9")
    ana.close()
    ana.database.file.unlink()
    recovered(ana)
    ana.sync()

    ana.undo()

    assert "phone" not in (ana.get("account", account) or {})


def test_a_refused_edit_comes_back_as_one_that_needs_attention(world: World) -> None:
    ana, ben = world["ana"], world["ben"]
    taken = ben.add("task", title="of Ben")
    ben.sync()
    with open_unit(ana.database, actor=ana.user, role=Role.REP) as work:
        work.create("task", {"title": "of Ana"}, record_id=taken)
    ana.sync()
    refused = [(each.id, each.code) for each in ana.reads.attention()]
    assert len(refused) == 1
    ana.close()
    ana.database.file.unlink()

    recovered(ana)
    ana.sync()

    assert [(each.id, each.code) for each in ana.reads.attention()] == refused


def test_recover_keeps_what_was_damaged(world: World) -> None:
    ana = world["ana"]
    a_day(ana)
    ana.close()
    _random_bytes(ana.database.file)
    damaged = ana.database.file.read_bytes()

    found = recovered(ana)

    assert found.aside is not None
    assert (found.aside / "roundsman.db").read_bytes() == damaged
    assert (found.aside / "roundsman.outbox").exists()


def test_recover_of_a_well_database_changes_nothing(world: World) -> None:
    ana = world["ana"]
    expected = a_day(ana)
    ana.close()

    found = recovered(ana)

    assert (found.kept, found.rebuilt, found.aside) == (len(expected), False, None)
    assert waiting(ana) == expected


def test_recover_killed_before_the_new_database_had_its_name_is_begun_again(world: World) -> None:
    ana = world["ana"]
    expected = a_day(ana)
    ana.close()
    ana.database.file.unlink()
    ana.database.file.with_name("rebuilt.db").write_bytes(b"left behind")
    ana.database.file.with_name("rebuilt.db.new").write_bytes(b"left behind")

    recovered(ana)

    assert waiting(ana) == expected


def test_recover_without_database_and_outbox_file_asks_to_sign_in(world: World) -> None:
    ana = world["ana"]
    ana.close()
    ana.database.file.unlink()
    outbox_path(ana.database.file).unlink()

    with pytest.raises(SignInNeeded):
        recover(paths_of(ana), clock=CLOCK)

    credentials = Credentials(server=ADDRESS, login="ana", password=PASSWORD)
    recover(paths_of(ana), clock=CLOCK, credentials=credentials, connect=lambda _address, token: world.dial(token))
    ana.reopen()
    ana.sync()
    assert ana.reads.counts()["account"] == 1


def test_recover_by_somebody_else_is_refused_and_leaves_everything(world: World) -> None:
    ana = world["ana"]
    a_day(ana)
    ana.close()
    ana.database.file.unlink()
    before = outbox_path(ana.database.file).read_bytes()
    credentials = Credentials(server=ADDRESS, login="ben", password=PASSWORD)

    with pytest.raises(AppError) as refused:
        recover(paths_of(ana), clock=CLOCK, credentials=credentials, connect=lambda _a, token: world.dial(token))

    assert refused.value.code is Code.WRONG_USER
    assert outbox_path(ana.database.file).read_bytes() == before
    recovered(ana)


def test_recover_while_the_window_is_open_is_refused(world: World) -> None:
    ana = world["ana"]

    with FileLock(paths_of(ana).window).trying(), pytest.raises(AppError) as refused:
        recover(paths_of(ana), clock=CLOCK)

    assert refused.value.code is Code.PROFILE_IN_USE


@pytest.mark.parametrize("damage", [_delete, _zero_the_first_page, _random_bytes], ids=lambda each: each.__name__)
def test_opening_a_profile_with_a_destroyed_database_says_so(world: World, damage: Callable[[Path], None]) -> None:
    ana = world["ana"]
    a_day(ana)
    ana.close()
    damage(ana.database.file)

    with pytest.raises(AppError) as refused:
        open_database(paths_of(ana), clock=CLOCK)

    assert refused.value.code is Code.DATABASE_UNUSABLE
    recovered(ana)


def test_a_new_token_is_in_the_outbox_file_too(world: World) -> None:
    ana = world["ana"]
    ana.database.meta.set(meta.TOKEN, "renewed")

    ana.database.outbox_file.agree(ana.database, thoroughly=True)

    assert ana.database.outbox_file.read().identity[meta.TOKEN] == "renewed"
