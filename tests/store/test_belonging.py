"""What follows from whose a record is, and how rows are written: hidden, read only, only what differs."""

from collections.abc import Mapping
from typing import Any

import pytest

from desktop.store import scopes
from desktop.store.gate import GateMode, opened
from desktop.store.rows import StoredRow
from desktop.store.selecting import stored_by_id
from desktop.store.tables import GONE_SCOPE
from desktop.store.writing import VisibleRow, index_rows, remove_rows, write_rows
from sync.contract.errors import AppError, Code
from sync.contract.wire import Gone, Granted, Revoked
from tests.store.laptops import USER, Laptop, account_row, page, row

ACCOUNT = "01900000-0000-7000-8000-000000000001"
CONTACT = "01900000-0000-7000-8000-000000000002"
OTHER = "01900000-0000-7000-8000-000000000003"
GONE_CONTACT = "01900000-0000-7000-8000-000000000004"
NEW = "01900000-0000-7000-8000-000000000005"


@pytest.fixture
def pulled(laptop: Laptop) -> Laptop:
    """Two accounts; the first has a contact, and one that a colleague deleted."""
    laptop.replica.take_page(
        page(
            account_row(ACCOUNT, 1, phone="0"),
            account_row(OTHER, 2, name="Bolt"),
            row("contact", CONTACT, 3, scope=ACCOUNT, name="王芳", account=ACCOUNT),
            row("contact", GONE_CONTACT, 4, scope=ACCOUNT, deleted=True, name="Old", account=ACCOUNT),
            seq=4,
        )
    )
    return laptop


# ---------------------------------------------------------------------------------------------- read only


def test_what_left_this_users_sight_can_be_read_and_not_written(pulled: Laptop) -> None:
    pulled.replica.take_page(page(seq=7, gone=(Gone(type="contact", id=CONTACT),)))

    with pytest.raises(AppError, check=lambda refusal: refusal.code is Code.RECORD_READ_ONLY):
        pulled.change("contact", CONTACT, phone="1")
    assert pulled.shown("contact", CONTACT).frozen


def test_revoked_account_is_read_only_with_all_that_is_in_it_until_it_is_granted_again(pulled: Laptop) -> None:
    pulled.replica.take_page(page(seq=7, revoked=(Revoked(scope=ACCOUNT, seq=7),)))
    frozen = [pulled.shown(*each).frozen for each in (("account", ACCOUNT), ("contact", CONTACT), ("account", OTHER))]
    with pulled.database.reading() as connection:
        listed = scopes.frozen_scopes(connection)
        told = [scopes.is_frozen(connection, each) for each in (ACCOUNT, OTHER, GONE_SCOPE, f"u:{USER}")]

    pulled.replica.take_page(page(account_row(ACCOUNT, 9), seq=9, granted=(Granted(scope=ACCOUNT, seq=9),)))

    assert (frozen, listed) == ([True, True, False], frozenset({ACCOUNT}))
    assert told == [True, False, True, False]
    assert not pulled.shown("account", ACCOUNT).frozen


def test_only_the_scopes_that_are_named_can_be_written_again(pulled: Laptop) -> None:
    pulled.replica.take_page(page(seq=7, revoked=(Revoked(scope=ACCOUNT, seq=7), Revoked(scope=OTHER, seq=7))))

    with pulled.database.writing() as connection:
        scopes.unfreeze(connection, [])
        none = scopes.frozen_scopes(connection)
        scopes.unfreeze(connection, [ACCOUNT])
        one = scopes.frozen_scopes(connection)

    assert (none, one) == (frozenset({ACCOUNT, OTHER}), frozenset({OTHER}))


# ---------------------------------------------------------------------------------------------- hidden


def hidden(laptop: Laptop) -> set[str]:
    found = set()
    for table in ("accounts", "contacts", "tasks", "conflicts"):
        found |= {each for (each,) in laptop.table(f"SELECT id FROM {table} WHERE hidden = 1")}
    return found


