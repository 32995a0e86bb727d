"""The account of a laptop's own changes: it balances, and a change that vanished shows."""

from desktop.domain.ledger import Ledger
from desktop.store import gate
from desktop.store.gate import GateMode
from desktop.store.queries.ledger import ledger
from sync.contract.wire import Outcome
from tests.store.laptops import Laptop


def read(laptop: Laptop) -> Ledger:
    with laptop.database.reading() as connection:
        return ledger(connection)


def test_laptop_without_changes_has_an_empty_ledger(laptop: Laptop) -> None:
    assert read(laptop) == Ledger()


def test_every_change_is_confirmed_or_waits(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme"})
    laptop.change("account", account, phone="1")
    laptop.sent(1)
    laptop.change("account", account, phone="2")

    assert read(laptop) == Ledger(recorded=3, confirmed=2, waiting=1)
    assert read(laptop).balances


def test_change_that_was_not_accepted_has_its_receipt_all_the_same(laptop: Laptop) -> None:
    laptop.add("account", {"name": "Acme"})
    laptop.sent(0, outcome=Outcome.REJECTED, code="not_permitted")

    assert read(laptop) == Ledger(recorded=1, confirmed=1, waiting=0)


def test_change_that_vanished_shows(laptop: Laptop) -> None:
    for number in range(3):
        laptop.add("account", {"name": f"Account {number}"})

    with laptop.database.writing() as connection, gate.opened(connection, GateMode.SYNC):
        connection.exec_driver_sql("DROP TRIGGER guarded_journal_DELETE")
        connection.exec_driver_sql("DELETE FROM journal WHERE client_n = 2")

    assert read(laptop) == Ledger(recorded=3, confirmed=0, waiting=2)
    assert not read(laptop).balances
