"""A mutation leaves the outbox only with its receipt, and then the record shows what the office says."""

import pytest

from desktop.store.queries import acts
from sync.contract.wire import Outcome, Receipt
from tests.store.laptops import Laptop, account_row, applied, page, row

ACCOUNT = "01900000-0000-7000-8000-000000000001"
CONTACT = "01900000-0000-7000-8000-000000000002"


@pytest.fixture
def pulled(laptop: Laptop) -> Laptop:
    """A laptop that has pulled one account at position 10."""
    laptop.replica.take_page(page(account_row(ACCOUNT, 10, phone="0", points=5), seq=10))
    return laptop


def refused(mutation: str, outcome: Outcome = Outcome.REJECTED) -> Receipt:
    return Receipt(mutation=mutation, outcome=outcome, missing=True, code="not_permitted", data={"type": "account"})


def test_applied_mutation_leaves_the_outbox(pulled: Laptop) -> None:
    pulled.change("account", ACCOUNT, phone="1")
    (mutation,) = pulled.outbox()

    taken = pulled.replica.take_receipts([applied(mutation, 11)])

    assert (taken.settled, taken.conflicts, taken.attention) == (1, 0, 0)
    assert pulled.outbox() == []
    assert pulled.shown("account", ACCOUNT).pending == frozenset()
    assert pulled.shown("account", ACCOUNT).values["phone"] == "1"


def test_receipt_that_comes_twice_changes_nothing(pulled: Laptop) -> None:
    pulled.change("account", ACCOUNT, phone="1")
    (mutation,) = pulled.outbox()
    pulled.replica.take_receipts([applied(mutation, 11)])
    pulled.change("account", ACCOUNT, phone="2")

    taken = pulled.replica.take_receipts([applied(mutation, 11)])

    assert taken.settled == 0
    assert pulled.shown("account", ACCOUNT).values["phone"] == "2"
    assert len(pulled.outbox()) == 1


def test_receipt_of_an_unknown_mutation_is_passed_over(pulled: Laptop) -> None:
    taken = pulled.replica.take_receipts([Receipt(mutation="nobody's", outcome=Outcome.APPLIED)])

    assert taken.settled == 0


def test_edit_made_while_the_receipt_was_on_its_way_stays_visible_and_unsent(pulled: Laptop) -> None:
    pulled.change("account", ACCOUNT, phone="1")
    (first,) = pulled.outbox()
    pulled.change("account", ACCOUNT, phone="2")

    pulled.replica.take_receipts([applied(first, 11)])

    assert pulled.shown("account", ACCOUNT).values["phone"] == "2"
    assert [each.fields for each in pulled.outbox()] == [{"phone": "2"}]


def test_conflict_shows_the_value_of_the_office(pulled: Laptop) -> None:
    pulled.change("account", ACCOUNT, phone="1")
    (mutation,) = pulled.outbox()

    conflict = Receipt(
        mutation=mutation.id, outcome=Outcome.CONFLICT, seq=12, fields={"phone": "2"}, versions={"phone": 11}
    )
    taken = pulled.replica.take_receipts([conflict])

    assert taken.conflicts == 1
    assert taken.records["account"] == frozenset({ACCOUNT})
    assert pulled.shown("account", ACCOUNT).values["phone"] == "2"


def test_joined_value_replaces_the_own_one(pulled: Laptop) -> None:
    pulled.change("account", ACCOUNT, points=8)
    (mutation,) = pulled.outbox()

    pulled.replica.take_receipts([applied(mutation, 12, outcome=Outcome.MERGED, fields={"points": 10})])

    assert pulled.shown("account", ACCOUNT).values["points"] == 10