def test_account_hides_and_shows_all_that_is_in_it_but_what_is_deleted_itself(pulled: Laptop) -> None:
    question = "01900000-0000-7000-8000-000000000009"
    fields: dict[str, Any] = {"record_type": "account", "record": ACCOUNT, "field": "phone", "state": "open"}
    mine = pulled.add("task", {"title": "call", "account": ACCOUNT})
    own, other = pulled.add("task", {"title": "rest"}), pulled.add("task", {"title": "ring", "account": OTHER})
    pulled.replica.take_page(page(row("conflict", question, 5, scope=ACCOUNT, **fields), seq=5))

    with pulled.database.writing() as connection, opened(connection, GateMode.SYNC):
        accounts = pulled.database.schema.table("account")
        connection.execute(accounts.update().where(accounts.c.id == ACCOUNT).values(deleted=1, hidden=1))
        touched = scopes.propagate(connection, pulled.database.schema, ACCOUNT)
        again = [scopes.propagate(connection, pulled.database.schema, each) for each in (ACCOUNT, OTHER)]
    while_deleted = hidden(pulled)
    with pulled.database.writing() as connection, opened(connection, GateMode.SYNC):
        connection.execute(accounts.update().where(accounts.c.id == ACCOUNT).values(deleted=0, hidden=0))
        back = scopes.propagate(connection, pulled.database.schema, ACCOUNT)

    assert while_deleted == {ACCOUNT, CONTACT, GONE_CONTACT, mine, question}
    assert hidden(pulled) == {GONE_CONTACT}
    assert touched == back == {"contact", "task", "conflict"}
    assert again == [set(), set()]
    assert not {own, other} & while_deleted


def test_deleted_accounts_are_told_from_others_and_from_scopes_that_are_none(pulled: Laptop) -> None:
    pulled.delete("account", ACCOUNT)

    with pulled.database.reading() as connection:
        asked = [ACCOUNT, OTHER, f"u:{USER}", "*"]
        assert scopes.deleted_accounts(connection, asked) == {ACCOUNT}
        assert scopes.deleted_accounts(connection, [OTHER]) == frozenset()


# ---------------------------------------------------------------------------------------------- writing rows


def stored(laptop: Laptop, *ids: str) -> dict[str, StoredRow]:
    with laptop.database.reading() as connection:
        return stored_by_id(connection, laptop.database.schema, "account", ids)


def visible(old: StoredRow, **changes: Any) -> VisibleRow:
    """Give a row as it stands, but for some of its properties."""
    known = {name: getattr(old, name) for name in ("id", "scope", "version", "deleted", "hidden")}
    values = {**old.custom, **old.values, **changes.pop("values", {})}
    return VisibleRow(**{**known, "values": {k: v for k, v in values.items() if v is not None}, **changes})


def write(laptop: Laptop, before: Mapping[str, StoredRow], *rows: VisibleRow) -> None:
    schema = laptop.database.schema
    with laptop.database.writing() as connection, opened(connection, GateMode.SYNC):
        write_rows(connection, schema, "account", before, rows)
        index_rows(connection, schema, "account", before, rows)


CHANGES: list[dict[str, Any]] = [
    {"values": {"phone": "1", "city": "上海"}},
    {"values": {"phone": None}},
    {"values": {"x_colour": "red"}},
    {"values": {"points": 7, "tags": ["a"], "location": [1.0, 2.0]}},
    {"version": 9},
    {"scope": GONE_SCOPE},
    {"deleted": True},
    {"hidden": True},
    {"deleted": True, "hidden": True, "version": 9, "values": {"phone": None, "name": "New"}},
]


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_row_stands_as_it_was_written_and_others_are_not_touched(pulled: Laptop, change: dict[str, Any]) -> None:
    before = stored(pulled, ACCOUNT, OTHER)
    wanted = visible(before[ACCOUNT], **change)

    write(pulled, before, wanted, visible(before[OTHER]))

    after = stored(pulled, ACCOUNT, OTHER)
    assert (visible(after[ACCOUNT]), after[ACCOUNT].row) == (wanted, before[ACCOUNT].row)
    assert after[OTHER] == before[OTHER]


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_reader_sees_a_difference_in_everything_but_the_version(pulled: Laptop, change: dict[str, Any]) -> None:
    old = stored(pulled, ACCOUNT)[ACCOUNT]

    assert visible(old).looks_like(old)
    assert visible(old, **change).looks_like(old) is (change == {"version": 9})
    assert not visible(old).looks_like(None)


