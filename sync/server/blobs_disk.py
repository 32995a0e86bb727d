"""The office's folder of files: parts that grow while they arrive, and whole files named by their hash. Knows no row.

A part belongs to one laptop, so that nobody's bytes get into another's. Its length is how much has arrived; a piece is
written at the place it names, so that one that comes twice does no harm.
"""

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import URL

from sync.contract.errors import AppError, Code
from sync.server.places import data_folder

BLOCK_BYTES: Final = 256 * 1024
_PARTS: Final = "parts"


def default_folder(database: URL) -> Path:
    """Name the folder of a database's files: beside an SQLite file, else in the office's own folder."""
    if database.get_backend_name() == "sqlite":
        file = Path(str(database.database)).expanduser().absolute()
        return file.with_name(f"{file.name}-files")
    return data_folder() / "files" / str(database.database)


class BlobDisk:
    """One folder; several servers may share it. Nothing is made before the first piece arrives."""

    def __init__(self, folder: Path) -> None:
        """Name the folder."""
        self._folder = folder

    def arrived(self, sha256: str, client: str) -> int:
        """Tell how many bytes of a part are here."""
        try:
            return self._part(sha256, client).stat().st_size
        except FileNotFoundError:
            return 0

    def write(self, sha256: str, client: str, offset: int, data: bytes) -> None:
        """Write bytes of a part at their place; they are on the disk after ``flush``.

        Raises:
            AppError: ``SERVER_BUSY`` when the folder takes nothing now, for example because the disk is full.
        """
        part = self._part(sha256, client)
        try:
            part.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            part.touch(mode=0o600)
            with part.open("r+b") as stream:
                stream.seek(offset)
                stream.write(data)
        except OSError as error:
            raise AppError(Code.SERVER_BUSY, f"the folder of files cannot be written: {error.strerror}") from error

    def flush(self, sha256: str, client: str) -> None:
        """Bring what has arrived of a part to the disk."""
        part = self._part(sha256, client)
        if part.exists():
            with part.open("r+b") as stream:
                os.fsync(stream.fileno())

    def is_right(self, sha256: str, client: str) -> bool:
        """Tell whether the bytes of a part are those of its name."""
        return _hash(self._part(sha256, client)) == sha256

    def drop_part(self, sha256: str, client: str) -> None:
        """Forget a part."""
        self._part(sha256, client).unlink(missing_ok=True)

    def adopt(self, sha256: str, client: str) -> None:
        """Make a part that was checked the file of its name; harmless when there is one."""
        whole = self._whole(sha256)
        whole.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = self._part(sha256, client)
        if part.exists():
            part.replace(whole)
            for folder in (whole.parent, whole.parent.parent, part.parent):
                _sync_folder(folder)

    def has(self, sha256: str, size: int) -> bool:
        """Tell whether a whole file is here, by its length."""
        try:
            return self._whole(sha256).stat().st_size == size
        except FileNotFoundError:
            return False

    def is_whole(self, sha256: str) -> bool:
        """Tell whether a whole file is here and its bytes hash to its name."""
        file = self._whole(sha256)
        return file.is_file() and _hash(file) == sha256

    def read(self, sha256: str, start: int, end: int) -> Iterator[bytes]:
        """Give the bytes from ``start`` up to ``end`` (exclusive), block by block."""
        with self._whole(sha256).open("rb") as stream:
            stream.seek(start)
            while start < end and (block := stream.read(min(BLOCK_BYTES, end - start))):
                start += len(block)
                yield block

    def remove(self, sha256: str) -> None:
        """Remove a whole file."""
        self._whole(sha256).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """List the names of all whole files."""
        for folder in sorted(self._folder.glob("[0-9a-f][0-9a-f]")):
            for file in sorted(folder.iterdir()):
                yield file.name

    def _whole(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def _part(self, sha256: str, client: str) -> Path:
        # A laptop chooses its own id; hashed, it names no other folder.
        owner = hashlib.sha256(client.encode()).hexdigest()[:16]
        return self._folder / _PARTS / f"{sha256}.{owner}.part"


def _hash(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return  # Windows opens no folders; there a rename itself is journalled
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
