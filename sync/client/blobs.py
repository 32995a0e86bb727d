"""Carries the bytes of files between laptop and office: on their own way, so that no record ever waits for one.

Knows neither SQL nor HTTP. Each piece is one request and one transaction: killed or cut anywhere, the next run asks how
much is there and goes on. What is wrong with one file never holds up the others; what is wrong with the network ends
the run.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeVar

from sync.client.background import call_until_cancelled
from sync.client.cancel import CancelToken
from sync.contract.blobs import BlobAnswer, BlobRequest, BlobState
from sync.contract.errors import AppError, Code, Retry

T = TypeVar("T")

PIECE_BYTES: Final = 1_048_576
"""A piece while nothing else travels."""

SMALL_PIECE_BYTES: Final = 65_536
"""A piece while records travel, so that a request for them never waits long behind one."""

_SHARE: Final = 0.25
_FLOOR: Final = 32_768.0
_PATIENCE: Final = 3

_LASTING: Final = frozenset({Code.NOT_FOUND, Code.RECORD_NOT_FOUND, Code.NOT_PERMITTED, Code.FILE_DAMAGED})
"""What the office says of a file that it will say again; a full disk here, for example, ends at any moment."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """The bytes of one file: their name and how many there are."""

    sha256: str
    size: int


@dataclass(slots=True)
class Delivery:
    """What a run came to: files and bytes that went and came, and the files that were refused, each with its code.

    ``given_up`` counts those of them that are not wanted again soon.
    """

    sent: int = 0
    fetched: int = 0
    bytes_sent: int = 0
    bytes_fetched: int = 0
    refused: dict[str, Code] = field(default_factory=dict)
    given_up: int = 0


class Shelf(Protocol):
    """The laptop's files as the courier sees them. Every method is one transaction and may be repeated after a kill."""

    def waiting(self) -> Sequence[Parcel]:
        """List what is whole here and not at the office, smallest first."""
        ...

    def wanted(self) -> Sequence[Parcel]:
        """List what is at the office and, by the policy, should be here."""
        ...

    def read(self, sha256: str, offset: int, size: int) -> bytes:
        """Give at most so many bytes of a file that is here."""
        ...

    def note_stored(self, sha256: str) -> None:
        """Remember that the office holds a file."""
        ...

    def note_refused(self, sha256: str) -> None:
        """Want a file no more for some time: the office has none, or none that is whole."""
        ...

    def begin(self, parcel: Parcel) -> int:
        """Make room for a file that comes; gives how many of its bytes are here already."""
        ...

    def take(self, sha256: str, offset: int, data: bytes) -> None:
        """Keep bytes that follow on those that are here."""
        ...

    def complete(self, sha256: str) -> None:
        """Make a file whole after a look at its bytes.

        Raises:
            AppError: ``FILE_DAMAGED`` when they are not those of its name; they are forgotten then.
        """
        ...


class BlobOffice(Protocol):
    """The office as far as files go; every method is one request."""

    def begin_blob(self, request: BlobRequest) -> BlobAnswer:
        """Begin to send a file or go on with it."""
        ...

    def blob_offset(self, sha256: str) -> int:
        """Ask how much of a file the office has."""
        ...

    def send_piece(self, sha256: str, offset: int, data: bytes) -> BlobAnswer:
        """Send a piece.

        Raises:
            AppError: ``FILE_OFFSET`` when it does not follow on what is there.
        """
        ...

    def fetch_piece(self, sha256: str, offset: int, size: int) -> bytes:
        """Fetch at most so many bytes; fewer when the connection is cut, but at least one."""
        ...


class Share:
    """How fast files may go: freely alone, at a quarter of that while records travel. A token bucket."""

    def __init__(
        self,
        *,
        busy: Callable[[], bool],
        elapsed: Callable[[], float],
        wait: Callable[[float], None],
    ) -> None:
        """``busy`` tells whether records travel now; ``wait`` waits so many seconds, or less when told to stop."""
        self._busy = busy
        self._elapsed = elapsed
        self._wait = wait
        self._alone_rate = 0.0
        self._free_at = 0.0

    def piece(self) -> int:
        """Give how large the next piece may be."""
        return SMALL_PIECE_BYTES if self._busy() else PIECE_BYTES

    def pay(self, size: int, seconds: float) -> None:
        """Note what a piece took, and wait as long as it has to be paid for."""
        now = self._elapsed()
        if not self._busy():
            self._alone_rate = size / seconds if seconds > 0 else self._alone_rate
            self._free_at = now
            return
        rate = max(self._alone_rate * _SHARE, _FLOOR)
        self._free_at = max(self._free_at, now - seconds) + size / rate
        if self._free_at > now:
            self._wait(self._free_at - now)


