"""Who sees what, on every path: pulled, pushed to, in a first sync, in the counts. And how that changes."""

from dataclasses import dataclass

import pytest

from sync.contract.clock import new_id
from sync.contract.errors import Code
from sync.contract.fields import Role
from sync.contract.wire import Op, Outcome
from sync.server.check import check
from sync.server.log import Author, Writer
from sync.server.people import accounts_of_territory, move_accounts
from tests.server.desk import Desk, Laptop, outcomes


@dataclass(frozen=True)
class Map:
    """Territories: East above Shanghai, and West; with one account of Shanghai and what is in it."""

    account: str
    contact: str
    owner: str


@pytest.fixture
def chart(desk: Desk) -> Map:
    owner = desk.user("owner")
    desk.user("local", territories=("Shanghai",))
    desk.user("west", territories=("West",))
    desk.user("above", role=Role.MANAGER, territories=("East",))
    desk.user("rep-above", territories=("East",))
    desk.user("elsewhere", role=Role.MANAGER, territories=("West",))
    shared = desk.user("shared", territories=("West",))
    desk.user("root", role=Role.ADMIN)
    with desk.writing() as writer:
        east, shanghai = territory_of(writer, "East"), territory_of(writer, "Shanghai")
        writer.patch("territory", shanghai, {"parent": east})
        account = writer.create("account", {"name": "Acme", "territory": shanghai, "owner": owner})
        contact = writer.create("contact", {"name": "Li", "account": account}, author=Author(user=owner))
        writer.create("share", {"account": account, "user": shared}, author=Author(user=owner))
    return Map(account, contact, owner)


def territory_of(writer: Writer, name: str) -> str:
    return writer.find("territory", "name", name)[0]


def open_laptop(desk: Desk, login: str) -> Laptop:
    with desk.writing() as writer:
        user = writer.find("user", "login", login)[0]
    return desk.device(login, user)


SEES = {
    "owner": True,
    "local": True,
    "above": True,
    "shared": True,
    "root": True,
    "west": False,
    "rep-above": False,
    "elsewhere": False,
}
"""Login and whether that person sees the account."""


@pytest.mark.parametrize("login", list(SEES))
def test_account_is_seen_on_every_path_by_exactly_those_who_may(desk: Desk, chart: Map, login: str) -> None:
    laptop = open_laptop(desk, login)
    sees = SEES[login]

    with desk.writing() as writer:
        writer.patch("contact", chart.contact, {"phone": "1"})
    laptop.pull()
    counted = laptop.counts().counts["contact"]
    laptop.patch("contact", chart.contact, phone="2")
    laptop.add(Op.CREATE, "activity", new_id(), fields={"kind": "note", "account": chart.account})
    laptop.add(Op.DELETE, "contact", chart.contact)
    edit, create, delete = laptop.push()

    assert laptop.holds("account", chart.account) is sees
    assert laptop.holds("contact", chart.contact) is sees
    assert ("contact" in {each.type for each in laptop.changes}) is sees
    assert counted == int(sees)
    if sees:
        assert [edit.outcome, create.outcome, delete.outcome] == [Outcome.APPLIED] * 3
    else:
        assert [edit.code, create.code, delete.code] == [
            Code.RECORD_NOT_FOUND,
            Code.REFERENCE_NOT_FOUND,
            Code.RECORD_NOT_FOUND,
        ]
        assert [edit.fields, edit.missing] == [{}, True]
    assert check(desk.log).damage == []


def test_record_without_an_account_is_seen_by_its_owner_and_those_above(desk: Desk, chart: Map) -> None:
    local = open_laptop(desk, "local")
    task = local.create("task", title="Call")
    local.push()

    seen = {login for login in SEES if open_laptop(desk, login).holds("task", task)}

    assert seen == {"local", "above", "root"}


@pytest.mark.parametrize("login", ["owner", "west", "root"])
def test_shared_records_are_seen_by_everybody(desk: Desk, chart: Map, login: str) -> None:
    laptop = open_laptop(desk, login)

    assert {kind for kind, _ in laptop.rows} >= {"organisation", "user", "territory", "assignment", "stage"}