def test_page_is_believed_over_a_receipt_beyond_it_which_is_of_a_history_that_is_no_more(pulled: Laptop) -> None:
    pulled.change("account", ACCOUNT, phone="1")
    (mutation,) = pulled.outbox()
    pulled.replica.take_receipts([applied(mutation, 20)])
    before = pulled.shown("account", ACCOUNT).values["phone"]

    pulled.replica.take_page(page(account_row(ACCOUNT, 15, phone="0", city="上海"), seq=15))

    shown = pulled.shown("account", ACCOUNT).values
    assert (before, shown["phone"], shown["city"]) == ("1", "0", "上海")
    assert pulled.table("SELECT field FROM agreed") == []


def test_page_tells_what_lies_under_an_unsent_edit_though_a_receipt_stood_beyond_it(pulled: Laptop) -> None:
    pulled.change("account", ACCOUNT, phone="1")
    (mutation,) = pulled.outbox()
    pulled.replica.take_receipts([applied(mutation, 20)])
    pulled.change("account", ACCOUNT, phone="2")
    (unsent,) = pulled.outbox()

    pulled.replica.take_page(page(account_row(ACCOUNT, 15, phone="later"), seq=15))
    between = pulled.shown("account", ACCOUNT).values["phone"]
    pulled.replica.take_receipts([refused(unsent.id)])

    assert (between, pulled.shown("account", ACCOUNT).values["phone"]) == ("2", "later")


def test_rows_fetched_for_a_repair_are_believed_over_a_receipt_beyond_them(pulled: Laptop) -> None:
    pulled.change("account", ACCOUNT, phone="1")
    (mutation,) = pulled.outbox()
    pulled.replica.take_receipts([applied(mutation, 20)])

    pulled.replica.take_scope(ACCOUNT, [account_row(ACCOUNT, 15, phone="0")])

    assert pulled.shown("account", ACCOUNT).values["phone"] == "0"
    assert pulled.table("SELECT field FROM agreed") == []


def test_page_leaves_what_a_receipt_told_of_another_record(pulled: Laptop) -> None:
    other = ACCOUNT.replace("0001", "0009")
    pulled.change("account", ACCOUNT, phone="1")
    (mutation,) = pulled.outbox()
    pulled.replica.take_receipts([applied(mutation, 20)])

    pulled.replica.take_page(page(account_row(other, 15, phone="0"), seq=15))

    assert pulled.table("SELECT field, version FROM agreed WHERE field = 'phone'") == [("phone", 20)]
    assert pulled.shown("account", ACCOUNT).values["phone"] == "1"


def test_stored_receipt_is_not_believed_over_a_page_that_came_since(pulled: Laptop) -> None:
    pulled.change("account", ACCOUNT, phone="1")
    (mutation,) = pulled.outbox()
    pulled.replica.take_page(page(account_row(ACCOUNT, 30, phone="later"), seq=30))

    pulled.replica.take_receipts([applied(mutation, 20)])

    assert pulled.shown("account", ACCOUNT).values["phone"] == "later"


@pytest.mark.parametrize("outcome", [Outcome.REJECTED, Outcome.QUARANTINED])
def test_refused_edit_shows_the_old_value_and_needs_attention(pulled: Laptop, outcome: Outcome) -> None:
    pulled.change("account", ACCOUNT, phone="1")
    (mutation,) = pulled.outbox()

    taken = pulled.replica.take_receipts([refused(mutation.id, outcome)])

    assert taken.attention == 1
    assert pulled.shown("account", ACCOUNT).values["phone"] == "0"
    with pulled.database.reading() as connection:
        (found,) = acts.attention(connection, pulled.database.schema)
    assert (found.id, found.record, found.title, found.values) == (mutation.id, ACCOUNT, "Acme", {"phone": "1"})
    assert (found.outcome, found.code, found.data) == (outcome, "not_permitted", {"type": "account"})


