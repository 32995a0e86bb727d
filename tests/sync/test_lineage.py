"""A laptop that was copied or set back, and an office that was set back: each is noticed, and no edit is lost."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from sync.server.schema import CLIENT
from tests.helpers import oracle
from tests.helpers.small_world import Laptop, World

PARTED = pytest.mark.allow_logs("the office has other edits under this laptop's id")
SET_BACK = pytest.mark.allow_logs("the office was set back", "fetching everything anew")


def account(laptop: Laptop) -> str:
    with laptop.database.reading() as connection:
        return str(connection.exec_driver_sql("SELECT id FROM accounts WHERE hidden = 0 ORDER BY id").scalar())


def settle(*laptops: Laptop) -> None:
    for _ in range(3):
        for laptop in laptops:
            laptop.sync()


def devices(world: World) -> int:
    with world.office.log.storage.reading() as connection:
        return connection.scalar(select(func.count()).select_from(CLIENT)) or 0


def value(laptop: Laptop, record: str, name: str) -> object:
    return (laptop.get("account", record) or {}).get(name)


def test_laptop_whose_reply_was_lost_keeps_its_id(world: World) -> None:
    ana, before = world["ana"], world["ana"].database.meta.client_id
    ana.set("account", account(ana), phone="1")
    ana.sync()

    assert ana.sync().pushed == 0
    assert ana.database.meta.client_id == before


@PARTED
@pytest.mark.parametrize("order", [("ana", "copy"), ("copy", "ana")])
def test_copied_laptop_goes_on_under_an_id_of_its_own_and_loses_nothing(world: World, order: tuple[str, str]) -> None:
    ana = world["ana"]
    copy = world.copy_of(ana, "copy")
    there = {"ana": ana, "copy": copy}
    known = devices(world)
    target = account(ana)
    ana.set("account", target, phone="112")
    copy.set("account", target, email="copy@example.com")
    copied = copy.add("task", title="made on the copy")

    settle(there[order[0]], there[order[1]])

    assert ana.database.meta.client_id != copy.database.meta.client_id
    assert devices(world) == known + 1
    for laptop in (ana, copy, world["ben"]):
        laptop.sync()
        assert (value(laptop, target, "phone"), value(laptop, target, "email")) == ("112", "copy@example.com")
    assert ana.get("task", copied) is not None
    oracle.check_equals_office(world.dial(copy.database.meta.token), copy)


@PARTED
def test_copy_that_only_looks_on_parts_as_soon_as_the_other_wrote(world: World) -> None:
    ana = world["ana"]
    copy = world.copy_of(ana, "copy")
    ana.set("account", account(ana), phone="112")
    ana.sync()

    copy.sync()

    assert copy.database.meta.client_id != ana.database.meta.client_id
    assert value(copy, account(copy), "phone") == "112"
    copy.set("account", account(copy), email="later@example.com")
    settle(copy, ana)
    assert value(ana, account(ana), "email") == "later@example.com"


@PARTED
def test_laptop_set_back_to_a_backup_has_everything_again(world: World, tmp_path: Path) -> None:
    ana = world["ana"]
    backup = world.backup_of(ana, tmp_path / "backup")
    target = account(ana)
    ana.set("account", target, phone="112")
    ana.sync()
    ana.set("account", target, email="unsent@example.com")

    world.set_back(ana, backup)
    ana.set("account", target, city="Ulm")
    settle(ana, world["ben"])

    for laptop in (ana, world["ben"]):
        assert (value(laptop, target, "phone"), value(laptop, target, "city")) == ("112", "Ulm")
    assert ana.unsent == 0


@PARTED
def test_killed_while_it_parts_a_laptop_parts_once(world: World) -> None:
    ana = world["ana"]
    copy = world.copy_of(ana, "copy")
    ana.set("account", account(ana), phone="112")
    ana.sync()
    known = devices(world)
    copy.office.after = _lost("part")
    with pytest.raises(ConnectionError):
        copy.sync()
    copy.reopen()

    copy.sync()

    assert devices(world) == known + 1
    assert copy.sync().pushed == 0
    assert devices(world) == known + 1


@PARTED
def test_copy_that_had_a_receipt_and_no_page_parts_without_a_first_sync(world: World) -> None:
    ana = world["ana"]
    target = account(ana)
    ana.set("account", target, phone="112")
    ana.office.before = _lost("pull")
    with pytest.raises(ConnectionError):
        ana.sync()
    ana.office.before = lambda _: None
    copy = world.copy_of(ana, "copy")
    ana.set("account", target, city="Ulm")
    ana.sync()
    copy.set("account", target, email="copy@example.com")

    report = copy.sync()

    assert (report.first, report.set_back, copy.unsent) == (False, False, 0)
    for laptop in (ana, copy):
        laptop.sync()
        assert (value(laptop, target, "phone"), value(laptop, target, "email")) == ("112", "copy@example.com")


@SET_BACK
@PARTED
@pytest.mark.parametrize("lost_reply", ["", "pull"])
def test_office_set_back_that_has_since_heard_of_the_other_copy_gets_the_edits_of_this_one_again(
    world: World, tmp_path: Path, lost_reply: str
) -> None:
    ana, backup = world["ana"], world.backup_office(tmp_path / "before")
    copy = world.copy_of(ana, "copy")
    target = account(ana)
    copy.set("account", target, phone="112")
    copied = copy.add("task", title="made on the copy")
    if lost_reply:
        copy.office.before = _lost(lost_reply)
        with pytest.raises(ConnectionError):
            copy.sync()
        copy.office.before = lambda _: None
    else:
        copy.sync()
    world.set_back_office(backup)
    for city in ("Ulm", "Bern", "Basel"):
        ana.set("account", target, city=city)
    ana.sync()

    settle(copy, ana)

    assert ana.get("task", copied) is not None
    assert value(ana, target, "phone") == "112"
    oracle.check_equals_office(world.dial(copy.database.meta.token), copy)


@SET_BACK
@PARTED
def test_value_told_by_a_receipt_of_a_lost_history_does_not_lie_over_what_the_restored_office_tells(
    world: World, tmp_path: Path
) -> None:
    ana, ben, other = world["ana"], world["ben"], world["ana-2"]
    backup = world.backup_office(tmp_path / "before")
    target = account(ana)
    for city in ("Ulm", "Bern", "Basel"):
        other.set("account", target, city=city)
    other.sync()
    ana.set("account", target, phone="112")
    copy = world.copy_of(ana, "copy")
    copy.office.before = _lost("pull")
    with pytest.raises(ConnectionError):
        copy.sync()
    world.set_back_office(backup)
    # The other copy hands in the same edit, so the office knows of nothing that this one has more.
    settle(ana, ben)
    ben.set("account", target, phone="119")
    settle(ben)

    settle(copy)

    assert value(copy, target, "phone") == "119"
    oracle.check_nothing_lies_over(copy)
    oracle.check_equals_office(world.dial(copy.database.meta.token), copy)


@SET_BACK
@pytest.mark.allow_logs("the office has other edits under this laptop's id")
def test_office_set_back_to_a_backup_gets_every_edit_again(world: World, tmp_path: Path) -> None:
    ana, ben = world["ana"], world["ben"]
    target = account(ana)
    backup = world.backup_office(tmp_path / "office-backup")
    made = ana.add("account", name="Made after the backup")
    ana.set("account", target, phone="112", points=7)
    ana.delete("task", _task(ana))
    ana.sync()
    settle(ben)
    ben.set("account", made, city="Ulm")
    ben.set("account", target, email="ben@example.com")
    settle(ben, ana)

    world.set_back_office(backup)
    settle(ana, ben)

    for laptop in (ana, ben):
        assert value(laptop, target, "phone") == "112"
        assert value(laptop, target, "email") == "ben@example.com"
        assert value(laptop, target, "points") == value(ana, target, "points")
        assert value(laptop, made, "name") == "Made after the backup"
        assert laptop.unsent == 0
        oracle.check_equals_office(world.dial(laptop.database.meta.token), laptop)


@SET_BACK
@pytest.mark.allow_logs("the office has other edits under this laptop's id")
def test_office_set_back_asks_about_a_value_that_somebody_else_wrote_since(world: World, tmp_path: Path) -> None:
    ana, ben = world["ana"], world["ben"]
    target = account(ana)
    backup = world.backup_office(tmp_path / "office-backup")
    ana.set("account", target, phone="112")
    ana.sync()

    world.set_back_office(backup)
    ben.set("account", target, phone="119")
    settle(ben, ana)

    assert value(ana, target, "phone") == "119"
    assert [(each.field, each.proposed) for each in ana.questions(target)] == [("phone", {"phone": "112"})]


def _task(laptop: Laptop) -> str:
    with laptop.database.reading() as connection:
        return str(connection.exec_driver_sql("SELECT id FROM tasks WHERE hidden = 0 ORDER BY id").scalar())


def _lost(request: str) -> Callable[[str], None]:
    def lose(name: str) -> None:
        if name == request:
            raise ConnectionError("the reply is lost")

    return lose


@SET_BACK
@PARTED
def test_account_that_was_revoked_after_the_backup_can_be_written_again(world: World, tmp_path: Path) -> None:
    ana, backup = world["ana"], world.backup_office(tmp_path / "before")
    target = account(ana)
    with world.office.log.writing() as writer:
        writer.patch("account", target, {"territory": writer.find("territory", "name", "South")[0], "owner": None})
    settle(ana)
    world.set_back_office(backup)

    report = ana.sync()

    assert report.repaired == 0
    ana.set("account", target, phone="113")
    settle(ana)
    oracle.check_equals_office(world.dial(ana.database.meta.token), ana)


@SET_BACK
@PARTED
def test_edit_that_had_come_late_is_handed_in_again_when_the_office_was_set_back(world: World, tmp_path: Path) -> None:
    ana, backup = world["ana"], world.backup_office(tmp_path / "before")
    target = account(ana)
    ana.set("account", target, phone="112")
    with world.office.log.writing() as writer:
        writer.patch("account", target, {"territory": writer.find("territory", "name", "South")[0], "owner": None})
    # The receipt is here, and nothing was taken off the laptop yet: of what was, only the numbers are left.
    ana.office.after = _lost("pull")
    with pytest.raises(ConnectionError):
        ana.sync()
    world.set_back_office(backup)

    settle(ana, world["ben"])

    assert value(world["ben"], target, "phone") == "112"
    assert ana.reads.attention() == []
