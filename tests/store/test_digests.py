"""Sums of row hashes: kept up by triggers, equal to a fresh count whatever happened."""

import pytest

from desktop.store import digests, gate
from desktop.store.gate import GateMode
from sync.contract.digest import Sum, add_up, row_hash
from sync.contract.wire import Gone, Granted, Revoked, Row
from tests.store.laptops import Laptop, account_row, page, row

FIRST = "0190c2a0-0000-7000-8000-0000000000a1"
SECOND = "0190c2a0-0000-7000-8000-0000000000a2"
CONTACT = "0190c2a0-0000-7000-8000-0000000000c1"


def contact(version: int, account: str) -> Row:
    return row("contact", CONTACT, version, scope=account, name="王芳", account=account)


@pytest.fixture
def filled(laptop: Laptop) -> Laptop:
    laptop.replica.take_page(page(account_row(FIRST, 1), account_row(SECOND, 2), contact(3, FIRST), seq=3))
    return laptop


def expected(*rows: tuple[str, str, int]) -> Sum:
    return add_up(Sum(1, row_hash(*each)) for each in rows)


def test_sum_counts_every_row_of_the_office_once(filled: Laptop) -> None:
    assert filled.replica.digest() == expected(("account", FIRST, 1), ("account", SECOND, 2), ("contact", CONTACT, 3))


def test_sum_follows_new_versions_moves_and_departures(filled: Laptop) -> None:
    filled.replica.digest()

    filled.replica.take_page(page(contact(5, SECOND), account_row(FIRST, 6, deleted=True), seq=6))
    moved = filled.replica.digest()
    filled.replica.take_page(page(seq=7, gone=(Gone(type="contact", id=CONTACT),)))

    assert moved == expected(("account", FIRST, 6), ("account", SECOND, 2), ("contact", CONTACT, 5))
    assert filled.replica.digest() == expected(("account", FIRST, 6), ("account", SECOND, 2))


def test_what_was_revoked_does_not_count_and_counts_when_it_is_granted_again(filled: Laptop) -> None:
    filled.replica.take_page(page(seq=4, revoked=(Revoked(scope=FIRST, seq=4),)))
    revoked = filled.replica.digest()
    back = page(account_row(FIRST, 1), contact(3, FIRST), seq=5, granted=(Granted(scope=FIRST, seq=5),))
    filled.replica.take_page(back)

    assert revoked == expected(("account", SECOND, 2))
    assert filled.replica.digest() == expected(("account", FIRST, 1), ("account", SECOND, 2), ("contact", CONTACT, 3))


def test_record_of_ones_own_counts_when_the_office_has_it(filled: Laptop) -> None:
    before = filled.replica.digest()
    made = filled.add("account", {"name": "New"})
    filled.sent(4)
    waiting = filled.replica.digest()

    filled.replica.take_page(page(account_row(made, 4, name="New"), seq=4))

    assert before == waiting
    assert filled.replica.digest() == expected(
        ("account", FIRST, 1), ("account", SECOND, 2), ("contact", CONTACT, 3), ("account", made, 4)
    )


def test_scopes_that_differ_are_named(filled: Laptop) -> None:
    theirs = {FIRST: Sum(2, (row_hash("account", FIRST, 1) + row_hash("contact", CONTACT, 3)) % 2**56)}

    assert filled.replica.differing({**theirs, SECOND: Sum(1, row_hash("account", SECOND, 2))}) == []
    assert filled.replica.differing({**theirs, SECOND: Sum(1, 5)}) == [SECOND]
    assert filled.replica.differing(theirs) == [SECOND]


def test_kept_sums_are_what_a_fresh_count_gives(filled: Laptop) -> None:
    filled.replica.digest()
    with filled.database.reading() as connection:
        assert digests.wrong(connection, filled.database.schema) == []

    with filled.database.writing() as connection:
        connection.exec_driver_sql("UPDATE scope_digest SET total = total + 1 WHERE scope = ?", (FIRST,))

    with filled.database.reading() as connection:
        assert digests.wrong(connection, filled.database.schema) == [FIRST]


def test_scope_is_made_to_hold_just_what_the_office_says(filled: Laptop) -> None:
    lost = row("contact", SECOND[:-2] + "c2", 4, scope=FIRST, name="李娜", account=FIRST)
    with filled.database.writing() as connection, gate.opened(connection, GateMode.SYNC):
        connection.exec_driver_sql("UPDATE accounts SET version = 900, name = 'Wrong' WHERE id = ?", (FIRST,))

    filled.replica.take_scope(FIRST, [account_row(FIRST, 1, name="Right"), lost])

    assert filled.shown("account", FIRST).values["name"] == "Right"
    assert filled.ids("contact") == [lost.id]
    assert filled.replica.digest() == expected(("account", FIRST, 1), ("account", SECOND, 2), ("contact", lost.id, 4))


def test_own_unsent_edit_survives_that_its_scope_is_mended(filled: Laptop) -> None:
    filled.change("account", FIRST, phone="110")

    filled.replica.take_scope(FIRST, [account_row(FIRST, 1, phone="1", city="Ulm")])

    assert dict(filled.shown("account", FIRST).values) == {"name": "Acme", "phone": "110", "city": "Ulm"}
    assert [each.fields for each in filled.outbox()] == [{"phone": "110"}]
