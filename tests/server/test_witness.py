"""What an office takes down of what laptops have seen of it, on both databases."""

import pytest

from sync.contract.clock import new_id
from sync.contract.errors import AppError, Code
from sync.contract.wire import Op, Outcome, PushRequest
from sync.contract.witness import SeenLine, WitnessRequest
from sync.server.witness import Lost, lost
from tests.server.desk import Desk, Laptop


def tell(laptop: Laptop, *lines: SeenLine) -> int:
    return laptop.office.witness(WitnessRequest(cursor=laptop.cursor, lines=list(lines))).lines


def listed(desk: Desk) -> list[Lost]:
    with desk.log.storage.reading() as connection:
        return lost(connection)


def test_line_told_twice_is_listed_once_and_keeps_what_either_knew(desk: Desk, ana: Laptop, ben: Laptop) -> None:
    record = new_id()
    bare = SeenLine(seq=900, type="account", record=record, op="create", title="Acme", at="2026-01-01T00:00:00.000Z")
    full = SeenLine(seq=900, type="account", record=record, op="create", title="Acme", fields={"phone": "112"})

    assert tell(ana, bare) == tell(ben, full) == 1

    (line,) = listed(desk)
    assert (line.title, line.fields, line.told_by) == ("Acme", {"phone": "112"}, ana.client_id)


def test_mutation_that_was_handed_in_is_not_listed(desk: Desk, ana: Laptop) -> None:
    account = ana.create("account", name="Acme")
    (receipt,) = ana.push()
    mine = SeenLine(seq=900, type="account", record=account, op="create", mutation=receipt.mutation)

    tell(ana, mine)

    assert listed(desk) == []


@pytest.mark.parametrize(("phone", "number"), [("112", 0), ("119", 1)])
def test_value_that_is_in_effect_all_the_same_is_not_listed(desk: Desk, ana: Laptop, phone: str, number: int) -> None:
    account = desk.account("Acme", phone=phone)

    tell(ana, SeenLine(seq=900, type="account", record=account, op="patch", fields={"phone": "112"}))

    assert len(listed(desk)) == number


def test_only_a_laptop_that_can_wait_is_told_to(desk: Desk, ana: Laptop) -> None:
    account = new_id()
    tell(ana, SeenLine(seq=900, type="account", record=account, op="create"))
    edit = ana.patch("account", account, phone="112")

    waits = ana.office.push(PushRequest(client_id=ana.client_id, mutations=[edit], waits=True)).receipts[0]
    cannot = ana.push_one()

    assert (waits.outcome, waits.data) == (Outcome.WAITING, {"awaited": account})
    assert (cannot.outcome, cannot.code) == (Outcome.REJECTED, "record_not_found")


def test_group_waits_as_a_whole(desk: Desk, ana: Laptop) -> None:
    account, group = new_id(), new_id()
    tell(ana, SeenLine(seq=900, type="account", record=account, op="create"))
    ana.add(Op.CREATE, "task", new_id(), fields={"title": "call"}, group=group)
    ana.add(Op.PATCH, "account", account, fields={"phone": "112"}, group=group)

    answer = ana.office.push(PushRequest(client_id=ana.client_id, mutations=ana.waiting, waits=True))

    assert [each.outcome for each in answer.receipts] == [Outcome.WAITING, Outcome.WAITING]


def test_line_that_nobody_can_have_seen_is_refused(ana: Laptop) -> None:
    with pytest.raises(AppError) as refused:
        tell(ana, SeenLine(seq=0, type="account", record=new_id(), op="create"))

    assert refused.value.code is Code.MESSAGE_UNREADABLE
