"""A first sync by manifest on the laptop: resumable at each chunk, behind the saves, equal to the office at its end."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from desktop.store import digests, loading
from sync.contract.chunks import ChunkEntry, Manifest, Slab
from sync.contract.digest import Sum, add_up, row_hash
from sync.contract.wire import Counts
from tests.store.laptops import Laptop, account_row, applied, open_database, page


def account_id(number: int) -> str:
    return f"01900000-0000-7000-8000-{number:012x}"


def slab(numbers: Sequence[int], *, version: int = 0, kind: str = "account", **columns: Any) -> Slab:
    ids = [account_id(n) for n in numbers]
    versions = [version or n for n in numbers]
    named = {"name": [f"Account {n}" for n in numbers], **columns}
    if kind == "account":
        return Slab(type=kind, columns=list(named), values=[ids, ids, versions, [False] * len(ids), *named.values()])
    own = [f"{each}x" for each in ids]
    return Slab(type=kind, columns=list(named), values=[own, ids, versions, [False] * len(ids), *named.values()])


def manifest(*rows: tuple[str, int], seq: int = 100) -> Manifest:
    entries = [ChunkEntry(name=name * 64, place=name, rows=many) for name, many in rows]
    return Manifest(cursor=f"c{seq}", seq=seq, rows=sum(many for _, many in rows), chunks=entries)


def take(laptop: Laptop, name: str, *slabs: Slab, rest: ChunkEntry | None = None) -> int:
    under_way = laptop.replica.under_way()
    assert under_way is not None
    (missing,) = [each for each in under_way.missing if each.entry.name == name * 64]
    return laptop.replica.take_slabs(missing, iter(slabs), rest).rows


def missing(laptop: Laptop) -> list[str]:
    under_way = laptop.replica.under_way()
    return [] if under_way is None else [each.entry.name[0] for each in under_way.missing]


def test_manifest_of_two_chunks_is_there_whole_with_its_cursor(laptop: Laptop) -> None:
    laptop.replica.take_manifest(manifest(("a", 1500), ("b", 501)))
    first = take(laptop, "a", slab(range(1, 1001)), slab(range(1, 501), kind="contact"))
    between = laptop.replica.standing(), laptop.replica.under_way()
    take(laptop, "b", slab(range(1001, 1501)))
    laptop.finish_manifest()

    standing = laptop.replica.standing()
    assert first == 1500
    assert (between[0].cursor, between[0].snapshot_started, between[0].snapshot_after) == (None, True, None)
    assert between[1] is not None
    assert (between[1].done, between[1].total) == (1500, 2001)
    assert (standing.cursor, standing.seq, standing.snapshot_started) == ("c100", 100, False)
    assert (len(laptop.ids("account")), len(laptop.ids("contact"))) == (1500, 500)
    assert laptop.replica.under_way() is None
    assert laptop.table("SELECT count(*) FROM snapshot_chunk") == [(0,)]


def test_values_of_every_shape_are_stored(laptop: Laptop) -> None:
    shapes: dict[str, Any] = {
        "city": ["上海", None],
        "revenue": [[9, "CNY"], None],
        "location": [None, [31.1, 121.2]],
        "tags": [["a"], None],
        "points": [7, 0],
        "unheard_of": [None, "kept"],
    }
    laptop.replica.take_manifest(manifest(("a", 2)))
    take(laptop, "a", slab([1, 2], **shapes))
    laptop.finish_manifest()

    first, second = (dict(laptop.shown("account", account_id(n)).values) for n in (1, 2))
    assert first == {"name": "Account 1", "city": "上海", "revenue": [9, "CNY"], "tags": ["a"], "points": 7}
    assert second == {"name": "Account 2", "location": [31.1, 121.2], "points": 0}
    assert laptop.table("SELECT custom FROM accounts ORDER BY id") == [(None,), ('{"unheard_of":"kept"}',)]


def test_column_that_is_empty_in_a_later_state_becomes_empty(laptop: Laptop) -> None:
    laptop.replica.take_manifest(manifest(("a", 1)))
    take(laptop, "a", slab([1], version=3, city=["上海"]))
    laptop.replica.take_manifest(manifest(("b", 1)))
    take(laptop, "b", slab([1], version=5))
    laptop.finish_manifest()

    assert "city" not in laptop.shown("account", account_id(1)).values


def test_laptop_that_was_killed_between_two_chunks_lacks_only_the_second(laptop: Laptop, tmp_path: Path) -> None:
    laptop.replica.take_manifest(manifest(("a", 1), ("b", 1)))
    take(laptop, "a", slab([1]))

    laptop.database.close()
    with open_database(tmp_path, create=False) as database:
        assert missing(Laptop(database)) == ["b"]


def test_chunk_that_broke_off_is_missing_and_taking_it_again_changes_nothing_twice(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "TRANSACTION_ROWS", 2000)

    def breaking() -> Iterator[Slab]:
        yield slab(range(1, 2401))
        yield slab(range(2401, 2501))
        raise OSError("cut")

    laptop.replica.take_manifest(manifest(("a", 2600)))
    under_way = laptop.replica.under_way()
    assert under_way is not None
    with pytest.raises(OSError, match="cut"):
        laptop.replica.take_slabs(under_way.missing[0], breaking(), None)
    held = len(laptop.ids("account"))

    lacking = missing(laptop)
    take(laptop, "a", slab(range(1, 2601)))
    laptop.finish_manifest()

    assert held > 0
    assert lacking == ["a"]
    assert laptop.table("SELECT live, shown FROM row_count WHERE type = 'account'") == [(2600, 2600)]
    assert_added_up(laptop)


def assert_added_up(laptop: Laptop) -> None:
    """Check that the sums kept are those of the rows, and that comparing needs none read."""
    with laptop.database.reading() as connection:
        assert digests.wrong(connection, laptop.database.schema) == []
    assert laptop.table("SELECT value FROM meta WHERE key = 'digests_known'") == [("true",)]


def test_sums_of_the_rows_are_known_without_reading_them(laptop: Laptop) -> None:
    laptop.replica.take_manifest(manifest(("a", 3), ("b", 2)))
    take(laptop, "a", slab([1, 2]), slab([1], kind="contact"))
    take(laptop, "b", slab([3, 4]))
    laptop.finish_manifest()

    assert_added_up(laptop)
    expected = [Sum(1, row_hash("account", account_id(n), n)) for n in (1, 2, 3, 4)]
    expected.append(Sum(1, row_hash("contact", f"{account_id(1)}x", 1)))
    assert laptop.replica.digest() == add_up(expected)


def test_rows_of_the_opening_count_once(laptop: Laptop) -> None:
    laptop.replica.take_manifest(manifest(("o", 0), ("a", 2)))
    opening = take(laptop, "o", slab([2]))
    take(laptop, "a", slab([1, 2]))
    laptop.finish_manifest()

    assert opening == 0
    assert len(laptop.ids("account")) == 2
    assert_added_up(laptop)


def test_scope_that_comes_in_two_chunks_adds_up(laptop: Laptop) -> None:
    rest = ChunkEntry(name="r" * 64, place="rest", rows=1)
    laptop.replica.take_manifest(manifest(("a", 3)))
    take(laptop, "a", slab([1, 2]), rest=rest)
    between = missing(laptop)
    take(laptop, "r", slab([1], kind="contact"))
    laptop.finish_manifest()

    assert between == ["r"]
    assert_added_up(laptop)
    assert laptop.ids("contact") == [f"{account_id(1)}x"]


def test_newer_manifest_skips_what_is_here_and_hides_what_is_not_in_it(laptop: Laptop) -> None:
    laptop.replica.take_manifest(manifest(("a", 2), ("b", 2), ("c", 1)))
    take(laptop, "a", slab([1, 2]))
    take(laptop, "b", slab([3, 4]))

    laptop.replica.take_manifest(manifest(("a", 2), ("d", 1), seq=120))
    lacking = missing(laptop)
    take(laptop, "d", slab([4], version=110))
    laptop.finish_manifest()

    assert lacking == ["d"]
    assert laptop.ids("account") == [account_id(n) for n in (1, 2, 4)]
    assert laptop.replica.standing().cursor == "c120"
    assert laptop.replica.digest() == add_up(
        Sum(1, row_hash("account", account_id(n), version)) for n, version in ((1, 1), (2, 2), (4, 110))
    )


def test_edit_made_during_the_first_sync_is_kept_visible_and_unsent(laptop: Laptop) -> None:
    laptop.replica.take_manifest(manifest(("o", 0), ("a", 150)))
    take(laptop, "o", slab([5], city=["上海"]))
    laptop.change("account", account_id(5), city="北京")

    take(laptop, "a", slab(range(1, 151), city=["上海"] * 150))
    laptop.finish_manifest()

    shown = laptop.shown("account", account_id(5))
    assert (shown.values["city"], shown.pending) == ("北京", frozenset({"city"}))
    assert [each.fields for each in laptop.outbox()] == [{"city": "北京"}]
    (mutation,) = laptop.outbox()
    laptop.replica.take_receipts([applied(mutation, 120)])
    laptop.replica.take_page(page(account_row(account_id(5), 120, city="北京"), seq=120))
    assert_added_up(laptop)


def test_laptop_that_begins_anew_hides_what_does_not_come_again(laptop: Laptop) -> None:
    laptop.replica.take_page(page(account_row(account_id(1), 90, city="wrong"), account_row(account_id(2), 91), seq=91))
    made_here = laptop.add("account", {"name": "Made here"})
    laptop.replica.restart_snapshot()

    laptop.replica.take_manifest(manifest(("a", 1), seq=50))
    take(laptop, "a", slab([1], city=["上海"]))
    laptop.finish_manifest()

    assert set(laptop.ids("account")) == {account_id(1), made_here}
    assert laptop.shown("account", account_id(1)).values["city"] == "上海"


def test_restart_forgets_the_manifest(laptop: Laptop) -> None:
    laptop.replica.take_manifest(manifest(("a", 1), ("b", 1)))
    take(laptop, "a", slab([1]))

    laptop.replica.restart_snapshot()

    assert laptop.replica.under_way() is None
    assert not laptop.replica.standing().snapshot_started
    assert laptop.table("SELECT count(*) FROM snapshot_missing") == [(1,)]


def test_indexes_are_away_meanwhile_and_back_at_the_end(laptop: Laptop) -> None:
    def indexes() -> set[str]:
        return {name for (name,) in laptop.table("SELECT name FROM sqlite_master WHERE name LIKE 'accounts_by_%'")}

    before = indexes()
    laptop.replica.take_manifest(manifest(("a", 1)))
    take(laptop, "a", slab([1]))
    during = indexes()
    laptop.finish_manifest()

    assert during == {"accounts_by_merged_into"}  # a few rows at most, and asked by every read
    assert indexes() == before > during


def test_transaction_ends_as_soon_as_a_save_waits(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    lengths: list[int] = []
    write = loading._Loading.write  # noqa: SLF001 - counts what one transaction takes

    def counting(self: Any, connection: Any, room: int, wanted: Any) -> int:
        before = self.left
        left: int = write(self, connection, room, wanted)
        lengths.append(before - self.left)
        return left

    monkeypatch.setattr(loading._Loading, "write", counting)  # noqa: SLF001
    monkeypatch.setattr(laptop.database, "writer_wanted", lambda: True)
    laptop.replica.take_manifest(manifest(("a", 350)))

    take(laptop, "a", slab(range(1, 351)))

    assert lengths == [100, 100, 100, 50]


def test_manifest_without_chunks_leaves_an_empty_laptop_in_step(laptop: Laptop) -> None:
    laptop.replica.take_manifest(manifest())
    laptop.finish_manifest()

    assert laptop.replica.standing().cursor == "c100"
    assert laptop.replica.digest() == Sum()


def test_chunk_without_rows_counts_as_here(laptop: Laptop) -> None:
    laptop.replica.take_manifest(manifest(("a", 4)))

    take(laptop, "a")

    assert missing(laptop) == []


def test_records_of_an_unknown_type_are_kept_and_add_up(laptop: Laptop) -> None:
    laptop.replica.take_manifest(manifest(("a", 250), ("b", 2)))
    first = take(laptop, "a", slab(range(1, 251), kind="spaceship", warp=[{"factor": 9}] * 250))
    laptop.replica.take_manifest(manifest(("b", 2), seq=120))
    take(laptop, "b", slab([7, 8], kind="spaceship"))
    laptop.finish_manifest()

    assert first == 250
    assert laptop.table("SELECT record FROM overflow WHERE scope <> ''") == [(f"{account_id(n)}x",) for n in (7, 8)]
    assert_added_up(laptop)


def test_how_much_there_is_is_known_for_one_manifest(laptop: Laptop) -> None:
    known = []
    laptop.replica.take_manifest(manifest(("a", 1), seq=100))
    laptop.replica.note_counts(Counts(seq=100, counts={"account": 1}))
    known.append(laptop.replica.under_way())
    laptop.replica.take_manifest(manifest(("b", 1), seq=200))
    known.append(laptop.replica.under_way())

    assert [each is not None and each.is_counted for each in known] == [True, False]
