"""A first sync: rows in bulk, resumable, behind the saves of a rep who works meanwhile; a later one repairs."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from desktop.domain.listing import Condition, Sort, Test
from desktop.store.search.building import build_some
from sync.contract.wire import Chunk
from tests.store.laptops import Laptop, account_row, applied, page, row

OFFICE = "01900000-0000-7000-8000-00000000ff01"


def account_id(number: int) -> str:
    return f"01900000-0000-7000-8000-{number:012x}"


def accounts(numbers: range, *, after: str | None, seq: int = 100) -> Chunk:
    columns = ["name", "city", "revenue", "location", "tags", "points", "x_colour", "unheard_of"]
    same = "上海", [9, "CNY"], [31.1, 121.2], ["a"], 7, "red", "kept"
    rows = [[account_id(n), account_id(n), n, False, f"Account {n}", *same] for n in numbers]
    return Chunk(
        type="account",
        columns=columns,
        rows=rows,
        after=after,
        cursor=None if after else "after-snapshot",
        seq=seq,
        done=len(rows),
        total=len(rows),
    )


def test_snapshot_of_two_chunks_is_there_whole_with_its_cursor(laptop: Laptop) -> None:
    laptop.replica.take_chunk(accounts(range(1, 1501), after="1500"))
    between = laptop.replica.standing()
    laptop.replica.take_chunk(accounts(range(1501, 2001), after=None))

    standing = laptop.replica.standing()
    assert (between.cursor, between.snapshot_started, between.snapshot_after) == (None, True, "1500")
    assert (standing.cursor, standing.seq, standing.snapshot_started) == ("after-snapshot", 100, False)
    assert laptop.held == 2000
    assert len(laptop.ids("account")) == 2000


def test_rows_of_a_chunk_hold_their_values_and_no_history(laptop: Laptop) -> None:
    laptop.replica.take_page(page(row("custom_field", OFFICE, 1, record_type="account", name="colour", type="text")))
    laptop.replica.restart_snapshot()

    laptop.replica.take_chunk(accounts(range(7, 8), after=None))

    shown = laptop.shown("account", account_id(7))
    assert dict(shown.values) == {
        "name": "Account 7",
        "city": "上海",
        "revenue": [9, "CNY"],
        "location": [31.1, 121.2],
        "tags": ["a"],
        "points": 7,
        "x_colour": "red",
    }
    assert (shown.version, shown.scope) == (7, account_id(7))
    assert laptop.history("account", account_id(7)) == []


def test_records_show_up_and_count_while_the_snapshot_runs(laptop: Laptop) -> None:
    laptop.replica.take_chunk(accounts(range(1, 301), after="300"))

    assert len(laptop.ids("account", sort=(Sort("name"),))) == 300
    assert laptop.table("SELECT shown FROM row_count WHERE type = 'account'") == [(300,)]


def test_repeated_chunk_changes_nothing(laptop: Laptop) -> None:
    laptop.replica.take_chunk(accounts(range(1, 301), after="300"))
    before = laptop.table("SELECT * FROM accounts ORDER BY id")

    laptop.replica.take_chunk(accounts(range(1, 301), after="300"))

    assert laptop.table("SELECT * FROM accounts ORDER BY id") == before
    assert laptop.table("SELECT live, shown FROM row_count WHERE type = 'account'") == [(300, 300)]


def test_indexes_are_away_during_the_first_snapshot_and_back_after_it(laptop: Laptop) -> None:
    def indexes() -> set[str]:
        return {name for (name,) in laptop.table("SELECT name FROM sqlite_master WHERE name LIKE 'accounts_by_%'")}

    before = indexes()
    laptop.replica.take_chunk(accounts(range(1, 11), after="10"))
    during = indexes()
    laptop.replica.take_chunk(accounts(range(11, 12), after=None))

    assert during == {"accounts_by_merged_into"}  # a few rows at most, and asked by every read
    assert indexes() == before > during


def test_search_finds_the_rows_once_the_index_is_built(laptop: Laptop) -> None:
    laptop.replica.take_chunk(accounts(range(1, 1201), after=None))
    at_once = laptop.search("Account 77")
    progress = build_some(laptop.database)
    steps = 1
    while not progress.ready:
        progress, steps = build_some(laptop.database), steps + 1

    assert at_once == []
    assert steps > 2
    assert [found.title for found in laptop.search("Account 77", limit=1)] == ["Account 77"]


def test_edit_made_during_the_snapshot_is_kept_visible_and_unsent(laptop: Laptop) -> None:
    laptop.replica.take_chunk(accounts(range(1, 101), after="100"))
    laptop.change("account", account_id(5), city="北京")

    laptop.replica.take_chunk(accounts(range(1, 201), after=None))

    shown = laptop.shown("account", account_id(5))
    assert shown.values["city"] == "北京"
    assert shown.pending == {"city"}
    assert [each.fields for each in laptop.outbox()] == [{"city": "北京"}]
    assert laptop.table("SELECT field, value FROM agreed") == [("city", '"上海"')]


def test_children_of_an_account_that_is_deleted_are_hidden_at_the_end(laptop: Laptop) -> None:
    deleted = Chunk(
        type="account",
        columns=["name"],
        rows=[[account_id(1), account_id(1), 5, True, "Gone"]],
        after="1",
        cursor=None,
        seq=9,
        done=1,
        total=2,
    )
    contact = Chunk(
        type="contact",
        columns=["name"],
        rows=[[account_id(2), account_id(1), 6, False, "王芳"]],
        after=None,
        cursor="c",
        seq=9,
        done=2,
        total=2,
    )

    laptop.replica.take_chunk(deleted)
    laptop.replica.take_chunk(contact)

    assert laptop.ids("contact") == []
    assert laptop.table("SELECT type, live, shown FROM row_count WHERE live > 0") == [("contact", 1, 0)]


def test_restarted_snapshot_repairs_and_hides_what_does_not_come_again(laptop: Laptop) -> None:
    laptop.replica.take_page(page(account_row(account_id(1), 90, city="wrong"), account_row(account_id(2), 91), seq=91))
    made_here = laptop.add("account", {"name": "Made here"})

    laptop.replica.restart_snapshot()
    standing = laptop.replica.standing()
    laptop.replica.take_chunk(accounts(range(1, 2), after=None, seq=50))

    assert (standing.cursor, standing.seq, standing.unsent) == (None, 0, 1)
    assert set(laptop.ids("account")) == {account_id(1), made_here}
    assert laptop.shown("account", account_id(1)).values["city"] == "上海"
    assert laptop.replica.standing().seq == 50


def test_restarted_snapshot_keeps_unsent_edits_over_an_office_that_counts_anew(laptop: Laptop) -> None:
    laptop.replica.take_page(page(account_row(account_id(1), 90), seq=90))
    laptop.change("account", account_id(1), city="北京")
    laptop.replica.restart_snapshot()
    laptop.replica.take_chunk(accounts(range(1, 2), after=None, seq=3))

    between = laptop.shown("account", account_id(1)).values["city"]
    (mutation,) = laptop.outbox()
    laptop.replica.take_receipts([applied(mutation, 4)])
    laptop.replica.take_page(page(account_row(account_id(1), 4, city="北京"), seq=4))

    assert between == "北京"
    assert laptop.shown("account", account_id(1)).values["city"] == "北京"
    assert laptop.table("SELECT * FROM agreed") == []


def test_empty_chunks_move_the_position(laptop: Laptop) -> None:
    empty = Chunk(type="task", columns=["title"], rows=[], after="tasks", cursor=None, seq=0, done=0, total=0)
    last = Chunk(type="task", columns=["title"], rows=[], after=None, cursor="c", seq=8, done=0, total=0)

    laptop.replica.take_chunk(empty)
    between = laptop.replica.standing().snapshot_after
    laptop.replica.take_chunk(last)

    assert between == "tasks"
    assert laptop.replica.standing().cursor == "c"


@pytest.fixture
def loading(laptop: Laptop) -> Iterator[threading.Thread]:
    """A thread that takes a big chunk; it has begun when the test runs."""
    begun = threading.Event()
    chunk = accounts(range(1, 6001), after="6000")

    class Announcing(list[Any]):
        def __iter__(self) -> Iterator[Any]:
            begun.set()
            return super().__iter__()

    watched = Chunk(
        type=chunk.type,
        columns=chunk.columns,
        rows=Announcing(chunk.rows),
        after=chunk.after,
        cursor=None,
        seq=0,
        done=0,
        total=0,
    )
    thread = threading.Thread(target=laptop.replica.take_chunk, args=(watched,))
    thread.start()
    assert begun.wait(30)
    yield thread
    thread.join()


def test_save_goes_before_the_rest_of_a_chunk(laptop: Laptop, loading: threading.Thread) -> None:
    made = laptop.add("account", {"name": "Made meanwhile"})

    position = laptop.replica.standing().snapshot_after
    loading.join()

    assert position is None
    assert laptop.ids("account", Condition("name", Test.EQ, "made meanwhile")) == [made]
    assert len(laptop.ids("account")) == 6001
