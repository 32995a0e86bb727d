"""What a first sync takes of memory on the laptop does not depend on how many rows come."""

import shutil
from pathlib import Path

import pytest

from desktop.store import connections, digests, index_making, meta
from desktop.store.indexes import indexes_of
from sync.contract.chunks import ChunkEntry, Manifest, Slab
from sync.contract.entities import CATALOGUE
from tests.helpers.allocation import peak_bytes
from tests.store.laptops import Laptop, open_database

FEW = 1_000
MANY = 10_000
CHUNK = 250
SLACK = 100_000
"""Bytes for the manifest itself, which has a line for each chunk."""


def manifest_of(rows: int) -> Manifest:
    entries = [ChunkEntry(name=f"{n:064x}", place=f"{n}", rows=CHUNK) for n in range(rows // CHUNK)]
    return Manifest(cursor="c9", seq=9, rows=rows, chunks=entries)


def accounts(first: int, many: int = CHUNK) -> Slab:
    """Accounts only: each is a scope of its own, of which both sides keep a sum."""
    numbers = range(first, first + many)
    ids = [f"01900000-0000-7000-8000-{n:012x}" for n in numbers]
    names = [f"Account {n:06}" for n in numbers]
    return Slab(type="account", columns=["name"], values=[ids, ids, [*numbers], [False] * many, names])


def sync_whole(laptop: Laptop, rows: int) -> None:
    laptop.replica.take_manifest(manifest_of(rows))
    under_way = laptop.replica.under_way()
    assert under_way is not None
    for each in under_way.missing:
        laptop.replica.take_slabs(each, iter([accounts(each.n * CHUNK + 1)]), None)
    laptop.finish_manifest()
    summed = laptop.replica.digest()
    assert summed is not None
    assert summed.rows == rows


def add_up_anew(laptop: Laptop) -> None:
    with laptop.database.writing() as connection:
        digests.forget(connection)
    assert laptop.replica.digest() is not None


def test_tenfold_rows_take_no_more_memory(tmp_path: Path, empty_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "_ROWS_TOGETHER", CHUNK)
    syncing: dict[int, int] = {}
    adding: dict[int, int] = {}

    # The first one compiles statements that the others find compiled.
    for rows in (CHUNK, FEW, MANY):
        folder = tmp_path / str(rows) / "store"
        folder.mkdir(parents=True)
        shutil.copyfile(empty_file, folder / "data.db")
        with open_database(folder.parent, create=False) as database:
            laptop = Laptop(database)
            syncing[rows] = peak_bytes(lambda: sync_whole(laptop, rows))  # noqa: B023 - called at once
            adding[rows] = peak_bytes(lambda: add_up_anew(laptop))  # noqa: B023 - as above

    assert syncing[MANY] < syncing[FEW] + SLACK
    assert adding[MANY] < adding[FEW] + SLACK


@pytest.mark.parametrize("waiting", [0, 2, 1_000_000])
def test_index_gives_way_to_saves_that_come_and_is_made_all_the_same(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch, waiting: int
) -> None:
    monkeypatch.setattr(index_making, "_FEW_ROWS", 1)
    monkeypatch.setattr(connections, "_STEPS", 100)
    laptop.replica.take_manifest(manifest_of(CHUNK))
    under_way = laptop.replica.under_way()
    assert under_way is not None
    laptop.replica.take_slabs(under_way.missing[0], iter([accounts(1)]), None)
    saves = iter([True] * waiting)

    list(index_making.make_rest(laptop.database, lambda: next(saves, False)))

    assert laptop.ids("account") == [f"01900000-0000-7000-8000-{n:012x}" for n in range(1, CHUNK + 1)]
    made = {name for (name,) in laptop.table("SELECT name FROM sqlite_master WHERE type = 'index'")}
    assert made >= {each.name for each in indexes_of(CATALOGUE["account"])}
    assert (next(saves, None) is None) == (waiting < 1_000)
    assert laptop.table("PRAGMA integrity_check") == [("ok",)]


def test_long_index_that_finds_no_gap_between_saves_is_left_and_made_later(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_making, "_FEW_ROWS", 1)
    monkeypatch.setattr(index_making, "_LONG_BYTES", 1)
    monkeypatch.setattr(connections, "_STEPS", 100)
    laptop.replica.take_manifest(manifest_of(CHUNK))
    under_way = laptop.replica.under_way()
    assert under_way is not None
    laptop.replica.take_slabs(under_way.missing[0], iter([accounts(1)]), None)
    with monkeypatch.context() as busy:
        busy.setattr(laptop.database, "writer_wanted", lambda: True)
        laptop.finish_manifest()
    wanted = {each.name for each in indexes_of(CATALOGUE["account"]) if not each.always}
    left = wanted - made_indexes(laptop)
    listed, is_left = laptop.ids("account"), laptop.database.meta.get(meta.INDEXES_LEFT)

    list(index_making.catch_up(laptop.database, lambda: False))

    assert (left, is_left) == (wanted, True)
    assert listed == laptop.ids("account") == [f"01900000-0000-7000-8000-{n:012x}" for n in range(1, CHUNK + 1)]
    assert made_indexes(laptop) >= wanted
    assert laptop.database.meta.get(meta.INDEXES_LEFT) is None


def made_indexes(laptop: Laptop) -> set[str]:
    return {name for (name,) in laptop.table("SELECT name FROM sqlite_master WHERE type = 'index'")}


def test_index_is_made_before_its_entries_are_more_than_may_be_sorted(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = 400_000
    monkeypatch.setattr(index_making, "SORT_BYTES", room)
    monkeypatch.setattr(index_making, "_SOME_ROWS", 1)
    monkeypatch.setattr(index_making, "_FEW_ROWS", 1)
    monkeypatch.setattr(index_making, "_MUCH_BYTES", room // 2)
    rows = 20 * CHUNK
    laptop.replica.take_manifest(manifest_of(rows))
    under_way = laptop.replica.under_way()
    assert under_way is not None
    made: dict[str, int] = {}

    for n, each in enumerate(under_way.missing, 1):
        laptop.replica.take_slabs(each, iter([accounts(each.n * CHUNK + 1)]), None)
        for (name,) in laptop.table("SELECT name FROM sqlite_master WHERE name LIKE 'accounts_by_%'"):
            made.setdefault(name, n * CHUNK)
    laptop.finish_manifest()

    there = {name for (name,) in laptop.table("SELECT name FROM sqlite_master WHERE name LIKE 'accounts_by_%'")}
    assert there == {each.name for each in indexes_of(CATALOGUE["account"])}
    # With what sorting adds an entry of name and id has 98 bytes, of scope and two figures 86, of an id alone 84.
    assert (made["accounts_by_name"], made["accounts_by_scope"]) == (4250, 4750)
    with laptop.database.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA cache_size").scalar() == -24_000
