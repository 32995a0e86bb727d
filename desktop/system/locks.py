"""A lock on a file that the operating system lets go when its holder dies, however it dies."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from desktop.system.durable import refusal_of


class FileLock:
    """One holder at a time among all processes and all objects of this class; the file's content means nothing.

    The file stays when the lock is released: removing it would let two holders lock two files of one name.
    """

    def __init__(self, path: Path) -> None:
        """Name the file; it is made when the lock is first taken."""
        self._path = path
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._descriptor is not None

    def acquire(self) -> bool:
        """Take the lock without waiting; false when somebody else, or this object, holds it already.

        Raises:
            AppError: ``DISK_FULL`` or ``DISK_UNUSABLE``: the file cannot be made.
        """
        if self._descriptor is not None:
            return False
        descriptor = self._opened()
        if not _try_lock(descriptor):
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def _opened(self) -> int:
        try:
            return os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as failed:
            # On a disk that may be read only, a file that is there can still be locked.
            with suppress(OSError):
                return os.open(self._path, os.O_RDONLY)
            raise refusal_of(failed) from failed

    def release(self) -> None:
        """Let the lock go; nothing happens when it is not held."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Hold the lock for a block, after whoever has it now; for what takes others a moment only.

        Raises:
            AppError: as ``acquire``.
        """
        descriptor = self._opened()
        try:
            _wait_for_lock(descriptor)
            yield
        finally:
            os.close(descriptor)

    @contextmanager
    def trying(self) -> Iterator[bool]:
        """Try to take the lock for a block; gives whether it was taken and lets it go at the end."""
        taken = self.acquire()
        try:
            yield taken
        finally:
            if taken:
                self.release()


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _wait_for_lock(descriptor: int) -> None:
        # It waits for ten seconds; whoever has it for longer than that is hung, and nobody waits for that.
        with suppress(OSError):
            msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        # flock belongs to the open file, not to the process: two objects of one process exclude each other too.
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _wait_for_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
