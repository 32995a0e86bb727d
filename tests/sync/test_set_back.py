"""An office that was set back: what no laptop hands in again is listed, and edits wait for what comes back."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from sync.contract.errors import AppError, Code
from sync.server import witness
from sync.server.compacting import compact
from sync.server.log import Author
from sync.server.people import move_accounts
from sync.server.schema_keeping import WITNESSED
from sync.server.witness import Lost
from tests.helpers import oracle
from tests.helpers.direct_office import DirectOffice
from tests.helpers.small_world import Laptop, World
from tests.server.turned_clock import TurnedClock

pytestmark = pytest.mark.allow_logs(
    "the office was set back", "fetching everything anew", "the office has other edits under this laptop's id"
)


def first(laptop: Laptop, kind: str) -> str:
    with laptop.database.reading() as connection:
        table = laptop.database.schema.table(kind)
        return str(connection.scalar(select(table.c.id).where(table.c.hidden == 0).order_by(table.c.id)))


def settle(*laptops: Laptop) -> None:
    for _ in range(3):
        for laptop in laptops:
            laptop.sync()


def lost(world: World) -> list[Lost]:
    with world.office.log.storage.reading() as connection:
        return witness.lost(connection)


def value(laptop: Laptop, kind: str, record: str, name: str) -> object:
    return (laptop.get(kind, record) or {}).get(name)


def made_since(world: World, backup: Path) -> str:
    """Let Ana make an account that Ben sees, and set the office back to before."""
    made = world["ana"].add("account", name="Made since", phone="112")
    settle(world["ana"], world["ben"])
    world.set_back_office(backup)
    return made


@pytest.fixture
def backup(world: World, tmp_path: Path) -> Path:
    """The office as it was."""
    return world.backup_office(tmp_path / "office-backup")


def test_what_only_others_have_seen_is_listed_with_its_values(world: World, backup: Path) -> None:
    made = made_since(world, backup)

    settle(world["ben"])

    (line,) = lost(world)
    assert (line.type, line.record, line.title, line.op, line.by) == ("account", made, "Made since", "create", "ana")
    assert line.fields["phone"] == "112"


def test_nothing_is_listed_once_its_author_was_here(world: World, backup: Path) -> None:
    made = made_since(world, backup)
    settle(world["ben"])

    settle(world["ana"], world["ben"])

    assert lost(world) == []
    assert value(world["ben"], "account", made, "phone") == "112"


def test_edit_of_a_record_that_is_not_back_yet_waits_for_it(world: World, backup: Path) -> None:
    ana, ben = world["ana"], world["ben"]
    made = made_since(world, backup)
    ben.set("account", made, city="Ulm")

    settle(ben)
    assert (ben.unsent, ben.reads.attention()) == (1, [])
    with world.office.log.storage.reading() as connection:
        (edit,) = witness.waiting(connection)
    assert (edit.by, edit.awaited) == ("ben", made)
    settle(ana, ben, ana)

    assert ben.unsent == 0
    for laptop in (ana, ben):
        assert (value(laptop, "account", made, "city"), value(laptop, "account", made, "phone")) == ("Ulm", "112")
        oracle.check_equals_office(world.dial(laptop.database.meta.token), laptop)
    with world.office.log.storage.reading() as connection:
        assert witness.waiting(connection) == []


def test_work_under_an_account_that_is_not_back_yet_waits_with_all_that_hangs_on_it(world: World, backup: Path) -> None:
    ana, ben = world["ana"], world["ben"]
    made = made_since(world, backup)
    contact = ben.add("contact", name="Li Na", account=made)
    ben.set("contact", contact, phone="119")
    elsewhere = ben.add("task", title="nothing to do with it")

    settle(ben)
    assert ben.replica.standing().unsent == 2
    settle(ana, ben, ana)

    assert (ben.unsent, ben.reads.attention()) == (0, [])
    assert value(ana, "contact", contact, "phone") == "119"
    assert value(ben, "task", elsewhere, "title") == "nothing to do with it"


def test_edits_stop_waiting_when_the_administrator_gives_up_and_stay_with_their_author(
    world: World, backup: Path
) -> None:
    ben = world["ben"]
    made = made_since(world, backup)
    ben.set("account", made, city="Ulm")
    contact = ben.add("contact", name="Li Na", account=made)
    ben.set("contact", contact, phone="119")
    settle(ben)

    assert witness.close(world.office.log) > 0
    settle(ben)

    assert ben.unsent == 0
    assert lost(world) == []
    assert {each.record for each in ben.reads.attention()} == {made, contact}


def test_row_that_came_with_a_first_sync_is_listed_as_it_was_seen(world: World, backup: Path) -> None:
    made = world["ana"].add("account", name="Made since", phone="112")
    world["ana"].sync()
    world["ana-2"].replica.restart_snapshot()
    world["ana-2"].sync()
    world.set_back_office(backup)

    settle(world["ana-2"])

    (line,) = [each for each in lost(world) if each.record == made]
    assert (line.op, line.title, line.fields["phone"]) == ("row", "Made since", "112")


def test_changed_value_and_deletion_are_listed_by_their_newest_state(world: World, backup: Path) -> None:
    ana, ben = world["ana"], world["ben"]
    target = first(ana, "account")
    for phone in ("112", "119"):
        ana.set("account", target, phone=phone)
    task = first(ana, "task")
    ana.delete("task", task)
    settle(ana, ben)
    world.set_back_office(backup)

    settle(ben)

    told = {(each.record, each.op): each.fields for each in lost(world)}
    assert told[target, "patch"] == {"phone": "119"}
    assert (task, "delete") in told
    assert len(told) == len(lost(world))


def test_change_that_no_laptop_made_is_listed_too(world: World, backup: Path) -> None:
    with world.office.log.writing() as writer:
        territory = writer.find("territory", "name", "North")[0]
        made = writer.create("account", {"name": "By the office", "territory": territory}, author=Author())
    settle(world["ben"])
    world.set_back_office(backup)

    settle(world["ben"], world["ana"])

    assert [(each.record, each.title) for each in lost(world)] == [(made, "By the office")]


def test_push_that_arrives_after_the_office_was_set_back_overwrites_nothing_unseen(world: World, backup: Path) -> None:
    ana, ben = world["ana"], world["ben"]
    target = first(ana, "account")
    ben.set("account", target, city="Ulm")
    settle(ben, ana)
    ana.set("account", target, phone="119")
    held: list[Callable[[], bytes]] = []

    def hold(name: str, deliver: Callable[[], bytes]) -> bytes:
        if name != "push":
            return deliver()
        held.append(deliver)
        raise AppError(Code.SERVER_UNREACHABLE)

    carry, ana.office.carry = ana.office.carry, hold
    with pytest.raises(AppError):
        ana.sync()
    ana.office.carry = carry
    world.set_back_office(backup)
    with world.office.log.writing() as writer:
        # As many lines as were lost and more, so that the edit's base is one of this history too.
        writer.patch("account", target, {"phone": "112"}, author=Author())
        writer.patch("account", target, {"city": "Bern"}, author=Author())
        writer.patch("account", target, {"city": "Basel"}, author=Author())

    with pytest.raises(AppError) as refused:
        held[0]()
    settle(ana, ben)

    assert refused.value.code is Code.CURSOR_DIVERGED
    assert value(ben, "account", target, "phone") == "112"
    asked = {each.field: each.proposed for each in ben.reads.conflicts() if each.record == target}
    assert asked == {"phone": {"phone": "119"}, "address": {"city": "Ulm"}}


def test_two_who_saw_the_same_make_one_line(world: World, backup: Path) -> None:
    made = made_since(world, backup)

    settle(world["ben"], world["ana-2"])

    assert [each.record for each in lost(world)] == [made]


def test_testimony_of_which_the_answer_is_lost_is_told_again(world: World, backup: Path) -> None:
    ben = world["ben"]
    made = made_since(world, backup)

    def lose(name: str) -> None:
        if name == "witness":
            raise ConnectionError("the reply is lost")

    ben.office.after = lose
    with pytest.raises(ConnectionError):
        ben.sync()
    ben.reopen()
    settle(ben)

    assert [each.record for each in lost(world)] == [made]


def test_second_setback_is_told_from_the_newer_history_only(world: World, backup: Path) -> None:
    made = made_since(world, backup)
    settle(world["ben"])
    witness.close(world.office.log)

    world.set_back_office(backup)
    settle(world["ben"])

    assert made not in {each.record for each in lost(world)}
    assert lost(world) == []


def test_run_says_that_the_office_was_set_back(world: World, backup: Path) -> None:
    made_since(world, backup)

    report = world["ben"].sync()

    assert (report.set_back, report.told) == (True, 1)
    assert not world["ben"].sync().set_back


def test_own_edit_of_which_the_values_were_taken_off_the_laptop_is_listed(world: World, backup: Path) -> None:
    ben = world["ben"]
    target = first(ben, "account")
    ben.set("account", target, phone="112")
    ben.sync()
    move_accounts(world.office.log, [target], "South")
    settle(ben)
    assert ben.get("account", target) is None

    world.set_back_office(backup)
    settle(ben)

    (line,) = [each for each in lost(world) if each.record == target and each.by == "ben"]
    assert (line.op, line.fields) == ("patch", {})
    assert ben.reads.ledger().balances


def test_what_was_told_of_the_lost_log_goes_long_after_it_is_settled_and_not_before(world: World, backup: Path) -> None:
    ana, ben = world["ana"], world["ben"]
    made = made_since(world, backup)
    settle(ben)
    log = world.office.log
    log.clock = clock = TurnedClock(log.clock)

    def told() -> int:
        with log.storage.reading() as connection:
            return connection.scalar(select(func.count()).select_from(WITNESSED)) or 0

    clock.forward(timedelta(days=401))
    compact(log)
    still_lost = [each.record for each in lost(world)]
    settle(ana)
    in_between = told()
    compact(log)

    assert still_lost == [made]
    assert in_between > 0
    assert (told(), lost(world)) == (0, [])
    assert value(ana, "account", made, "phone") == "112"


def test_edit_that_is_handed_in_again_is_seen_although_the_sync_ends_there(world: World, backup: Path) -> None:
    ana, ben = world["ana"], world["ben"]
    account = first(ana, "account")
    ana.set("account", account, phone="111")
    ben.set("account", account, phone="222")
    settle(ben, ana)
    assert value(ana, "account", account, "phone") == "222"
    world.set_back_office(backup)

    def unreachable(name: str) -> None:
        if name == "part":
            raise AppError(Code.SERVER_UNREACHABLE)

    ana.office.before = unreachable
    with pytest.raises(AppError, match=Code.SERVER_UNREACHABLE.value):
        ana.sync()

    assert ana.unsent == 1
    assert value(ana, "account", account, "phone") == "111"
    ana.office.before = lambda _: None
    settle(*world.laptops)
    oracle.check(world)


def test_office_set_back_while_everything_is_fetched_anew_overwrites_nothing_unseen(
    world: World, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, ben = world["ana"], world["ben"]
    account = first(ana, "account")
    for name in ("One", "Two", "Three"):
        with world.office.log.writing() as writer:
            writer.create("product", {"name": name}, author=Author())
    settle(ben)
    ben.set("account", account, phone="2")
    with monkeypatch.context() as patched:
        patched.setattr(DirectOffice, "manifest", unreachable)
        ben.replica.restart_snapshot()
        with pytest.raises(AppError):
            ben.sync()
    world.set_back_office(backup)
    settle(ana)
    ana.set("account", account, phone="1")
    settle(ana)

    settle(ben, ana)

    assert value(ana, "account", account, "phone") == value(ben, "account", account, "phone") == "1"
    assert [(each.field, each.proposed) for each in ben.questions(account)] == [("phone", {"phone": "2"})]


def unreachable(_office: DirectOffice) -> None:
    raise AppError(Code.SERVER_UNREACHABLE)
