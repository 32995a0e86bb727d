"""Lists of which there are a million: which way SQLite takes to them is part of what they promise."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection

from desktop.domain.listing import Condition, Listing, Sort, Test
from desktop.store.connections import raw
from desktop.store.database import Database
from desktop.store.outbox_file import entries
from desktop.store.queries import listing, sorting, totals
from tests.store.laptops import USER, Laptop, open_database

MINE = Condition("owner", Test.EQ, "me")
TODAY = (
    Condition("at", Test.GE, "2026-11-20T00:00:00.000Z"),
    Condition("at", Test.LT, "2026-11-21T00:00:00.000Z"),
)


def way_to(database: Database, wanted: Listing, *, ordered: bool = False) -> list[str]:
    """Give the steps in which SQLite reads a listing."""

    def steps(connection: Connection) -> Sequence[str]:
        table = database.schema.table(wanted.type)
        statement = listing.narrowed(connection, database.schema, wanted, table.c.id)
        assert statement is not None
        if ordered:
            keys = [sorting.key_of(connection, database.schema, wanted.type, each) for each in wanted.sort]
            statement = statement.order_by(*sorting.directed(keys, table.c.id))
        text = str(statement.compile(connection, compile_kwargs={"literal_binds": True}))
        return [str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")]

    with database.reading() as connection:
        return list(steps(connection))


def test_own_activities_of_a_day_are_found_by_the_day(tmp_path: Path) -> None:
    with open_database(tmp_path) as database:
        way = way_to(database, Listing("activity", (MINE, *TODAY)))

    assert len(way) == 1
    assert "activities_by_at" in way[0]


def test_own_visits_of_a_day_are_found_by_the_day(tmp_path: Path) -> None:
    visits = Condition("kind", Test.IN, ["visit", "call"])
    with open_database(tmp_path) as database:
        way = way_to(database, Listing("activity", (MINE, *TODAY, visits)))

    assert "activities_by_at" in way[0]


def test_own_activities_of_all_time_are_found_by_their_owner(tmp_path: Path) -> None:
    with open_database(tmp_path) as database:
        way = way_to(database, Listing("activity", (MINE,)))

    assert "activities_by_owner" in way[0]


def test_few_of_a_long_list_come_in_the_order_of_the_whole(tmp_path: Path) -> None:
    newest_first = (Sort("at", descending=True),)
    with open_database(tmp_path) as database:
        laptop = Laptop(database)
        for hour in (9, 14, 9, 11, 8):
            laptop.add("activity", {"kind": "note", "owner": USER, "at": f"2026-11-20T{hour:02d}:00:00.000Z"})
        with database.reading() as connection:
            whole = listing.ids(connection, database.schema, Listing("activity", TODAY, newest_first))
            few = listing.ids(connection, database.schema, Listing("activity", TODAY, newest_first, limit=3))

    assert len(whole) == 5
    assert few == whole[:3]


def test_few_of_a_list_with_empty_values_end_with_those(tmp_path: Path) -> None:
    by_end = (Sort("expected_on"),)
    named = (Condition("name", Test.NE, "Other"),)
    with open_database(tmp_path) as database:
        laptop = Laptop(database)
        for day in ("2026-12-02", None, "2026-12-01", None):
            laptop.add("opportunity", {"name": "Deal", "owner": USER, "expected_on": day})
        with database.reading() as connection:
            whole = listing.ids(connection, database.schema, Listing("opportunity", named, by_end))
            few = listing.ids(connection, database.schema, Listing("opportunity", named, by_end, limit=3))

    assert few == whole[:3]


def test_customers_not_seen_since_a_day_are_those_never_seen_too_in_the_order_of_an_index(tmp_path: Path) -> None:
    unseen = (Condition("last_visit_at", Test.NOT_SINCE, "2026-09-21T00:00:00.000Z"),)
    by_visit = Listing("account", unseen, (Sort("last_visit_at"),))
    with open_database(tmp_path) as database:
        laptop = Laptop(database)
        made = {
            name: laptop.add("account", {"name": name, "owner": USER, "last_visit_at": at})
            for name, at in (
                ("never", None),
                ("late", "2026-11-01T00:00:00.000Z"),
                ("long ago", "2026-01-01T00:00:00.000Z"),
            )
        }
        with database.reading() as connection:
            found = listing.ids(connection, database.schema, by_visit)
        way = way_to(database, by_visit)

    assert found == [made["long ago"], made["never"]]
    assert way == ["SCAN accounts USING COVERING INDEX accounts_by_last_visit_at"]


def test_own_customers_not_seen_since_a_day_are_read_from_an_index_alone(tmp_path: Path) -> None:
    unseen = Condition("last_visit_at", Test.NOT_SINCE, "2026-09-21T00:00:00.000Z")
    with open_database(tmp_path) as database:
        way = way_to(database, Listing("account", (unseen, MINE)))

    assert len(way) == 1
    assert "COVERING INDEX" in way[0]


def test_part_of_a_long_list_is_read_from_its_index_alone_however_it_is_sorted(tmp_path: Path) -> None:
    parts = (MINE, Condition("city", Test.EQ, "深圳"), Condition("status", Test.IN, ["active", "prospect"]))
    with open_database(tmp_path) as database:
        ways = [
            way_to(database, Listing("account", where, (Sort(key),)))
            for where in (parts[:1], parts[1:2], parts)
            for key in ("name", "last_visit_at")
        ]

    assert all(way[0].startswith("SCAN accounts USING COVERING INDEX") for way in ways), ways


def test_part_of_a_long_list_is_sorted_beside_its_index_not_looked_up_along_another(tmp_path: Path) -> None:
    parts = (Condition("city", Test.EQ, "深圳"), Condition("status", Test.IN, ["active", "prospect"]))
    newest_first = (Sort("last_visit_at", descending=True),)
    with open_database(tmp_path) as database:
        way = way_to(database, Listing("account", parts, newest_first), ordered=True)

    assert way[0].startswith("SCAN accounts USING COVERING INDEX accounts_by_name"), way
    assert way[-1] == "USE TEMP B-TREE FOR ORDER BY"


def test_lists_asked_for_at_once_do_not_wait_for_each_other(tmp_path: Path) -> None:
    with open_database(tmp_path) as database, database.listing() as first, database.listing() as second:
        assert raw(first) is not raw(second)


def test_lists_come_from_the_connection_that_keeps_their_indexes(tmp_path: Path) -> None:
    with open_database(tmp_path) as database:
        with database.listing() as connection:
            before, kept = raw(connection), raw(connection).execute("PRAGMA cache_size").fetchone()
        with database.reading() as connection:
            usual = raw(connection).execute("PRAGMA cache_size").fetchone()
        with database.listing() as connection:
            again = raw(connection)

    assert again is before
    assert kept < usual < (0,)


def test_main_people_are_read_from_the_index_of_long_lists_alone(tmp_path: Path) -> None:
    main = Listing("contact", (Condition("is_primary", Test.EQ, value=True),), (Sort("name"),))
    with open_database(tmp_path) as database:
        way = way_to(database, main)

    assert way == ["SCAN contacts USING COVERING INDEX contacts_by_name"]


def test_own_tasks_done_on_a_day_are_found_by_when_they_were_done(tmp_path: Path) -> None:
    done = (
        MINE,
        Condition("done", Test.EQ, value=True),
        Condition("done_at", Test.GE, "2026-11-20T00:00:00.000Z"),
        Condition("done_at", Test.LT, "2026-11-21T00:00:00.000Z"),
    )
    with open_database(tmp_path) as database:
        way = way_to(database, Listing("task", done))

    assert way == ["SEARCH tasks USING INDEX tasks_by_done_at (done_at>? AND done_at<?)"]


def test_part_of_a_long_list_is_not_looked_up_along_an_index_that_does_not_hold_it(tmp_path: Path) -> None:
    main = Listing("contact", (Condition("is_primary", Test.EQ, value=True),), (Sort("name"),))
    with open_database(tmp_path) as database:
        laptop = Laptop(database)
        ids = {name: laptop.add("contact", {"name": name, "is_primary": True}) for name in ("b", "a")}
        with database.writing() as connection:
            connection.exec_driver_sql("DROP INDEX contacts_by_name")
            connection.exec_driver_sql("CREATE INDEX contacts_by_name ON contacts (name, id) WHERE hidden = 0")
        with database.reading() as connection:
            asked: list[str] = []
            raw(connection).set_trace_callback(asked.append)
            found = listing.ids(connection, database.schema, main)
            raw(connection).set_trace_callback(None)

    assert found == [ids["a"], ids["b"]]
    assert not any("ORDER BY contacts" in each for each in asked)


def test_customer_asked_for_by_name_is_looked_up(tmp_path: Path) -> None:
    with open_database(tmp_path) as database:
        way = way_to(database, Listing("account", (MINE, Condition("name", Test.EQ, "Acme"))))

    assert way == ["SEARCH accounts USING COVERING INDEX accounts_by_name (name=?)"]


def test_open_deals_are_summed_by_stage_from_an_index_alone(tmp_path: Path) -> None:
    opened = Listing("opportunity", (Condition("status", Test.EQ, "open"),))
    asked: list[str] = []
    with open_database(tmp_path) as database, database.reading() as connection:
        raw(connection).set_trace_callback(asked.append)
        totals.totals(connection, database.schema, opened, group_by="stage", amount="amount")
        raw(connection).set_trace_callback(None)
        way = [str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[0]}")]

    assert way == ["SEARCH opportunities USING COVERING INDEX opportunities_by_status (status=?)"]


def test_save_does_not_go_through_the_journal_to_see_what_it_dealt_with(tmp_path: Path) -> None:
    asked: list[str] = []
    with open_database(tmp_path) as database, database.reading() as connection:
        driver = raw(connection)
        driver.set_trace_callback(asked.append)
        entries.settled_by(driver, "an act")
        driver.set_trace_callback(None)
        (way,) = driver.execute(f"EXPLAIN QUERY PLAN {asked[0]}").fetchall()

    assert "USING INDEX" in way[3]


def test_latest_activities_with_a_person_are_found_by_the_person(tmp_path: Path) -> None:
    latest = Listing("activity", (Condition("contact", Test.EQ, "somebody"),), (Sort("at", descending=True),), limit=4)
    with open_database(tmp_path) as database:
        way = way_to(database, latest)

    assert way == ["SEARCH activities USING COVERING INDEX activities_by_contact (contact=?)"]


def test_open_deals_of_one_customer_are_found_by_the_customer(tmp_path: Path) -> None:
    opened = Condition("status", Test.EQ, "open")
    with open_database(tmp_path) as database:
        way = way_to(database, Listing("opportunity", (opened, Condition("account", Test.EQ, "one"))))

    assert way == ["SEARCH opportunities USING INDEX opportunities_by_account (account=?)"]