def test_refused_creation_takes_the_record_away_and_keeps_its_values(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme", "phone": "1"})
    (mutation,) = laptop.outbox()

    laptop.replica.take_receipts([refused(mutation.id)])

    assert laptop.record("account", account) is None
    assert laptop.search("Acme") == []
    assert laptop.table("SELECT live, shown FROM row_count WHERE type = 'account'") == [(0, 0)]
    with laptop.database.reading() as connection:
        (found,) = acts.attention(connection, laptop.database.schema)
    assert (found.title, found.values["phone"]) == ("Acme", "1")


def test_edits_that_follow_a_refused_creation_can_still_be_answered(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme"})
    laptop.change("account", account, phone="1")
    first, second = laptop.outbox()

    laptop.replica.take_receipts([refused(first.id)])
    laptop.replica.take_receipts([refused(second.id)])

    assert laptop.outbox() == []
    assert laptop.record("account", account) is None


def test_edit_of_a_record_that_came_too_late_is_seen_until_it_is_answered(laptop: Laptop) -> None:
    contact = laptop.add("contact", {"name": "Li"})
    (first,) = laptop.outbox()
    laptop.change("contact", contact, name="Li Hua")

    laptop.replica.take_receipts([refused(first.id, Outcome.LATE)])

    assert laptop.shown("contact", contact).values["name"] == "Li Hua"
    assert [each.record for each in laptop.outbox()] == [contact]


def test_refused_record_can_be_made_again_under_its_id(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme"})
    (mutation,) = laptop.outbox()
    laptop.replica.take_receipts([refused(mutation.id)])

    with laptop.unit() as work:
        work.settle_attention(mutation.id)
        work.create("account", {"name": "Acme"}, record_id=account)

    assert [each.record for each in laptop.outbox()] == [account]
    assert [found.id for found in laptop.search("Acme")] == [account]
    with laptop.database.reading() as connection:
        assert acts.attention(connection, laptop.database.schema) == []


def test_refused_deletion_brings_the_account_and_what_is_in_it_back(pulled: Laptop) -> None:
    pulled.replica.take_page(page(row("contact", CONTACT, 11, scope=ACCOUNT, name="王芳", account=ACCOUNT), seq=11))
    pulled.delete("account", ACCOUNT)
    (mutation,) = pulled.outbox()

    conflict = Receipt(mutation=mutation.id, outcome=Outcome.CONFLICT, seq=13, deleted=False)
    pulled.replica.take_receipts([conflict])

    assert pulled.ids("account") == [ACCOUNT]
    assert pulled.ids("contact") == [CONTACT]


def test_accepted_deletion_stays_deleted(pulled: Laptop) -> None:
    pulled.delete("account", ACCOUNT)
    (mutation,) = pulled.outbox()

    pulled.replica.take_receipts([applied(mutation, 11)])

    assert pulled.shown("account", ACCOUNT).deleted


def test_deletion_that_the_office_had_already_stays_deleted(pulled: Laptop) -> None:
    pulled.delete("account", ACCOUNT)
    (mutation,) = pulled.outbox()

    pulled.replica.take_receipts([Receipt(mutation=mutation.id, outcome=Outcome.NOOP, deleted=True)])

    assert pulled.shown("account", ACCOUNT).deleted


def test_batch_settles_many_records_at_once(laptop: Laptop) -> None:
    with laptop.unit() as work:
        accounts = [work.create("account", {"name": f"Account {number}"}) for number in range(50)]
    laptop.sent(100, outcome=Outcome.MERGED, fields={"name": "As the office spells it"})

    assert {laptop.shown("account", each).values["name"] for each in accounts} == {"As the office spells it"}
    assert len(laptop.search("spells")) == 50


def test_nothing_is_kept_about_a_record_that_was_pulled_after_its_receipt(pulled: Laptop) -> None:
    pulled.change("account", ACCOUNT, phone="1")
    pulled.sent(11)
    before = pulled.table("SELECT field, version FROM agreed")

    pulled.replica.take_page(page(account_row(ACCOUNT, 11, phone="1"), seq=11))

    assert before == [("phone", 11)]
    assert pulled.table("SELECT field, version FROM agreed") == []
