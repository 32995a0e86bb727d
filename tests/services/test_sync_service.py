"""When a profile syncs: on request, after saves, from time to time, and never twice at once."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from desktop.domain.changes import ChangeSet, Origin
from desktop.services import sync_service
from desktop.services.jobs import Jobs
from desktop.services.sync_service import SyncParts, SyncService
from desktop.services.sync_status import Figures, StatusBoard, SyncStatus, Tone
from desktop.system.locks import FileLock
from sync.client.backoff import Backoff
from sync.client.cancel import CancelledError
from sync.contract.clock import SystemClock
from sync.contract.errors import AppError, Code
from sync.contract.wire import Action, Chunk, HelloAnswer, HelloRequest
from tests.sync.fake_ports import USER, FakeOffice, FakeReplica, chunk, edit, last_chunk, refuse

WAIT_S = 10
NEVER_S = 1000.0
SAVED = ChangeSet(Origin.COMMAND, {"account": frozenset({"a"})})


class Line(FakeOffice):
    """An office behind a connection; ``hellos`` counts how often a sync began, ``closed`` how often it was hung up."""

    def __init__(self) -> None:
        super().__init__(action=Action.NOTHING)
        self.closed = 0
        self.hellos = 0
        self.changed = threading.Condition()
        self.on_hello: Callable[[], object] = lambda: None

    def hello(self, request: HelloRequest) -> HelloAnswer:
        with self.changed:
            self.hellos += 1
            self.changed.notify_all()
        self.on_hello()
        return super().hello(request)

    def close(self) -> None:
        self.closed += 1

    def wait_for_hello(self, number: int) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: self.hellos >= number, WAIT_S)


@dataclass
class Laptop:
    """A sync service on fake ports."""

    folder: Path
    jobs: Jobs = field(default_factory=Jobs)
    replica: FakeReplica = field(default_factory=FakeReplica)
    line: Line = field(default_factory=Line)
    published: list[ChangeSet] = field(default_factory=list)
    was_whole: list[bool] = field(default_factory=list)
    statuses: list[SyncStatus] = field(default_factory=list)
    chance: float = 0.0
    backoff: Backoff = field(default_factory=lambda: Backoff(base_s=NEVER_S, cap_s=NEVER_S))

    def __post_init__(self) -> None:
        self.board = StatusBoard(
            lambda: Figures(pending=len(self.replica.mutations), complete=self.replica.cursor is not None)
        )
        self.board.subscribe(self.statuses.append)
        parts = SyncParts(
            replica=self.replica,
            connect=lambda: self.line,
            user_id=USER,
            lock=self.lock(),
            publish=self.publish,
            status=self.board,
            clock=SystemClock(),
            chance=lambda: self.chance,
            backoff=self.backoff,
        )
        self.service = SyncService(parts, self.jobs)

    def publish(self, changes: ChangeSet) -> None:
        self.published.append(changes)
        self.was_whole.append(self.replica.cursor is not None)

    def lock(self) -> FileLock:
        return FileLock(self.folder / "sync.lock")

    def tones(self) -> list[Tone]:
        return [each.tone for each in self.statuses]

    def idle(self) -> None:
        """Wait until the network lane has done what was submitted so far."""
        self.jobs.submit_network(lambda: None).result(WAIT_S)


@pytest.fixture
def laptop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Laptop]:
    monkeypatch.setattr(sync_service, "SOON_S", 0.0)
    laptop = Laptop(tmp_path)
    yield laptop
    laptop.service.stop()
    laptop.jobs.close()


def test_sync_puts_up_what_goes_on(laptop: Laptop) -> None:
    laptop.replica.mutations = [edit(1), edit(2)]
    laptop.line.max_mutations = 1

    report = laptop.service.sync()

    assert report.pushed == 2
    assert [each.sending for each in laptop.statuses if each.sending] == [(0, 2), (1, 2), (2, 2)]
    assert laptop.board.current.tone is Tone.SENT
    assert laptop.board.current.online


def test_first_sync_says_how_far_it_is(laptop: Laptop) -> None:
    laptop.replica.cursor = None
    laptop.line.on_snapshot = lambda after: last_chunk(5) if after == "2" else chunk(int(after or 0), 2)

    laptop.service.sync()

    assert Tone.FIRST in laptop.tones()
    assert (1, 2) in [each.first_sync for each in laptop.statuses]
    assert laptop.board.current.first_sync is None
    assert ChangeSet(Origin.SYNC, {"account": frozenset()}) in laptop.published


def test_what_waits_for_the_end_of_a_first_sync_hears_of_it(laptop: Laptop) -> None:
    laptop.replica.cursor = None
    laptop.line.on_snapshot = lambda after: last_chunk(5) if after == "2" else chunk(int(after or 0), 2)

    laptop.service.sync()

    assert laptop.was_whole[-1]


def test_second_sync_at_the_same_time_is_refused(laptop: Laptop) -> None:
    with laptop.lock().trying(), pytest.raises(AppError) as caught:
        laptop.service.sync()

    assert caught.value.code is Code.SYNC_RUNNING
    assert laptop.line.hellos == 0


def test_failed_sync_is_calm_and_tells_why(laptop: Laptop) -> None:
    laptop.line.on_hello = lambda: refuse(Code.SERVER_UNREACHABLE)

    with pytest.raises(AppError):
        laptop.service.sync()

    status = laptop.board.current
    assert (status.tone, status.online, status.running) == (Tone.OFFLINE, False, False)
    assert status.error is Code.SERVER_UNREACHABLE
    assert laptop.line.closed == 1


def test_sync_without_memory_is_refused_and_tried_again(laptop: Laptop) -> None:
    def lack() -> None:
        raise MemoryError

    laptop.line.on_hello = lack
    with pytest.raises(AppError) as caught:
        laptop.service.sync()
    laptop.line.on_hello = lambda: None
    laptop.service.sync()

    assert caught.value.code is Code.MEMORY_FULL
    assert laptop.board.current.tone is Tone.SENT


def test_sync_that_cannot_be_locked_says_what_the_disk_does(laptop: Laptop) -> None:
    (laptop.folder / "sync.lock").symlink_to("sync.lock")

    with pytest.raises(AppError) as caught:
        laptop.service.sync()

    assert caught.value.code is Code.DISK_UNUSABLE
    assert (laptop.board.current.tone, laptop.board.current.error) == (Tone.ATTENTION, Code.DISK_UNUSABLE)
    assert laptop.line.hellos == 0


def test_ended_sign_in_asks_for_the_user_and_rests(laptop: Laptop) -> None:
    laptop.line.on_hello = lambda: refuse(Code.SIGN_IN_ENDED)

    laptop.service.start(0.0)
    assert laptop.line.wait_for_hello(1)
    laptop.idle()
    laptop.service.note_change(SAVED)
    laptop.idle()

    assert laptop.board.current.tone is Tone.ATTENTION
    assert laptop.line.hellos == 1


def test_broken_sync_does_not_stay_under_way(laptop: Laptop) -> None:
    laptop.line.on_hello = lambda: int("three")

    with pytest.raises(ValueError, match="three"):
        laptop.service.sync()

    assert not laptop.board.current.running


def test_started_service_syncs_again_and_again(laptop: Laptop) -> None:
    laptop.service.start(0.0)

    assert laptop.line.wait_for_hello(3)
    assert laptop.line.closed == 0


def test_save_is_sent_soon(laptop: Laptop) -> None:
    laptop.service.start(NEVER_S)
    assert laptop.line.wait_for_hello(1)
    laptop.idle()

    laptop.replica.mutations = [edit(1)]
    laptop.service.note_change(SAVED)

    assert laptop.line.wait_for_hello(2)
    laptop.idle()
    assert not laptop.replica.mutations


def test_what_a_sync_changed_does_not_start_another(laptop: Laptop) -> None:
    laptop.service.start(NEVER_S)
    assert laptop.line.wait_for_hello(1)
    laptop.idle()

    laptop.service.note_change(ChangeSet(Origin.SYNC, {"account": frozenset({"a"})}))
    laptop.idle()

    assert laptop.line.hellos == 1


def test_absent_office_is_tried_again_later_and_later(tmp_path: Path) -> None:
    waits: list[int] = []

    class Recording(Backoff):
        def delay_s(self, failures: int, *, chance: float, retry_after_s: float | None = None) -> float:
            waits.append(failures)
            return 0.0 if failures < 4 else NEVER_S

    laptop = Laptop(tmp_path, backoff=Recording())
    laptop.line.on_hello = lambda: refuse(Code.SERVER_UNREACHABLE)
    laptop.service.start(NEVER_S)

    assert laptop.line.wait_for_hello(4)
    laptop.idle()
    assert waits == [1, 2, 3, 4]
    assert laptop.board.current.retry_at is not None

    laptop.line.on_hello = lambda: None
    laptop.service.sync_soon()
    assert laptop.line.wait_for_hello(5)
    laptop.idle()
    assert laptop.board.current.online
    laptop.service.stop()
    laptop.jobs.close()


def test_save_does_not_wake_an_absent_office_early(laptop: Laptop) -> None:
    laptop.chance = 1.0
    laptop.line.on_hello = lambda: refuse(Code.SERVER_UNREACHABLE)
    laptop.service.start(NEVER_S)
    assert laptop.line.wait_for_hello(1)
    laptop.idle()

    laptop.service.note_change(SAVED)
    laptop.idle()

    assert laptop.line.hellos == 1


def test_new_sign_in_is_used_at_once(laptop: Laptop) -> None:
    laptop.service.start(NEVER_S)
    assert laptop.line.wait_for_hello(1)
    laptop.idle()

    laptop.service.reconnect()

    assert laptop.line.wait_for_hello(2)
    assert laptop.line.closed == 1


def test_stop_ends_a_sync_that_waits_for_a_silent_network(laptop: Laptop) -> None:
    silence = threading.Event()
    laptop.line.on_hello = lambda: silence.wait(WAIT_S)
    ended = laptop.jobs.submit_network(laptop.service.sync)
    assert laptop.line.wait_for_hello(1)

    laptop.service.stop()

    assert isinstance(ended.exception(WAIT_S), CancelledError)
    assert not laptop.board.current.running
    silence.set()


def test_stop_ends_a_first_sync_between_two_slices(laptop: Laptop) -> None:
    laptop.replica.cursor = None

    def endless(after: str | None) -> Chunk:
        if len(laptop.replica.chunks) >= 3:
            laptop.service.stop()
        return chunk(int(after or 0), 10**6)

    laptop.line.on_snapshot = endless

    with pytest.raises(CancelledError):
        laptop.service.sync()

    assert laptop.replica.started


def test_paused_service_syncs_only_when_asked(laptop: Laptop) -> None:
    laptop.service.pause()
    laptop.service.start(0.0)
    laptop.service.note_change(SAVED)
    laptop.idle()
    before = laptop.line.hellos

    laptop.service.sync_soon()

    assert laptop.line.wait_for_hello(1)
    laptop.idle()
    assert (before, laptop.line.hellos) == (0, 1)


def test_first_sync_that_waited_for_its_turn_does_not_begin_once_paused(laptop: Laptop) -> None:
    laptop.replica.cursor = None
    laptop.line.on_snapshot = lambda _after: last_chunk(5)
    lane_is_free = threading.Event()
    laptop.jobs.submit_network(lane_is_free.wait)
    laptop.service._in_background()  # noqa: SLF001 - as the timer does

    laptop.service.pause()
    lane_is_free.set()
    laptop.idle()
    before = laptop.line.hellos
    laptop.service.start(NEVER_S)
    laptop.service.sync_soon()

    assert laptop.line.wait_for_hello(1)
    laptop.idle()
    assert (before, laptop.line.hellos, laptop.replica.cursor is None) == (0, 1, False)


def test_first_sync_that_is_about_to_begin_does_not_once_paused(laptop: Laptop) -> None:
    laptop.replica.cursor = None
    laptop.board.subscribe(lambda status: laptop.service.pause() if status.running else None)

    with pytest.raises(CancelledError):
        laptop.service.sync()

    assert laptop.line.hellos == 0


def test_resumed_service_syncs_by_itself_again(laptop: Laptop) -> None:
    laptop.service.pause()
    laptop.service.start(0.0)

    laptop.service.resume()

    assert laptop.line.wait_for_hello(3)


def test_news_of_the_office_start_a_sync(laptop: Laptop) -> None:
    laptop.service.start(NEVER_S)
    assert laptop.line.wait_for_hello(1)
    laptop.idle()

    laptop.service.hear_office(0.0)

    assert laptop.line.wait_for_hello(2)


def test_news_for_a_herd_wait_for_their_turn(laptop: Laptop) -> None:
    laptop.chance = 0.5
    laptop.service.start(NEVER_S)
    assert laptop.line.wait_for_hello(1)
    laptop.idle()

    laptop.service.hear_office(NEVER_S)
    laptop.idle()

    assert laptop.line.hellos == 1


def test_office_that_was_out_of_reach_and_is_heard_again_is_asked_at_once(laptop: Laptop) -> None:
    laptop.chance = 1.0
    laptop.line.on_hello = lambda: refuse(Code.SERVER_UNREACHABLE)
    laptop.service.start(NEVER_S)
    assert laptop.line.wait_for_hello(1)
    laptop.idle()
    laptop.chance = 0.0

    laptop.service.hear_office(0.0)

    assert laptop.line.wait_for_hello(2)


@pytest.mark.parametrize("code", [Code.SERVER_BUSY, Code.INTERNAL, Code.NOT_PERMITTED])
def test_office_that_refuses_is_not_asked_again_because_of_news(laptop: Laptop, code: Code) -> None:
    laptop.chance = 1.0
    laptop.line.on_hello = lambda: refuse(code)
    laptop.service.start(NEVER_S)
    assert laptop.line.wait_for_hello(1)
    laptop.idle()

    laptop.service.hear_office(0.0)
    laptop.idle()

    assert laptop.line.hellos == 1


def test_laptop_that_came_back_syncs_over_a_new_connection(laptop: Laptop) -> None:
    laptop.chance = 1.0
    laptop.service.start(NEVER_S)
    assert laptop.line.wait_for_hello(1)
    laptop.idle()
    before = laptop.line.closed

    laptop.service.come_back()

    assert laptop.line.wait_for_hello(2)
    assert (before, laptop.line.closed) == (0, 1)


def test_laptop_that_came_back_still_leaves_a_busy_office_alone(laptop: Laptop) -> None:
    def busy() -> None:
        raise AppError(Code.SERVER_BUSY, retry_after_s=NEVER_S)

    laptop.line.on_hello = busy
    laptop.service.start(NEVER_S)
    assert laptop.line.wait_for_hello(1)
    laptop.idle()

    laptop.service.come_back()
    laptop.service.note_change(SAVED)
    laptop.idle()

    assert laptop.line.hellos == 1


def test_paused_service_does_not_heed_news(laptop: Laptop) -> None:
    laptop.service.pause()
    laptop.service.start(0.0)

    laptop.service.hear_office(0.0)
    laptop.service.come_back()
    laptop.idle()

    assert laptop.line.hellos == 0
