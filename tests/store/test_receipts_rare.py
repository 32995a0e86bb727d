"""What receipts tell but seldom: refusals without a word, merges that did not come about, owners of what has left."""

from dataclasses import replace

import pytest

from sync.contract.wire import Gone, Mutation, Outcome, Receipt
from tests.store.laptops import COLLEAGUE, STAMPED, USER, Laptop, account_row, applied, page, plain, row

ACCOUNT = "01900000-0000-7000-8000-000000000001"
CONTACT = "01900000-0000-7000-8000-000000000002"
OTHER = "01900000-0000-7000-8000-000000000003"


@pytest.fixture
def pulled(laptop: Laptop) -> Laptop:
    """A laptop that has pulled two accounts, and a contact of the first, at position 10."""
    contact = row("contact", CONTACT, 10, scope=ACCOUNT, name="王芳", account=ACCOUNT)
    laptop.replica.take_page(page(account_row(ACCOUNT, 10, owner=USER), account_row(OTHER, 10), contact, seq=10))
    return laptop


def last(laptop: Laptop) -> Mutation:
    return laptop.outbox()[-1]


def agreed(laptop: Laptop) -> list[tuple[object, ...]]:
    return laptop.table("SELECT record, field, value, version FROM agreed ORDER BY record, field")


def test_creation_refused_for_an_id_that_is_taken_takes_the_record_away(pulled: Laptop) -> None:
    new = pulled.add("account", {"name": "New"})

    pulled.replica.take_receipts([Receipt(mutation=last(pulled).id, outcome=Outcome.REJECTED, code="id_taken")])

    assert pulled.record("account", new) is None


def test_creation_whose_record_is_gone_when_its_receipt_comes_again_takes_it_away(pulled: Laptop) -> None:
    new = pulled.add("account", {"name": "New"})

    pulled.replica.take_receipts([replace(applied(last(pulled), 20), missing=True)])

    assert pulled.record("account", new) is None


def test_refusal_of_what_is_not_here_does_not_hold_up_the_next_receipt(pulled: Laptop) -> None:
    new = pulled.add("account", {"name": "New"})
    pulled.change("account", new, phone="1")
    create, edit = pulled.outbox()
    pulled.replica.take_receipts([Receipt(mutation=create.id, outcome=Outcome.REJECTED, missing=True)])
    pulled.change("contact", CONTACT, phone="1")
    answer = applied(last(pulled), 20, fields={"phone": "+1"}, versions={"phone": 20})

    pulled.replica.take_receipts([Receipt(mutation=edit.id, outcome=Outcome.REJECTED, missing=True), answer])

    assert pulled.shown("contact", CONTACT).values["phone"] == "+1"


def test_record_that_a_receipt_deletes_is_in_no_list(pulled: Laptop) -> None:
    pulled.change("contact", CONTACT, phone="1")

    pulled.replica.take_receipts([replace(plain(last(pulled), 20, 10), deleted=True)])

    assert pulled.ids("contact") == []
    assert pulled.table("SELECT hidden, deleted FROM contacts") == [(1, 1)]


def test_edit_of_a_record_that_no_page_has_brought_gives_it_no_version(pulled: Laptop) -> None:
    new = pulled.add("contact", {"name": "Li", "account": ACCOUNT})
    pulled.replica.take_receipts([applied(last(pulled), 20)])
    pulled.change("contact", new, phone="1")

    pulled.replica.take_receipts([applied(last(pulled), 21, versions={"phone": 21, "deleted": 21})])

    assert pulled.table("SELECT version FROM contacts WHERE id = ?", new) == [(0,)]


def test_account_whose_merge_the_office_refused_stands_for_itself_again(pulled: Laptop) -> None:
    pulled.change("account", OTHER, merged_into=ACCOUNT)
    merged = pulled.ids("account")

    answer = Receipt(mutation=last(pulled).id, outcome=Outcome.REJECTED, fields={"merged_into": None}, seq=11)
    pulled.replica.take_receipts([answer])

    assert (merged, pulled.ids("account")) == ([ACCOUNT], [ACCOUNT, OTHER])


def test_what_hangs_on_an_account_whose_merge_into_a_deleted_one_was_refused_is_shown_again(pulled: Laptop) -> None:
    pulled.change("account", ACCOUNT, merged_into=OTHER)
    mutation = last(pulled)
    pulled.replica.take_page(page(account_row(OTHER, 12, deleted=True), seq=12))
    hidden = pulled.ids("contact")

    answer = Receipt(mutation=mutation.id, outcome=Outcome.REJECTED, fields={"merged_into": None}, seq=13)
    taken = pulled.replica.take_receipts([answer])

    assert (hidden, pulled.ids("contact")) == ([], [CONTACT])
    assert "contact" in taken.records


def test_account_that_left_does_not_come_back_with_a_new_owner(pulled: Laptop) -> None:
    pulled.change("account", ACCOUNT, phone="1")
    mutation = last(pulled)
    pulled.replica.take_page(page(seq=12, gone=(Gone(type="account", id=ACCOUNT),)))

    fields = {"owner": COLLEAGUE}
    pulled.replica.take_receipts([applied(mutation, 13, outcome=Outcome.CONFLICT, fields=fields, versions={})])

    assert pulled.ids("account") == [OTHER]


def test_stamps_that_a_page_brought_are_shown_when_the_receipt_of_what_it_brought_comes(pulled: Laptop) -> None:
    pulled.change("contact", CONTACT, phone="1")
    first = last(pulled)
    brought = row("contact", CONTACT, 20, scope=ACCOUNT, name="王芳", account=ACCOUNT, phone="1", updated_at=STAMPED)
    pulled.replica.take_page(page(brought, seq=20))
    pulled.change("contact", CONTACT, name="B")

    pulled.replica.take_receipts([applied(first, 20, versions={"phone": 20, "deleted": 20})])

    assert pulled.shown("contact", CONTACT).values["updated_at"] == STAMPED


def test_record_over_which_everything_stays_does_not_hide_the_next_one(pulled: Laptop) -> None:
    for phone in ("1", "2", "3"):
        pulled.change("account", ACCOUNT, phone=phone)
    first, second, _third = pulled.outbox()
    pulled.replica.take_receipts([Receipt(mutation=first.id, outcome=Outcome.NOOP)])
    pulled.change("account", OTHER, phone="4")
    kept = agreed(pulled)[0]

    pulled.replica.take_receipts([Receipt(mutation=second.id, outcome=Outcome.NOOP), applied(last(pulled), 20)])

    assert agreed(pulled) == [kept, (OTHER, "phone", '"4"', 20)]
