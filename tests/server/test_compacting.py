"""Compaction: what it removes nobody misses, from whatever position a laptop comes; what stays proves the log."""

import copy
import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from sync.contract.clock import SystemClock, instant_text, new_id
from sync.contract.errors import AppError, Code
from sync.contract.fields import Role
from sync.contract.wire import Action, Outcome
from sync.server.check import check
from sync.server.compacting import Rules, compact
from sync.server.recording import read_head
from sync.server.schema import CHANGE_LOG, CLIENT, MUTATION, RECEIPT
from sync.server.schema_keeping import DEAD_ID, REMOVED_LINE
from tests.server.desk import Desk, Laptop
from tests.server.turned_clock import TurnedClock

DAY = timedelta(days=1)
FIELDS = ("name", "city")


@pytest.fixture
def clock(desk: Desk) -> TurnedClock:
    """The office's clock."""
    turned = TurnedClock(SystemClock())
    desk.log.clock = turned
    return turned


def later(clock: TurnedClock, desk: Desk, days: int) -> int:
    """Let days pass, then compact; gives where pulls may begin."""
    clock.forward(days * DAY)
    return compact(desk.log).min_cursor


def lines(desk: Desk, record: str) -> list[str]:
    with desk.log.storage.reading() as connection:
        found = select(CHANGE_LOG.c.op).where(CHANGE_LOG.c.record == record).order_by(CHANGE_LOG.c.seq)
        return list(connection.scalars(found))


def parted(laptop: Laptop) -> Laptop:
    """Copy a laptop as it stands, to go on from here later."""
    twin = copy.copy(laptop)
    twin.rows, twin.changes, twin.gone = dict(laptop.rows), [], []
    twin.granted, twin.revoked = set(laptop.granted), set(laptop.revoked)
    return twin


def random_day(desk: Desk, chance: random.Random, root: Laptop) -> None:
    """Let something happen at the office: work, deletions, records and accounts that change hands."""
    accounts = [key[1] for key in root.seen() if key[0] == "account"]
    with desk.writing() as writer:
        north, west = writer.find("territory", "name", "North")[0], writer.find("territory", "name", "West")[0]
        for _ in range(chance.randint(1, 4)):
            step = chance.randrange(7)
            if step == 0 or not accounts:
                made = writer.create("account", {"name": "A", "territory": chance.choice([north, west])})
                writer.create("contact", {"name": "C", "account": made})
                continue
            account = chance.choice(accounts)
            owned = writer.find("contact", "account", account)
            if step == 1:
                writer.patch("account", account, {"territory": chance.choice([north, west])})
            elif step == 2 and owned:
                writer.delete("contact", chance.choice(owned))
            elif step == 3 and owned:
                writer.patch("contact", chance.choice(owned), {"account": chance.choice(accounts)})
            elif step == 4:
                writer.delete("account", account)
            elif step == 5:
                writer.restore("account", account)
            else:
                writer.patch("account", account, {chance.choice(FIELDS): str(chance.random())})
    root.pull()


@pytest.mark.parametrize("seed", range(2))
def test_laptop_at_any_position_that_is_kept_reaches_what_a_fresh_one_has(
    desk: Desk, clock: TurnedClock, seed: int
) -> None:
    chance = random.Random(seed)
    root = desk.laptop("root", role=Role.ADMIN)
    ana = desk.laptop("ana", territories=("North",))
    desk.user("west", territories=("West",))
    stood: list[Laptop] = []
    for _day in range(60):
        clock.forward(chance.randint(1, 9) * DAY)
        random_day(desk, chance, root)
        if chance.random() < 0.6:
            ana.pull(chance.randint(1, 9))
            stood.append(parted(ana))
        if chance.random() < 0.1:
            compact(desk.log, Rules(history=chance.randint(20, 200) * DAY, acknowledged=10 * DAY))
    done = compact(desk.log, Rules(history=chance.randint(20, 200) * DAY, acknowledged=10 * DAY))

    assert check(desk.log).damage == []
    assert done.lines > 0
    fresh = desk.device("ana", ana.user)
    for each in stood:
        if each.seq < done.min_cursor:
            assert each.hello().action is Action.SNAPSHOT
            with pytest.raises(AppError) as refused:
                each.pull()
            assert refused.value.code is Code.CURSOR_DIVERGED
        else:
            each.pull(chance.randint(1, 20))
            assert each.seen() == fresh.rows


def test_only_the_newest_line_of_each_value_is_kept(desk: Desk, clock: TurnedClock) -> None:
    account = desk.account("first")
    for n in range(5):
        with desk.writing() as writer:
            writer.patch("account", account, {"phone": str(n), **({"city": "Ulm"} if n == 1 else {})})

    later(clock, desk, 401)

    assert lines(desk, account) == ["patch", "patch"]
    assert check(desk.log).damage == []


