"""Receipts of edits that were applied as they were to the row that stands here, and what looks like one and is none."""

from typing import Any

import pytest

from sync.contract.wire import Outcome
from tests.store.laptops import COLLEAGUE, STAMPED, USER, Laptop, account_row, applied, page, plain, row

ACCOUNT = "01900000-0000-7000-8000-000000000001"
CONTACT = "01900000-0000-7000-8000-000000000002"


@pytest.fixture
def pulled(laptop: Laptop) -> Laptop:
    """A laptop that has pulled an account and a contact of it, at position 10."""
    contact = row("contact", CONTACT, 10, scope=ACCOUNT, name="王芳", account=ACCOUNT, phone="0")
    laptop.replica.take_page(page(account_row(ACCOUNT, 10, phone="0"), contact, seq=10))
    return laptop


def version(laptop: Laptop, table: str = "contacts") -> int:
    ((found,),) = laptop.table(f"SELECT version FROM {table}")
    return int(found)


def over(laptop: Laptop) -> list[tuple[Any, ...]]:
    return laptop.table("SELECT record, field, value, version FROM agreed")


def test_plain_receipt_brings_stamps_and_version_and_leaves_nothing_over_the_row(pulled: Laptop) -> None:
    pulled.change("contact", CONTACT, phone="1")
    (mutation,) = pulled.outbox()

    taken = pulled.replica.take_receipts([plain(mutation, 20, 10)])

    shown = pulled.shown("contact", CONTACT)
    assert (shown.values["phone"], shown.values["updated_at"], version(pulled)) == ("1", STAMPED, 20)
    assert (over(pulled), pulled.outbox()) == ([], [])
    assert taken.records["contact"] == frozenset({CONTACT})


def test_plain_receipt_that_tells_nothing_new_moves_the_version_alone(pulled: Laptop) -> None:
    pulled.change("contact", CONTACT, phone="1")
    (mutation,) = pulled.outbox()
    stamps = {name: pulled.shown("contact", CONTACT).values[name] for name in ("updated_at", "updated_by")}

    taken = pulled.replica.take_receipts([plain(mutation, 20, 10, **stamps)])

    assert version(pulled) == 20
    assert "contact" not in taken.records


def test_plain_receipt_of_no_new_version_changes_nothing(pulled: Laptop) -> None:
    pulled.change("contact", CONTACT, phone="1")
    (mutation,) = pulled.outbox()
    fields = {"phone": "1"}

    pulled.replica.take_receipts([applied(mutation, 20, fields=fields, versions={"phone": 10}, before=10)])

    assert (pulled.shown("contact", CONTACT).values["phone"], version(pulled)) == ("1", 10)


def test_receipt_with_another_value_than_the_row_shows_that_value(pulled: Laptop) -> None:
    pulled.change("contact", CONTACT, phone="1")
    (mutation,) = pulled.outbox()

    pulled.replica.take_receipts([plain(mutation, 20, 10, phone="+1")])

    assert (pulled.shown("contact", CONTACT).values["phone"], version(pulled)) == ("+1", 20)
    assert over(pulled) == []


def test_value_of_an_older_version_than_the_rows_is_passed_over(pulled: Laptop) -> None:
    pulled.change("contact", CONTACT, phone="1")
    (mutation,) = pulled.outbox()
    receipt = plain(mutation, 20, 10, name="Old")
    versions = {**receipt.versions, "name": 5}

    pulled.replica.take_receipts([applied(mutation, 20, fields=receipt.fields, versions=versions, before=10)])

    assert pulled.shown("contact", CONTACT).values["name"] == "王芳"
    assert (over(pulled), version(pulled)) == ([], 20)


