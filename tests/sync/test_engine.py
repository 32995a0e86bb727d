"""One run from hello to its report, with an office that behaves oddly."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count

import pytest

from sync.client import engine
from sync.client.cancel import CancelledError, CancelToken
from sync.client.engine import Engine
from sync.client.ports import Lineage, Standing, Taken
from sync.client.report import Phase, SyncReport
from sync.contract.clock import SystemClock
from sync.contract.digest import Sum
from sync.contract.errors import AppError, Code
from sync.contract.wire import Action, Chunk, Echo, HelloRequest, PullAnswer, PushRequest, Row
from tests.sync.fake_ports import USER, FakeOffice, FakeReplica, chunk, edit, last_chunk, page

WAIT_S = 10


class Laptop:
    """A run's parts with what they told."""

    def __init__(self, replica: FakeReplica, office: FakeOffice) -> None:
        self.replica = replica
        self.office = office
        self.applied: list[Taken] = []
        self.told: list[tuple[Phase, int, int]] = []
        self.after_step: Callable[[], None] = lambda: None

    def run(self, *, compare: bool = True, cancel: CancelToken | None = None) -> SyncReport:
        engine = Engine(
            replica=self.replica,
            office=self.office,
            user_id=USER,
            clock=SystemClock(),
            elapsed=lambda: 0.0,
            nonce=lambda: "nonce",
            applied=self.applied.append,
        )
        return engine.run(compare=compare, cancel=cancel, progress=self._hear)

    def _hear(self, phase: Phase, done: int, total: int) -> None:
        self.told.append((phase, done, total))
        self.after_step()


def test_sync_with_nothing_to_do_is_one_request() -> None:
    laptop = Laptop(FakeReplica(), FakeOffice(action=Action.NOTHING))

    report = laptop.run()

    assert laptop.office.calls == ["hello"]
    assert report == SyncReport(cursor="c5")
    assert [each.error for each in laptop.replica.runs] == [""]


def test_first_sync_fetches_everything_then_reads_the_log() -> None:
    replica, office = FakeReplica(cursor=None, seq=0), FakeOffice(action=Action.SNAPSHOT)
    office.on_snapshot = lambda after: last_chunk(5) if after == "3" else chunk(int(after or 0), 3)
    laptop = Laptop(replica, office)

    report = laptop.run(compare=False)

    assert office.calls == ["hello", *["snapshot"] * 4, "pull"]
    assert report.first
    assert report.pulled == 4
    assert [done for phase, done, _ in laptop.told if phase is Phase.FIRST] == [0, 1, 2, 1]


def test_interrupted_first_sync_keeps_what_it_has_and_goes_on() -> None:
    replica, office = FakeReplica(cursor=None, seq=0), FakeOffice(action=Action.SNAPSHOT)

    def break_at_two(after: str | None) -> Chunk:
        if after == "2":
            raise AppError(Code.SERVER_UNREACHABLE)
        return chunk(int(after or 0), 3)

    office.on_snapshot = break_at_two
    with pytest.raises(AppError):
        Laptop(replica, office).run()
    fetched: list[str | None] = []

    def rest(after: str | None) -> Chunk:
        fetched.append(after)
        return last_chunk(5)

    office.on_snapshot = rest
    report = Laptop(replica, office).run(compare=False)

    assert [each.done for each in replica.chunks] == [0, 1, 1]
    assert fetched == ["2"]
    assert report.first
    assert [each.error for each in replica.runs] == ["server_unreachable", ""]


def test_log_is_read_page_by_page() -> None:
    replica, office = FakeReplica(), FakeOffice(head=8)
    office.on_pull = lambda cursor: page(int(cursor[1:]) + 1, head=8, more=cursor != "c7")

    Laptop(replica, office).run(compare=False)

    assert [each.seq for each in replica.pages] == [6, 7, 8]