def test_young_lines_stay(desk: Desk, clock: TurnedClock, ana: Laptop) -> None:
    account = desk.account("first", territory=desk.territory("North"))
    with desk.writing() as writer:
        writer.patch("account", account, {"phone": "1"})

    later(clock, desk, 399)

    assert lines(desk, account) == ["create", "patch"]
    assert ana.hello().action is Action.PULL


@pytest.mark.parametrize(("reached", "kept"), [("by all", ["patch"]), ("not by all", ["create", "patch"])])
def test_lines_that_every_laptop_has_go_after_a_month(
    desk: Desk, clock: TurnedClock, ana: Laptop, reached: str, kept: list[str]
) -> None:
    account = desk.account("first", territory=desk.territory("North"))
    with desk.writing() as writer:
        writer.patch("account", account, {"phone": "1"})
    if reached == "by all":
        ana.pull()
    with desk.log.storage.writing() as connection:
        connection.execute(update(CLIENT).values(acked_cursor=ana.seq))

    later(clock, desk, 36)

    assert lines(desk, account) == kept


def test_edit_of_a_laptop_that_was_away_for_years_is_still_merged_by_field(
    desk: Desk, clock: TurnedClock, ana: Laptop, ben: Laptop
) -> None:
    account = desk.account("first", territory=desk.territory("North"), phone="110", city="Bonn")
    ana.pull()
    ben.pull()
    ana.patch("account", account, phone="112", city="Ulm")
    for n in range(3):
        ben.patch("account", account, phone=f"11{n + 5}")
        ben.sync()
        clock.forward(300 * DAY)
    assert later(clock, desk, 401) > ana.seq

    receipt = ana.push_one()

    assert receipt.outcome is Outcome.CONFLICT
    assert desk.values("account", account)["city"] == "Ulm"
    assert desk.values("account", account)["phone"] == "117"
    (question,) = desk.conflicts()
    assert (question["proposed"], question["current_by"]) == ({"phone": "112"}, ben.user)


# ---------------------------------------------------------------------------------------------- dead ids


def buried(desk: Desk, clock: TurnedClock, *laptops: Laptop) -> tuple[str, str]:
    """Make an account and a contact of it, let everybody have them, delete the contact, let two years pass."""
    account = desk.account("Acme", territory=desk.territory("North"))
    with desk.writing() as writer:
        contact = writer.create("contact", {"name": "Old", "account": account})
    for each in laptops:
        each.pull()
    with desk.writing() as writer:
        writer.delete("contact", contact)
    return account, contact


def test_record_deleted_long_ago_leaves_both_sides_alike(desk: Desk, clock: TurnedClock, ana: Laptop) -> None:
    _, contact = buried(desk, clock, ana)
    ana.pull()
    desk.account("Unseen", territory=desk.territory("North"))

    later(clock, desk, 401)

    with desk.log.storage.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(DEAD_ID)) == 1
    assert not lines(desk, contact)[:-1]
    late = parted(ana)
    assert late.hello().action is Action.SNAPSHOT
    late.first_sync()
    assert not late.holds("contact", contact)
    assert check(desk.log).damage == []


def test_laptop_that_follows_the_log_is_told_that_a_record_is_forgotten(
    desk: Desk, clock: TurnedClock, ana: Laptop
) -> None:
    _, contact = buried(desk, clock, ana)
    clock.forward(399 * DAY)
    desk.account("Young", territory=desk.territory("North"))
    ana.pull()
    assert ana.holds("contact", contact)

    later(clock, desk, 2)
    ana.pull()

    assert not ana.holds("contact", contact)
    fresh = desk.device("ana", ana.user)
    assert ana.seen() == fresh.rows
    theirs = ana.office.digest()
    assert theirs.rows == len(fresh.rows)


@pytest.mark.parametrize("what", ["patch", "delete", "restore", "create"])
def test_edit_of_a_forgotten_record_is_refused_as_one_of_a_deleted_record(
    desk: Desk, clock: TurnedClock, ana: Laptop, what: str
) -> None:
    account, contact = buried(desk, clock, ana)
    edits: dict[str, Callable[[], object]] = {
        "patch": lambda: ana.patch("contact", contact, phone="112"),
        "delete": lambda: ana.delete("contact", contact),
        "restore": lambda: ana.restore("contact", contact),
        "create": lambda: ana.create("contact", record_id=contact, name="Again", account=account),
    }
    edits[what]()
    later(clock, desk, 401)

    receipt = ana.push_one()

    assert (receipt.outcome, receipt.code) == (Outcome.REJECTED, "record_deleted")
    assert receipt.missing
    with desk.log.storage.reading() as connection:
        assert connection.scalar(select(MUTATION.c.payload).where(MUTATION.c.mutation_id == receipt.mutation))
    assert "contact" not in {kind for kind, _ in desk.device("ana", ana.user).rows}


def test_work_under_a_forgotten_account_is_refused_and_kept(desk: Desk, clock: TurnedClock, ana: Laptop) -> None:
    account = desk.account("Acme", territory=desk.territory("North"))
    ana.pull()
    with desk.writing() as writer:
        writer.delete("account", account)
    ana.create("contact", name="New", account=account)
    later(clock, desk, 401)

    assert ana.push_one().code == "record_deleted"


