"""The first sync by manifest, with an office that breaks off, changes its mind or sends rubbish."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import msgspec
import pytest

from sync.client.cancel import CancelledError, CancelToken
from sync.client.first_sync import FirstSync
from sync.contract.chunks import ChunkBody, ChunkEntry
from sync.contract.errors import AppError, Code
from sync.contract.wire import Chunk, Counts
from tests.sync.fake_ports import FakeOffice, FakeReplica, chunk_body, last_chunk, manifest_of, refuse


def new_laptop() -> FakeReplica:
    return FakeReplica(cursor=None, seq=0)


def run(replica: FakeReplica, office: FakeOffice) -> list[tuple[int, int]]:
    return [(each.done, each.total) for each in FirstSync(replica, office, None).steps(None)]


def entry(letter: str, name: str = "") -> ChunkEntry:
    return ChunkEntry(name=(name or letter) * 64, place=letter, rows=1)


def test_chunks_are_fetched_in_the_manifests_order_and_the_cursor_comes_last() -> None:
    replica, office = new_laptop(), FakeOffice(manifests=[manifest_of("a", "b", "c", seq=7)])

    told = run(replica, office)

    assert office.calls == ["manifest", "chunk a", "chunk b", "chunk c"]
    assert [each.values[0] for each in replica.slabs] == [["a"], ["b"], ["c"]]
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert (replica.cursor, replica.seq) == ("c7", 7)


def test_long_first_sync_asks_how_much_there_is_once_enough_is_here_to_begin_with() -> None:
    replica, office = new_laptop(), FakeOffice(manifests=[manifest_of(*"abcde")])

    run(replica, office)

    assert office.calls == ["manifest", "chunk a", "chunk b", "chunk c", "counts", "chunk d", "chunk e"]
    assert replica.counted == Counts(seq=5, counts={"account": 1})


def test_resumed_first_sync_does_not_ask_again_how_much_there_is() -> None:
    replica, office = new_laptop(), FakeOffice(manifests=[manifest_of(*"abcdefgh")])

    def break_at_d(each: ChunkEntry, _cursor: str) -> ChunkBody:
        if each.place == "d":
            raise AppError(Code.SERVER_UNREACHABLE)
        return chunk_body(each.place)

    office.on_chunk = break_at_d
    with pytest.raises(AppError):
        run(replica, office)
    office.on_chunk = lambda each, _cursor: chunk_body(each.place)
    run(replica, office)

    assert office.calls.count("counts") == 1


def test_office_that_does_not_say_how_much_there_is_gives_everything_all_the_same() -> None:
    replica, office = new_laptop(), FakeOffice(manifests=[manifest_of(*"abcde")])
    office.on_counts = partial(refuse, Code.SERVER_BUSY)

    run(replica, office)

    assert replica.counted is None
    assert replica.cursor == "c5"


def test_answer_of_an_older_office_tells_numbers_only() -> None:
    told = msgspec.json.decode(b'{"seq": 7, "counts": {"account": 3}}', type=Counts)

    assert (told.counts, told.bytes, told.files) == ({"account": 3}, {}, [])


def test_chunks_fetched_ahead_come_in_order_too() -> None:
    replica, office = new_laptop(), FakeOffice(manifests=[manifest_of(*"abcdefgh")])

    list(FirstSync(replica, office, CancelToken()).steps(None))

    assert [each.values[0][0] for each in replica.slabs] == list("abcdefgh")


def test_first_sync_that_broke_off_goes_on_at_the_next_missing_chunk() -> None:
    replica, office = new_laptop(), FakeOffice(manifests=[manifest_of("a", "b", "c")])

    def break_at_b(each: ChunkEntry, _cursor: str) -> ChunkBody:
        if each.place == "b":
            raise AppError(Code.SERVER_UNREACHABLE)
        return chunk_body(each.place)

    office.on_chunk = break_at_b
    with pytest.raises(AppError):
        run(replica, office)
    calls = len(office.calls)
    office.on_chunk = lambda each, _cursor: chunk_body(each.place)

    run(replica, office)

    assert office.calls[calls:] == ["chunk b", "chunk c"]
    assert replica.cursor == "c5"


def test_end_of_it_stops_between_two_steps_when_it_is_cancelled() -> None:
    cancel = CancelToken()

    class Indexing(FakeReplica):
        def finish_manifest(self) -> Iterator[None]:
            cancel.set()
            yield from super().finish_manifest()

    replica = Indexing(cursor=None, seq=0)
    office = FakeOffice(manifests=[manifest_of("a")])
    with pytest.raises(CancelledError):
        list(FirstSync(replica, office, cancel).steps(None))
    stopped = replica.cursor

    run(replica, office)

    assert (stopped, replica.cursor) == (None, "c5")


def test_killed_before_its_end_it_only_ends() -> None:
    office = FakeOffice(manifests=[])
    replica = replace(new_laptop(), manifest=manifest_of("a"), here=["a" * 64], started=True)

    run(replica, office)

    assert office.calls == []
    assert replica.cursor == "c5"


def test_manifest_that_expired_is_followed_by_another_and_known_chunks_are_not_fetched_again() -> None:
    replica = new_laptop()
    office = FakeOffice(manifests=[manifest_of("a", "b", "c"), manifest_of("a", "d", seq=9)])

    def expire_at_b(each: ChunkEntry, _cursor: str) -> ChunkBody:
        if each.place == "b":
            raise AppError(Code.SNAPSHOT_EXPIRED)
        return chunk_body(each.place)

    office.on_chunk = expire_at_b
    run(replica, office)

    assert office.calls == ["manifest", "chunk a", "chunk b", "manifest", "chunk d"]
    assert (replica.cursor, replica.seq) == ("c9", 9)


def test_office_whose_manifests_expire_at_once_ends_the_run() -> None:
    office = FakeOffice(manifests=[manifest_of("a")] * 20)

    def expire(_entry: ChunkEntry, _cursor: str) -> ChunkBody:
        raise AppError(Code.SNAPSHOT_EXPIRED)

    office.on_chunk = expire
    with pytest.raises(AppError) as refused:
        run(new_laptop(), office)

    assert refused.value.code is Code.SNAPSHOT_EXPIRED
    assert office.calls.count("manifest") == 5


def test_chunk_whose_rows_have_changed_is_fetched_under_its_present_name() -> None:
    replica, office = new_laptop(), FakeOffice(manifests=[manifest_of("a")])

    def renamed(each: ChunkEntry, _cursor: str) -> ChunkBody:
        if each.name != "b" * 64:
            raise AppError(Code.CHUNK_CHANGED, name="b" * 64)
        return chunk_body("b")

    office.on_chunk = renamed
    run(replica, office)

    assert office.calls == ["manifest", "chunk a", "chunk b"]
    assert "b" * 64 in replica.here


def test_office_that_names_a_changed_chunk_with_rubbish_is_refused() -> None:
    office = FakeOffice(manifests=[manifest_of("a")])

    def renamed(_entry: ChunkEntry, _cursor: str) -> ChunkBody:
        raise AppError(Code.CHUNK_CHANGED, name="../../etc")

    office.on_chunk = renamed
    with pytest.raises(AppError) as refused:
        run(new_laptop(), office)

    assert refused.value.code is Code.CHUNK_CHANGED
    assert office.calls == ["manifest", "chunk a"]


def test_damaged_chunk_is_fetched_once_more() -> None:
    replica, office = new_laptop(), FakeOffice(manifests=[manifest_of("a")])
    damaged = [AppError(Code.CHUNK_DAMAGED)]

    def damaged_once(each: ChunkEntry, _cursor: str) -> ChunkBody:
        if damaged:
            raise damaged.pop()
        return chunk_body(each.place)

    office.on_chunk = damaged_once
    run(replica, office)

    assert office.calls == ["manifest", "chunk a", "chunk a"]
    assert len(replica.slabs) == 1


def test_chunk_that_is_damaged_twice_ends_the_run_and_nothing_of_it_is_stored() -> None:
    replica, office = new_laptop(), FakeOffice(manifests=[manifest_of("a")])

    def damaged(_entry: ChunkEntry, _cursor: str) -> ChunkBody:
        raise AppError(Code.CHUNK_DAMAGED)

    office.on_chunk = damaged
    with pytest.raises(AppError) as refused:
        run(replica, office)

    assert refused.value.code is Code.CHUNK_DAMAGED
    assert office.calls == ["manifest", "chunk a", "chunk a"]
    assert (replica.slabs, replica.cursor) == ([], None)


def test_what_follows_a_chunk_in_its_place_comes_directly_after_it() -> None:
    replica, office = new_laptop(), FakeOffice(manifests=[manifest_of("a", "z")])
    rests = {"a": entry("b"), "b": entry("c")}
    office.on_chunk = lambda each, _cursor: chunk_body(each.place, rests.get(each.place))

    run(replica, office)

    assert office.calls == ["manifest", "chunk a", "chunk b", "chunk c", "counts", "chunk z"]


def test_cut_between_the_parts_of_a_place_goes_on_with_the_next_part() -> None:
    replica, office = new_laptop(), FakeOffice(manifests=[manifest_of("a")])

    def cut(each: ChunkEntry, _cursor: str) -> ChunkBody:
        if each.place == "b":
            raise AppError(Code.SERVER_UNREACHABLE)
        return chunk_body(each.place, entry("b"))

    office.on_chunk = cut
    with pytest.raises(AppError):
        run(replica, office)
    office.on_chunk = lambda each, _cursor: chunk_body(each.place)

    run(replica, office)

    assert office.calls == ["manifest", "chunk a", "chunk b", "chunk b"]
    assert replica.cursor == "c5"


def test_office_from_before_manifests_is_asked_for_slices() -> None:
    replica, office = new_laptop(), FakeOffice(manifests=None)

    run(replica, office)

    assert office.calls == ["snapshot"]
    assert replica.cursor == "c5"


def test_slices_that_were_begun_are_gone_on_with() -> None:
    replica, office = new_laptop(), FakeOffice(manifests=[manifest_of("a")])
    asked: list[str | None] = []

    def last(after: str | None) -> Chunk:
        asked.append(after)
        return last_chunk(5)

    office.on_snapshot = last
    list(FirstSync(replica, office, None).steps("account:40"))

    assert asked == ["account:40"]
