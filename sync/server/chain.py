"""The hash chain over the log, and the opaque texts that carry a position in it: cursors and snapshot tokens. Pure."""

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from typing import Any, Final

import msgspec

from sync.contract.errors import AppError, Code

GENESIS: Final = b"\0" * 32
"""The chain before the first transaction."""

HASHED: Final = 2
"""Form of a transaction's digest that is made of the hashes of its lines; the first form was made of the lines."""

DATED: Final = 3
"""The form after it, of which the time of the transaction is a part: what is done again later is another history."""

_PREFIX: Final = 8
_LINE_BYTES: Final = 16


def digest(parts: Iterable[tuple[object, ...]]) -> bytes:
    """Hash what one transaction wrote, line by line: the first form, of programs that removed no lines."""
    state = hashlib.blake2b(digest_size=32)
    for each in parts:
        state.update(msgspec.json.encode(each))
        state.update(b"\n")
    return state.digest()


def line_hash(line: tuple[object, ...]) -> bytes:
    """Hash one line of the log: all that the chain needs of it once the line itself is removed."""
    return hashlib.blake2b(msgspec.json.encode(line), digest_size=_LINE_BYTES).digest()


def hashed_digest(lines: Iterable[bytes], events: Iterable[tuple[object, ...]], *, at: str = "") -> bytes:
    """Hash what one transaction wrote, by the hashes of its lines, then its grants and revocations.

    ``at`` is when it was written, empty in the form ``HASHED``: the stamps of its rows are of that time.
    """
    state = hashlib.blake2b(at.encode(), digest_size=32)
    for each in lines:
        state.update(each)
    for event in events:
        state.update(msgspec.json.encode(event))
        state.update(b"\n")
    return state.digest()


def link(chain: bytes, transaction: bytes) -> bytes:
    """Give the chain after a transaction with this digest."""
    return hashlib.blake2b(chain + transaction, digest_size=32).digest()


def prefix(chain: bytes) -> str:
    """Shorten a chain to what a cursor carries of it."""
    return chain[:_PREFIX].hex()


@dataclass(frozen=True, slots=True)
class Delivery:
    """How far a pull has come within the grants and revocations of one window of the log.

    The window ends at ``until``. Everything up to ``scope`` has been told; with ``kind`` (the place of a record type in
    the catalogue) and ``record`` the rows of that scope only up to there. ``chain`` is that at ``until``: what was told
    of the window is of another history when the log has another one there; empty in cursors of before.
    """

    until: int
    scope: str = ""
    kind: int = -1
    record: str = ""
    chain: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """Where the log ends. Below ``min_cursor`` it is not whole any more, and no pull begins there."""

    seq: int
    chain: bytes
    epoch: str
    min_cursor: int = 0


@dataclass(frozen=True, slots=True)
class Cursor:
    """A position in the log: what was read, with the chain there, so that another history is noticed."""

    epoch: str
    shard: int
    seq: int
    chain: str
    delivery: Delivery | None = None

    def text(self) -> str:
        """Write the cursor as opaque text."""
        rest = () if self.delivery is None else astuple(self.delivery)
        return pack([self.epoch, self.shard, self.seq, self.chain, *rest])

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """Read what ``text`` wrote.

        Raises:
            AppError: ``MESSAGE_UNREADABLE``.
        """
        epoch, shard, seq, chain, *rest = unpack(text, tuple[str, int, int, str], _DELIVERY, _OLDER_DELIVERY)
        return cls(epoch, shard, seq, chain, Delivery(*rest) if rest else None)


@dataclass(frozen=True, slots=True)
class Slice:
    """A position in a snapshot: where the log stood when it began, the last row sent, the progress."""

    epoch: str
    shard: int
    seq: int
    chain: str
    kind: int = 0
    scope: str = ""
    record: str = ""
    done: int = 0
    total: int = 0

    def text(self) -> str:
        """Write the position as opaque text."""
        return pack(list(astuple(self)))

    @classmethod
    def read(cls, text: str) -> "Slice":
        """Read what ``text`` wrote.

        Raises:
            AppError: ``MESSAGE_UNREADABLE``.
        """
        return cls(*unpack(text, tuple[str, int, int, str, int, str, str, int, int]))


_OLDER_DELIVERY = tuple[str, int, int, str, int, str, int, str]
_DELIVERY = tuple[str, int, int, str, int, str, int, str, str]


def pack(parts: list[Any]) -> str:
    """Write a position as opaque text."""
    return base64.urlsafe_b64encode(msgspec.json.encode(parts)).rstrip(b"=").decode()


def unpack(text: str, *shapes: Any) -> tuple[Any, ...]:  # noqa: ANN401 - tuple types are no classes
    """Read what ``pack`` wrote, as the first of these tuple types that fits.

    Raises:
        AppError: ``MESSAGE_UNREADABLE``.
    """
    try:
        raw = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise AppError(Code.MESSAGE_UNREADABLE, "a position that this server has not given") from None
    for shape in shapes:
        try:
            found: tuple[Any, ...] = msgspec.json.decode(raw, type=shape)
        except msgspec.DecodeError:
            continue
        if all(0 <= each < 2**63 or each == -1 for each in found if isinstance(each, int)):
            return found
    raise AppError(Code.MESSAGE_UNREADABLE, "a position that this server has not given")
