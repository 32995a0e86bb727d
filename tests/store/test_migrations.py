"""A database of the first version comes whole to this one, and a migration that fails changes nothing."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from desktop.store import migrations
from desktop.store.indexes import indexes_of
from desktop.store.migrations import STEPS, alignment
from desktop.store.schema import Schema
from desktop.store.search.building import build_some
from desktop.store.tables import own
from sync.contract.entities import CATALOGUE
from sync.contract.wire import Op
from tests.store.fixtures.make_version_1 import CONTACT, PULLED
from tests.store.laptops import Laptop, account_row, open_database, page, raw_connection

FIXTURE = Path(__file__).parent / "fixtures" / "version_1.db"


@pytest.fixture
def migrated(tmp_path: Path) -> Iterator[Laptop]:
    """The database of version 1, opened by this program."""
    (tmp_path / "store").mkdir()
    shutil.copyfile(FIXTURE, tmp_path / "store" / "data.db")
    with open_database(tmp_path, create=False) as database:
        yield Laptop(database)


def test_old_database_keeps_records_history_and_outbox(migrated: Laptop) -> None:
    shown = migrated.shown("account", PULLED)
    assert (shown.values["phone"], shown.values["city"], shown.values["x_colour"]) == ("1", "北京", "red")
    assert shown.pending == {"phone", "x_colour"}
    assert [each.op for each in migrated.history("account", PULLED)] == [Op.PATCH, Op.PATCH]
    assert [each.n for each in migrated.outbox()] == [2, 3]
    assert migrated.shown("contact", CONTACT).titles == {"account": "Acme"}


def test_old_database_gets_the_tables_columns_and_guards_of_today(migrated: Laptop) -> None:
    for record in CATALOGUE:
        there = {name for (name,) in migrated.table(f"SELECT name FROM pragma_table_info('{record.table}')")}
        assert {column.name for column in migrated.database.schema.table(record.name).columns} <= there
    with migrated.database.reading() as connection:
        assert alignment.missing_triggers(connection, migrated.database.catalogue) == []
    counted = {name for (name,) in migrated.table("SELECT type FROM row_count")}
    assert counted == {record.name for record in CATALOGUE}


def test_index_that_was_made_otherwise_is_made_anew_and_one_too_many_goes(tmp_path: Path, laptop: Laptop) -> None:
    with laptop.database.writing() as connection:
        connection.exec_driver_sql("DROP INDEX accounts_by_name")
        connection.exec_driver_sql("CREATE INDEX accounts_by_name ON accounts (name, id)")
        connection.exec_driver_sql("CREATE INDEX accounts_by_postcode ON accounts (postcode, id)")
        connection.exec_driver_sql("UPDATE meta SET value = '\"of an earlier version\"' WHERE key = 'layout'")

    laptop.database.close()
    with open_database(tmp_path, create=False) as database:
        made = Laptop(database).table("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")

    wanted = {(each.name, each.ddl) for record in CATALOGUE for each in indexes_of(record)}
    assert wanted <= set(made)
    assert "accounts_by_postcode" not in dict(made)


def test_value_sent_before_its_field_was_known_is_in_its_column_now(migrated: Laptop) -> None:
    values = migrated.shown("account", PULLED).values

    assert (values["visit_rhythm_days"], values["credit_limit"]) == (30, [5000, "CNY"])
    assert migrated.table("SELECT custom FROM accounts WHERE id = ?", PULLED) == [('{"x_colour":"red"}',)]


def test_old_outbox_can_be_sent_and_settled(migrated: Laptop) -> None:
    migrated.sent(20)
    migrated.replica.take_page(page(account_row(PULLED, 20, phone="1", city="北京", x_colour="red"), seq=20))

    assert migrated.outbox() == []
    assert migrated.table("SELECT record FROM agreed WHERE record = ?", PULLED) == []


def test_migrated_database_can_be_worked_with(migrated: Laptop) -> None:
    task = migrated.add("task", {"title": "Call back", "account": PULLED})
    migrated.change("account", PULLED, employees=12)

    assert migrated.ids("task") == [task]
    assert [found.id for found in migrated.search("call back")] == [task]
    assert migrated.outbox()[-1].fields == {"employees": 12}


def test_records_of_an_old_database_are_found_once_the_index_is_built_again(migrated: Laptop) -> None:
    before = migrated.search("beijing")

    while not build_some(migrated.database).ready:
        pass

    assert before == []
    assert [found.id for found in migrated.search("beijing")] == [PULLED]


def test_migrated_database_is_current_when_opened_again(tmp_path: Path, migrated: Laptop) -> None:
    with migrated.database.reading() as connection:
        assert migrations.is_current(connection, Schema(CATALOGUE))
    assert migrated.table("PRAGMA user_version") == [(len(STEPS),)]


def test_tables_made_by_the_steps_are_those_that_statements_name(laptop: Laptop) -> None:
    for table in own.sorted_tables:
        there = [name for (name,) in laptop.table(f"SELECT name FROM pragma_table_info('{table.name}')")]
        assert there == [column.name for column in table.columns], table.name


def test_next_step_runs_once_and_keeps_what_is_there(tmp_path: Path, laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme"})

    def add_table(connection: Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE later (id INTEGER PRIMARY KEY)")

    steps = (*STEPS, add_table)
    with laptop.database.writing() as connection:
        before = migrations.is_current(connection, Schema(CATALOGUE), steps)
        migrations.migrate(connection, Schema(CATALOGUE), steps)
        migrations.migrate(connection, Schema(CATALOGUE), steps)

    assert not before
    assert laptop.table("PRAGMA user_version") == [(len(steps),)]
    assert laptop.shown("account", account).title == "Acme"


def test_step_that_fails_leaves_the_old_version_whole(tmp_path: Path, laptop: Laptop) -> None:
    laptop.add("account", {"name": "Acme"})
    before = laptop.table("SELECT type, name, sql FROM sqlite_master ORDER BY name")

    def half(connection: Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE half (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql("ALTER TABLE accounts ADD COLUMN half TEXT")
        raise LookupError

    def run() -> None:
        with laptop.database.writing() as connection:
            migrations.migrate(connection, Schema(CATALOGUE), (*STEPS, half))

    with pytest.raises(LookupError):
        run()

    assert laptop.table("SELECT type, name, sql FROM sqlite_master ORDER BY name") == before
    assert laptop.table("PRAGMA user_version") == [(len(STEPS),)]


def test_two_programs_that_open_an_old_database_at_once_both_get_it(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    (tmp_path / "store").mkdir()
    shutil.copyfile(FIXTURE, tmp_path / "store" / "data.db")

    def opened(_number: int) -> int:
        with open_database(tmp_path, create=False) as database:
            return len(Laptop(database).outbox())

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(opened, range(3))) == [2, 2, 2]


def test_fixture_is_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    shutil.copyfile(FIXTURE, tmp_path / "store" / "data.db")

    with raw_connection(tmp_path) as raw:
        version = raw.execute("PRAGMA user_version").fetchone()[0]
        tasks = raw.execute("SELECT count(*) FROM sqlite_master WHERE name = 'tasks'").fetchone()[0]

    assert (version, tasks) == (1, 0)
