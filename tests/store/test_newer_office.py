"""What a newer office sends is kept whole, counts in comparisons, and is in its place once this program is updated."""

from pathlib import Path
from typing import Any

import pytest

from desktop.store import checks, overflow
from desktop.store.database import Database
from desktop.store.purging import purge
from desktop.store.search.building import build_some
from sync.contract.digest import Sum, row_hash
from sync.contract.errors import AppError, Code
from sync.contract.wire import Chunk, Gone, Granted, Revoked, Row
from tests.store.laptops import KEY, Laptop, SteppingClock, account_row, change, open_database, page, row
from tests.store.newer import NEWER

ACCOUNT = "01900000-0000-7000-8000-000000000001"
OTHER = "01900000-0000-7000-8000-000000000002"
PLAN = "01900000-0000-7000-8000-0000000000d1"


def plan(version: int, *, scope: str = ACCOUNT, deleted: bool = False, subject: str = "Spring") -> Row:
    fields = {"subject": subject, "account": scope, "budget": [1200, "EUR"]}
    return row("visit_plan", PLAN, version, scope=scope, deleted=deleted, **fields)


def newer_account(version: int, *, deleted: bool = False) -> Row:
    return account_row(ACCOUNT, version, deleted=deleted, motto="Freshly roasted", fleet=[5, "EUR"])


def updated(folder: Path) -> Database:
    """Open the same file with the next program."""
    return Database.open(folder / "store" / "data.db", KEY, clock=SteppingClock(), catalogue=NEWER)


def sum_of(*rows: Row) -> Sum:
    return Sum(len(rows), sum(row_hash(each.type, each.id, each.version) for each in rows) % 2**56)


def test_rows_of_an_unknown_type_count_in_the_comparison(laptop: Laptop) -> None:
    rows = newer_account(5), plan(6)
    laptop.replica.take_page(page(*rows, seq=6))

    assert laptop.replica.digest() == sum_of(*rows)
    assert laptop.replica.differing({ACCOUNT: sum_of(*rows)}) == []


def test_unknown_rows_and_fields_are_in_their_place_after_the_update(tmp_path: Path) -> None:
    with open_database(tmp_path) as database:
        laptop = Laptop(database)
        laptop.replica.take_page(page(newer_account(5), plan(6), seq=6, changes=(change(6, "visit_plan", PLAN),)))
        before = laptop.replica.digest()

    with updated(tmp_path) as database:
        laptop = Laptop(database)
        while not build_some(database).ready:
            pass

        account = laptop.shown("account", ACCOUNT)
        assert (account.values["motto"], account.values["fleet"]) == ("Freshly roasted", [5, "EUR"])
        assert laptop.shown("visit_plan", PLAN).values["budget"] == [1200, "EUR"]
        assert {found.id for found in laptop.search("spring")} == {PLAN}
        assert {found.id for found in laptop.search("roasted")} == {ACCOUNT}
        assert [each.by for each in laptop.history("visit_plan", PLAN)] != []
        assert laptop.replica.digest() == before
        with database.reading() as connection:
            assert (overflow.count(connection), checks.search_gaps(connection, database.schema)) == (0, 0)
        assert laptop.table("SELECT live, shown FROM row_count WHERE type = 'visit_plan'") == [(1, 1)]


def test_update_hides_what_is_in_a_deleted_account(tmp_path: Path) -> None:
    with open_database(tmp_path) as database:
        Laptop(database).replica.take_page(page(newer_account(7, deleted=True), plan(6), seq=7))

    with updated(tmp_path) as database:
        assert Laptop(database).ids("visit_plan") == []
        assert Laptop(database).table("SELECT deleted, hidden FROM visit_plans") == [(0, 1)]


def test_edit_by_this_program_leaves_unknown_fields_as_they_are(tmp_path: Path) -> None:
    with open_database(tmp_path) as database:
        laptop = Laptop(database)
        laptop.replica.take_page(page(newer_account(5), seq=5))
        laptop.change("account", ACCOUNT, phone="110")
        assert [each.fields for each in laptop.outbox()] == [{"phone": "110"}]
        laptop.sent(6)

    with updated(tmp_path) as database:
        values = Laptop(database).shown("account", ACCOUNT).values
        assert (values["motto"], values["fleet"], values["phone"]) == ("Freshly roasted", [5, "EUR"], "110")


def test_value_of_another_kind_than_its_field_does_not_stop_the_update(tmp_path: Path) -> None:
    with open_database(tmp_path) as database:
        odd = row("visit_plan", PLAN, 6, scope=ACCOUNT, subject="Spring", budget="much")
        Laptop(database).replica.take_page(page(account_row(ACCOUNT, 5, fleet="many"), odd, seq=6))

    with updated(tmp_path) as database:
        assert dict(Laptop(database).shown("visit_plan", PLAN).values) == {"subject": "Spring"}
        assert "fleet" not in Laptop(database).shown("account", ACCOUNT).values


@pytest.mark.parametrize("order", [(plan(6), plan(9, subject="Autumn")), (plan(9, subject="Autumn"), plan(6))])
def test_newest_state_of_an_unknown_record_is_kept(laptop: Laptop, order: tuple[Row, Row]) -> None:
    for each in order:
        laptop.replica.take_page(page(each, seq=each.version))

    assert laptop.table("SELECT version FROM overflow") == [(9,)]


def test_unknown_record_that_left_is_forgotten(laptop: Laptop) -> None:
    told = (change(6, "visit_plan", PLAN, subject=("Winter", "Spring")),)
    laptop.replica.take_page(page(account_row(ACCOUNT, 5), plan(6), seq=6, changes=told))
    laptop.replica.take_page(page(seq=7, gone=(Gone(type="visit_plan", id=PLAN),)))

    assert laptop.replica.digest() == sum_of(account_row(ACCOUNT, 5))
    assert list(purge(laptop.database))
    assert laptop.table("SELECT * FROM overflow") == []
    assert laptop.table("SELECT * FROM journal WHERE type = 'visit_plan'") == []


