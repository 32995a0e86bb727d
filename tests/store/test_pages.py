"""A page of the office's log: rows, history, scopes and cursor in one transaction, own pending values untouched."""

from typing import Any

import pytest

from sync.contract.wire import Change, Gone, Granted, Op, Revoked, Row
from tests.store.laptops import COLLEAGUE, Laptop, account_row, change, page, row

ACCOUNT = "01900000-0000-7000-8000-000000000001"
OTHER = "01900000-0000-7000-8000-000000000002"
CONTACT = "01900000-0000-7000-8000-000000000003"


def contact_row(version: int, *, scope: str = ACCOUNT, deleted: bool = False, **fields: Any) -> Row:
    return row("contact", CONTACT, version, scope=scope, deleted=deleted, **{"name": "王芳", **fields})


def test_page_moves_cursor_and_position(laptop: Laptop) -> None:
    laptop.replica.take_page(page(account_row(ACCOUNT, 5), seq=7))

    standing = laptop.replica.standing()
    assert (standing.cursor, standing.seq) == ("cursor-7", 7)


def test_page_that_cannot_be_applied_moves_nothing(laptop: Laptop) -> None:
    laptop.replica.take_page(page(seq=7))

    with pytest.raises(OverflowError):
        laptop.replica.take_page(page(account_row(ACCOUNT, 8), row("product", "x", 2**70), seq=9))

    assert laptop.replica.standing().seq == 7
    assert laptop.ids("account") == []


def test_pending_value_is_not_overwritten_and_the_rest_of_the_row_is(laptop: Laptop) -> None:
    laptop.replica.take_page(page(account_row(ACCOUNT, 5, phone="0"), seq=5))
    laptop.change("account", ACCOUNT, phone="1")

    laptop.replica.take_page(page(account_row(ACCOUNT, 6, phone="2", city="上海"), seq=6))

    shown = laptop.shown("account", ACCOUNT)
    assert (shown.values["phone"], shown.values["city"]) == ("1", "上海")
    assert shown.pending == {"phone"}
    assert laptop.table("SELECT field, value, version FROM agreed") == [("phone", '"2"', 6)]


def test_row_older_than_the_one_here_is_passed_over(laptop: Laptop) -> None:
    laptop.replica.take_page(page(account_row(ACCOUNT, 9, phone="new"), seq=5))

    taken = laptop.replica.take_page(page(account_row(ACCOUNT, 6, phone="old"), seq=6))

    assert taken.applied == 0
    assert laptop.shown("account", ACCOUNT).values["phone"] == "new"


def test_page_that_comes_twice_changes_nothing(laptop: Laptop) -> None:
    both = page(account_row(ACCOUNT, 5), seq=5, changes=(change(5, "account", ACCOUNT, name=("Old", "Acme")),))
    laptop.replica.take_page(both)

    taken = laptop.replica.take_page(both)

    assert (taken.applied, dict(taken.records)) == (0, {})
    assert len(laptop.history("account", ACCOUNT)) == 1


def test_value_that_the_office_cleared_is_cleared(laptop: Laptop) -> None:
    laptop.replica.take_page(page(account_row(ACCOUNT, 5, phone="0", x_colour="red"), seq=5))

    laptop.replica.take_page(page(account_row(ACCOUNT, 6), seq=6))

    assert "phone" not in laptop.shown("account", ACCOUNT).values
    assert laptop.table("SELECT custom FROM accounts") == [(None,)]


def test_colleagues_change_enters_the_history_with_who_and_when(laptop: Laptop) -> None:
    colleague = row("user", COLLEAGUE, 1, name="Li Qiang", login="li")
    changes = (change(6, "account", ACCOUNT, phone=("0", "1")),)

    laptop.replica.take_page(page(colleague, account_row(ACCOUNT, 6, phone="1"), seq=6, changes=changes))

    (entry,) = laptop.history("account", ACCOUNT)
    assert (entry.by, entry.by_name, entry.at) == (COLLEAGUE, "Li Qiang", "2026-11-20T08:00:00.000Z")
    assert (entry.origin, dict(entry.fields)) == ("sync", {"phone": ("0", "1")})
    assert laptop.outbox() == []


