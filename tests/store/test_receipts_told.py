"""What a receipt tells beside the values: refusals, deletions, where a record belongs, what is hidden, what is kept."""

from typing import Any

import pytest

from desktop.store.queries import acts
from sync.contract.wire import Gone, Mutation, Outcome, Receipt
from tests.store.laptops import COLLEAGUE, USER, Laptop, account_row, applied, page, row

ACCOUNT = "01900000-0000-7000-8000-000000000001"
CONTACT = "01900000-0000-7000-8000-000000000002"
OTHER = "01900000-0000-7000-8000-000000000003"


@pytest.fixture
def pulled(laptop: Laptop) -> Laptop:
    """A laptop that has pulled two accounts, and a contact of the first, at position 10."""
    contact = row("contact", CONTACT, 10, scope=ACCOUNT, name="王芳", account=ACCOUNT)
    laptop.replica.take_page(page(account_row(ACCOUNT, 10, phone="0"), account_row(OTHER, 10), contact, seq=10))
    return laptop


def last(laptop: Laptop) -> Mutation:
    return laptop.outbox()[-1]


def told(mutation: Mutation, outcome: Outcome = Outcome.APPLIED, **more: Any) -> Receipt:
    return Receipt(mutation=mutation.id, outcome=outcome, **more)


def agreed(laptop: Laptop) -> list[tuple[Any, ...]]:
    return laptop.table("SELECT record, field, value, version FROM agreed ORDER BY record, field")


# ---------------------------------------------------------------------------------------------- what the journal keeps


def test_what_a_receipt_says_is_kept_as_it_was_said(pulled: Laptop) -> None:
    pulled.change("account", ACCOUNT, phone="1")
    pulled.replica.take_receipts([told(last(pulled), seq=11, data={"conflicts": ["张"]})])
    pulled.change("account", ACCOUNT, phone="2")
    pulled.replica.take_receipts([told(last(pulled), seq=12, fields={"phone": "2"})])

    kept = pulled.table("SELECT outcome, seq, data, settled IS NULL FROM journal WHERE origin = 'local' ORDER BY n")
    assert kept == [("applied", 11, '{"conflicts": ["张"]}', 0), ("applied", 12, "{}", 0)]


# ---------------------------------------------------------------------------------------------- refusals


def test_refused_edit_of_a_record_of_the_office_takes_nothing_away(pulled: Laptop) -> None:
    new = pulled.add("account", {"name": "New"})
    pulled.sent(20, versions={}, fields={})
    pulled.change("account", new, phone="1")

    pulled.replica.take_receipts([told(last(pulled), Outcome.REJECTED, code="x")])

    assert pulled.shown("account", new).values.get("phone") is None


def test_refused_creation_of_what_a_page_has_brought_takes_nothing_away(pulled: Laptop) -> None:
    new = pulled.add("account", {"name": "New"})
    mutation = last(pulled)
    pulled.replica.take_page(page(account_row(new, 15, name="Known"), seq=15))

    pulled.replica.take_receipts([told(mutation, Outcome.REJECTED, code="id_taken")])

    assert pulled.ids("account") == sorted([ACCOUNT, OTHER, new])


