"""What an office of before cannot take stays on the laptop with all that depends on it; the rest is handed in."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pytest

from desktop.store import leftovers, meta
from desktop.store.database import Database
from desktop.store.outbox import may_be_sent, waiting_for_update
from desktop.store.outbox_file.keeping import outbox_path
from sync.contract.entities import CATALOGUE
from tests.store.laptops import KEY, Laptop, SteppingClock, account_row, applied, page
from tests.store.newer import NEWER

ACCOUNT = "01900000-0000-7000-8000-000000000001"


@pytest.fixture
def newer(tmp_path: Path) -> Iterator[Laptop]:
    """A laptop of the next version at an office of this one."""
    with Database.open(
        tmp_path / "store" / "data.db", KEY, clock=SteppingClock(), create=True, catalogue=NEWER
    ) as database:
        database.meta.set_many({meta.OFFICE_SCHEMA: CATALOGUE.version})
        laptop = Laptop(database)
        laptop.replica.take_page(page(account_row(ACCOUNT, 10), seq=10))
        yield laptop


def handed_in(laptop: Laptop, *, after_n: int = 0) -> list[dict[str, object]]:
    batch = laptop.replica.outbox(max_mutations=10, max_bytes=10**9, after_n=after_n)
    return [{name: value for name, value in each.fields.items() if name != "owner"} for each in batch]


def may_send(laptop: Laptop) -> bool:
    with laptop.database.reading() as connection:
        return may_be_sent(connection, laptop.database.catalogue)


def test_edit_that_the_office_cannot_take_yet_waits_and_others_do_not(newer: Laptop) -> None:
    newer.change("account", ACCOUNT, motto="Freshly roasted")
    held = handed_in(newer), may_send(newer)
    newer.change("account", ACCOUNT, phone="1")

    with newer.database.reading() as connection:
        assert waiting_for_update(connection, newer.database.catalogue) == 1
    assert held == ([], False)
    assert (handed_in(newer), may_send(newer)) == ([{"phone": "1"}], True)
    assert newer.replica.standing().unsent == 2


def test_everything_goes_once_the_office_is_updated(newer: Laptop) -> None:
    newer.change("account", ACCOUNT, motto="Freshly roasted")
    newer.change("account", ACCOUNT, phone="1")

    newer.database.meta.set_many({meta.OFFICE_SCHEMA: NEWER.version})

    assert (handed_in(newer), may_send(newer)) == ([{"motto": "Freshly roasted"}, {"phone": "1"}], True)
    with newer.database.reading() as connection:
        assert waiting_for_update(connection, newer.database.catalogue) == 0


def test_office_of_which_nothing_is_known_gets_everything(newer: Laptop) -> None:
    newer.change("account", ACCOUNT, motto="Freshly roasted")

    newer.database.meta.set_many({meta.OFFICE_SCHEMA: None})

    assert (handed_in(newer), may_send(newer)) == ([{"motto": "Freshly roasted"}], True)


@pytest.mark.parametrize("after_n", [0, 1])
def test_rest_of_a_group_of_which_one_must_wait_waits_with_it_wherever_the_batch_begins(
    newer: Laptop, after_n: int
) -> None:
    with newer.unit(grouped=True) as work:
        work.change("account", ACCOUNT, {"motto": "Freshly roasted"})
        work.create("task", {"title": "call"})

    assert handed_in(newer, after_n=after_n) == []
    assert (may_send(newer), newer.replica.standing().unsent) == (False, 2)


def test_empty_outbox_has_nothing_to_send(newer: Laptop) -> None:
    assert (handed_in(newer), may_send(newer)) == ([], False)


def test_damaged_copy_does_not_stay_because_of_an_edit_that_waits_for_the_office(newer: Laptop) -> None:
    newer.change("account", ACCOUNT, phone="1")
    file = outbox_path(newer.database.file)
    copyfile(file, file.with_name(f"{file.name}.aside-1"))
    newer.replica.take_receipts([applied(each, 11) for each in newer.outbox()])
    newer.change("account", ACCOUNT, phone="2")
    sendable = leftovers.remove(newer.database, younger=True)
    newer.replica.take_receipts([applied(each, 12) for each in newer.outbox()])
    newer.change("account", ACCOUNT, motto="Freshly roasted")

    assert sendable == 0
    assert leftovers.remove(newer.database, younger=True) == 1
    assert newer.replica.standing().unsent == 1
