"""Keeps built chunks in a folder, so that the next laptop that sees the same gets them without a query. Knows no row.

A chunk is a file under its name: one line that tells the hash of its bytes and what follows, then the bytes. What was
not asked for lately goes, and the oldest first when there is too much. Nothing is lost with the folder.
"""

import hashlib
import os
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import URL

from sync.contract.chunks import ChunkEntry
from sync.server.places import data_folder

DEFAULT_BYTES: Final = 1024 * 1_048_576
KEPT_S: Final = 7 * 86_400.0
_TIDY_EVERY: Final = 64 * 1_048_576
_TOUCH_AFTER_S: Final = 3600.0
_ROOM_SHARE: Final = 0.9


@dataclass(frozen=True, slots=True)
class Kept:
    """A chunk as it goes out."""

    data: bytes
    etag: str
    rest: ChunkEntry | None


class _Line(msgspec.Struct):
    sha256: str
    rest: ChunkEntry | None


def default_folder(database: URL) -> Path:
    """Name the folder of a database's chunks: beside an SQLite file, else in the office's own folder."""
    if database.get_backend_name() == "sqlite":
        file = Path(str(database.database)).expanduser().absolute()
        return file.with_name(f"{file.name}-chunks")
    return data_folder() / "chunks" / str(database.database)


class ChunkCache:
    """One folder; several servers may share it. Thread-safe. With room for nothing, nothing is kept."""

    def __init__(self, folder: Path, *, most_bytes: int = DEFAULT_BYTES, kept_s: float = KEPT_S) -> None:
        """Name the folder; it is made with the first chunk."""
        self._folder = folder
        self._most_bytes = most_bytes
        self._kept_s = kept_s
        self._lock = threading.Lock()
        self._written: int | None = None

    def find(self, name: str) -> Kept | None:
        """Give a chunk; ``None`` where it is not here, or not whole any more."""
        file = self._file(name)
        try:
            with file.open("rb") as stream:
                line, data = stream.readline(), stream.read()
                age_s = time.time() - os.fstat(stream.fileno()).st_mtime
        except OSError:
            return None
        kept = _checked(line, data)
        with suppress(OSError):
            if kept is None:
                file.unlink()
            elif age_s > _TOUCH_AFTER_S:
                os.utime(file)
        return kept

    def keep(self, name: str, data: bytes, rest: ChunkEntry | None) -> Kept:
        """Write a chunk down and give it. A full disk keeps nobody from syncing."""
        sha256 = hashlib.sha256(data).hexdigest()
        if self._most_bytes:
            with suppress(OSError):
                self._write(name, msgspec.json.encode(_Line(sha256, rest)) + b"\n" + data)
        return Kept(data, f'"{sha256}"', rest)

    def tidy(self) -> None:
        """Remove what is too old or too much."""
        found = []
        now = time.time()
        for file in self._folder.glob("??/*"):
            with suppress(OSError):
                status = file.stat()
                found.append((status.st_mtime, status.st_size, file))
        size = sum(each[1] for each in found)
        is_over = size > self._most_bytes
        for at, bytes_, file in sorted(found):
            old = now - at > self._kept_s
            if not old and not (is_over and size > self._most_bytes * _ROOM_SHARE):
                break
            with suppress(OSError):
                file.unlink()
            size -= bytes_

    def _write(self, name: str, text: bytes) -> None:
        file = self._file(name)
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = file.with_name(f"{name}.{os.getpid()}.{threading.get_ident()}.part")
        try:
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(text)
            part.replace(file)
        except OSError:
            part.unlink(missing_ok=True)
            raise
        if self._is_tidying_due(len(text)):
            self.tidy()

    def _is_tidying_due(self, written: int) -> bool:
        with self._lock:
            before = self._written
            self._written = written + (before or 0)
            # What a server that ran before has left is looked at with the first chunk.
            is_due = before is None or self._written > min(_TIDY_EVERY, self._most_bytes)
            if is_due:
                self._written = 0
            return is_due

    def _file(self, name: str) -> Path:
        return self._folder / name[:2] / name


def _checked(line: bytes, data: bytes) -> Kept | None:
    try:
        told = msgspec.json.decode(line, type=_Line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if hashlib.sha256(data).hexdigest() != told.sha256:
        return None
    return Kept(data, f'"{told.sha256}"', told.rest)
