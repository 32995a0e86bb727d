"""Files between real laptops and a real office: attached, cut, killed, revoked; a row may come before its bytes."""

import hashlib
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.services.files import Where
from sync.client.blobs import PIECE_BYTES
from sync.contract.errors import AppError, Code
from tests.helpers.fault_proxy import Blackhole, Call, CutAnswer, CutRequest, FaultProxy, LoseAnswer, Refuse
from tests.helpers.fleet import Fleet, FleetLaptop

VIDEO = os.urandom(5 * PIECE_BYTES // 2)


@pytest.fixture
def proxy(sqlite_fleet: Fleet) -> Iterator[FaultProxy]:
    with FaultProxy(sqlite_fleet.office.url) as proxy:
        yield proxy


def attached(laptop: FleetLaptop, folder: Path, content: bytes = VIDEO, *, name: str = "video.mp4") -> str:
    """Attach a file to a new account; gives the attachment's id."""
    file = folder / name
    file.write_bytes(content)
    made = laptop.app.files.attach("account", laptop.add("account", name="Acme"), file)
    file.unlink()
    return made


def where(laptop: FleetLaptop, record: str) -> Where:
    return laptop.app.files.state(record).where


def saved(laptop: FleetLaptop, record: str, folder: Path) -> bytes:
    file = laptop.app.files.save(record, folder)
    content = file.read_bytes()
    file.unlink()
    return content


def carry(laptop: FleetLaptop) -> None:
    """Sync records, then files, then what the office noted about them."""
    laptop.sync()
    laptop.app.file_service.deliver()
    laptop.sync()


def sent_pieces(proxy: FaultProxy) -> list[int]:
    """Give the sizes of the pieces that were sent, those of cut requests included."""
    return [len(each.body) for each in proxy.seen if each.method == "PATCH"]


def test_file_of_one_laptop_comes_to_another(fleet: Fleet, tmp_path: Path) -> None:
    ana, ben = fleet.laptop("ana"), fleet.laptop("ben")
    record = attached(ana, tmp_path)
    assert where(ana, record) is Where.UNSENT

    carry(ana)
    carry(ben)

    assert where(ana, record) is Where.HERE
    assert where(ben, record) is Where.OFFICE
    assert saved(ben, record, tmp_path) == VIDEO
    assert where(ben, record) is Where.HERE
    fleet.check()


def test_row_that_came_before_its_bytes_says_on_whose_laptop_they_are(sqlite_fleet: Fleet, tmp_path: Path) -> None:
    ana, ben = sqlite_fleet.laptop("ana"), sqlite_fleet.laptop("ben")
    record = attached(ana, tmp_path)
    ana.sync()
    ben.sync()

    state = ben.app.files.state(record)
    with pytest.raises(AppError) as refused:
        ben.app.files.save(record, tmp_path)

    assert (state.where, state.by) == (Where.ELSEWHERE, "ana")
    assert (refused.value.code, refused.value.data["by"]) == (Code.FILE_ELSEWHERE, "ana")


def test_file_at_the_office_only_is_told_when_the_office_is_away(sqlite_fleet: Fleet, tmp_path: Path) -> None:
    ana, ben = sqlite_fleet.laptop("ana"), sqlite_fleet.laptop("ben")
    record = attached(ana, tmp_path)
    carry(ana)
    ben.sync()
    sqlite_fleet.office.kill()

    with pytest.raises(AppError) as refused:
        ben.app.files.save(record, tmp_path)

    assert refused.value.code is Code.FILE_NOT_FETCHED
    assert saved(ana, record, tmp_path) == VIDEO


def test_small_file_of_an_own_account_comes_by_itself(sqlite_fleet: Fleet, tmp_path: Path) -> None:
    ana, second, ben = (sqlite_fleet.laptop(each) for each in ("ana", "ana-2", "ben"))
    small, large = attached(ana, tmp_path, b"small"), attached(ana, tmp_path, bytes(6 * PIECE_BYTES))
    carry(ana)
    carry(second)
    carry(ben)

    assert [where(second, each) for each in (small, large)] == [Where.HERE, Where.OFFICE]
    assert where(ben, small) is Where.OFFICE


@pytest.mark.parametrize("after", [300, PIECE_BYTES // 3, PIECE_BYTES - 1])
def test_cut_upload_goes_on_without_sending_again_what_is_there(
    sqlite_fleet: Fleet, proxy: FaultProxy, tmp_path: Path, after: int
) -> None:
    ana = sqlite_fleet.laptop("ana")
    record = attached(ana, tmp_path)
    ana.sync()
    ana.talk_through(proxy.address)
    proxy.next(Call(), Call(), CutRequest(after))
    with pytest.raises(AppError) as cut:
        ana.app.file_service.deliver()
    assert cut.value.code is Code.SERVER_UNREACHABLE

    carry(ana)

    assert where(ana, record) is Where.HERE
    went, _, *rest = [each for each in proxy.seen if each.method == "PATCH"]
    begun = int(rest[0].headers["Upload-Offset"])
    assert len(went.body) == PIECE_BYTES
    # What a broken connection still carried is lost with it; tests/server/test_blobs_http.py says how much that is.
    assert PIECE_BYTES <= begun <= PIECE_BYTES + after
    assert sum(len(each.body) for each in rest) == len(VIDEO) - begun


def test_lost_answer_to_the_last_piece_sends_nothing_again(
    sqlite_fleet: Fleet, proxy: FaultProxy, tmp_path: Path
) -> None:
    ana = sqlite_fleet.laptop("ana")
    record = attached(ana, tmp_path)
    ana.sync()
    ana.talk_through(proxy.address)
    proxy.next(Call(), Call(), Call(), LoseAnswer())
    with pytest.raises(AppError):
        ana.app.file_service.deliver()

    ana.app.file_service.deliver()
    ana.sync()

    assert where(ana, record) is Where.HERE
    assert sum(sent_pieces(proxy)) == len(VIDEO)


@pytest.mark.parametrize("after", [100, 5_000, PIECE_BYTES // 2])
def test_cut_download_goes_on_without_fetching_again_what_is_here(
    sqlite_fleet: Fleet, proxy: FaultProxy, tmp_path: Path, after: int
) -> None:
    ana, ben = sqlite_fleet.laptop("ana"), sqlite_fleet.laptop("ben")
    record = attached(ana, tmp_path)
    carry(ana)
    ben.sync()
    ben.talk_through(proxy.address)
    proxy.next(Call(), CutAnswer(after), Refuse())
    with pytest.raises(AppError) as refused:
        ben.app.files.save(record, tmp_path)
    state = ben.app.files.state(record)
    proxy.forget()
    begun = len(proxy.seen)
    ben.reopen()

    assert refused.value.code is Code.FILE_NOT_FETCHED
    assert state.where is Where.COMING
    assert PIECE_BYTES + max(after - 5_000, 0) <= state.have < PIECE_BYTES + after + 1
    assert saved(ben, record, tmp_path) == VIDEO
    assert proxy.seen[begun].headers["Range"].startswith(f"bytes={state.have}-")


def run_and_kill(laptop: FleetLaptop, proxy: FaultProxy, point: tuple[int, str], *words: str) -> None:
    """Run a command in a process of its own that is killed around a request."""
    number, when = point
    process: list[subprocess.Popen[str]] = []
    started = threading.Event()

    def kill() -> None:
        started.wait(60)
        process[0].kill()

    proxy.next(*[Call()] * number, Call(before=kill) if when == "before" else Call(after=kill))
    process.append(laptop.command(*words))
    started.set()
    process[0].communicate(timeout=100)
    proxy.forget()


@pytest.mark.slow
def test_laptop_killed_around_every_request_of_an_upload_sends_each_byte_about_once(
    sqlite_fleet: Fleet, proxy: FaultProxy, tmp_path: Path
) -> None:
    ana = sqlite_fleet.laptop("ana")
    record = attached(ana, tmp_path)
    ana.talk_through(proxy.address)
    ana.sync()
    ana.close()
    before = len(proxy.seen)

    # Hello, counts, then the file: its beginning and its pieces.
    for point in [(2, "after"), (3, "before"), (3, "after"), (3, "after"), (3, "after")]:
        run_and_kill(ana, proxy, point, "sync")
    ana.open()
    carry(ana)

    assert where(ana, record) is Where.HERE
    pieces = [each for each in proxy.seen[before:] if each.method == "PATCH"]
    assert sum(len(each.body) for each in pieces) <= len(VIDEO) + PIECE_BYTES
    sqlite_fleet.check()


@pytest.mark.slow
def test_laptop_killed_around_every_request_of_a_download_has_the_whole_file_in_the_end(
    sqlite_fleet: Fleet, proxy: FaultProxy, tmp_path: Path
) -> None:
    ana, ben = sqlite_fleet.laptop("ana"), sqlite_fleet.laptop("ben")
    record = attached(ana, tmp_path)
    carry(ana)
    ben.sync()
    ben.talk_through(proxy.address)
    ben.close()

    for point in [(0, "before"), (0, "after"), (1, "after"), (0, "after")]:
        run_and_kill(ben, proxy, point, "file", record, "--to", str(tmp_path / "out.mp4"))
        assert not (tmp_path / "out.mp4").exists()
    ben.open()

    assert saved(ben, record, tmp_path) == VIDEO


def test_office_killed_between_pieces_takes_the_rest(sqlite_fleet: Fleet, proxy: FaultProxy, tmp_path: Path) -> None:
    ana = sqlite_fleet.laptop("ana")
    record = attached(ana, tmp_path)
    ana.sync()
    ana.talk_through(proxy.address)
    proxy.next(Call(), Call(), Call(before=sqlite_fleet.office.kill))
    with pytest.raises(AppError):
        ana.app.file_service.deliver()
    sqlite_fleet.office.start()

    carry(ana)

    assert where(ana, record) is Where.HERE
    assert sum(sent_pieces(proxy)) == len(VIDEO) + PIECE_BYTES
    sqlite_fleet.check()


def test_wrong_bytes_of_the_office_never_become_the_file(sqlite_fleet: Fleet, tmp_path: Path) -> None:
    ana, ben = sqlite_fleet.laptop("ana"), sqlite_fleet.laptop("ben")
    record = attached(ana, tmp_path, b"the real bytes")
    carry(ana)
    ben.sync()
    name = hashlib.sha256(b"the real bytes").hexdigest()
    (stored,) = tmp_path.glob(f"*-files/*/{name}")
    stored.write_bytes(b"the fake bytes")

    with pytest.raises(AppError) as refused:
        ben.app.files.save(record, tmp_path)

    assert refused.value.code is Code.FILE_DAMAGED
    assert where(ben, record) is Where.OFFICE
    assert sqlite_fleet.office.run("check").code == 1


def test_colleague_whose_view_was_taken_cannot_fetch(sqlite_fleet: Fleet, tmp_path: Path) -> None:
    ana, ben = sqlite_fleet.laptop("ana"), sqlite_fleet.laptop("ben")
    record = attached(ana, tmp_path)
    carry(ana)
    ben.sync()
    account = str((ben.get("attachment", record) or {})["account"])
    assert sqlite_fleet.office.run("territory", "move", account, "--to", "South").code == 0

    with pytest.raises(AppError) as refused:
        ben.app.files.save(record, tmp_path)

    assert refused.value.code is Code.FILE_ELSEWHERE
    assert saved(ana, record, tmp_path) == VIDEO


def test_bytes_reach_the_new_owner_when_the_account_went_before_them(sqlite_fleet: Fleet, tmp_path: Path) -> None:
    sqlite_fleet.hire("cleo", territories=("South",))
    ana, cleo = sqlite_fleet.laptop("ana"), sqlite_fleet.laptop("cleo")
    record = attached(ana, tmp_path)
    ana.sync()
    account = str((ana.get("attachment", record) or {})["account"])
    with sqlite_fleet.office.log() as log, log.writing() as writer:
        writer.patch("account", account, {"owner": cleo.user})
    assert sqlite_fleet.office.run("territory", "move", account, "--to", "South").code == 0
    ana.sync()

    carry(ana)
    cleo.sync()

    assert saved(cleo, record, tmp_path) == VIDEO


def test_same_file_of_two_laptops_is_sent_and_stored_once(fleet: Fleet, tmp_path: Path) -> None:
    ana, ben = fleet.laptop("ana"), fleet.laptop("ben")
    first = attached(ana, tmp_path)
    carry(ana)
    ben.sync()
    second = attached(ben, tmp_path, name="other name.mp4")
    ben.sync()

    done = ben.app.file_service.deliver()
    ben.sync()

    assert done is not None
    assert (done.sent, done.bytes_sent) == (1, 0)
    assert [where(ben, each) for each in (first, second)] == [Where.HERE, Where.HERE]
    fleet.sync_all()
    fleet.check()


def test_deleted_file_comes_back_with_its_bytes_by_undo(sqlite_fleet: Fleet, tmp_path: Path) -> None:
    ana = sqlite_fleet.laptop("ana")
    record = attached(ana, tmp_path)
    carry(ana)
    ana.delete("attachment", record)
    carry(ana)

    ana.undo()
    carry(ana)

    assert where(ana, record) is Where.HERE
    assert saved(ana, record, tmp_path) == VIDEO


def test_attaching_that_was_undone_and_redone_keeps_the_bytes(sqlite_fleet: Fleet, tmp_path: Path) -> None:
    ana = sqlite_fleet.laptop("ana")
    record = attached(ana, tmp_path)
    ana.undo()
    ana.app.file_service.deliver()
    ana.restore("attachment", record)
    carry(ana)

    assert where(ana, record) is Where.HERE


def test_records_travel_while_a_file_hangs(sqlite_fleet: Fleet, proxy: FaultProxy, tmp_path: Path) -> None:
    ana = sqlite_fleet.laptop("ana")
    attached(ana, tmp_path, bytes(50 * PIECE_BYTES))
    ana.talk_through(proxy.address)
    ana.sync()
    proxy.next(Call(), Blackhole())
    begun = len(proxy.seen)
    carrying = threading.Thread(target=_give_up, args=(ana,))
    carrying.start()
    assert proxy.wait_for(begun + 2)

    task = ana.add("task", title="call back")
    ana.sync()

    assert ana.unsent == 0
    assert (ana.get("task", task) or {})["title"] == "call back"
    assert carrying.is_alive()
    ana.app.file_service.stop()
    carrying.join()


def _give_up(laptop: FleetLaptop) -> None:
    from sync.client.cancel import CancelledError

    with pytest.raises(CancelledError):
        laptop.app.file_service.deliver()
