"""Carrying files: one wrong file holds nobody up, quotas and networks end what they must, records go first."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from sync.client.blobs import PIECE_BYTES, SMALL_PIECE_BYTES, Courier, Delivery, Parcel, Share
from sync.client.cancel import CancelledError, CancelToken
from sync.contract.blobs import BlobAnswer, BlobRequest, BlobState
from sync.contract.errors import AppError, Code


def parcel(content: bytes) -> Parcel:
    return Parcel(hashlib.sha256(content).hexdigest(), len(content))


@dataclass
class ShelfOfLists:
    """Files in memory."""

    here: dict[str, bytes] = field(default_factory=dict)
    parts: dict[str, bytes] = field(default_factory=dict)
    to_send: list[Parcel] = field(default_factory=list)
    to_fetch: list[Parcel] = field(default_factory=list)
    stored: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def waiting(self) -> Sequence[Parcel]:
        return self.to_send

    def wanted(self) -> Sequence[Parcel]:
        return self.to_fetch

    def read(self, sha256: str, offset: int, size: int) -> bytes:
        return self.here[sha256][offset : offset + size]

    def note_stored(self, sha256: str) -> None:
        self.stored.append(sha256)

    def note_refused(self, sha256: str) -> None:
        self.refused.append(sha256)

    def begin(self, parcel: Parcel) -> int:
        return len(self.parts.setdefault(parcel.sha256, b""))

    def take(self, sha256: str, offset: int, data: bytes) -> None:
        assert offset == len(self.parts[sha256])
        self.parts[sha256] += data

    def complete(self, sha256: str) -> None:
        content = self.parts.pop(sha256)
        if hashlib.sha256(content).hexdigest() != sha256:
            raise AppError(Code.FILE_DAMAGED)
        self.here[sha256] = content


@dataclass
class OfficeOfLists:
    """An office in memory. ``refuse`` is asked before each request with its name and the file's."""

    files: dict[str, bytes] = field(default_factory=dict)
    arrived: dict[str, bytes] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    pieces: list[int] = field(default_factory=list)
    refuse: Callable[[str, str], AppError | None] = lambda _what, _name: None

    def begin_blob(self, request: BlobRequest) -> BlobAnswer:
        self._ask("begin", request.sha256)
        self.sizes[request.sha256] = request.size
        return self._standing(request.sha256)

    def blob_offset(self, sha256: str) -> int:
        self._ask("offset", sha256)
        return self._standing(sha256).offset

    def send_piece(self, sha256: str, offset: int, data: bytes) -> BlobAnswer:
        self._ask("send", sha256)
        have = self.arrived.get(sha256, b"")
        if offset != len(have):
            raise AppError(Code.FILE_OFFSET, offset=len(have))
        self.pieces.append(len(data))
        self.arrived[sha256] = have + data
        if len(self.arrived[sha256]) == self.sizes[sha256]:
            self.files[sha256] = self.arrived.pop(sha256)
        return self._standing(sha256)

    def fetch_piece(self, sha256: str, offset: int, size: int) -> bytes:
        self._ask("fetch", sha256)
        self.pieces.append(size)
        return self.files[sha256][offset : offset + size]

    def _standing(self, sha256: str) -> BlobAnswer:
        is_stored = sha256 in self.files
        offset = self.sizes[sha256] if is_stored else len(self.arrived.get(sha256, b""))
        state = BlobState.STORED if is_stored else BlobState.NONE
        return BlobAnswer(sha256=sha256, size=self.sizes[sha256], offset=offset, state=state)

    def _ask(self, what: str, sha256: str) -> None:
        refused = self.refuse(what, sha256)
        if refused is not None:
            raise refused


