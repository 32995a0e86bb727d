"""The office's side of the mass-change brake: deletions to which nobody agreed are held, and nothing is lost by it."""

from sync.contract import brake
from sync.contract.wire import Op, Outcome, Receipt
from tests.server.desk import Desk, Laptop, outcomes

FEW, MANY = brake.FEW, brake.FEW + 2


def contacts(ana: Laptop, count: int, **values: str) -> list[str]:
    made = [ana.create("contact", name=f"Person {number}", **values) for number in range(count)]
    ana.sync()
    return made


def live(desk: Desk, record_type: str, ids: list[str]) -> int:
    with desk.log.writing() as writer:
        return sum(1 for each in ids if (found := writer.get(record_type, each)) is not None and not found.deleted)


def held(receipts: list[Receipt]) -> int:
    return sum(1 for each in receipts if each.code == "deletion_held")


def test_deletion_of_more_than_a_share_of_a_kind_is_held_as_a_whole(desk: Desk, ana: Laptop) -> None:
    people = contacts(ana, MANY)
    for each in people[:FEW]:
        ana.delete("contact", each)

    receipts = ana.push()

    assert held(receipts) == FEW
    assert {each.data["count"] for each in receipts} == {FEW}
    assert outcomes(receipts) == [Outcome.REJECTED] * FEW
    assert live(desk, "contact", people) == MANY


def test_deletion_with_the_author_s_word_goes_through(desk: Desk, ana: Laptop) -> None:
    people = contacts(ana, MANY)
    for each in people:
        ana.add(Op.DELETE, "contact", each, consent=MANY)

    assert outcomes(ana.push()) == [Outcome.APPLIED] * MANY
    assert live(desk, "contact", people) == 0


def test_deletion_that_comes_over_several_pushes_is_held_when_it_becomes_too_much(desk: Desk, ana: Laptop) -> None:
    people = contacts(ana, MANY)
    for each in people:
        ana.delete("contact", each)

    receipts = ana.push(size=4)

    assert outcomes(receipts) == [Outcome.APPLIED] * 8 + [Outcome.REJECTED] * 4
    assert live(desk, "contact", people) == 4


def test_account_counts_with_all_that_goes_with_it(desk: Desk, ana: Laptop) -> None:
    account = ana.create("account", name="Acme")
    people = contacts(ana, MANY, account=account)
    ana.delete("account", account)

    receipt = ana.push_one()

    assert (receipt.code, receipt.data["count"]) == ("deletion_held", MANY + 1)
    assert live(desk, "contact", people) == MANY


def test_person_deleted_beside_its_account_counts_once(desk: Desk, ana: Laptop) -> None:
    account = ana.create("account", name="Acme")
    people = contacts(ana, MANY, account=account)
    ana.delete("contact", people[0])
    ana.delete("account", account)

    assert {each.data["count"] for each in ana.push()} == {MANY + 1}