def test_receipt_of_the_first_of_two_edits_leaves_the_second_shown(pulled: Laptop) -> None:
    pulled.change("contact", CONTACT, phone="1")
    pulled.change("contact", CONTACT, phone="2")
    first, second = pulled.outbox()

    pulled.replica.take_receipts([plain(first, 20, 10)])

    assert pulled.shown("contact", CONTACT).values["phone"] == "2"
    pulled.replica.take_receipts([plain(second, 21, 20)])
    assert (pulled.shown("contact", CONTACT).values["phone"], over(pulled), version(pulled)) == ("2", [], 21)


def test_receipts_of_two_edits_of_one_record_come_together(pulled: Laptop) -> None:
    pulled.change("contact", CONTACT, phone="1")
    pulled.change("contact", CONTACT, phone="2")
    first, second = pulled.outbox()

    pulled.replica.take_receipts([plain(first, 20, 10), plain(second, 21, 20)])

    assert (pulled.shown("contact", CONTACT).values["phone"], over(pulled), version(pulled)) == ("2", [], 21)


def test_receipt_of_a_version_that_is_not_here_moves_no_version(pulled: Laptop) -> None:
    pulled.change("contact", CONTACT, phone="1")
    (mutation,) = pulled.outbox()

    pulled.replica.take_receipts([plain(mutation, 20, 15)])

    assert (pulled.shown("contact", CONTACT).values["phone"], version(pulled)) == ("1", 10)


def test_what_a_colleague_wrote_later_is_not_covered_by_an_older_receipt(pulled: Laptop) -> None:
    pulled.change("contact", CONTACT, phone="1")
    (mutation,) = pulled.outbox()
    theirs = row("contact", CONTACT, 30, scope=ACCOUNT, name="王芳", account=ACCOUNT, phone="9", updated_by=COLLEAGUE)
    pulled.replica.take_page(page(theirs, seq=30))

    pulled.replica.take_receipts([plain(mutation, 20, 10)])

    assert (pulled.shown("contact", CONTACT).values["phone"], version(pulled)) == ("9", 30)
    assert over(pulled) == []


def test_plain_receipt_of_what_a_deleted_account_hides_leaves_it_hidden(pulled: Laptop) -> None:
    pulled.change("contact", CONTACT, phone="1")
    (mutation,) = pulled.outbox()
    pulled.replica.take_page(page(account_row(ACCOUNT, 30, deleted=True), seq=30))

    pulled.replica.take_receipts([plain(mutation, 20, 10)])

    assert pulled.shown("contact", CONTACT).hidden
    assert (pulled.ids("contact"), version(pulled)) == ([], 20)


def test_receipt_of_a_new_owner_of_what_an_account_holds_moves_nothing(pulled: Laptop) -> None:
    pulled.change("contact", CONTACT, owner=USER)
    (mutation,) = pulled.outbox()

    pulled.replica.take_receipts([plain(mutation, 20, 10)])

    assert (pulled.shown("contact", CONTACT).values["owner"], version(pulled), over(pulled)) == (USER, 20, [])


def test_receipt_with_a_question_is_worked_out_whole(pulled: Laptop) -> None:
    pulled.change("contact", CONTACT, phone="1")
    (mutation,) = pulled.outbox()
    theirs = {"phone": "8"}

    receipt = applied(mutation, 0, outcome=Outcome.CONFLICT, fields=theirs, versions={"phone": 12, "deleted": 12})
    pulled.replica.take_receipts([receipt])

    assert (pulled.shown("contact", CONTACT).values["phone"], version(pulled)) == ("8", 10)


def test_receipts_of_two_edits_that_tell_nothing_new_move_the_version_alone(pulled: Laptop) -> None:
    pulled.change("contact", CONTACT, phone="1")
    pulled.change("contact", CONTACT, mobile="2")
    first, second = pulled.outbox()
    stamps = {name: pulled.shown("contact", CONTACT).values[name] for name in ("updated_at", "updated_by")}

    taken = pulled.replica.take_receipts([plain(first, 20, 10, **stamps), plain(second, 21, 20, **stamps)])

    assert (version(pulled), over(pulled)) == (21, [])
    assert "contact" not in taken.records
