"""No write to a replicated table escapes the journal, whoever writes and however."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as driver

from desktop.store import connections
from tests.store.laptops import Laptop, open_database, raw_connection

_WRITES = {
    "insert": "INSERT INTO accounts (id, scope, name) VALUES ('new', 'new', 'Intruder')",
    "insert or ignore": "INSERT OR IGNORE INTO accounts (id, scope, name) VALUES ('new', 'new', 'Intruder')",
    "insert or fail": "INSERT OR FAIL INTO accounts (id, scope, name) VALUES ('new', 'new', 'Intruder')",
    "replace": "REPLACE INTO accounts (id, scope, name) SELECT id, scope, 'Intruder' FROM accounts",
    "upsert": "INSERT INTO accounts (id, scope, name) SELECT id, scope, 'Intruder' FROM accounts WHERE true "
    "ON CONFLICT (id) DO UPDATE SET name = excluded.name",
    "update": "UPDATE accounts SET name = 'Intruder'",
    "update of hidden": "UPDATE accounts SET hidden = 1",
    "delete": "DELETE FROM accounts",
    "journal insert": "INSERT INTO journal (type, record, op) VALUES ('account', 'x', 'patch')",
    "journal update": "UPDATE journal SET outcome = 'applied'",
    "journal delete": "DELETE FROM journal",
}


@pytest.fixture(params=list(_WRITES))
def write(request: pytest.FixtureRequest) -> str:
    return _WRITES[request.param]


@pytest.fixture(params=["alone", "in a transaction", "without foreign keys", "without recursive triggers"])
def prepare(request: pytest.FixtureRequest) -> Callable[[connections.RawConnection], None]:
    settings = {
        "alone": "SELECT 1",
        "in a transaction": "BEGIN IMMEDIATE",
        "without foreign keys": "PRAGMA foreign_keys = OFF",
        "without recursive triggers": "PRAGMA recursive_triggers = OFF",
    }
    return lambda raw: raw.execute(settings[request.param]).fetchall()


def test_raw_write_with_closed_gate_is_refused(
    tmp_path: Path, laptop: Laptop, write: str, prepare: Callable[[connections.RawConnection], None]
) -> None:
    laptop.add("account", {"name": "Acme"})
    before = laptop.table("SELECT * FROM accounts"), laptop.table("SELECT * FROM journal")

    with raw_connection(tmp_path) as raw:
        prepare(raw)
        with pytest.raises(driver.IntegrityError):
            raw.execute(write)

    assert (laptop.table("SELECT * FROM accounts"), laptop.table("SELECT * FROM journal")) == before


def test_every_record_table_is_guarded(laptop: Laptop) -> None:
    with laptop.database.writing() as connection:
        for record in laptop.database.catalogue:
            with pytest.raises(Exception, match="outside a unit of work"):
                connection.exec_driver_sql(f"INSERT INTO {record.table} (id, scope) VALUES ('x', '*')")


@pytest.mark.parametrize("mode", ["local", "sync", "bulk"])
def test_commit_with_open_gate_fails(tmp_path: Path, laptop: Laptop, mode: str) -> None:
    with raw_connection(tmp_path) as raw:
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("UPDATE gate SET mode = ?, held = 1", (mode,))
        raw.execute("INSERT INTO tags (id, scope, name) VALUES ('new', '*', 'Intruder')")

        with pytest.raises(driver.IntegrityError):
            raw.execute("COMMIT")

    assert laptop.table("SELECT * FROM tags") == []
    assert laptop.table("SELECT mode FROM gate") == [("closed",)]


@pytest.mark.parametrize(
    "opening",
    [
        "UPDATE gate SET mode = 'bulk', held = 1",
        "UPDATE gate SET mode = 'bulk', held = NULL",
        "INSERT INTO gate (id, mode, held) VALUES (2, 'bulk', 1)",
        "DELETE FROM gate",
        "INSERT INTO gate_never (id) VALUES (1)",
    ],
)
@pytest.mark.parametrize("foreign_keys", ["ON", "OFF"])
def test_gate_cannot_be_opened_for_good(tmp_path: Path, laptop: Laptop, opening: str, foreign_keys: str) -> None:
    with raw_connection(tmp_path) as raw:
        raw.execute(f"PRAGMA foreign_keys = {foreign_keys}")
        with pytest.raises(driver.IntegrityError):
            raw.execute(opening)

    assert laptop.table("SELECT id, mode FROM gate") == [(1, "closed")]


def test_raw_write_through_local_gate_becomes_a_mutation_with_the_next_unit(tmp_path: Path, laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "Acme"})

    with raw_connection(tmp_path) as raw:
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("UPDATE gate SET mode = 'local', held = 1")
        raw.execute("UPDATE accounts SET name = 'Changed by a script'")
        raw.execute("UPDATE gate SET mode = 'closed', held = NULL")
        raw.execute("COMMIT")
    laptop.add("tag", {"name": "vip"})

    patch = next(each for each in laptop.outbox() if each.record == account and each.op == "patch")
    assert patch.fields == {"name": "Changed by a script"}
    assert patch.was == {"name": "Acme"}


def test_local_gate_refuses_to_take_rows_out(tmp_path: Path, laptop: Laptop) -> None:
    laptop.add("account", {"name": "Acme"})

    with raw_connection(tmp_path) as raw:
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("UPDATE gate SET mode = 'local', held = 1")
        with pytest.raises(driver.IntegrityError):
            raw.execute("DELETE FROM accounts")


@pytest.mark.parametrize("column", ["id", "row"])
def test_identity_of_a_row_never_changes(tmp_path: Path, laptop: Laptop, column: str) -> None:
    laptop.add("account", {"name": "Acme"})

    with raw_connection(tmp_path) as raw:
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("UPDATE gate SET mode = 'sync', held = 1")
        with pytest.raises(driver.IntegrityError):
            raw.execute(f'UPDATE accounts SET "{column}" = 77')


class ThinksAgainError(Exception):
    pass


def think_again(laptop: Laptop) -> None:
    with laptop.unit() as work:
        work.create("account", {"name": "Acme"})
        raise ThinksAgainError


def test_unit_that_fails_leaves_nothing_behind(laptop: Laptop) -> None:
    with pytest.raises(ThinksAgainError):
        think_again(laptop)

    assert laptop.ids("account") == []
    assert laptop.outbox() == []
    assert laptop.table("SELECT mode FROM gate") == [("closed",)]


def test_gate_is_closed_after_reopening(tmp_path: Path) -> None:
    with open_database(tmp_path) as database:
        Laptop(database).add("account", {"name": "Acme"})

    with open_database(tmp_path, create=False) as database:
        assert Laptop(database).table("SELECT mode, held FROM gate") == [("closed", None)]