def interruptible_wait(cancel: CancelToken) -> Callable[[float], None]:
    """Make a wait that ends as soon as the token is set."""
    stopped = threading.Event()
    cancel.call_when_set(stopped.set)
    return lambda seconds: cancel.check() if stopped.wait(seconds) else None


class Courier:
    """One run of sending and fetching. Belongs to one thread."""

    def __init__(
        self,
        shelf: Shelf,
        office: BlobOffice,
        *,
        share: Share,
        elapsed: Callable[[], float],
        cancel: CancelToken | None = None,
    ) -> None:
        """Nothing happens before ``run`` or ``fetch``."""
        self.on_fetched: Callable[[], None] = lambda: None
        """Hears of every file that came."""
        self.done = Delivery()
        """What it came to so far, also when it is broken off."""
        self._shelf = shelf
        self._office = office
        self._share = share
        self._elapsed = elapsed
        self._cancel = cancel

    def run(self) -> Delivery:
        """Send what waits, then fetch what is wanted.

        Raises:
            AppError: the office cannot be reached or wants nothing now; what was carried until then stays.
            CancelledError: the token was set.
        """
        for parcel in self._shelf.waiting():
            if self._tried(parcel, self.send) is Code.FILE_QUOTA:
                break
        for parcel in self._shelf.wanted():
            if self._tried(parcel, self.fetch) in _LASTING:
                self._shelf.note_refused(parcel.sha256)
                self.done.given_up += 1
        return self.done

    def send(self, parcel: Parcel) -> None:
        """Send one file from where the office has it."""
        answer = self._asked(lambda: self._office.begin_blob(BlobRequest(sha256=parcel.sha256, size=parcel.size)))
        misses = 0
        while answer.state is not BlobState.STORED:
            before = answer.offset
            answer = self._sent_on(parcel, before)
            misses = misses + 1 if answer.offset <= before and answer.state is not BlobState.STORED else 0
            if misses >= _PATIENCE:
                raise AppError(Code.FILE_OFFSET, "the office does not come forward with this file")
        self._shelf.note_stored(parcel.sha256)
        self.done.sent += 1

    def fetch(self, parcel: Parcel) -> None:
        """Fetch one file from where it is here.

        Raises:
            AppError: ``FILE_DAMAGED`` when its bytes are wrong twice; as every request.
        """
        try:
            self._fetch_once(parcel)
        except AppError as refused:
            if refused.code is not Code.FILE_DAMAGED:
                raise
            self._fetch_once(parcel)
        self.done.fetched += 1
        self.on_fetched()

    def _tried(self, parcel: Parcel, carry: Callable[[Parcel], None]) -> Code | None:
        if self._cancel is not None:
            self._cancel.check()
        try:
            carry(parcel)
        except AppError as refused:
            if refused.retry not in {Retry.NEVER, Retry.NOW} and refused.code is not Code.FILE_QUOTA:
                raise
            self.done.refused[parcel.sha256] = refused.code
            return refused.code
        return None

    def _sent_on(self, parcel: Parcel, offset: int) -> BlobAnswer:
        data = self._shelf.read(parcel.sha256, offset, self._share.piece())
        if not data and parcel.size > offset:
            raise AppError(Code.FILE_DAMAGED, "the bytes are not all here")
        begun = self._elapsed()
        try:
            answer = self._asked(lambda: self._office.send_piece(parcel.sha256, offset, data))
        except AppError as refused:
            if refused.code is not Code.FILE_OFFSET:
                raise
            there = self._asked(lambda: self._office.blob_offset(parcel.sha256))
            state = BlobState.STORED if there == parcel.size else BlobState.NONE
            return BlobAnswer(sha256=parcel.sha256, size=parcel.size, offset=there, state=state)
        self.done.bytes_sent += len(data)
        self._share.pay(len(data), self._elapsed() - begun)
        return answer

    def _fetch_once(self, parcel: Parcel) -> None:
        have = self._shelf.begin(parcel)
        while have < parcel.size:
            size = min(self._share.piece(), parcel.size - have)
            begun = self._elapsed()
            data = self._fetched(parcel.sha256, have, size)
            self._shelf.take(parcel.sha256, have, data)
            have += len(data)
            self.done.bytes_fetched += len(data)
            self._share.pay(len(data), self._elapsed() - begun)
        self._shelf.complete(parcel.sha256)

    def _fetched(self, sha256: str, offset: int, size: int) -> bytes:
        data = self._asked(lambda: self._office.fetch_piece(sha256, offset, size))
        if not 0 < len(data) <= size:
            raise AppError(Code.NOT_A_SERVER, "the piece is not what was asked for")
        return data

    def _asked(self, ask: Callable[[], T]) -> T:
        return call_until_cancelled(ask, self._cancel)