def test_page_that_is_too_large_is_asked_for_in_smaller_ones() -> None:
    office, limits = FakeOffice(head=6), []

    def too_large_above_100(cursor: str, limit: int, kept: str = "", *, echoes: bool = False) -> PullAnswer:
        limits.append(limit)
        if limit > 100:
            raise AppError(Code.NOT_A_SERVER, too_large=1)
        return page(6, head=6)

    office.pull = too_large_above_100  # type: ignore[method-assign]

    Laptop(FakeReplica(), office).run(compare=False)

    assert limits == [1000, 250, 62]


def test_office_that_names_what_it_was_asked_to_tell_ends_the_run() -> None:
    office = FakeOffice(head=8)
    office.on_pull = lambda _cursor: page(8, head=8, echoes=[Echo(type="account", id="a", version=9)])

    with pytest.raises(AppError) as refused:
        Laptop(FakeReplica(), office).run(compare=False)

    assert refused.value.code is Code.NOT_A_SERVER
    assert office.calls == ["hello", "pull", "pull whole"]


def test_office_that_promises_more_and_stays_where_it_is_ends_the_run() -> None:
    office = FakeOffice(head=8)
    office.on_pull = lambda cursor: page(5, head=8, more=True, cursor=cursor)

    with pytest.raises(AppError) as caught:
        Laptop(FakeReplica(), office).run()

    assert caught.value.code is Code.NOT_A_SERVER


@pytest.mark.allow_logs("fetching everything anew")
@pytest.mark.parametrize("action", [Action.DIVERGED, Action.SNAPSHOT])
def test_laptop_that_the_office_cannot_place_starts_over_and_keeps_its_outbox(action: Action) -> None:
    replica, office = FakeReplica(mutations=[edit(1)]), FakeOffice(action=action)

    report = Laptop(replica, office).run(compare=False)

    assert office.calls == ["hello", "snapshot", "push", "pull"]
    assert replica.restarts == 1
    assert report.pushed == 1


@pytest.mark.allow_logs("fetching everything anew")
def test_cursor_that_turns_out_unknown_while_reading_starts_over() -> None:
    office = FakeOffice(head=8)

    def unknown_once(cursor: str) -> PullAnswer:
        if cursor == "c5":
            raise AppError(Code.CURSOR_DIVERGED)
        return page(8, head=8)

    office.on_pull = unknown_once
    office.on_snapshot = lambda _: last_chunk(7)
    laptop = Laptop(FakeReplica(), office)

    laptop.run(compare=False)

    assert office.calls == ["hello", "pull", "hello", "pull", "snapshot", "pull"]


@pytest.mark.allow_logs("fetching everything anew")
def test_office_that_never_knows_the_cursor_ends_the_run() -> None:
    office = FakeOffice(head=8)

    def never(_cursor: str) -> PullAnswer:
        raise AppError(Code.CURSOR_DIVERGED)

    office.on_pull = never

    with pytest.raises(AppError) as caught:
        Laptop(FakeReplica(), office).run()

    assert caught.value.code is Code.CURSOR_DIVERGED
    assert office.calls.count("snapshot") == 1


@pytest.mark.allow_logs("fetching everything anew")
def test_office_that_is_set_back_between_hello_and_push_is_asked_where_it_stands() -> None:
    replica, office = FakeReplica(mutations=[edit(1)]), FakeOffice()
    told: list[str] = []

    def set_back_once(request: PushRequest) -> None:
        told.append(request.cursor)
        if len(told) == 1:
            office.action = Action.DIVERGED
            raise AppError(Code.CURSOR_DIVERGED)

    office.on_push = set_back_once

    report = Laptop(replica, office).run(compare=False)

    assert office.calls == ["hello", "push", "hello", "snapshot", "push", "pull"]
    assert told == ["c5", "c5"]
    assert (report.pushed, report.set_back) == (1, True)


@pytest.mark.allow_logs("fetching everything anew")
def test_office_that_never_takes_what_it_calls_another_history_ends_the_run() -> None:
    replica, office = FakeReplica(mutations=[edit(1)]), FakeOffice()

    def never(_request: PushRequest) -> None:
        raise AppError(Code.CURSOR_DIVERGED)

    office.on_push = never

    with pytest.raises(AppError) as caught:
        Laptop(replica, office).run()

    assert caught.value.code is Code.CURSOR_DIVERGED
    assert office.calls == ["hello", "push", "hello", "push", "snapshot", "push"]
    assert [each.n for each in replica.mutations] == [1]