def test_task_given_to_a_colleague_leaves_the_laptop_that_made_it(desk: Desk, ana: Laptop, ben: Laptop) -> None:
    task = ana.create("task", title="Call", owner=ben.user)
    ana.sync()

    ben.pull()

    assert ben.holds("task", task)
    assert [each.id for each in ana.gone] == [task]


def test_task_handed_over_moves_to_the_new_owner(desk: Desk, ana: Laptop, ben: Laptop) -> None:
    task = ana.create("task", title="Call")
    ana.sync()
    ana.patch("task", task, owner=ben.user)

    ana.sync()
    ben.pull()

    assert ben.holds("task", task)
    assert not ana.holds("task", task)
    assert check(desk.log).damage == []


def test_contact_moved_to_an_account_that_one_does_not_see_is_gone(desk: Desk, chart: Map) -> None:
    local, root = open_laptop(desk, "local"), open_laptop(desk, "root")
    other = desk.account("Other")
    root.pull()
    root.patch("contact", chart.contact, account=other)
    root.push()

    local.pull()

    assert not local.holds("contact", chart.contact)
    assert [(each.type, each.id) for each in local.gone] == [("contact", chart.contact)]


def test_question_moves_with_its_record(desk: Desk, chart: Map) -> None:
    local, root = open_laptop(desk, "local"), open_laptop(desk, "root")
    other = desk.account("Other", owner=local.user)
    root.pull()
    root.patch("contact", chart.contact, phone="1")
    root.push()
    local.patch("contact", chart.contact, phone="2")
    local.sync()
    local.patch("contact", chart.contact, account=other)

    local.sync()

    (question,) = desk.conflicts()
    assert question["scope"] == other
    assert local.rows["conflict", question["id"]].scope == other
    assert check(desk.log).damage == []


# ---------------------------------------------------------------------------------------------- changes of the view


def test_account_moved_to_another_territory_is_revoked_and_granted(desk: Desk, chart: Map) -> None:
    local, west = open_laptop(desk, "local"), open_laptop(desk, "west")

    moved = move_accounts(desk.log, accounts_of_territory(desk.log, "Shanghai"), "West")

    local.pull()
    west.pull()
    assert moved == 1
    assert (local.revoked, west.granted) == ({chart.account}, {chart.account})
    assert west.holds("account", chart.account)
    assert west.holds("contact", chart.contact)
    assert check(desk.log).damage == []


def test_edit_by_who_knows_that_the_account_was_revoked_is_refused_with_its_values_kept(desk: Desk, chart: Map) -> None:
    local = open_laptop(desk, "local")
    move_accounts(desk.log, [chart.account], "West")
    local.pull()
    local.patch("contact", chart.contact, phone="2")

    receipt = local.push_one()

    assert (receipt.outcome, receipt.code, receipt.missing) == (Outcome.REJECTED, Code.RECORD_NOT_FOUND, True)


def test_account_revoked_and_granted_again_is_seen_again(desk: Desk, chart: Map) -> None:
    local = open_laptop(desk, "local")
    move_accounts(desk.log, [chart.account], "West")
    local.pull()
    with desk.writing() as writer:
        writer.patch("contact", chart.contact, {"phone": "7"})
    move_accounts(desk.log, [chart.account], "Shanghai")

    local.pull()

    assert local.revoked == set()
    assert local.value("contact", chart.contact, "phone") == "7"


def test_account_revoked_and_granted_again_in_one_page_is_simply_there(desk: Desk, chart: Map) -> None:
    local = open_laptop(desk, "local")
    move_accounts(desk.log, [chart.account], "West")
    move_accounts(desk.log, [chart.account], "Shanghai")

    local.pull()

    assert local.revoked == set()
    assert local.holds("contact", chart.contact)


def test_share_grants_and_its_deletion_revokes(desk: Desk, chart: Map) -> None:
    local, west = open_laptop(desk, "local"), open_laptop(desk, "west")
    share = local.create("share", account=chart.account, user=west.user)
    local.push()
    west.pull()
    had = west.holds("contact", chart.contact)
    local.pull()
    local.delete("share", share)

    local.push()
    west.pull()

    assert had
    assert west.revoked == {chart.account}
    assert check(desk.log).damage == []


