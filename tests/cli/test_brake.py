"""Deleting very much at once asks on the command line too, and what was not accepted can be mended there."""

from pathlib import Path

import pytest

from desktop.store.unit_of_work import open_unit
from sync.contract.brake import FEW
from sync.contract.errors import Code
from sync.contract.fields import Role
from sync.contract.wire import Outcome, Receipt
from tests.cli.conftest import Cli
from tests.helpers.small_world import Laptop, World


@pytest.fixture
def ana(world: World) -> Laptop:
    return world["ana"]


@pytest.fixture
def hers(ana: Laptop) -> Cli:
    return Cli(Path(ana.database.file).parent)


def test_delete_of_a_customer_with_very_much_asks_and_goes_on_with_yes(ana: Laptop, hers: Cli) -> None:
    account = ana.add("account", name="Kestrel")
    for number in range(FEW):
        ana.add("contact", name=f"Person {number}", account=account)

    asked = hers("delete", "account", account)
    before = ana.get("account", account)
    hers.ok("delete", "account", account, "--yes")

    assert asked.code == 1
    assert f"{FEW + 1} records at once" in asked.err
    assert "--yes" in asked.err
    assert before is not None
    assert ana.get("account", account) is None


def test_undo_of_a_large_import_takes_back_what_it_made_and_nothing_else_without_a_question(
    ana: Laptop, hers: Cli, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("name\n" + "".join(f"Customer {number}\n" for number in range(FEW)), encoding="utf-8")
    hers.ok("import", str(file), "--as", "account")
    ana.sync()

    hers.ok("undo")
    report = ana.sync()

    assert hers.json("list", "account") == []
    assert (report.pushed, report.attention) == (FEW, 0)


def test_undo_of_what_much_was_added_to_since_asks(ana: Laptop, hers: Cli, tmp_path: Path) -> None:
    account = ana.add("account", name="Kestrel")
    with open_unit(ana.database, actor=ana.user, role=Role.REP, undoable=False) as work:
        for number in range(FEW):
            work.create("contact", {"name": f"Person {number}", "account": account})

    asked = hers("undo")
    before = ana.get("account", account)
    hers.ok("undo", "--yes")

    assert asked.code == 1
    assert f"{FEW + 1} records at once" in asked.err
    assert before is not None
    assert ana.get("account", account) is None


def test_what_was_not_accepted_is_told_with_its_values_and_mended(ana: Laptop, hers: Cli) -> None:
    account = ana.add("account", name="Kestrel", phone="1")
    ana.sync()
    ana.set("account", account, phone="22")
    (mutation,) = ana.replica.outbox(max_mutations=10, max_bytes=100_000)
    refused = Receipt(
        mutation=mutation.id,
        outcome=Outcome.QUARANTINED,
        fields={"phone": "1"},
        code=Code.INTERNAL,
        data={"error_id": "ab12"},
    )
    ana.replica.take_receipts([refused])

    (told,) = hers.json("attention")
    said = hers.ok("attention").out
    hers.ok("mend", mutation.id, "phone=23")

    assert (told["values"], told["before"], told["error_id"]) == ({"phone": "22"}, {"phone": "1"}, "ab12")
    assert said.splitlines()[1].split()[-3:] == ["phone", "1", "22"]
    assert "ab12" in said
    assert hers.json("attention") == []
    (sent,) = ana.replica.outbox(max_mutations=10, max_bytes=100_000)
    assert (sent.fields, sent.replaces) == ({"phone": "23"}, [mutation.id])
