"""What leads to receipts of edits: which way they go, and what is left of the contact that was edited."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sync.contract.wire import Gone, Mutation, Outcome, Receipt
from tests.store.laptops import COLLEAGUE, USER, Laptop, account_row, applied, page, plain, row

ACCOUNT = "01900000-0000-7000-8000-000000000001"
OTHER = "01900000-0000-7000-8000-000000000002"
CONTACT = "01900000-0000-7000-8000-000000000003"
SECOND = "01900000-0000-7000-8000-000000000004"
NEW = "01900000-0000-7000-8000-000000000005"
FIELD = "01900000-0000-7000-8000-000000000006"
SHORT, WHOLE = "short", "whole"


@dataclass(frozen=True)
class Case:
    """What leads to receipts, the way they go, and what is expected of the contact: phone, version, what lies over it.

    ``told`` says whether somebody who looks at contacts hears of it.
    """

    receipts: Callable[[Laptop], list[Receipt]]
    way: str
    phone: str
    version: int
    over: tuple[tuple[str, int], ...] = ()
    told: bool = True


CASES: dict[str, Case] = {}


def case(
    way: str, phone: str, version: int, *, over: tuple[tuple[str, int], ...] = (), told: bool = True
) -> Callable[[Callable[[Laptop], list[Receipt]]], None]:
    def note(receipts: Callable[[Laptop], list[Receipt]]) -> None:
        CASES[receipts.__name__] = Case(receipts, way, phone, version, over, told)

    return note


def edited(laptop: Laptop, record: str = CONTACT, **changes: Any) -> Mutation:
    laptop.change("contact", record, **(changes or {"phone": "1"}))
    return laptop.outbox()[-1]


def older(receipt: Receipt, **versions: int) -> Receipt:
    return replace(receipt, versions={**receipt.versions, **versions})


def shown_stamps(laptop: Laptop) -> dict[str, Any]:
    values = laptop.shown("contact", CONTACT).values
    return {name: values[name] for name in ("updated_at", "updated_by")}


# ------------------------------------------------------------------------------------------ what the receipt tells


@case(SHORT, "1", 20)
def edit_applied_as_it_was(laptop: Laptop) -> list[Receipt]:
    return [plain(edited(laptop), 20, 10)]


@case(SHORT, "1", 20)
def edit_with_other_stamps_only(laptop: Laptop) -> list[Receipt]:
    return [plain(edited(laptop), 20, 10, updated_by=COLLEAGUE)]


@case(SHORT, "1", 20, told=False)
def edit_with_the_same_stamps(laptop: Laptop) -> list[Receipt]:
    return [plain(edited(laptop), 20, 10, **shown_stamps(laptop))]


@case(SHORT, "1", 20)
def edit_of_the_very_first_version(laptop: Laptop) -> list[Receipt]:
    laptop.replica.take_page(page(row("contact", NEW, 1, scope=ACCOUNT, name="B", account=ACCOUNT), seq=11))
    return [plain(edited(laptop, NEW, name="C"), 21, 1), plain(edited(laptop), 20, 10)]


@case(SHORT, "1", 20)
def edit_that_was_joined_as_it_was(laptop: Laptop) -> list[Receipt]:
    return [replace(plain(edited(laptop), 20, 10), outcome=Outcome.MERGED)]


@case(SHORT, "1", 20)
def receipt_given_again_of_what_is_gone_by_now(laptop: Laptop) -> list[Receipt]:
    return [replace(plain(edited(laptop), 20, 10), missing=True)]


@case(SHORT, "1", 20)
def field_that_is_empty_in_both(laptop: Laptop) -> list[Receipt]:
    return [plain(edited(laptop), 20, 10, mobile=None)]


@case(SHORT, "1", 20)
def field_without_a_version_of_its_own(laptop: Laptop) -> list[Receipt]:
    return [replace(plain(edited(laptop), 20, 10), versions={"deleted": 20})]


@case(SHORT, "1", 20)
def other_value_of_an_older_version_than_the_rows(laptop: Laptop) -> list[Receipt]:
    return [older(plain(edited(laptop), 20, 10, name="Old"), name=5)]


@case(WHOLE, "1", 20)
def other_value_of_the_very_version_of_the_row(laptop: Laptop) -> list[Receipt]:
    return [older(plain(edited(laptop), 20, 10, name="New"), name=10)]


@case(WHOLE, "+1", 20)
def other_value_than_the_row_has(laptop: Laptop) -> list[Receipt]:
    return [plain(edited(laptop), 20, 10, phone="+1")]


@case(WHOLE, "0", 20)
def value_that_is_older_than_what_was_known(laptop: Laptop) -> list[Receipt]:
    return [older(plain(edited(laptop), 20, 10), phone=5)]


@case(WHOLE, "1", 20)
def edit_of_a_record_that_is_deleted_by_now(laptop: Laptop) -> list[Receipt]:
    return [replace(plain(edited(laptop), 20, 10), deleted=True)]


@case(WHOLE, "1", 10, over=(("phone", 20), ("updated_at", 20), ("updated_by", 20)))
def edit_of_another_version_than_the_rows(laptop: Laptop) -> list[Receipt]:
    return [plain(edited(laptop), 20, 15)]


@case(WHOLE, "1", 10, over=(("phone", 20),), told=False)
def edit_of_which_the_version_is_not_told(laptop: Laptop) -> list[Receipt]:
    mutation = edited(laptop)
    return [applied(mutation, 20, versions={"phone": 20, "deleted": 20})]


@case(WHOLE, "8", 10, over=(("phone", 12),))
def edit_that_is_asked_about(laptop: Laptop) -> list[Receipt]:
    mutation = edited(laptop)
    versions = {"phone": 12, "deleted": 12}
    return [applied(mutation, 0, outcome=Outcome.CONFLICT, fields={"phone": "8"}, versions=versions)]


@case(WHOLE, "0", 10, over=())
def edit_that_is_refused(laptop: Laptop) -> list[Receipt]:
    return [Receipt(mutation=edited(laptop).id, outcome=Outcome.REJECTED, missing=True, code="not_found")]


@case(WHOLE, "0", 20)
def tags(laptop: Laptop) -> list[Receipt]:
    return [plain(edited(laptop, tags=["b"]), 20, 10)]


@case(WHOLE, "0", 20)
def custom_value_that_reads_like_the_name_of_its_field(laptop: Laptop) -> list[Receipt]:
    definition = row("custom_field", FIELD, 11, record_type="contact", name="colour", type="text")
    laptop.replica.take_page(page(definition, seq=11))
    return [plain(edited(laptop, x_colour="red"), 20, 10, x_colour="x_colour")]


# ------------------------------------------------------------------------------------------ where the record is seen


@case(SHORT, "0", 20)
def new_owner(laptop: Laptop) -> list[Receipt]:
    return [plain(edited(laptop, owner=USER), 20, 10, account=ACCOUNT)]


@case(SHORT, "0", 20)
def new_account(laptop: Laptop) -> list[Receipt]:
    return [plain(edited(laptop, account=OTHER), 20, 10)]


@case(WHOLE, "0", 20)
def another_account_than_the_edit_says(laptop: Laptop) -> list[Receipt]:
    return [plain(edited(laptop, account=OTHER), 20, 10, account=ACCOUNT)]


@case(WHOLE, "1", 20, told=True)
def record_that_left(laptop: Laptop) -> list[Receipt]:
    mutation = edited(laptop)
    laptop.replica.take_page(page(gone=(Gone(type="contact", id=CONTACT),), seq=12))
    return [plain(mutation, 20, 10)]


@case(WHOLE, "1", 20, told=True)
def record_of_an_account_that_was_deleted(laptop: Laptop) -> list[Receipt]:
    mutation = edited(laptop)
    laptop.replica.take_page(page(account_row(ACCOUNT, 12, deleted=True), seq=12))
    return [plain(mutation, 20, 10)]


@case(WHOLE, "0", 10, told=False)
def account_that_is_merged(laptop: Laptop) -> list[Receipt]:
    laptop.replica.take_page(page(account_row(OTHER, 11, merged_into=ACCOUNT), seq=11))
    laptop.change("account", OTHER, phone="1")
    return [plain(laptop.outbox()[-1], 20, 11, merged_into=ACCOUNT)]


@case(SHORT, "0", 10, told=False)
def account_into_which_another_is_merged(laptop: Laptop) -> list[Receipt]:
    laptop.replica.take_page(page(account_row(OTHER, 11, merged_into=ACCOUNT), seq=11))
    laptop.change("account", ACCOUNT, phone="1")
    return [plain(laptop.outbox()[-1], 20, 10, merged_into=None)]


# ------------------------------------------------------------------------------------------ what lies over the record


@case(SHORT, "1", 20)
def page_that_came_between(laptop: Laptop) -> list[Receipt]:
    mutation = edited(laptop)
    theirs = row("contact", CONTACT, 15, scope=ACCOUNT, name="B", account=ACCOUNT, phone="7")
    laptop.replica.take_page(page(theirs, seq=15))
    return [plain(mutation, 20, 15)]


@case(WHOLE, "1", 20, over=(("phone", 20),))
def value_that_is_edited_there_and_back_since(laptop: Laptop) -> list[Receipt]:
    first = edited(laptop)
    edited(laptop, phone="2")
    edited(laptop, phone="1")
    return [plain(first, 20, 10)]


@case(WHOLE, "1", 20, over=(("name", 10),))
def another_field_that_is_edited_since(laptop: Laptop) -> list[Receipt]:
    first = edited(laptop)
    edited(laptop, name="B")
    return [plain(first, 20, 10)]


@case(WHOLE, "1", 20, over=(("deleted", 20),))
def record_that_is_deleted_since(laptop: Laptop) -> list[Receipt]:
    mutation = edited(laptop)
    laptop.delete("contact", CONTACT)
    return [plain(mutation, 20, 10)]


def with_phone_known_at_30(laptop: Laptop) -> None:
    mutation = edited(laptop)
    versions = {"phone": 30, "deleted": 10, "updated_at": 9, "updated_by": 9}
    asked = applied(mutation, 0, outcome=Outcome.CONFLICT, fields={"phone": "7"}, versions=versions)
    laptop.replica.take_receipts([asked])


@case(WHOLE, "7", 20, over=(("phone", 30),))
def newer_value_of_another_field(laptop: Laptop) -> list[Receipt]:
    with_phone_known_at_30(laptop)
    return [replace(plain(edited(laptop, name="B"), 20, 10), seq=40)]


@case(WHOLE, "7", 20, over=(("phone", 30),))
def newer_value_of_a_field_that_is_told(laptop: Laptop) -> list[Receipt]:
    with_phone_known_at_30(laptop)
    return [plain(edited(laptop, name="B"), 20, 10, phone="7")]


@case(SHORT, "7", 30)
def value_as_new_as_what_is_told(laptop: Laptop) -> list[Receipt]:
    with_phone_known_at_30(laptop)
    return [plain(edited(laptop, name="B"), 30, 10, phone="7")]


# ------------------------------------------------------------------------------------------ several at once


@case(SHORT, "1", 20)
def edits_of_two_records(laptop: Laptop) -> list[Receipt]:
    first, second = edited(laptop), edited(laptop, SECOND, name="B")
    laptop.change("account", ACCOUNT, phone="3")
    return [plain(first, 20, 10), plain(second, 21, 10), plain(laptop.outbox()[-1], 22, 10)]


@case(WHOLE, "1", 21)
def two_edits_of_one_record(laptop: Laptop) -> list[Receipt]:
    first, second = edited(laptop), edited(laptop, mobile="2")
    return [plain(first, 20, 10), plain(second, 21, 20)]


@case(WHOLE, "8", 20, over=(("phone", 25),))
def edits_there_and_back_of_which_only_the_first_is_plain(laptop: Laptop) -> list[Receipt]:
    first, second, third = edited(laptop), edited(laptop, phone="2"), edited(laptop)
    asked = {"outcome": Outcome.CONFLICT, "fields": {"phone": "8"}, "versions": {"phone": 25, "deleted": 25}}
    return [plain(first, 20, 10), applied(second, 0, **asked), applied(third, 0, **asked)]


@case(WHOLE, "0", 10, told=False)
def record_that_was_made_here(laptop: Laptop) -> list[Receipt]:
    with laptop.unit() as work:
        work.create("task", {"title": "call", "account": ACCOUNT}, record_id=NEW)
    laptop.sent(19, fields={}, versions={})
    laptop.change("task", NEW, title="visit")
    mutation = laptop.outbox()[-1]
    return [replace(plain(mutation, 20, 0), versions={"title": 20, "deleted": 20})]