def test_new_assignment_grants_the_accounts_of_the_territory(desk: Desk, chart: Map) -> None:
    west = open_laptop(desk, "west")
    with desk.writing() as writer:
        territory = territory_of(writer, "Shanghai")
        assignment = writer.create("assignment", {"user": west.user, "territory": territory})
    west.pull()
    had = west.holds("contact", chart.contact)

    with desk.writing() as writer:
        writer.delete("assignment", assignment)
    west.pull()

    assert had
    assert west.revoked == {chart.account}
    assert check(desk.log).damage == []


def test_rep_made_manager_sees_the_territories_below(desk: Desk, chart: Map) -> None:
    rep = open_laptop(desk, "rep-above")
    local = open_laptop(desk, "local")
    task = local.create("task", title="Call")
    local.push()
    with desk.writing() as writer:
        writer.patch("user", rep.user, {"role": "manager"})

    rep.pull()

    assert rep.holds("contact", chart.contact)
    assert rep.holds("task", task)
    assert check(desk.log).damage == []


def test_administrator_made_rep_loses_what_reps_do_not_see(desk: Desk, chart: Map) -> None:
    root = open_laptop(desk, "root")
    with desk.writing() as writer:
        writer.patch("user", root.user, {"role": "rep"})

    root.pull()

    assert chart.account in root.revoked
    assert not root.holds("contact", chart.contact)
    assert check(desk.log).damage == []


def test_territory_put_under_another_one_is_seen_from_above(desk: Desk, chart: Map) -> None:
    elsewhere = open_laptop(desk, "elsewhere")
    with desk.writing() as writer:
        west, shanghai = territory_of(writer, "West"), territory_of(writer, "Shanghai")
        writer.patch("territory", shanghai, {"parent": west})
    above = open_laptop(desk, "above")

    elsewhere.pull()

    assert elsewhere.holds("contact", chart.contact)
    assert not above.holds("contact", chart.contact)
    assert check(desk.log).damage == []


def test_circle_of_territories_ends(desk: Desk, chart: Map) -> None:
    with desk.writing() as writer:
        east, shanghai = territory_of(writer, "East"), territory_of(writer, "Shanghai")
        writer.patch("territory", east, {"parent": shanghai})

    assert open_laptop(desk, "above").holds("contact", chart.contact)


def test_account_without_territory_is_seen_by_its_owner_and_administrators_only(desk: Desk, chart: Map) -> None:
    account = desk.account("Head office's", owner=chart.owner)

    seen = {login for login in SEES if open_laptop(desk, login).holds("account", account)}

    assert seen == {"owner", "root"}


def test_new_account_of_a_colleague_arrives_with_a_grant(ana: Laptop, ben: Laptop) -> None:
    account = ana.create("account", name="Acme")
    ana.create("contact", name="Li", account=account)
    ana.push()

    ben.pull()

    assert ben.granted == {account}
    assert ben.holds("contact", next(record for kind, record in ben.rows if kind == "contact"))


def test_account_moved_away_in_the_batch_that_made_it_is_seen_by_the_others(desk: Desk, ana: Laptop) -> None:
    west = desk.laptop("west", territories=("West",))
    ana.pull()
    account = ana.create("account", name="Acme", territory=desk.territory("West"), owner=west.user)
    ana.create("contact", name="Li", account=account)

    receipts = ana.push()

    ana.pull()
    west.pull()
    assert outcomes(receipts) == [Outcome.APPLIED, Outcome.LATE]
    assert west.holds("account", account)
    assert [each.id for each in ana.gone] == [account]
    assert check(desk.log).damage == []


def test_role_decides_what_may_be_written(desk: Desk, ana: Laptop) -> None:
    root = desk.laptop("root", role=Role.ADMIN)
    ana.pull()
    ana.patch("user", ana.user, role="admin")
    root.patch("user", ana.user, phone="1")

    assert ana.push_one().code == Code.NOT_PERMITTED
    assert root.push_one().outcome is Outcome.APPLIED
