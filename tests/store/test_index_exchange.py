"""Indexes that an earlier version made are exchanged behind an open window; until then they answer, and rightly."""

import shutil
from pathlib import Path

import pytest

from desktop.domain.listing import Condition, Listing, Sort, Test
from desktop.store import connections, index_making, indexes, migrations
from desktop.store.queries import listing
from desktop.store.schema import Schema
from sync.contract.entities import CATALOGUE
from tests.store.crashing import age_indexes
from tests.store.laptops import USER, Laptop, account_row, open_database, page

NAMES = ("bakery", "Bakery", "oven", "Äpfel", "bakery", "Zoo", "apple", "王芳", "oven")
CITIES = ("上海", None, "北京", "上海", None, "上海", None, "北京", "上海")
KEYS = ("name", "city", "status")
WANTED = {each.name: each.ddl for each in indexes.indexes_of(CATALOGUE["account"])}


@pytest.fixture
def aged(tmp_path: Path, empty_file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A profile of an earlier version in which a handful of customers is very many."""
    monkeypatch.setattr(indexes, "FEW_ROWS", len(NAMES))
    monkeypatch.setattr(index_making, "_FEW_ROWS", 1)
    (tmp_path / "store").mkdir()
    shutil.copyfile(empty_file, tmp_path / "store" / "data.db")
    with open_database(tmp_path, create=False) as database:
        laptop = Laptop(database)
        for name, city in zip(NAMES, CITIES, strict=True):
            laptop.add("account", {"name": name, "city": city, "owner": USER})
        age_indexes(laptop)
        with database.writing() as connection:
            connection.exec_driver_sql("UPDATE meta SET value = '\"of an earlier version\"' WHERE key = 'layout'")
    return tmp_path


def made(laptop: Laptop) -> dict[str, str]:
    asked = "SELECT name, sql FROM sqlite_master WHERE name LIKE 'accounts_by_%' AND sql IS NOT NULL"
    return dict(laptop.table(asked))


def answers(laptop: Laptop) -> list[list[str]]:
    lists = (
        Listing("account", sort=(Sort("name"),)),
        Listing("account", sort=(Sort("city", descending=True),)),
        Listing("account", (Condition("city", Test.EQ, "上海"),), (Sort("name"),)),
        Listing("account", (Condition("owner", Test.EQ, USER),), (Sort("city"), Sort("name", descending=True))),
    )
    with laptop.database.reading() as connection:
        return [listing.ids(connection, laptop.database.schema, each) for each in lists]


def test_profile_of_an_earlier_version_opens_on_its_long_indexes_and_lists_are_right_while_they_are_exchanged(
    aged: Path,
) -> None:
    found, names = [], []
    left = True
    while left:
        # Each step is taken by a program of its own, which ends after it.
        with open_database(aged, create=False) as database:
            laptop = Laptop(database)
            with database.reading() as connection:
                assert migrations.is_current(connection, Schema(CATALOGUE))
            names.append(made(laptop))
            found.append(answers(laptop))
            left = next(index_making.catch_up(database, lambda: False), "none") is None

    assert names[0]["accounts_by_name"] == "CREATE INDEX accounts_by_name ON accounts (name, id)"
    assert "accounts_by_city" not in names[0]
    assert len(names) == 4
    assert names[-1] == WANTED
    assert all(each == found[0] for each in found)
    assert len(found[0][0]) == len(NAMES)


def test_index_that_gives_way_to_saves_leaves_the_former_one_and_is_exchanged_later(
    aged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "_STEPS", 1)
    with open_database(aged, create=False) as database:
        laptop = Laptop(database)
        before = made(laptop)
        with monkeypatch.context() as busy:
            busy.setattr(database, "writer_wanted", lambda: True)
            steps = index_making.catch_up(database, lambda: False)
            next(steps)
            next(steps)
        given_way = made(laptop)
        laptop.add("account", {"name": "meanwhile", "owner": USER})
        list(index_making.catch_up(database, lambda: False))

        assert given_way == before
        assert made(laptop) == WANTED
        assert len(laptop.ids("account")) == len(NAMES) + 1
        assert laptop.table("PRAGMA integrity_check") == [("ok",)]


def test_index_under_way_is_broken_off_when_the_program_ends(aged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_STEPS", 1)
    looks = iter([False, False])
    with open_database(aged, create=False) as database:
        laptop = Laptop(database)
        before = made(laptop)

        list(index_making.catch_up(database, lambda: next(looks, True)))

        assert next(looks, None) is None
        assert made(laptop) == before


def test_former_index_stays_where_sorting_takes_too_much_memory_and_a_missing_one_is_made(
    aged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_making, "SORT_BYTES", 1)
    with open_database(aged, create=False) as database:
        laptop = Laptop(database)
        before = made(laptop)

        list(index_making.catch_up(database, lambda: False))

        assert made(laptop) == {**WANTED, "accounts_by_name": before["accounts_by_name"]}


def test_nothing_is_exchanged_while_a_first_sync_is_under_way(aged: Path) -> None:
    with open_database(aged, create=False) as database:
        laptop = Laptop(database)
        laptop.replica.restart_snapshot()
        laptop.replica.take_page(page(account_row("01900000-0000-7000-8000-000000000001", 5), seq=5))
        with database.writing() as connection:
            connection.exec_driver_sql("INSERT OR REPLACE INTO meta (key, value) VALUES ('snapshot_started', 'true')")
        before = made(laptop)

        assert list(index_making.catch_up(database, lambda: False)) == []
        assert made(laptop) == before


@pytest.mark.parametrize("key", [Sort(name, descending=way) for name in KEYS for way in (False, True)])
@pytest.mark.parametrize("limit", [None, 3, 5])
def test_long_list_in_parts_is_the_same_as_in_one(
    aged: Path, monkeypatch: pytest.MonkeyPatch, key: Sort, limit: int | None
) -> None:
    wanted = Listing("account", sort=(key,), limit=limit)
    with open_database(aged, create=False) as database:
        list(index_making.catch_up(database, lambda: False))
        with database.reading() as connection:
            whole = listing.ids(connection, database.schema, wanted)
            for many in (1, 2, 3):
                monkeypatch.setattr(listing, "_PART_IDS", many)
                assert listing.ids(connection, database.schema, wanted) == whole

    assert len(whole) == len(set(whole)) == (limit or len(NAMES))
