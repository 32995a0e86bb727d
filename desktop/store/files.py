"""The bytes of files on this laptop: one more encrypted file beside the database, so that no save waits for a video.

Bytes lie in pieces of a file, in the order of their places. A file is whole when every byte is here and they hash to
its name; before, it has no name at all (being taken in from the disk) or is counted by ``have`` (being fetched). Which
record a file belongs to is known in the database only, whether its bytes are here is known here only: neither waits for
the other, and a kill between the two leaves a row that says so, or bytes that nobody names and that are removed later.
"""

import hashlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Final

from desktop.store import connections
from desktop.store.connections import RawConnection
from desktop.store.failures import explained
from sync.client.blobs import Parcel
from sync.contract.blobs import check_size
from sync.contract.clock import Clock, instant_text
from sync.contract.errors import AppError, Code

PURPOSE: Final = "files"
"""For what the key of this file is derived from the profile's."""

HELD: Final = timedelta(days=30)
"""So long bytes taken in from the disk stay that no record names and the office is not known to hold.

A kill may come before the record, a database may be lost and its unsent changes come back later.
"""

_PIECE_BYTES: Final = 256 * 1024
_PIECES_AT_ONCE: Final = 16
_VERSION: Final = 1
_TABLES: Final = (
    """CREATE TABLE blob (
        n INTEGER PRIMARY KEY, sha256 TEXT UNIQUE, size INTEGER NOT NULL, have INTEGER NOT NULL DEFAULT 0,
        whole INTEGER NOT NULL DEFAULT 0, held_until TEXT)""",
    """CREATE TABLE piece (
        blob INTEGER NOT NULL, place INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (blob, place))""",
)


@dataclass(frozen=True, slots=True)
class OnHand:
    """How much of a file is here."""

    have: int
    size: int
    is_whole: bool