def test_value_that_no_field_is_known_for_yet_is_part_of_what_is_seen(pulled: Laptop) -> None:
    pulled.replica.take_page(page(account_row(ACCOUNT, 5, phone="0", x_colour="red", x_size="l"), seq=5))
    old = stored(pulled, ACCOUNT)[ACCOUNT]

    assert visible(old).looks_like(old)
    assert not visible(old, values={"x_colour": "green"}).looks_like(old)
    write(pulled, {ACCOUNT: old}, visible(old, values={"x_colour": "green"}))
    assert stored(pulled, ACCOUNT)[ACCOUNT].custom == {"x_colour": "green", "x_size": "l"}


def test_new_and_known_rows_are_written_together_and_found_by_their_texts(pulled: Laptop) -> None:
    before = stored(pulled, ACCOUNT, OTHER)
    values = {"name": "Nova", "city": "北京", "points": 3}
    new = VisibleRow(id=NEW, scope=NEW, version=8, deleted=False, hidden=False, values=values)

    write(pulled, before, new, visible(before[ACCOUNT], values={"name": "Zenith"}), visible(before[OTHER]))

    assert visible(stored(pulled, NEW)[NEW]) == new
    found = {text: [each.id for each in pulled.search(text)] for text in ("Nova", "Zenith", "Acme", "Bolt")}
    assert found == {"Nova": [NEW], "Zenith": [ACCOUNT], "Acme": [], "Bolt": [OTHER]}


def test_deleted_and_hidden_new_row_keeps_both(pulled: Laptop) -> None:
    for number, (deleted, concealed) in enumerate(((True, True), (False, True))):
        record = f"{NEW[:-1]}{number + 7}"
        new = VisibleRow(id=record, scope=record, version=8, deleted=deleted, hidden=concealed, values={"name": "Nova"})
        write(pulled, {}, new)
        assert visible(stored(pulled, record)[record]) == new


def test_record_that_comes_back_unchanged_is_found_again(pulled: Laptop) -> None:
    pulled.replica.take_page(page(seq=7, gone=(Gone(type="account", id=OTHER),)))
    lost = pulled.search("Bolt")
    before = stored(pulled, OTHER)

    write(pulled, before, visible(before[OTHER], scope=OTHER, hidden=False))

    assert (lost, [each.id for each in pulled.search("Bolt")]) == ([], [OTHER])


def test_removed_rows_leave_their_table_and_the_search(pulled: Laptop) -> None:
    schema = pulled.database.schema
    with pulled.database.writing() as connection, opened(connection, GateMode.SYNC):
        gone = stored_by_id(connection, schema, "account", [OTHER])[OTHER]
        remove_rows(connection, schema, "account", [gone.row])

    assert stored(pulled, ACCOUNT, OTHER).keys() == {ACCOUNT}
    assert ([each.id for each in pulled.search("Acme")], pulled.search("Bolt")) == ([ACCOUNT], [])


def test_type_without_searched_texts_is_left_out_of_the_search(pulled: Laptop) -> None:
    assignment = row("assignment", NEW, 5, user=USER, territory=OTHER)

    pulled.replica.take_page(page(assignment, seq=5))

    assert pulled.ids("assignment") == [NEW]
    assert "assignment" not in pulled.database.schema.searched