class Seconds:
    """A clock that stands still but for what is waited."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waited: list[float] = []

    def elapsed(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += seconds


def run(
    shelf: ShelfOfLists, office: OfficeOfLists, *, busy: bool = False, cancel: CancelToken | None = None
) -> Delivery:
    seconds = Seconds()
    share = Share(busy=lambda: busy, elapsed=seconds.elapsed, wait=seconds.wait)
    return Courier(shelf, office, share=share, elapsed=seconds.elapsed, cancel=cancel).run()


def shelf_with(*contents: bytes) -> ShelfOfLists:
    parcels = [parcel(each) for each in contents]
    return ShelfOfLists(here={one.sha256: each for one, each in zip(parcels, contents, strict=True)}, to_send=parcels)


@pytest.mark.parametrize("code", [Code.RECORD_NOT_FOUND, Code.FILE_TOO_LARGE, Code.FILE_DAMAGED, Code.NOT_FOUND])
def test_file_that_is_refused_holds_no_other_up(code: Code) -> None:
    poison = parcel(b"poison")
    shelf, office = shelf_with(b"poison", b"good"), OfficeOfLists()
    office.refuse = lambda _what, name: AppError(code) if name == poison.sha256 else None

    done = run(shelf, office)

    assert (done.sent, done.refused) == (1, {poison.sha256: code})
    assert shelf.stored == [parcel(b"good").sha256]


@pytest.mark.parametrize("code", [Code.SERVER_UNREACHABLE, Code.SERVER_BUSY, Code.SIGN_IN_ENDED, Code.CLIENT_TOO_OLD])
def test_network_that_fails_ends_the_run(code: Code) -> None:
    office = OfficeOfLists(refuse=lambda what, _name: AppError(code) if what == "send" else None)

    with pytest.raises(AppError) as refused:
        run(shelf_with(b"one", b"two"), office)

    assert refused.value.code is code


def test_laptop_beyond_its_quota_still_fetches() -> None:
    shelf, wanted = shelf_with(b"one", b"two"), parcel(b"theirs")
    shelf.to_fetch = [wanted]
    office = OfficeOfLists(files={wanted.sha256: b"theirs"})
    office.refuse = lambda what, _name: AppError(Code.FILE_QUOTA) if what == "begin" else None

    done = run(shelf, office)

    assert (done.sent, done.fetched, list(done.refused)) == (0, 1, [parcel(b"one").sha256])


def test_piece_that_arrived_without_an_answer_is_not_sent_again() -> None:
    content = bytes(3 * PIECE_BYTES)
    shelf, office = shelf_with(content), OfficeOfLists()
    name = parcel(content).sha256
    lost = [True]

    def lose(what: str, _name: str) -> AppError | None:
        if what == "send" and lost and len(office.arrived.get(name, b"")) == PIECE_BYTES:
            lost.pop()
            office.arrived[name] += content[:PIECE_BYTES]
        return None

    office.refuse = lose

    done = run(shelf, office)

    assert (done.sent, office.files[name]) == (1, content)
    assert office.pieces == [PIECE_BYTES, PIECE_BYTES]


def test_office_that_does_not_come_forward_is_given_up() -> None:
    office = OfficeOfLists(refuse=lambda what, _name: AppError(Code.FILE_OFFSET, offset=0) if what == "send" else None)

    done = run(shelf_with(b"one"), office)

    assert list(done.refused.values()) == [Code.FILE_OFFSET]


def test_wrong_bytes_are_fetched_once_more_and_then_left() -> None:
    wanted = parcel(b"right")
    shelf, office = ShelfOfLists(to_fetch=[wanted]), OfficeOfLists(files={wanted.sha256: b"wrong"})

    done = run(shelf, office)

    assert done.refused == {wanted.sha256: Code.FILE_DAMAGED}
    assert (shelf.here, len(office.pieces)) == ({}, 2)


@pytest.mark.parametrize(("code", "given_up"), [(Code.NOT_FOUND, 1), (Code.FILE_DAMAGED, 1), (Code.DISK_FULL, 0)])
def test_file_that_the_office_has_not_is_wanted_no_more(code: Code, given_up: int) -> None:
    wanted = parcel(b"lost")
    shelf, office = ShelfOfLists(to_fetch=[wanted]), OfficeOfLists(refuse=lambda _what, _name: AppError(code))

    done = run(shelf, office)

    assert done.refused == {wanted.sha256: code}
    assert (shelf.refused, done.given_up) == ([wanted.sha256][:given_up], given_up)


def test_run_that_is_stopped_begins_no_further_file() -> None:
    cancel = CancelToken()
    office = OfficeOfLists()
    office.refuse = lambda what, _name: cancel.set() if what == "send" else None

    with pytest.raises(CancelledError):
        run(shelf_with(b"one", b"two"), office, cancel=cancel)

    assert len(office.sizes) == 1


def test_pieces_are_small_while_records_travel() -> None:
    content = bytes(SMALL_PIECE_BYTES * 3)
    office = OfficeOfLists()

    run(shelf_with(content), office, busy=True)

    assert office.pieces == [SMALL_PIECE_BYTES] * 3


def test_files_get_a_quarter_while_records_travel() -> None:
    seconds, busy = Seconds(), [False]
    share = Share(busy=lambda: busy[0], elapsed=seconds.elapsed, wait=seconds.wait)
    seconds.now += 1
    share.pay(1_000_000, 1.0)
    assert seconds.waited == []

    busy[0] = True
    for _ in range(4):
        seconds.now += 0.25
        share.pay(250_000, 0.25)

    assert sum(seconds.waited) + 1 == pytest.approx(4.0)