def test_own_change_that_comes_back_is_not_told_twice(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme"})
    (mutation,) = laptop.outbox()
    laptop.sent(5)

    echo = Change(
        seq=5,
        type="account",
        record=account,
        op=Op.CREATE,
        fields={"name": (None, "Acme")},
        by=None,
        at=mutation.at,
        mutation=mutation.id,
    )
    laptop.replica.take_page(page(account_row(account, 5), seq=5, changes=(echo,)))

    assert [entry.origin for entry in laptop.history("account", account)] == ["local"]


def test_account_deleted_by_a_colleague_hides_what_is_in_it(laptop: Laptop) -> None:
    laptop.replica.take_page(page(account_row(ACCOUNT, 5), contact_row(6, account=ACCOUNT), seq=6))

    taken = laptop.replica.take_page(page(account_row(ACCOUNT, 7, deleted=True), seq=7))
    hidden = laptop.ids("contact")
    laptop.replica.take_page(page(account_row(ACCOUNT, 8), seq=8))

    assert taken.records["contact"] == frozenset()
    assert hidden == []
    assert laptop.ids("contact") == [CONTACT]


def test_row_that_arrives_in_a_deleted_account_is_hidden(laptop: Laptop) -> None:
    laptop.replica.take_page(page(contact_row(6, account=ACCOUNT), account_row(ACCOUNT, 5, deleted=True), seq=6))

    assert laptop.ids("contact") == []
    assert laptop.shown("contact", CONTACT).deleted is False


def test_own_deletion_stays_visible_under_a_colleagues_edit(laptop: Laptop) -> None:
    laptop.replica.take_page(page(account_row(ACCOUNT, 5), seq=5))
    laptop.delete("account", ACCOUNT)

    laptop.replica.take_page(page(account_row(ACCOUNT, 6, phone="1"), seq=6))

    assert laptop.shown("account", ACCOUNT).deleted


def test_record_that_left_is_hidden_and_comes_back_with_a_new_row(laptop: Laptop) -> None:
    laptop.replica.take_page(page(account_row(ACCOUNT, 5), contact_row(6, account=ACCOUNT), seq=6))

    laptop.replica.take_page(page(seq=7, gone=(Gone(type="contact", id=CONTACT),)))
    gone = laptop.ids("contact"), [found.type for found in laptop.search("王芳")], laptop.held
    laptop.replica.take_page(page(contact_row(9, account=OTHER, scope=OTHER), seq=9))

    assert gone == ([], [], 1)
    assert laptop.ids("contact") == [CONTACT]
    assert [found.id for found in laptop.search("王芳")] == [CONTACT]


def test_deleting_and_restoring_its_old_account_does_not_bring_a_departed_record_back(laptop: Laptop) -> None:
    laptop.replica.take_page(page(account_row(ACCOUNT, 5), contact_row(6, account=ACCOUNT), seq=6))
    laptop.replica.take_page(page(seq=7, gone=(Gone(type="contact", id=CONTACT),)))

    laptop.delete("account", ACCOUNT)
    laptop.restore("account", ACCOUNT)

    assert laptop.ids("contact") == []


def test_moved_record_follows_the_account_that_its_pending_edit_names(laptop: Laptop) -> None:
    laptop.replica.take_page(page(account_row(ACCOUNT, 1), account_row(OTHER, 2), contact_row(3, account=ACCOUNT)))
    laptop.change("contact", CONTACT, account=OTHER)

    laptop.replica.take_page(page(contact_row(4, account=ACCOUNT, phone="1"), seq=104))

    assert laptop.shown("contact", CONTACT).scope == OTHER


def test_revoked_and_granted_in_one_page_count_in_the_order_of_the_log(laptop: Laptop) -> None:
    laptop.replica.take_page(page(account_row(ACCOUNT, 5), account_row(OTHER, 6), seq=6))

    laptop.replica.take_page(
        page(
            account_row(OTHER, 6),
            seq=10,
            granted=(Granted(scope=ACCOUNT, seq=8), Granted(scope=OTHER, seq=9)),
            revoked=(Revoked(scope=ACCOUNT, seq=9), Revoked(scope=OTHER, seq=8)),
        )
    )

    assert laptop.shown("account", ACCOUNT).frozen
    assert not laptop.shown("account", OTHER).frozen


def test_account_granted_again_brings_only_what_is_in_it_now(laptop: Laptop) -> None:
    laptop.replica.take_page(page(account_row(ACCOUNT, 5), contact_row(6, account=ACCOUNT), seq=6))
    laptop.replica.take_page(page(seq=7, revoked=(Revoked(scope=ACCOUNT, seq=7),)))

    laptop.replica.take_page(page(account_row(ACCOUNT, 9), seq=9, granted=(Granted(scope=ACCOUNT, seq=9),)))

    assert laptop.ids("account") == [ACCOUNT]
    assert laptop.ids("contact") == []
    assert laptop.held == 1


def test_record_that_an_own_edit_put_into_an_account_stays_when_that_is_granted(laptop: Laptop) -> None:
    laptop.replica.take_page(page(account_row(ACCOUNT, 1), account_row(OTHER, 2), contact_row(3, account=ACCOUNT)))
    laptop.change("contact", CONTACT, account=OTHER)

    laptop.replica.take_page(page(account_row(OTHER, 6), seq=6, granted=(Granted(scope=OTHER, seq=6),)))

    assert laptop.ids("contact") == [CONTACT]


def test_revoked_account_stays_readable_and_does_not_count(laptop: Laptop) -> None:
    laptop.replica.take_page(page(account_row(ACCOUNT, 5), contact_row(6, account=ACCOUNT), seq=6))

    laptop.replica.take_page(page(seq=7, revoked=(Revoked(scope=ACCOUNT, seq=7),)))

    assert laptop.ids("account") == [ACCOUNT]
    assert laptop.held == 0


def test_rows_cannot_be_compared_while_something_is_unsent(laptop: Laptop) -> None:
    laptop.replica.take_page(page(account_row(ACCOUNT, 5), seq=5))
    before = laptop.held

    laptop.change("account", ACCOUNT, phone="1")

    assert before == 1
    assert laptop.held is None


def test_search_follows_the_rows_of_a_page(laptop: Laptop) -> None:
    laptop.replica.take_page(page(account_row(ACCOUNT, 5, name="Old words"), seq=5))

    laptop.replica.take_page(page(account_row(ACCOUNT, 6, name="New words"), seq=6))

    assert laptop.search("old") == []
    assert [found.title for found in laptop.search("new")] == ["New words"]


def test_custom_field_of_a_page_is_known_at_once(laptop: Laptop) -> None:
    definition = row("custom_field", OTHER, 1, record_type="account", name="colour", type="text")

    laptop.replica.take_page(page(definition, account_row(ACCOUNT, 2, x_colour="red"), seq=2))

    assert laptop.shown("account", ACCOUNT).values["x_colour"] == "red"


def test_value_of_a_custom_field_that_is_not_known_yet_is_kept(laptop: Laptop) -> None:
    laptop.replica.take_page(page(account_row(ACCOUNT, 2, x_colour="red"), seq=2))
    unknown = laptop.shown("account", ACCOUNT).values

    definition = row("custom_field", OTHER, 3, record_type="account", name="colour", type="text")
    laptop.replica.take_page(page(definition, seq=3))

    assert "x_colour" not in unknown
    assert laptop.shown("account", ACCOUNT).values["x_colour"] == "red"