def test_office_that_needs_a_newer_program_is_handed_edits_whatever_it_knows_of_the_position() -> None:
    replica, office = FakeReplica(mutations=[edit(1)]), FakeOffice(action=Action.UPGRADE)
    told: list[str] = []
    office.on_push = lambda request: told.append(request.cursor)

    with pytest.raises(AppError) as caught:
        Laptop(replica, office).run()

    assert caught.value.code is Code.CLIENT_TOO_OLD
    assert (told, replica.mutations) == ([""], [])


def test_office_that_needs_a_newer_program_and_takes_no_edits_ends_the_run() -> None:
    replica, office = FakeReplica(mutations=[edit(1)]), FakeOffice(action=Action.UPGRADE)

    def never(_request: PushRequest) -> None:
        raise AppError(Code.CURSOR_DIVERGED)

    office.on_push = never

    with pytest.raises(AppError) as caught:
        Laptop(replica, office).run()

    assert caught.value.code is Code.CURSOR_DIVERGED
    assert [each.n for each in replica.mutations] == [1]


def moved_page() -> PullAnswer:
    row = Row(type="account", id="a", scope="a", version=6, deleted=False, fields={"name": "A"})
    return replace(page(6, head=6), rows=[row])


SAME = Sum(3, 77)
OTHER = Sum(3, 78)


def test_equal_digests_are_reported_as_compared() -> None:
    office = FakeOffice(head=6, sum=SAME)
    office.on_pull = lambda _: moved_page()

    report = Laptop(FakeReplica(sum=SAME), office).run()

    assert (report.compared, report.repaired) == (True, 0)


@pytest.mark.allow_logs("rows differ from the office's")
def test_scopes_that_differ_are_fetched_again() -> None:
    office = FakeOffice(head=6, sum=OTHER)
    office.on_pull = lambda _: moved_page()
    replica = FakeReplica(sum=SAME)

    report = Laptop(replica, office).run()

    assert (report.compared, report.repaired) == (True, 1)
    assert (replica.mended, replica.restarts) == (["a"], 0)


@pytest.mark.allow_logs("rows differ from the office's")
def test_when_very_much_differs_everything_is_fetched_anew_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "MAX_REPAIRS", 0)
    office = FakeOffice(head=6, sum=OTHER)
    office.on_pull = lambda _: moved_page()
    replica = FakeReplica(sum=SAME)

    report = Laptop(replica, office).run()

    assert report.compared is False
    assert (replica.mended, replica.restarts) == ([], 1)


def test_digests_are_not_compared_across_a_change_in_between() -> None:
    office = FakeOffice(head=6, sum=OTHER, compared_at=9)
    office.on_pull = lambda _: moved_page()
    replica = FakeReplica(sum=SAME)

    report = Laptop(replica, office).run()

    assert report.compared is None
    assert (replica.mended, replica.restarts) == ([], 0)
    assert office.calls.count("digest") == 2


def test_digest_that_cannot_be_compared_is_not_asked_for() -> None:
    office = FakeOffice(head=6)
    office.on_pull = lambda _: moved_page()

    report = Laptop(FakeReplica(sum=None), office).run()

    assert report.compared is None
    assert "digest" not in office.calls


def test_office_that_knows_another_user_gets_nothing() -> None:
    replica, office = FakeReplica(mutations=[edit(1)]), FakeOffice(user_id="somebody else")

    with pytest.raises(AppError) as caught:
        Laptop(replica, office).run()

    assert caught.value.code is Code.WRONG_USER
    assert office.calls == ["hello"]
    assert len(replica.mutations) == 1


def test_program_that_is_too_old_hands_in_its_edits_first() -> None:
    replica, office = FakeReplica(mutations=[edit(1)]), FakeOffice(action=Action.UPGRADE)

    with pytest.raises(AppError) as caught:
        Laptop(replica, office).run()

    assert caught.value.code is Code.CLIENT_TOO_OLD
    assert office.calls == ["hello", "push"]
    assert not replica.mutations