def test_unknown_record_does_not_count_while_its_scope_is_revoked(laptop: Laptop) -> None:
    laptop.replica.take_page(page(account_row(ACCOUNT, 5), plan(6), account_row(OTHER, 7), seq=7))
    laptop.replica.take_page(page(seq=8, revoked=(Revoked(scope=ACCOUNT, seq=8),)))
    revoked = laptop.replica.digest()
    back = page(account_row(ACCOUNT, 5), plan(9), seq=9, granted=(Granted(scope=ACCOUNT, seq=9),))
    laptop.replica.take_page(back)

    assert revoked == sum_of(account_row(OTHER, 7))
    assert laptop.replica.digest() == sum_of(account_row(ACCOUNT, 5), plan(9), account_row(OTHER, 7))


def test_unknown_record_and_its_history_are_taken_off_with_a_revoked_account(laptop: Laptop) -> None:
    told = (change(6, "visit_plan", PLAN, subject=("Winter", "Spring")),)
    laptop.replica.take_page(page(account_row(ACCOUNT, 5), plan(6), seq=6, changes=told))
    laptop.replica.take_page(page(seq=8, revoked=(Revoked(scope=ACCOUNT, seq=8),)))

    assert list(purge(laptop.database))

    assert laptop.table("SELECT * FROM overflow") == []
    assert laptop.table("SELECT * FROM journal WHERE type = 'visit_plan'") == []


def chunk(type_: str, columns: list[str], *rows: list[object], last: bool = False) -> Chunk:
    after, cursor = (None, "cursor-20") if last else (f"after-{type_}", None)
    listed = [list(each) for each in rows]
    return Chunk(type=type_, columns=columns, rows=listed, seq=20, done=1, total=2, after=after, cursor=cursor)


def test_first_sync_keeps_unknown_types_and_a_new_one_drops_what_did_not_come_again(laptop: Laptop) -> None:
    accounts = chunk("account", ["name"], [ACCOUNT, ACCOUNT, 5, False, "Acme"])
    laptop.replica.take_chunk(accounts)
    laptop.replica.take_chunk(chunk("visit_plan", ["subject"], [PLAN, ACCOUNT, 6, False, "Spring"], last=True))
    first = laptop.replica.digest()
    laptop.replica.restart_snapshot()
    laptop.replica.take_chunk(accounts)
    laptop.replica.take_chunk(chunk("visit_plan", ["subject"], last=True))

    assert first == sum_of(account_row(ACCOUNT, 5), plan(6))
    assert laptop.replica.digest() == sum_of(account_row(ACCOUNT, 5))


def test_scope_that_differs_is_mended_with_its_unknown_records(laptop: Laptop) -> None:
    laptop.replica.take_page(page(account_row(ACCOUNT, 5), plan(900), seq=6))

    laptop.replica.take_scope(ACCOUNT, [account_row(ACCOUNT, 5), plan(6)])
    mended = laptop.replica.digest()
    laptop.replica.take_scope(ACCOUNT, [account_row(ACCOUNT, 5)])

    assert mended == sum_of(account_row(ACCOUNT, 5), plan(6))
    assert laptop.replica.digest() == sum_of(account_row(ACCOUNT, 5))


def test_unknown_records_are_in_no_list_and_no_log_of_changes(laptop: Laptop) -> None:
    from desktop.store.queries.change_log import change_log

    changes = (change(5, "account", ACCOUNT, phone=("1", "2")), change(6, "visit_plan", PLAN, subject=("a", "b")))
    laptop.replica.take_page(page(account_row(ACCOUNT, 5), plan(6), seq=6, changes=changes))

    with laptop.database.reading() as connection:
        told = change_log(connection, laptop.database.schema)
    assert [each.type for act in told for each in act.changes] == ["account"]


def test_question_about_what_is_unknown_waits_for_the_program_that_knows_it(tmp_path: Path) -> None:
    from desktop.store.queries.conflicts import conflicts
    from desktop.store.queries.sync_figures import sync_figures

    def question(number: int, record_type: str, field: str) -> Row:
        about: dict[str, Any] = {
            "record_type": record_type,
            "record": ACCOUNT,
            "field": field,
            "state": "open",
            "asked": "u",
        }
        sides: dict[str, Any] = {"current": {field: "a"}, "proposed": {field: "b"}}
        return row("conflict", f"{ACCOUNT[:-2]}e{number}", 10 + number, scope=ACCOUNT, **about, **sides)

    def asked(database: Database) -> tuple[set[str], int]:
        with database.reading() as connection:
            views = conflicts(connection, database.schema)
            return {each.field for each in views}, sync_figures(connection, database.schema).conflicts

    with open_database(tmp_path) as database:
        database.meta.set("user_id", "u")
        strange = question(1, "account", "motto"), question(2, "visit_plan", "subject")
        Laptop(database).replica.take_page(page(newer_account(5), *strange, seq=20))
        assert asked(database) == (set(), 0)

    with updated(tmp_path) as database:
        assert asked(database) == ({"motto", "subject"}, 1)


def test_program_older_than_its_database_is_refused(tmp_path: Path) -> None:
    with Database.open(tmp_path / "store" / "data.db", KEY, clock=SteppingClock(), create=True, catalogue=NEWER):
        pass

    with pytest.raises(AppError) as refused:
        open_database(tmp_path, create=False)

    assert refused.value.code is Code.DATABASE_NEWER
