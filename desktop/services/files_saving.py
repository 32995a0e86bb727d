"""Writes a file of a colleague to where this user wants it: whole or not at all, never outside, never run."""

import os
import secrets
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from desktop.services.files_names import numbered, safe_name
from sync.contract.errors import AppError, Code

_MOST_OF_A_NAME: Final = 1000
_FROM_ELSEWHERE: Final = b"[ZoneTransfer]\r\nZoneId=3\r\n"


def save_to(target: Path, name: str, content: Iterable[bytes]) -> Path:
    """Write a file and give its path.

    In a folder it gets ``name``, cleaned, with a number where that is taken; any other ``target`` is the file itself
    and is replaced when all is written, a link and not what it points to.

    Raises:
        AppError: ``FILE_UNWRITABLE``, or what reading the content may raise.
    """
    into_folder = target.is_dir()
    folder = target if into_folder else target.parent
    try:
        with _written(folder, content) as part:
            if not into_folder:
                part.replace(target)
                return target
            return _placed(part, folder, safe_name(name))
    except OSError as refused:
        raise AppError(Code.FILE_UNWRITABLE, path=str(target)) from refused


@contextmanager
def _written(folder: Path, content: Iterable[bytes]) -> Iterator[Path]:
    part = folder / f".{secrets.token_hex(8)}.part"
    # Made here and now, so that nobody can have put a link in its place.
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            for each in content:
                stream.write(each)
            stream.flush()
            os.fsync(stream.fileno())
        _mark(part)
        yield part
    finally:
        part.unlink(missing_ok=True)


def _placed(part: Path, folder: Path, name: str) -> Path:
    """Give a written file the first name that is free, without a moment in which it could replace another."""
    for number in range(1, _MOST_OF_A_NAME):
        file = folder / (name if number == 1 else numbered(name, number))
        with suppress(FileExistsError):
            _take_name(part, file)
            return file
    raise FileExistsError(name)


def _rename(part: Path, file: Path) -> None:
    part.rename(file)  # on Windows this refuses a name that is taken


def _link(part: Path, file: Path) -> None:
    try:
        file.hardlink_to(part)
    except FileExistsError:
        raise
    except OSError:
        # A file system without links: the empty file keeps the name until the written one replaces it.
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        part.replace(file)


def _mark_zone(part: Path) -> None:
    # Windows then warns before it opens what could run.
    Path(f"{part}:Zone.Identifier").write_bytes(_FROM_ELSEWHERE)


def _mark_nothing(_part: Path) -> None:
    """Leave the file as it is: this system has no such mark that a program may set by writing a file."""


_take_name: Callable[[Path, Path], None] = _rename if sys.platform == "win32" else _link
_mark: Callable[[Path], None] = _mark_zone if sys.platform == "win32" else _mark_nothing
