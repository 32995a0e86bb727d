"""What a user may see as one sum, scope by scope, and one scope whole."""

import pytest

from sync.contract.digest import Sum, add_up, row_hash
from sync.contract.errors import AppError, Code
from sync.contract.fields import Role
from sync.contract.wire import MAX_PULL_ROWS
from tests.server.desk import Desk, Laptop


def held(laptop: Laptop) -> dict[str, Sum]:
    """Add up what a laptop has pulled."""
    sums: dict[str, Sum] = {}
    for (kind, record), row in laptop.seen().items():
        sums[row.scope] = sums.get(row.scope, Sum()) + Sum(1, row_hash(kind, record, row.version))
    return sums


def told(laptop: Laptop) -> dict[str, Sum]:
    answer = laptop.office.scope_digests(None)
    return {scope: Sum(rows, total) for scope, rows, total in answer.sums if rows}


@pytest.fixture
def ana(desk: Desk) -> Laptop:
    user = desk.user("ana", territories=("Shanghai",))
    with desk.writing() as writer:
        territory = writer.find("territory", "name", "Shanghai")[0]
        for number in range(20):
            account = writer.create("account", {"name": f"Account {number}", "territory": territory})
            writer.create("contact", {"name": f"Contact {number}", "account": account})
            if number % 5 == 0:
                writer.delete("account", account)
    laptop = desk.device("ana", user)
    laptop.pull()
    return laptop


def test_digest_is_that_of_the_rows_which_a_user_gets(ana: Laptop) -> None:
    mine = add_up(held(ana).values())

    answer = ana.office.digest()

    assert (answer.rows, answer.total, answer.seq) == (mine.rows, mine.total, ana.seq)


def test_sums_of_scopes_are_those_of_the_rows_which_a_user_gets(ana: Laptop) -> None:
    assert told(ana) == held(ana)


def test_digest_leaves_out_what_a_user_does_not_see(desk: Desk, ana: Laptop) -> None:
    stranger = desk.device("zoe", desk.user("zoe", territories=("West",)))
    everything = desk.device("root", desk.user("root", role=Role.ADMIN))

    assert stranger.office.digest().rows < ana.office.digest().rows <= everything.office.digest().rows
    assert not told(stranger).keys() & {row.scope for row in ana.seen().values() if row.type == "account"}


def test_scope_is_given_whole_page_by_page(desk: Desk, ana: Laptop) -> None:
    account = next(row for row in ana.seen().values() if row.type == "account" and not row.deleted)
    for start in range(0, MAX_PULL_ROWS, 500):
        with desk.writing() as writer:
            for number in range(start, start + 500):
                writer.create("task", {"title": f"Task {number}", "account": account.id})
    ana.pull()

    first = ana.office.scope(account.scope, None)
    second = ana.office.scope(account.scope, first.after)

    mine = {key: row for key, row in ana.seen().items() if row.scope == account.scope}
    assert second.after is None
    assert {(row.type, row.id): row for row in (*first.rows, *second.rows)} == mine


def test_scope_of_others_is_not_found(desk: Desk, ana: Laptop) -> None:
    stranger = desk.device("zoe", desk.user("zoe", territories=("West",)))
    account = next(row for row in ana.seen().values() if row.type == "account")

    with pytest.raises(AppError) as refused:
        stranger.office.scope(account.scope, None)

    assert refused.value.code is Code.RECORD_NOT_FOUND


def test_unreadable_place_in_a_scope_is_refused(ana: Laptop) -> None:
    account = next(row for row in ana.seen().values() if row.type == "account")

    with pytest.raises(AppError) as refused:
        ana.office.scope(account.scope, "nonsense")

    assert refused.value.code is Code.MESSAGE_UNREADABLE
