"""Pull and first sync: whatever the page size, the same end; nothing torn, nothing missed, nothing twice."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from sync.contract.entities import CATALOGUE
from sync.contract.errors import AppError, Code
from sync.contract.fields import Role
from sync.contract.wire import Action
from sync.server.chain import Cursor, pack, unpack
from sync.server.log import Author
from sync.server.people import move_accounts
from sync.server.schema import TX_LOG
from sync.server.snapshot import snapshot
from tests.server.desk import Desk, Laptop


def copy_of(laptop: Laptop) -> Laptop:
    """Give the same device with what it holds, so that it can pull once more from where it is."""
    twin = Laptop.__new__(Laptop)
    twin.__dict__.update(laptop.__dict__)
    twin.rows = dict(laptop.rows)
    twin.changes, twin.gone = list(laptop.changes), list(laptop.gone)
    twin.granted, twin.revoked = set(laptop.granted), set(laptop.revoked)
    return twin


def busy_day(desk: Desk, ana: Laptop) -> None:
    """Make a log with edits, moves, grants, revocations and deletions, in transactions of several sizes."""
    west = desk.user("west", territories=("West",))
    accounts = [desk.account(f"A{n}", territory=desk.territory("North")) for n in range(4)]
    with desk.writing() as writer:
        contacts = [
            writer.create("contact", {"name": f"C{n}", "account": accounts[n % 4]}, author=Author(user=west))
            for n in range(12)
        ]
    move_accounts(desk.log, accounts[:2], "West")
    with desk.writing() as writer:
        for each in contacts[4:8]:
            writer.patch("contact", each, {"phone": "1"})
        writer.patch("contact", contacts[2], {"account": accounts[3]})
        writer.patch("contact", contacts[3], {"account": accounts[0]})
        writer.delete("contact", contacts[6])
    move_accounts(desk.log, accounts[:1], "North")
    with desk.writing() as writer:
        writer.create("tag", {"name": "new"})
        writer.delete("account", accounts[2])


def test_any_page_size_leads_to_the_same_end(desk: Desk, ana: Laptop) -> None:
    busy_day(desk, ana)
    whole = copy_of(ana)
    whole.pull(1000)
    fresh = desk.device("ana", ana.user)

    @settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(limit=st.integers(1, 40))
    def holds(limit: int) -> None:
        paged = copy_of(ana)
        paged.pull(limit)
        assert paged.seen() == whole.seen()
        assert paged.revoked == whole.revoked
        assert paged.seq == whole.seq

    holds()
    assert whole.seen() == fresh.seen()


def test_page_ends_where_a_transaction_ends(desk: Desk, ana: Laptop) -> None:
    busy_day(desk, ana)
    with desk.log.storage.reading() as connection:
        ends = set(connection.scalars(select(TX_LOG.c.seq_to)))
    cursor, more = ana.cursor, True
    reached = []

    while more:
        page = ana.office.pull(cursor, 1)
        cursor, more = page.cursor, page.more
        reached.append(page.seq)

    assert set(reached) <= ends
    assert reached == sorted(reached)


def test_page_asked_for_twice_is_the_same(desk: Desk, ana: Laptop) -> None:
    busy_day(desk, ana)

    assert ana.office.pull(ana.cursor, 5) == ana.office.pull(ana.cursor, 5)


def test_row_is_sent_once_however_often_it_changed(desk: Desk, ana: Laptop) -> None:
    account = desk.account(territory=desk.territory("North"))
    ana.pull()
    for phone in "123":
        with desk.writing() as writer:
            writer.patch("account", account, {"phone": phone})

    page = ana.office.pull(ana.cursor, 1000)

    assert [row.fields["phone"] for row in page.rows] == ["3"]
    assert [each.fields for each in page.changes] == [
        {"phone": (None, "1")},
        {"phone": ("1", "2")},
        {"phone": ("2", "3")},
    ]


def test_large_grant_comes_over_several_pages(desk: Desk, ana: Laptop) -> None:
    account = desk.account("Large")
    with desk.writing() as writer:
        for n in range(60):
            writer.create("contact", {"name": f"C{n}", "account": account}, author=Author(user=ana.user))
    ana.pull()
    move_accounts(desk.log, [account], "North")

    pages = ana.pull(25)

    assert pages >= 3
    assert sum(1 for row in ana.seen().values() if row.scope == account) == 61
    assert ana.live_counts()["contact"] == ana.counts().counts["contact"]


def test_grant_taken_back_between_two_of_its_pages_shows_nothing_more(desk: Desk, ana: Laptop) -> None:
    account = desk.account("Large")
    with desk.writing() as writer:
        for n in range(60):
            writer.create("contact", {"name": f"C{n}", "account": account}, author=Author(user=ana.user))
    move_accounts(desk.log, [account], "North")
    first = ana.office.pull(ana.cursor, 20)
    move_accounts(desk.log, [account], "West")

    rest = []
    cursor, more = first.cursor, first.more
    while more:
        page = ana.office.pull(cursor, 20)
        rest.append(page)
        cursor, more = page.cursor, page.more

    assert [row for page in rest for row in page.rows if row.scope == account] == []
    assert [each.scope for page in rest for each in page.revoked] == [account]


def test_grant_that_was_half_told_in_another_history_is_not_gone_on_with(desk: Desk, ana: Laptop) -> None:
    account = desk.account("Large")
    with desk.writing() as writer:
        for n in range(60):
            writer.create("contact", {"name": f"C{n}", "account": account}, author=Author(user=ana.user))
    move_accounts(desk.log, [account], "North")
    half = Cursor.read(ana.office.pull(ana.cursor, 20).cursor)
    assert half.delivery is not None
    elsewhere = replace(half, delivery=replace(half.delivery, chain="0" * len(half.delivery.chain)))
    of_before = replace(half, delivery=replace(half.delivery, chain=""))

    with pytest.raises(AppError) as refused:
        ana.office.pull(elsewhere.text(), 20)

    assert refused.value.code is Code.CURSOR_DIVERGED
    assert ana.office.pull(pack(list(unpack(of_before.text(), tuple[Any, ...]))[:-1]), 20).rows


def test_laptop_far_behind_reads_on_page_by_page(desk: Desk, ana: Laptop) -> None:
    with desk.log.loading() as writer:
        for n in range(1200):
            writer.create("tag", {"name": f"T{n}"})

    pages = ana.pull(300)

    assert pages >= 3
    assert ana.live_counts()["tag"] == 1200


def test_change_that_one_may_not_see_only_moves_the_cursor(desk: Desk, ana: Laptop) -> None:
    desk.account("Somebody else's")

    page = ana.office.pull(ana.cursor, 1000)

    assert (page.rows, page.changes, page.granted) == ([], [], [])
    assert page.seq == page.head > ana.seq


def test_page_with_long_texts_stays_below_its_limit(desk: Desk, ana: Laptop) -> None:
    for _ in range(8):
        with desk.writing() as writer:
            for _ in range(20):
                values = {"kind": "note", "owner": ana.user, "body": "报" * 16_000}
                writer.create("activity", values, author=Author(user=ana.user))

    cursor, more, sizes = ana.cursor, True, []
    while more:
        page = ana.office.pull(cursor, 1000)
        sizes.append(sum(len(str(row.fields["body"]).encode()) for row in page.rows))
        cursor, more = page.cursor, page.more

    assert sum(sizes) == 160 * 48_000
    assert max(sizes) < 4 * 1024 * 1024


# ---------------------------------------------------------------------------------------------- cursors


@pytest.mark.parametrize("text", ["", "x", "AAAA", "WyJhIl0", "中文", "W10" * 300])
def test_cursor_that_the_office_never_gave_is_unreadable(ana: Laptop, text: str) -> None:
    with pytest.raises(AppError) as refused:
        ana.office.pull(text, 10)

    assert refused.value.code is Code.MESSAGE_UNREADABLE


@pytest.mark.parametrize(
    "change",
    [{"epoch": "another"}, {"chain": "00" * 8}, {"seq": 10**9}, {"seq": 1}, {"shard": 2}],
    ids=["epoch", "chain", "ahead", "inside a transaction", "shard"],
)
def test_cursor_of_another_history_has_diverged(ana: Laptop, change: dict[str, Any]) -> None:
    cursor = Cursor.read(ana.cursor)
    known = {"epoch": cursor.epoch, "shard": cursor.shard, "seq": cursor.seq, "chain": cursor.chain}
    other = Cursor(**{**known, **change}).text()

    with pytest.raises(AppError) as refused:
        ana.office.pull(other, 10)

    assert refused.value.code is Code.CURSOR_DIVERGED
    assert ana.hello(other).action is Action.DIVERGED


def test_hello_tells_what_to_do_next(desk: Desk, ana: Laptop) -> None:
    at_head = ana.hello().action
    desk.account(territory=desk.territory("North"))

    assert at_head is Action.NOTHING
    assert ana.hello().action is Action.PULL
    assert ana.hello(None).action is Action.SNAPSHOT
    assert ana.hello("nonsense").action is Action.DIVERGED


def test_hello_tells_the_last_mutation_number(ana: Laptop) -> None:
    ana.create("tag", name="a")
    ana.create("tag", name="b")
    ana.push()

    assert ana.hello().last_n == 2


# ---------------------------------------------------------------------------------------------- first sync


def test_first_sync_holds_what_pulling_gave(desk: Desk, ana: Laptop) -> None:
    busy_day(desk, ana)
    ana.pull()

    fresh = desk.device("ana", ana.user)

    assert fresh.seen() == ana.seen()
    assert fresh.seq == ana.seq
    assert fresh.live_counts() == {kind: number for kind, number in fresh.counts().counts.items() if number}


def test_first_sync_brings_deleted_records_too(desk: Desk, ana: Laptop) -> None:
    account = ana.create("account", name="Acme")
    ana.sync()
    ana.delete("account", account)
    ana.push()

    fresh = desk.device("ana", ana.user)

    assert fresh.rows["account", account].deleted


def test_first_sync_interrupted_by_changes_is_set_right_by_the_log(desk: Desk, ana: Laptop) -> None:
    north = desk.territory("North")
    with desk.log.loading() as writer:
        accounts = [writer.create("account", {"name": f"A{n}", "territory": north}) for n in range(30)]
    late = Laptop(desk.office, "ana", ana.user)
    first = late.office.snapshot(None)
    with desk.writing() as writer:
        writer.patch("account", accounts[0], {"phone": "1"})
        writer.create("contact", {"name": "Li", "account": accounts[1]}, author=Author(user=ana.user))
    move_accounts(desk.log, accounts[2:4], "West")

    late.first_sync_from(first)
    late.pull()

    assert late.seen() == desk.device("ana", ana.user).seen()


def test_slices_come_in_the_order_of_the_catalogue_and_count_up(desk: Desk, ana: Laptop) -> None:
    busy_day(desk, ana)
    after: str | None = None
    seen: list[tuple[str, int, int]] = []

    while True:
        chunk = ana.office.snapshot(after)
        seen.append((chunk.type, chunk.done, chunk.total))
        after = chunk.after
        if after is None:
            break

    order = [record.name for record in CATALOGUE]
    assert [order.index(kind) for kind, _, _ in seen] == sorted(order.index(kind) for kind, _, _ in seen)
    assert [done for _, done, _ in seen] == sorted(done for _, done, _ in seen)
    assert seen[-1][1] == seen[-1][2]


def test_slice_with_long_texts_stays_below_its_limit(desk: Desk, ana: Laptop) -> None:
    with desk.log.loading() as writer:
        for _ in range(150):
            values = {"kind": "note", "owner": ana.user, "body": "报" * 16_000}
            writer.create("activity", values, author=Author(user=ana.user))

    with desk.log.storage.reading() as connection:
        catalogue = desk.log.organisation(connection).catalogue
        sizes, after = [], None
        while True:
            chunk = snapshot(connection, ana.user, catalogue, after)
            sizes.append(sum(len(bytes(row)) for row in chunk.rows))
            after = chunk.after
            if after is None:
                break

    assert sum(sizes) > 150 * 48_000
    assert max(sizes) < 4 * 1024 * 1024


def test_counts_are_of_the_position_they_name(desk: Desk, ana: Laptop) -> None:
    desk.account(territory=desk.territory("North"))
    ana.pull()

    counts = ana.counts()

    assert counts.seq == ana.seq
    assert counts.counts["account"] == 1


def test_administrator_sees_all_in_a_first_sync(desk: Desk, ana: Laptop) -> None:
    account = desk.account("Nobody's")

    assert desk.laptop("root", role=Role.ADMIN).holds("account", account)
