"""The lane of files: after each sync, never two at once, quiet when the office wants rest, gone with the program."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.services.files import Where
from desktop.services.files_service import FileService
from desktop.system.locks import FileLock
from desktop.system.settings import FILES_OTHERS
from sync.contract.errors import AppError, Code
from tests.helpers.fault_proxy import Answer, Blackhole, Call, FaultProxy
from tests.helpers.fleet import Fleet, FleetLaptop
from tests.helpers.office import Office

_LONG_S = 60


@pytest.fixture
def fleet(sqlite_office: Office, tmp_path: Path) -> Iterator[Fleet]:
    with Fleet(sqlite_office, tmp_path) as fleet:
        yield fleet


@pytest.fixture
def proxy(fleet: Fleet) -> Iterator[FaultProxy]:
    with FaultProxy(fleet.office.url) as proxy:
        yield proxy


@pytest.fixture
def ana(fleet: Fleet) -> FleetLaptop:
    return fleet.laptop("ana")


def attached(laptop: FleetLaptop, folder: Path) -> str:
    file = folder / "notes.txt"
    file.write_bytes(b"what was said")
    made = laptop.app.files.attach("account", laptop.add("account", name="Acme"), file)
    file.unlink()
    return made


def test_file_goes_out_by_itself_after_the_sync_that_took_its_record(ana: FleetLaptop, tmp_path: Path) -> None:
    record = attached(ana, tmp_path)
    arrived = threading.Event()

    def look(*_changes: object) -> None:
        if ana.app.files.state(record).where is Where.HERE:
            arrived.set()

    ana.app.hub.subscribe(look)
    ana.app.start(3600)

    assert arrived.wait(_LONG_S)


def test_second_delivery_of_a_profile_leaves_the_first_alone(ana: FleetLaptop, tmp_path: Path) -> None:
    attached(ana, tmp_path)
    ana.sync()
    other = FileLock(ana.paths.folder / "files.lock")

    with other.trying():
        assert ana.app.file_service.deliver() is None
    done = ana.app.file_service.deliver()

    assert done is not None
    assert done.sent == 1


def test_office_that_wants_rest_gets_it(ana: FleetLaptop, proxy: FaultProxy, tmp_path: Path) -> None:
    attached(ana, tmp_path)
    ana.sync()
    ana.talk_through(proxy.address)
    service = ana.app.file_service
    proxy.always(Answer(503, {"Retry-After": "3000"}))
    service.start()
    assert proxy.wait_for(1)
    ana.app.file_service._lane.submit(int).result(_LONG_S)  # noqa: SLF001 - the lane is empty again
    begun = len(proxy.seen)

    ana.app.status.change(lambda status: replace(status, last_sync_at="2026-11-22T00:00:00.000Z"))
    service._lane.submit(int).result(_LONG_S)  # noqa: SLF001 - nothing came before this

    assert len(proxy.seen) == begun


def test_program_ends_while_a_file_hangs(ana: FleetLaptop, proxy: FaultProxy, tmp_path: Path) -> None:
    record = attached(ana, tmp_path)
    ana.sync()
    ana.talk_through(proxy.address)
    proxy.next(Call(), Blackhole())
    ana.app.file_service.start()
    assert proxy.wait_for(2)

    ana.reopen()
    proxy.always(Call())
    ana.app.file_service.deliver()
    ana.sync()

    assert ana.app.files.state(record).where is Where.HERE


def test_store_stays_closed_although_a_screen_asks_while_the_program_ends(ana: FleetLaptop, tmp_path: Path) -> None:
    record = attached(ana, tmp_path)
    ana.app.file_service.start()
    close_hub = ana.app.hub.close

    def ask_once_more() -> None:
        assert ana.app.files.state(record).where is not Where.NOWHERE
        close_hub()

    with pytest.MonkeyPatch.context() as ending:
        ending.setattr(ana.app.hub, "close", ask_once_more)
        ana.close()

    assert not ana.paths.files.with_name("files.db-wal").exists()


def test_nothing_is_asked_of_the_office_when_there_is_nothing_to_carry(ana: FleetLaptop, proxy: FaultProxy) -> None:
    ana.talk_through(proxy.address)

    done = ana.app.file_service.deliver()

    assert done is not None
    assert proxy.seen == []


def test_sign_in_that_ended_is_told_when_a_file_is_wanted(fleet: Fleet, ana: FleetLaptop, tmp_path: Path) -> None:
    ben = fleet.laptop("ben")
    record = attached(ana, tmp_path)
    ana.sync()
    ana.app.file_service.deliver()
    ben.sync()
    assert fleet.office.run("user", "disable", "ben").code == 0

    with pytest.raises(AppError) as refused:
        ben.app.files.save(record, tmp_path)

    assert refused.value.code is Code.FILE_NOT_FETCHED


def test_files_that_are_chosen_come_at_once_without_another_sync(
    fleet: Fleet, ana: FleetLaptop, tmp_path: Path
) -> None:
    ben = fleet.laptop("ben")
    record = attached(ana, tmp_path)
    ana.sync()
    ana.app.file_service.deliver()
    ana.sync()
    ben.sync()
    ben.app.file_service.start()
    ben.app.file_service._lane.submit(int).result(_LONG_S)  # noqa: SLF001 - nothing is under way any more
    before = ben.app.files.state(record).where
    arrived = threading.Event()

    def look(*_changes: object) -> None:
        if ben.app.files.state(record).where is Where.HERE:
            arrived.set()

    ben.app.hub.subscribe(look)
    ben.app.settings.set(FILES_OTHERS, value=True)
    ben.app.file_service.choose_again()

    assert arrived.wait(_LONG_S)
    assert before is Where.OFFICE


def test_end_of_a_sync_that_ran_when_it_was_paused_carries_no_file(ana: FleetLaptop, tmp_path: Path) -> None:
    attached(ana, tmp_path)
    ana.sync()
    service, status = ana.app.file_service, ana.app.status
    with FileLock(ana.paths.folder / "files.lock").trying():
        service.start()
        emptied(service)
    status.change(lambda now: replace(now, running=True))

    service.pause()
    status.change(lambda now: replace(now, running=False, last_sync_at="2026-11-22T00:00:00.000Z"))
    emptied(service)

    assert carried(service) == len(b"what was said")


def test_sync_that_is_asked_for_while_paused_carries_files(ana: FleetLaptop, tmp_path: Path) -> None:
    attached(ana, tmp_path)
    service = ana.app.file_service
    service.pause()
    service.start()

    ana.sync()
    emptied(service)

    assert carried(service) == 0


def test_delivery_that_waited_for_its_turn_does_not_begin_once_paused(ana: FleetLaptop, tmp_path: Path) -> None:
    attached(ana, tmp_path)
    ana.sync()
    service, lane_is_free = ana.app.file_service, threading.Event()
    service._lane.submit(lane_is_free.wait)  # noqa: SLF001 - something is under way
    service.start()

    service.pause()
    lane_is_free.set()
    emptied(service)

    assert carried(service) == len(b"what was said")


def test_what_was_sent_is_told_although_the_next_file_was_not(
    ana: FleetLaptop, proxy: FaultProxy, tmp_path: Path
) -> None:
    ana.talk_through(proxy.address)
    ana.app.files.attach("account", ana.add("account", name="Beta"), filled(tmp_path / "a", 10))
    ana.app.files.attach("account", ana.add("account", name="Gamma"), filled(tmp_path / "b", 20))
    ana.sync()
    told: list[bool] = []
    parts = ana.app.file_service._parts  # noqa: SLF001 - the same but for who hears
    service = FileService(replace(parts, sent=lambda: told.append(True)))
    proxy.next(Call(), Call(), Answer(503, {}))

    with pytest.raises(AppError):
        service.deliver()
    service.stop()

    assert told == [True]


def emptied(service: FileService) -> None:
    """Wait until the lane has done what was submitted so far."""
    service._lane.submit(int).result(_LONG_S)  # noqa: SLF001 - it has no other end


def carried(service: FileService) -> int:
    """Send what still waits; gives how many bytes of it the office had not."""
    done = service.deliver()
    assert done is not None
    return done.bytes_sent


def filled(file: Path, size: int) -> Path:
    file.write_bytes(b"x" * size)
    return file
