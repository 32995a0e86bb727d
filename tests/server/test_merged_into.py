"""Merged accounts, questions that move on and accounts granted back, as the office has them on both databases."""

import pytest

from sync.contract.keeping import KeptScopes
from sync.contract.wire import Outcome
from sync.server.check import check
from tests.server.desk import Desk, Laptop


@pytest.fixture
def cleo(desk: Desk) -> Laptop:
    """A rep in the territory South."""
    return desk.laptop("cleo", territories=("South",))


def names(laptop: Laptop) -> set[str]:
    return {str(row.fields["name"]) for (kind, _), row in laptop.rows.items() if kind in {"account", "contact"}}


def test_aliases_are_seen_with_what_stands_for_them_over_any_number_of_steps(
    desk: Desk, ana: Laptop, cleo: Laptop
) -> None:
    accounts = [ana.create("account", name=name) for name in ("A", "B", "C")]
    ana.create("contact", name="of A", account=accounts[0])
    ana.sync()
    first, second, last = accounts
    ana.patch("account", first, merged_into=second)
    ana.patch("account", second, merged_into=last)
    ring = ana.patch("account", last, merged_into=first)

    receipts = ana.push()
    with desk.writing() as writer:
        writer.patch("account", last, {"territory": writer.find("territory", "name", "South")[0], "owner": cleo.user})
    cleo.pull()
    ana.pull()

    assert receipts[-1].mutation == ring.id
    assert [each.outcome for each in receipts] == [Outcome.APPLIED, Outcome.APPLIED, Outcome.NOOP]
    assert names(cleo) == {"A", "B", "C", "of A"}
    assert ana.revoked == set(accounts)
    assert check(desk.log).damage == []


def test_question_goes_on_in_the_transaction_in_which_who_was_asked_loses_it(
    desk: Desk, ana: Laptop, cleo: Laptop
) -> None:
    account = ana.create("account", name="A", phone="1")
    ana.sync()
    ben = desk.laptop("ben", territories=("North",))
    ana.patch("account", account, phone="2")
    ben.patch("account", account, phone="3")
    ana.push()
    ben.push()
    (question,) = desk.conflicts()
    assert question["asked"] == ben.user

    with desk.writing() as writer:
        writer.patch(
            "account", account, {"territory": writer.find("territory", "name", "South")[0], "owner": cleo.user}
        )

    (question,) = desk.conflicts()
    assert question["asked"] == cleo.user
    assert check(desk.log).damage == []


def test_scope_that_is_granted_back_comes_as_what_differs(desk: Desk, ana: Laptop, cleo: Laptop) -> None:
    account = ana.create("account", name="A")
    contacts = [ana.create("contact", name=name, account=account) for name in ("Li", "Wu")]
    ana.sync()
    whole = KeptScopes(ana.seq).text()
    for territory, owner in (("South", cleo.user), ("North", ana.user)):
        with desk.writing() as writer:
            place = writer.find("territory", "name", territory)[0]
            writer.patch("account", account, {"territory": place, "owner": owner})
            writer.patch("contact", contacts[0], {"job_title": territory})

    page = ana.office.pull(ana.cursor, 100, whole)

    assert [(each.scope, each.since) for each in page.granted] == [(account, ana.seq)]
    assert {row.id for row in page.rows} == {account, contacts[0]}
