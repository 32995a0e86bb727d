"""The outbox file on the disk: grown at its end, cut back, replaced whole, each so that a power cut leaves old or new.

Knows bytes and names, no frames. The file is open only while it is worked on, so that another process may replace it.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path

from desktop.system.durable import refusal_of, sync_folder
from sync.contract.errors import AppError, Code

_BINARY = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_PIECE = 1 << 24


def size_and_end(path: Path, count: int) -> tuple[int, bytes]:
    """Give the size of a file and its last ``count`` bytes; size 0 where there is none.

    Raises:
        AppError: ``DISK_UNUSABLE`` when it is there and cannot be read.
    """
    try:
        with path.open("rb") as opened:
            size = opened.seek(0, os.SEEK_END)
            opened.seek(max(0, size - count))
            return size, opened.read(count)
    except FileNotFoundError:
        return 0, b""
    except OSError as failed:
        raise refusal_of(failed) from failed


def bytes_before(path: Path, at: int, count: int) -> bytes:
    """Give the ``count`` bytes of a file before position ``at``, or as many as there are.

    Raises:
        AppError: ``DISK_UNUSABLE``.
    """
    try:
        with path.open("rb") as opened:
            start = max(0, at - count)
            opened.seek(start)
            return opened.read(at - start)
    except OSError as failed:
        raise refusal_of(failed) from failed


def read(path: Path) -> bytes:
    """Give what is in a file, nothing where there is none.

    Raises:
        AppError: ``FILE_UNREADABLE``.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as failed:
        raise AppError(Code.FILE_UNREADABLE, str(failed), path=str(path)) from failed


def append(path: Path, content: bytes, *, at: int, durable: bool) -> None:
    """Write at position ``at``, which is the end; the file is made where it is missing and ``at`` is 0.

    With ``durable`` the content is on the disk when this returns. After a refusal the file ends at ``at``.

    Raises:
        AppError: ``DISK_FULL`` or ``DISK_UNUSABLE``.
    """
    made = at == 0 and not path.exists()
    try:
        descriptor = os.open(path, os.O_RDWR | (os.O_CREAT if at == 0 else 0) | _BINARY, 0o600)
        try:
            _write(descriptor, content, at, durable=durable)
        finally:
            os.close(descriptor)
        if made:
            sync_folder(path.parent)
    except OSError as failed:
        raise refusal_of(failed) from failed


def cut(path: Path, at: int) -> None:
    """Let a file end at ``at``.

    Raises:
        AppError: ``DISK_UNUSABLE``.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | _BINARY)
        try:
            os.ftruncate(descriptor, at)
            _sync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as failed:
        raise refusal_of(failed) from failed


def replace(path: Path, content: bytes) -> None:
    """Put other content in the place of a file; whoever reads, and a power cut, finds all of the old or of the new.

    Raises:
        AppError: ``DISK_FULL`` or ``DISK_UNUSABLE``; the file is as it was.
    """
    aside = path.with_name(path.name + ".new")
    try:
        aside.unlink(missing_ok=True)
        append(aside, content, at=0, durable=True)
        aside.replace(path)
        sync_folder(path.parent)
    except OSError as failed:
        raise refusal_of(failed) from failed
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)


def copy_aside(path: Path) -> Path:
    """Keep what a file holds now under a name that nobody uses, and tell it.

    Raises:
        AppError: ``DISK_FULL`` or ``DISK_UNUSABLE``.
    """
    number = 1
    while (aside := path.with_name(f"{path.name}.aside-{number}")).exists():
        number += 1
    append(aside, read(path), at=0, durable=True)
    return aside


def _write(descriptor: int, content: bytes, at: int, *, durable: bool) -> None:
    try:
        os.lseek(descriptor, at, os.SEEK_SET)
        left = memoryview(content)
        while left:
            left = left[os.write(descriptor, left[:_PIECE]) :]
        if durable:
            _sync(descriptor)
    except OSError:
        # What is half there must not stand before what comes next.
        with suppress(OSError):
            os.ftruncate(descriptor, at)
        raise


if sys.platform == "darwin":
    import fcntl

    def _sync(descriptor: int) -> None:
        # There fsync ends in the drive's cache.
        try:
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
        except OSError:
            os.fsync(descriptor)

else:
    # Where there is the lesser one it is enough: it knows the size, and leaves out the times.
    _sync = getattr(os, "fdatasync", os.fsync)