class FileStore:
    """The files of one profile. Thread-safe; several processes may have it open. Made when it is first needed."""

    def __init__(self, file: Path, key: bytes, clock: Clock) -> None:
        """Name the file; it is opened, and made, with the first question."""
        self._file = file
        self._key = key
        self._clock = clock
        self._lock = threading.RLock()
        self._opened: RawConnection = None

    def close(self) -> None:
        """Close the file. Closing twice is harmless."""
        with self._lock:
            opened, self._opened = self._opened, None
            if opened is not None:
                # On a full disk the log stays beside the file until there is room.
                with suppress(AppError), explained():
                    opened.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                opened.close()

    # ------------------------------------------------------------------------------------------ asking

    def exists(self) -> bool:
        """Tell whether anything was ever kept here; asking makes nothing."""
        return self._file.exists()

    def on_hand(self, sha256: str) -> OnHand:
        """Tell how much of a file is here; without any of it, of size 0."""
        row = None
        if self.exists():
            with self._reading() as opened:
                row = opened.execute("SELECT have, size, whole FROM blob WHERE sha256 = ?", (sha256,)).fetchone()
        return OnHand(0, 0, is_whole=False) if row is None else OnHand(row[0], row[1], bool(row[2]))

    def whole(self) -> dict[str, int]:
        """List the files that are whole here, with their sizes."""
        if not self.exists():
            return {}
        with self._reading() as opened:
            rows = opened.execute("SELECT sha256, size FROM blob WHERE whole = 1").fetchall()
        return {str(sha256): int(size) for sha256, size in rows}

    def read(self, sha256: str, offset: int, size: int) -> bytes:
        """Give at most so many bytes of a whole file.

        Raises:
            AppError: ``FILE_NOT_FETCHED`` when it is not here.
        """
        with self._reading() as opened:
            blob = opened.execute("SELECT n FROM blob WHERE sha256 = ? AND whole = 1", (sha256,)).fetchone()
            if blob is None:
                raise AppError(Code.FILE_NOT_FETCHED)
            rows = opened.execute(_PIECES, (blob[0], blob[0], offset, offset + size)).fetchall()
        parts = [bytes(data)[max(offset - place, 0) : offset + size - place] for place, data in rows]
        return b"".join(parts)

    def content(self, sha256: str) -> Iterator[bytes]:
        """Give a whole file, part by part.

        Raises:
            AppError: as ``read``.
        """
        size, place = self.on_hand(sha256).size, 0
        while place == 0 or place < size:
            part = self.read(sha256, place, _PIECE_BYTES)
            if not part:
                return
            yield part
            place += len(part)

    # ------------------------------------------------------------------------------------------ taking in

    def take_in(self, stream: BinaryIO) -> Parcel:
        """Copy a file of the disk in; it is here, durably, when this returns. What was here already is here once.

        Raises:
            AppError: ``FILE_TOO_LARGE``, ``DISK_FULL``; nothing of it stays then.
        """
        held = instant_text(self._clock.now() + HELD)
        with self._writing() as opened:
            blob = opened.execute("INSERT INTO blob (size, held_until) VALUES (0, ?)", (held,)).lastrowid
        try:
            parcel = self._copy(blob, stream)
            self._name(blob, parcel)
        except BaseException:
            with self._writing() as opened:
                _forget(opened, blob)
            raise
        return parcel

    def held(self) -> dict[str, int]:
        """List the whole files taken in here of which the office is not known to have the bytes, with their sizes."""
        if not self.exists():
            return {}
        with self._reading() as opened:
            rows = opened.execute("SELECT sha256, size FROM blob WHERE whole = 1 AND held_until IS NOT NULL").fetchall()
        return {str(sha256): int(size) for sha256, size in rows}

    def release(self, sha256: str) -> None:
        """Note that the office holds these bytes: they stay as long as a record names them, and no longer."""
        with self._writing() as opened:
            opened.execute("UPDATE blob SET held_until = NULL WHERE sha256 = ?", (sha256,))

    # ------------------------------------------------------------------------------------------ fetching

    def begin(self, parcel: Parcel) -> int:
        """Make room for a file that comes; gives how many of its bytes are here."""
        check_size(parcel.size)
        with self._writing() as opened:
            opened.execute(
                "INSERT INTO blob (sha256, size) VALUES (?, ?) ON CONFLICT (sha256) DO NOTHING",
                (parcel.sha256, parcel.size),
            )
            row = opened.execute("SELECT n, size, have FROM blob WHERE sha256 = ?", (parcel.sha256,)).fetchone()
            if row[1] == parcel.size:
                return int(row[2])
            # The same name with another size: one of the two is wrong, and the hash will say whether it is this one.
            opened.execute("DELETE FROM piece WHERE blob = ?", (row[0],))
            opened.execute("UPDATE blob SET size = ?, have = 0, whole = 0 WHERE n = ?", (parcel.size, row[0]))
            return 0

    def take(self, sha256: str, offset: int, data: bytes) -> None:
        """Keep bytes that follow on those that are here; others are passed over, they came twice."""
        with self._writing() as opened:
            row = opened.execute("SELECT n, have FROM blob WHERE sha256 = ? AND whole = 0", (sha256,)).fetchone()
            if row is None or row[1] != offset:
                return
            opened.execute("INSERT OR REPLACE INTO piece VALUES (?, ?, ?)", (row[0], offset, data))
            opened.execute("UPDATE blob SET have = have + ? WHERE n = ?", (len(data), row[0]))

    def complete(self, sha256: str) -> None:
        """Make a file whole after a look at its bytes.

        Raises:
            AppError: ``FILE_DAMAGED`` when they are not those of its name; they are forgotten then.
        """
        with self._reading() as opened:
            row = opened.execute("SELECT n, size, have, whole FROM blob WHERE sha256 = ?", (sha256,)).fetchone()
        if row is None or (not row[3] and row[2] < row[1]):
            raise AppError(Code.FILE_NOT_FETCHED)
        if row[3]:
            return
        # Piece by piece, so that nobody who asks about another file waits for a large one.
        is_right = self._hash(row[0]) == sha256
        with self._writing(durable=True) as opened:
            if is_right:
                opened.execute("UPDATE blob SET whole = 1 WHERE n = ? AND have = size", (row[0],))
            else:
                _forget(opened, row[0])
        if not is_right:
            raise AppError(Code.FILE_DAMAGED)

    # ------------------------------------------------------------------------------------------ removing

    def unnamed(self, named: Sequence[str]) -> list[str]:
        """List the files here that are not among ``named`` and are not held for another reason."""
        now = instant_text(self._clock.now())
        known = set(named)
        with self._reading() as opened:
            rows = opened.execute(
                "SELECT sha256 FROM blob WHERE sha256 IS NOT NULL AND coalesce(held_until, '') < ?", (now,)
            ).fetchall()
        return [str(sha256) for (sha256,) in rows if sha256 not in known]

    def remove(self, names: Sequence[str]) -> None:
        """Remove files, and what a kill left of files that were being taken in; their pages are overwritten."""
        now = instant_text(self._clock.now())
        with self._writing(durable=True) as opened:
            for sha256 in names:
                for (blob,) in opened.execute("SELECT n FROM blob WHERE sha256 = ?", (sha256,)).fetchall():
                    _forget(opened, blob)
            left = opened.execute("SELECT n FROM blob WHERE sha256 IS NULL AND held_until < ?", (now,)).fetchall()
            for (blob,) in left:
                _forget(opened, blob)
        if names or left:
            with self._lock, explained():
                self._connection().execute("PRAGMA incremental_vacuum").fetchall()

    # ------------------------------------------------------------------------------------------ inside

    def _copy(self, blob: int, stream: BinaryIO) -> Parcel:
        digest, size = hashlib.sha256(), 0
        while True:
            pieces = [piece for _ in range(_PIECES_AT_ONCE) if (piece := stream.read(_PIECE_BYTES))]
            if not pieces:
                return Parcel(digest.hexdigest(), size)
            with self._writing() as opened:
                for piece in pieces:
                    opened.execute("INSERT INTO piece VALUES (?, ?, ?)", (blob, size, piece))
                    digest.update(piece)
                    size += len(piece)
            check_size(size)

    def _name(self, blob: int, parcel: Parcel) -> None:
        with self._writing(durable=True) as opened:
            row = opened.execute("SELECT n, whole FROM blob WHERE sha256 = ?", (parcel.sha256,)).fetchone()
            if row is not None and row[1]:
                held = opened.execute("SELECT held_until FROM blob WHERE n = ?", (blob,)).fetchone()[0]
                _forget(opened, blob)
                opened.execute("UPDATE blob SET held_until = ? WHERE n = ?", (held, row[0]))
                return
            if row is not None:
                _forget(opened, row[0])
            values = (parcel.sha256, parcel.size, parcel.size, blob)
            opened.execute("UPDATE blob SET sha256 = ?, size = ?, have = ?, whole = 1 WHERE n = ?", values)

    def _hash(self, blob: int) -> str:
        digest, place = hashlib.sha256(), -1
        while True:
            with self._reading() as opened:
                rows = opened.execute(
                    "SELECT place, bytes FROM piece WHERE blob = ? AND place > ? ORDER BY place LIMIT ?",
                    (blob, place, _PIECES_AT_ONCE // 4),
                ).fetchall()
            if not rows:
                return digest.hexdigest()
            for _, data in rows:
                digest.update(data)
            place = rows[-1][0]

    @contextmanager
    def _reading(self) -> Iterator[RawConnection]:
        with self._lock, explained():
            yield self._connection()

    @contextmanager
    def _writing(self, *, durable: bool = False) -> Iterator[RawConnection]:
        """Open a transaction; the pieces before a durable one are made durable by it, because one log holds all."""
        with self._lock, explained():
            opened = self._connection()
            opened.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            opened.execute("BEGIN IMMEDIATE")
            try:
                yield opened
                opened.execute("COMMIT")
            except BaseException:
                if opened.in_transaction:
                    opened.execute("ROLLBACK")
                raise

    def _connection(self) -> RawConnection:
        if self._opened is None:
            is_new = not self._file.exists()
            if is_new:
                # Made before SQLite does, so that not even the encrypted bytes are for other users of the machine.
                self._file.touch(mode=0o600)
            opened = connections.open_raw(self._file, self._key, ("PRAGMA cache_size = -4000",))
            try:
                _migrate(opened)
            except BaseException:
                opened.close()
                raise
            self._opened = opened
        return self._opened


_PIECES: Final = """
    SELECT place, bytes FROM piece
    WHERE blob = ? AND place >= coalesce((SELECT max(place) FROM piece WHERE blob = ? AND place <= ?), 0) AND place < ?
    ORDER BY place"""


def _migrate(opened: RawConnection) -> None:
    version = int(opened.execute("PRAGMA user_version").fetchone()[0])
    if version > _VERSION:
        raise AppError(Code.DATABASE_NEWER, version=version, known=_VERSION)
    if version == _VERSION:
        return
    # What is removed gives its room back; this can be chosen only while the file is empty.
    opened.execute("PRAGMA auto_vacuum = INCREMENTAL")
    opened.execute("VACUUM")
    opened.execute("BEGIN IMMEDIATE")
    if int(opened.execute("PRAGMA user_version").fetchone()[0]) == 0:
        for table in _TABLES:
            opened.execute(table)
        opened.execute(f"PRAGMA user_version = {_VERSION}")
    opened.execute("COMMIT")


def _forget(opened: RawConnection, blob: int | None) -> None:
    opened.execute("DELETE FROM piece WHERE blob = ?", (blob,))
    opened.execute("DELETE FROM blob WHERE n = ?", (blob,))
