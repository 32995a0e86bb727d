"""Long indexes of an earlier version are exchanged in the background, between what else waits there."""

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Connection

from desktop.domain.changes import ChangeSet, Origin
from desktop.services.index_keeper import IndexKeeper
from desktop.services.jobs import Jobs
from desktop.store import index_making, indexes, meta
from desktop.store.database import Database
from sync.contract.entities import CATALOGUE
from tests.store.crashing import age_indexes
from tests.store.laptops import Laptop, open_database

WANTED = {each.name for each in indexes.indexes_of(CATALOGUE["account"])}


def made(database: Database) -> set[str]:
    asked = "SELECT name FROM sqlite_master WHERE name LIKE 'accounts_by_%' AND sql <> ?"
    former = "CREATE INDEX accounts_by_name ON accounts (name, id)"
    return {name for (name,) in Laptop(database).table(asked, former)}


@pytest.fixture
def aged(tmp_path: Path) -> Path:
    with open_database(tmp_path) as database:
        age_indexes(Laptop(database))
    return tmp_path


def test_each_index_is_a_step_of_its_own_and_the_last_one_ends_it(aged: Path) -> None:
    jobs: list[Callable[[], None]] = []
    seen = []
    with open_database(aged, create=False) as database:
        IndexKeeper(database, jobs.append).start()
        while jobs:
            seen.append(len(made(database) & WANTED))
            assert len(jobs) == 1
            jobs.pop()()

        assert made(database) == WANTED
    many = len(WANTED)
    assert seen == [many - 2, many - 1, many, many]


def test_program_that_ends_between_two_indexes_goes_on_at_the_next_start(aged: Path) -> None:
    jobs: list[Callable[[], None]] = []
    with open_database(aged, create=False) as database:
        keeper = IndexKeeper(database, jobs.append)
        keeper.start()
        jobs.pop()()
        keeper.stop()
        while jobs:
            jobs.pop()()
        assert len(made(database) & WANTED) == len(WANTED) - 1

    with open_database(aged, create=False) as database:
        IndexKeeper(database, jobs.append).start()
        while jobs:
            jobs.pop()()
        assert made(database) == WANTED


def test_lane_that_closes_while_an_index_is_made_does_not_wait_for_the_others(
    aged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    under_way, closing = Event(), Event()
    make = indexes.make

    def slow(connection: Connection, index: indexes.Index) -> None:
        under_way.set()
        assert closing.wait(60)
        make(connection, index)

    monkeypatch.setattr(indexes, "make", slow)
    jobs = Jobs()
    futures: list[Future[None]] = []
    with open_database(aged, create=False) as database:
        keeper = IndexKeeper(database, lambda work: futures.append(jobs.submit_network(work)))
        keeper.start()
        assert under_way.wait(60)
        keeper.stop()
        closing.set()
        jobs.close()

        assert len(made(database) & WANTED) <= len(WANTED) - 1
        assert all(each.done() for each in futures)
        assert Laptop(database).table("PRAGMA integrity_check") == [("ok",)]


def test_what_a_first_sync_left_is_made_after_the_next_sync(aged: Path) -> None:
    jobs: list[Callable[[], None]] = []
    with open_database(aged, create=False) as database:
        keeper = IndexKeeper(database, jobs.append)
        keeper.note_change(ChangeSet(Origin.SYNC, {}))
        asked_before = len(jobs)
        database.meta.set(meta.INDEXES_LEFT, True)
        keeper.note_change(ChangeSet(Origin.COMMAND, {}))
        asked_by_a_save = len(jobs)
        keeper.note_change(ChangeSet(Origin.SYNC, {}))
        keeper.note_change(ChangeSet(Origin.SYNC, {}))
        asked = len(jobs)
        while jobs:
            jobs.pop()()
        keeper.note_change(ChangeSet(Origin.SYNC, {}))

        assert (asked_before, asked_by_a_save, asked, len(jobs)) == (0, 0, 1, 0)
        assert made(database) == WANTED


def test_what_another_process_left_at_its_first_sync_is_made_as_well(aged: Path) -> None:
    jobs: list[Callable[[], None]] = []
    with open_database(aged, create=False) as database:
        keeper = IndexKeeper(database, jobs.append)
        database.meta.set(meta.INDEXES_LEFT, True)
        keeper.note_change(ChangeSet(Origin.FOREIGN, {}))
        while jobs:
            jobs.pop()()

        assert made(database) == WANTED


def test_what_finds_no_gap_is_tried_again_once_a_minute(aged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs: list[Callable[[], None]] = []
    now = 5.0
    with open_database(aged, create=False) as database:
        keeper = IndexKeeper(database, jobs.append, lambda: now)

        def begins_after(moment: float) -> bool:
            nonlocal now
            now = moment
            keeper.note_change(ChangeSet(Origin.SYNC, {}))
            begins = bool(jobs)
            while jobs:
                jobs.pop()()
            return begins

        database.meta.set(meta.INDEXES_LEFT, True)
        monkeypatch.setattr(index_making, "_PATIENCE", 0)
        assert [begins_after(moment) for moment in (5.0, 6.0, 64.9, 65.0, 66.0)] == [True, False, False, True, False]
        assert made(database) < WANTED

        monkeypatch.undo()
        assert [begins_after(moment) for moment in (124.0, 125.0)] == [False, True]
        assert made(database) == WANTED

        # Nothing was left by then, so what the next first sync leaves need not rest.
        assert not begins_after(126.0)
        database.meta.set(meta.INDEXES_LEFT, True)
        assert begins_after(127.0)