def test_every_commit_is_told() -> None:
    replica, office = FakeReplica(mutations=[edit(1)]), FakeOffice(head=6)
    laptop = Laptop(replica, office)

    laptop.run(compare=False)

    assert [each.settled for each in laptop.applied] == [1]
    assert (Phase.SEND, 1, 1) in laptop.told


def test_run_without_an_answer_ends_when_it_is_cancelled() -> None:
    cancel, silence = CancelToken(), threading.Event()

    class Silent(FakeOffice):
        def hello(self, request: HelloRequest) -> object:  # type: ignore[override]
            cancel.set()
            silence.wait(WAIT_S)
            return None

    replica = FakeReplica(mutations=[edit(1)])

    with pytest.raises(CancelledError):
        Laptop(replica, Silent()).run(cancel=cancel)

    silence.set()
    assert not replica.runs
    assert len(replica.mutations) == 1


def test_taking_off_stops_between_two_transactions_when_it_is_cancelled() -> None:
    cancel = CancelToken()

    class Much(FakeReplica):
        def standing(self) -> Standing:
            return replace(super().standing(), purge_due=True)

        def purge(self) -> Iterator[Taken]:
            for number in count():
                if number == 1:
                    cancel.set()
                yield Taken(records={"account": frozenset({str(number)})})

    laptop = Laptop(Much(), FakeOffice())

    with pytest.raises(CancelledError):
        laptop.run(cancel=cancel)

    assert [each.records for each in laptop.applied] == [{"account": frozenset({each})} for each in "01"]


def test_handing_in_again_stops_between_two_transactions_when_it_is_cancelled() -> None:
    cancel = CancelToken()

    class Much(FakeReplica):
        slices = 0

        def offer_some(self) -> bool:
            self.slices += 1
            if self.slices == 2:
                cancel.set()
            return True

    laptop = Laptop(Much(), FakeOffice())

    with pytest.raises(CancelledError):
        laptop.run(cancel=cancel)

    assert laptop.office.calls == []


def test_first_sync_stops_between_two_slices_when_it_is_cancelled() -> None:
    cancel = CancelToken()
    replica, office = FakeReplica(cursor=None, seq=0), FakeOffice(action=Action.SNAPSHOT)
    office.on_snapshot = lambda after: chunk(int(after or 0), 100)
    laptop = Laptop(replica, office)
    laptop.after_step = lambda: cancel.set() if replica.chunks else None

    with pytest.raises(CancelledError):
        laptop.run(cancel=cancel)

    assert len(replica.chunks) == 1
    assert replica.started


@pytest.mark.allow_logs("going on under a new one")
def test_laptop_that_parted_says_hello_again_under_its_new_id() -> None:
    office = FakeOffice(head=5, action=Action.NOTHING)
    replica = FakeReplica(mutations=[edit(1)], lineages=[Lineage.PARTED])

    Laptop(replica, office).run()

    assert office.calls[:4] == ["hello", "part new 1", "hello", "push"]
    assert (replica.parted, replica.offered) == (["other"], [])
    assert replica.runs[-1].data == {"parted": True}


@pytest.mark.allow_logs("the office was set back", "fetching everything anew")
def test_office_that_lost_edits_is_offered_them_again() -> None:
    office = FakeOffice(head=5, action=Action.DIVERGED)
    replica = FakeReplica(lineages=[Lineage.LOST], cursor="c5")

    Laptop(replica, office).run()

    assert (replica.offered, replica.parted) == ([0], ["other"])
    assert office.calls[:4] == ["hello", "part new 0", "hello", "snapshot"]


@pytest.mark.allow_logs("going on under a new one")
def test_office_that_answers_at_random_ends_the_run() -> None:
    office = FakeOffice(head=5, action=Action.NOTHING)
    replica = FakeReplica(lineages=[Lineage.PARTED, Lineage.PARTED])

    with pytest.raises(AppError) as refused:
        Laptop(replica, office).run()

    assert refused.value.code is Code.NOT_A_SERVER