def test_forgotten_account_ends_its_scope_with_all_it_had(desk: Desk, clock: TurnedClock, ana: Laptop) -> None:
    account = desk.account("Acme", territory=desk.territory("North"))
    with desk.writing() as writer:
        contact = writer.create("contact", {"name": "Alive", "account": account})
    ana.pull()
    with desk.writing() as writer:
        writer.delete("account", account)
    clock.forward(399 * DAY)
    desk.account("Young", territory=desk.territory("North"))
    ana.pull()

    later(clock, desk, 2)
    ana.pull()

    assert account in ana.revoked
    assert not ana.holds("contact", contact)
    assert ana.seen() == desk.device("ana", ana.user).rows
    assert check(desk.log).damage == []


def test_account_deleted_long_ago_stays_while_something_of_it_is_young(
    desk: Desk, clock: TurnedClock, ana: Laptop
) -> None:
    account = desk.account("Acme", territory=desk.territory("North"))
    with desk.writing() as writer:
        contact = writer.create("contact", {"name": "Alive", "account": account})
        writer.delete("account", account)
    clock.forward(399 * DAY)
    with desk.writing() as writer:
        writer.patch("contact", contact, {"phone": "112"})

    later(clock, desk, 2)

    with desk.writing() as writer:
        assert writer.restore("account", account)
        assert writer.get("contact", contact) is not None


# ---------------------------------------------------------------------------------------------- proofs


def test_what_a_mutation_brought_goes_only_when_it_took_effect(desk: Desk, clock: TurnedClock, ana: Laptop) -> None:
    ana.create("account", name="Acme")
    applied = ana.push_one()
    ana.patch("contact", new_id(), phone="1")
    rejected = ana.push_one()

    clock.forward(401 * DAY)
    done = compact(desk.log)

    with desk.log.storage.reading() as connection:
        payloads = {each[0]: each[1] for each in connection.execute(select(MUTATION.c.mutation_id, MUTATION.c.payload))}
        kept = connection.scalar(select(func.count()).select_from(RECEIPT))
    assert done.payloads == 1
    assert (payloads[applied.mutation], kept) == ("", 2)
    assert payloads[rejected.mutation]
    assert check(desk.log).damage == []


def test_receipt_of_years_ago_is_short_and_still_says_what_became_of_an_edit(
    desk: Desk, clock: TurnedClock, ana: Laptop
) -> None:
    account = ana.create("account", name="Acme")
    ana.push_one()
    edit = ana.patch("account", account, phone="1")
    ana.push()
    deletion = ana.delete("account", account)
    ana.push()

    clock.forward(401 * DAY)
    compact(desk.log)

    again = ana.send([edit, deletion]).receipts
    assert [(each.outcome, each.fields, each.deleted) for each in again] == [
        (Outcome.APPLIED, {}, False),
        (Outcome.APPLIED, {}, True),
    ]
    with desk.log.storage.reading() as connection:
        longest = connection.scalar(select(func.max(func.length(RECEIPT.c.detail)))) or 0
    assert longest <= 120


def test_mutation_that_comes_again_after_years_has_no_second_effect(
    desk: Desk, clock: TurnedClock, ana: Laptop
) -> None:
    ana.create("account", name="Acme")
    ana.push()
    account = next(key[1] for key in desk.device("ana", ana.user).rows if key[0] == "account")
    ana.pull()
    mutation = ana.patch("account", account, points=3)
    (first,) = ana.push()
    later(clock, desk, 401)

    again = ana.send([mutation]).receipts[0]

    assert (again.outcome, again.seq) == (first.outcome, first.seq)
    assert desk.values("account", account)["points"] == 3


def test_second_run_finds_nothing_to_do(desk: Desk, clock: TurnedClock, ana: Laptop) -> None:
    buried(desk, clock, ana)
    later(clock, desk, 401)
    before = desk.log.now()

    again = compact(desk.log)

    assert (again.lines, again.records, again.payloads) == (0, 0, 0)
    assert before <= instant_text(clock.now())


def test_check_finds_a_line_that_is_lost_although_others_were_removed(desk: Desk, clock: TurnedClock) -> None:
    account = desk.account("first")
    with desk.writing() as writer:
        writer.patch("account", account, {"phone": "1"})
    later(clock, desk, 401)
    with desk.log.storage.writing() as connection:
        first = connection.scalar(select(func.min(REMOVED_LINE.c.seq)))
        connection.execute(update(REMOVED_LINE).where(REMOVED_LINE.c.seq == first).values(hash=b"0" * 16))

    damage = check(desk.log).damage

    assert any("its lines are not what was written" in each for each in damage)


def test_counter_never_goes_back_with_the_clock(desk: Desk, clock: TurnedClock) -> None:
    desk.account("first")
    reached = later(clock, desk, 401)
    clock.forward(-800 * DAY)

    compact(desk.log)

    with desk.log.storage.reading() as connection:
        assert read_head(connection).min_cursor == reached > 0
