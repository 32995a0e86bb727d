"""Makes files outlast a power cut: not only their bytes, but the names by which they are found again.

A file's own sync does not promise that its folder knows it. Windows writes names by itself and has no way to ask.
"""

import errno
import os
from pathlib import Path

from sync.contract.errors import AppError, Code

_FULL = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})


def refusal_of(failed: OSError) -> AppError:
    """Give the refusal that a failure to write into the profile stands for: ``DISK_FULL`` or ``DISK_UNUSABLE``."""
    code = Code.DISK_FULL if failed.errno in _FULL else Code.DISK_UNUSABLE
    return AppError(code, str(failed), reason=str(failed))


def sync_folder(folder: Path) -> None:
    """Let everything that was made, renamed or removed in a folder reach the disk.

    Raises:
        OSError: the disk fails.
    """
    if os.name == "nt":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:
        return  # a folder that may be written and not read cannot be synced
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Make a folder for this user only, with those above it; what is there already stays as it is.

    Raises:
        OSError: it cannot be made.
    """
    if not folder.parent.exists():
        make_folder(folder.parent)
    # Somebody else may have made the folder a moment ago without syncing, so its name is synced in either case.
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)


def write_new(file: Path, content: bytes) -> None:
    """Make a file for this user only, whole or not at all.

    Raises:
        FileExistsError: there is one of this name already; it is left alone.
        OSError: it cannot be written.
    """
    unfinished = file.with_name(f"{file.name}.{os.getpid()}.new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(descriptor)
        _name_once(unfinished, file)
    finally:
        unfinished.unlink(missing_ok=True)
    sync_folder(file.parent)


def _name_once(file: Path, name: Path) -> None:
    """Give a file its name unless another has it; renaming would replace that other one, except on Windows."""
    if os.name == "nt":
        file.rename(name)
    else:
        name.hardlink_to(file)