def test_refused_creation_that_is_told_of_leaves_nothing_behind(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme"})
    laptop.change("account", account, phone="1")
    first, second = laptop.outbox()
    laptop.replica.take_receipts([told(second, seq=9, fields={"phone": "1"}, versions={"phone": 9})])

    taken = laptop.replica.take_receipts([told(first, Outcome.REJECTED, missing=True)])

    assert taken.records["account"] == frozenset({account})
    assert agreed(laptop) == []


def test_refusal_of_a_record_that_is_not_here_any_more_is_taken(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme"})
    laptop.change("account", account, phone="1")
    create, edit = laptop.outbox()
    laptop.replica.take_receipts([told(create, Outcome.REJECTED, missing=True)])

    taken = laptop.replica.take_receipts([told(edit, Outcome.REJECTED, missing=True)])

    assert (taken.settled, taken.attention) == (1, 1)
    with laptop.database.reading() as connection:
        assert len(acts.attention(connection, laptop.database.schema)) == 2


# ---------------------------------------------------------------------------------------------- deleted or not


def test_edit_of_what_a_colleague_deleted_is_told_so(pulled: Laptop) -> None:
    pulled.change("account", ACCOUNT, phone="1")

    taken = pulled.replica.take_receipts([told(last(pulled), Outcome.REJECTED, deleted=True, versions={"deleted": 12})])

    assert pulled.shown("account", ACCOUNT).deleted
    assert (pulled.ids("account"), pulled.ids("contact")) == ([OTHER], [])
    assert taken.records["contact"] is not None


def test_account_that_a_receipt_deletes_hides_what_is_in_it(pulled: Laptop) -> None:
    pulled.change("account", ACCOUNT, phone="1")

    taken = pulled.replica.take_receipts([told(last(pulled), Outcome.REJECTED, deleted=True, versions={"deleted": 12})])

    assert pulled.shown("contact", CONTACT).hidden
    assert "contact" in taken.records
    assert not pulled.shown("contact", CONTACT).deleted


def test_deletion_is_believed_at_the_position_at_which_it_is_told(pulled: Laptop) -> None:
    pulled.delete("contact", CONTACT)
    pulled.replica.take_receipts([told(last(pulled), seq=20, deleted=True, versions={"deleted": 25})])

    assert agreed(pulled) == [(CONTACT, "deleted", "true", 25)]
    assert pulled.shown("contact", CONTACT).deleted


def test_deletion_without_a_position_of_its_own_is_as_new_as_its_receipt(pulled: Laptop) -> None:
    pulled.delete("contact", CONTACT)

    pulled.replica.take_receipts([told(last(pulled), seq=20, deleted=True)])

    assert agreed(pulled) == [(CONTACT, "deleted", "true", 20)]


def test_deletion_that_had_no_effect_is_as_new_as_what_was_known(pulled: Laptop) -> None:
    pulled.delete("contact", CONTACT)
    pulled.restore("contact", CONTACT)
    delete, restore = pulled.outbox()

    pulled.replica.take_receipts([told(delete, seq=20, deleted=True, versions={"deleted": 20})])
    pulled.replica.take_receipts([told(restore, Outcome.NOOP, deleted=False)])

    assert not pulled.shown("contact", CONTACT).deleted
    assert agreed(pulled) == [(CONTACT, "deleted", "false", 20)]


def test_deletion_that_an_edit_was_told_of_keeps_its_position_when_another_had_no_effect(pulled: Laptop) -> None:
    pulled.change("contact", CONTACT, phone="1")
    pulled.delete("contact", CONTACT)
    edit, deletion = pulled.outbox()
    answers = [
        told(edit, Outcome.REJECTED, deleted=True, versions={"deleted": 14}),
        told(deletion, Outcome.NOOP, deleted=True),
    ]

    pulled.replica.take_receipts(answers)

    assert (CONTACT, "deleted", "true", 14) in agreed(pulled)
    assert pulled.shown("contact", CONTACT).deleted


def test_receipt_of_a_record_that_the_office_does_not_have_says_nothing_about_deletion(pulled: Laptop) -> None:
    pulled.delete("contact", CONTACT)

    pulled.replica.take_receipts([told(last(pulled), Outcome.REJECTED, missing=True, deleted=True, seq=20)])

    assert not pulled.shown("contact", CONTACT).deleted


def test_edit_after_a_deletion_was_told_brings_the_record_back(pulled: Laptop) -> None:
    pulled.delete("contact", CONTACT)
    pulled.replica.take_receipts([told(last(pulled), seq=20, deleted=True)])
    pulled.restore("contact", CONTACT)
    pulled.change("contact", CONTACT, name="B")
    restore, edit = pulled.outbox()

    pulled.replica.take_receipts([told(restore, seq=21), told(edit, seq=22, fields={"name": "B"})])

    assert not pulled.shown("contact", CONTACT).deleted
    assert pulled.ids("contact") == [CONTACT]


# ---------------------------------------------------------------------------------------------- where it belongs


def test_record_moves_where_the_office_says_it_belongs(pulled: Laptop) -> None:
    pulled.change("contact", CONTACT, account=OTHER)
    mutation = last(pulled)
    answer = told(mutation, Outcome.CONFLICT, seq=20, fields={"account": ACCOUNT}, versions={"account": 15})

    pulled.replica.take_receipts([answer])

    assert pulled.table("SELECT scope FROM contacts") == [(ACCOUNT,)]


def test_record_that_moves_into_a_deleted_account_is_hidden(pulled: Laptop) -> None:
    pulled.delete("account", OTHER)
    pulled.sent(20)
    pulled.change("contact", CONTACT, name="B")
    answer = told(last(pulled), seq=21, fields={"account": OTHER, "name": "B"}, versions={"account": 21, "name": 21})

    pulled.replica.take_receipts([answer])

    assert pulled.table("SELECT scope, hidden, deleted FROM contacts") == [(OTHER, 1, 0)]


def test_record_that_moves_out_of_a_deleted_account_is_shown(pulled: Laptop) -> None:
    pulled.replica.take_page(page(account_row(ACCOUNT, 12, deleted=True), seq=12))
    assert pulled.shown("contact", CONTACT).hidden
    with pulled.unit() as work:
        task = work.create("task", {"title": "call", "account": OTHER})
    answer = told(last(pulled), seq=21, fields={"account": None, "title": "call"}, versions={"account": 21})

    pulled.replica.take_receipts([answer])

    assert pulled.table("SELECT scope, hidden FROM tasks") == [(f"u:{USER}", 0)]
    assert pulled.ids("task") == [task]


def test_record_without_an_account_follows_its_owner(pulled: Laptop) -> None:
    pulled.add("task", {"title": "own"})
    answer = told(last(pulled), seq=21, fields={"owner": COLLEAGUE}, versions={"owner": 21})

    pulled.replica.take_receipts([answer])

    assert pulled.table("SELECT scope FROM tasks") == [(f"u:{COLLEAGUE}",)]


def test_owner_of_a_record_of_an_account_does_not_move_it(pulled: Laptop) -> None:
    pulled.change("contact", CONTACT, owner=USER)

    pulled.replica.take_receipts([told(last(pulled), seq=21, fields={"owner": USER}, versions={"owner": 21})])

    assert pulled.table("SELECT scope FROM contacts") == [(ACCOUNT,)]


def test_owner_of_an_account_does_not_move_it(pulled: Laptop) -> None:
    pulled.change("account", ACCOUNT, owner=USER)

    pulled.replica.take_receipts([told(last(pulled), Outcome.CONFLICT, seq=21, fields={"owner": COLLEAGUE})])

    assert pulled.table("SELECT scope, hidden FROM accounts WHERE id = ?", ACCOUNT) == [(ACCOUNT, 0)]


def test_edit_in_a_deleted_account_stays_hidden_when_its_receipt_comes(pulled: Laptop) -> None:
    pulled.change("contact", CONTACT, name="B")
    mutation = last(pulled)
    pulled.replica.take_page(page(account_row(ACCOUNT, 12, deleted=True), seq=12))

    pulled.replica.take_receipts([told(mutation, Outcome.CONFLICT, seq=13, fields={"name": "C"})])

    assert (pulled.shown("contact", CONTACT).hidden, pulled.shown("contact", CONTACT).values["name"]) == (True, "C")


def test_what_left_this_user_s_sight_does_not_come_back_by_a_receipt(pulled: Laptop) -> None:
    pulled.change("contact", CONTACT, phone="1")
    mutation = last(pulled)
    pulled.replica.take_page(page(seq=12, gone=(Gone(type="contact", id=CONTACT),)))

    pulled.replica.take_receipts([told(mutation, Outcome.CONFLICT, seq=13, fields={"phone": "9"})])

    assert (pulled.ids("contact"), pulled.search("王芳")) == ([], [])
    assert pulled.shown("contact", CONTACT).values["phone"] == "9"


@pytest.mark.parametrize("outcome", [Outcome.REJECTED, Outcome.QUARANTINED, Outcome.LATE])
def test_creation_of_which_nothing_was_written_takes_the_record_away(pulled: Laptop, outcome: Outcome) -> None:
    new = pulled.add("contact", {"name": "Li", "account": ACCOUNT})

    taken = pulled.replica.take_receipts([told(last(pulled), outcome, missing=True)])

    assert pulled.record("contact", new) is None
    assert taken.attention == int(outcome is not Outcome.LATE)
    assert pulled.ids("contact") == [CONTACT]


# ---------------------------------------------------------------------------------------------- what is kept


def test_value_that_the_office_cleared_is_cleared_by_a_receipt(pulled: Laptop) -> None:
    pulled.change("account", ACCOUNT, phone="1")

    pulled.replica.take_receipts([told(last(pulled), Outcome.CONFLICT, seq=12, fields={"phone": None})])

    assert "phone" not in pulled.shown("account", ACCOUNT).values
    assert pulled.table("SELECT phone FROM accounts WHERE id = ?", ACCOUNT) == [(None,)]


def test_receipt_without_news_moves_nothing(pulled: Laptop) -> None:
    pulled.change("account", ACCOUNT, phone="1")

    taken = pulled.replica.take_receipts([applied(last(pulled), 11)])

    assert taken.records.get("contact") is None
    assert pulled.shown("account", ACCOUNT).values["phone"] == "1"


def test_receipt_that_says_what_is_shown_already_wakes_nobody(pulled: Laptop) -> None:
    pulled.change("account", OTHER, city="上海")
    pulled.change("contact", CONTACT, phone="1")
    city, phone = pulled.outbox()
    pulled.replica.take_page(page(account_row(ACCOUNT, 12, deleted=True), seq=12))

    taken = pulled.replica.take_receipts(
        [told(city, seq=13, fields={"city": "上海", "province": None}), told(phone, seq=14, fields={"phone": "1"})]
    )

    assert taken.records.keys() & {"account", "contact"} == set()
    assert pulled.shown("contact", CONTACT).hidden


def test_receipt_as_old_as_the_row_leaves_nothing_lying_over_it(pulled: Laptop) -> None:
    pulled.change("account", ACCOUNT, phone="1")

    pulled.replica.take_receipts([told(last(pulled), Outcome.NOOP, fields={"phone": "0"}, versions={"phone": 10})])

    assert agreed(pulled) == []
    assert pulled.shown("account", ACCOUNT).values["phone"] == "0"


def test_what_lies_over_one_record_leaves_others_alone(pulled: Laptop) -> None:
    for record in (ACCOUNT, OTHER):
        pulled.change("account", record, phone="1", segment="s")
    pulled.change("contact", CONTACT, phone="1")
    pulled.sent(20)
    before = agreed(pulled)

    pulled.replica.take_page(page(account_row(ACCOUNT, 21, phone="1", segment="s"), seq=21))

    assert len(before) == 5
    assert agreed(pulled) == [each for each in before if each[0] != ACCOUNT]


def test_one_field_that_a_page_tells_is_forgotten_and_a_covered_one_is_kept(pulled: Laptop) -> None:
    pulled.change("account", ACCOUNT, phone="1")
    pulled.change("account", ACCOUNT, segment="s")
    pulled.sent(20)
    pulled.change("account", ACCOUNT, phone="2")

    pulled.replica.take_page(page(account_row(ACCOUNT, 30, phone="theirs", segment="t"), seq=30))

    assert agreed(pulled) == [(ACCOUNT, "phone", '"theirs"', 30)]
    assert pulled.shown("account", ACCOUNT).values["phone"] == "2"


def test_receipts_of_several_records_are_all_kept(pulled: Laptop) -> None:
    pulled.change("account", ACCOUNT, name="Acme")
    pulled.change("account", ACCOUNT, phone="1")
    pulled.change("account", OTHER, phone="2")
    pulled.change("contact", CONTACT, phone="3")

    pulled.sent(20)

    assert [each[:2] for each in agreed(pulled)] == [(ACCOUNT, "phone"), (CONTACT, "phone"), (OTHER, "phone")]


def test_receipt_of_one_field_leaves_what_is_agreed_about_another(pulled: Laptop) -> None:
    pulled.change("account", ACCOUNT, phone="1")
    pulled.sent(20)
    pulled.change("account", ACCOUNT, segment="s")
    pulled.sent(21)

    assert [each[1:] for each in agreed(pulled)] == [("phone", '"1"', 20), ("segment", '"s"', 21)]


def test_record_of_which_nothing_new_is_told_does_not_hide_the_next_one(pulled: Laptop) -> None:
    pulled.change("account", ACCOUNT, phone="1")
    pulled.change("account", OTHER, phone="2")
    first, second = pulled.outbox()

    pulled.replica.take_receipts([told(first, Outcome.REJECTED), applied(second, 20)])

    assert [each[:2] for each in agreed(pulled)] == [(OTHER, "phone")]


def test_first_unsent_edit_of_a_laptop_is_not_written_over_by_a_page(pulled: Laptop) -> None:
    pulled.change("account", ACCOUNT, phone="1")

    pulled.replica.take_page(page(account_row(ACCOUNT, 20, phone="9", city="上海"), seq=20))

    shown = pulled.shown("account", ACCOUNT).values
    assert (shown["phone"], shown["city"]) == ("1", "上海")
    assert agreed(pulled) == [(ACCOUNT, "phone", '"9"', 20)]


def test_first_unsent_creation_of_a_laptop_is_not_written_over_by_a_page(laptop: Laptop) -> None:
    new = laptop.add("account", {"name": "New", "phone": "1"})

    laptop.replica.take_page(page(account_row(new, 15, name="Theirs", phone="9", city="上海"), seq=15))

    shown = laptop.shown("account", new).values
    assert (shown["name"], shown["phone"], shown["city"]) == ("New", "1", "上海")
