"""Folders of files that stay open while their bytes are taken away and put back: a laptop's, the office's.

An image is what a kill or a backup finds: every file with its bytes, the write-ahead logs too. Bytes are put back under
open connections: without its header in shared memory SQLite reads the write-ahead log anew, as after a crash.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from tests.simulate.cheap import Kept

Image: TypeAlias = Mapping[str, bytes]
"""Bytes by the file's path within the folder."""

_SHARED = "-shm"
_LOG = "-wal"
_HEADER = bytes(136)
_KEPT_OPEN = ("roundsman.db", "office.db")


class Slot:
    """One folder."""

    def __init__(self, folder: Path, kept: Kept) -> None:
        self.folder = folder
        self._kept = kept
        folder.mkdir(parents=True, exist_ok=True)

    def image(self) -> Image:
        """Read everything as it is now."""
        return {name: (self.folder / name).read_bytes() for name in _names(self.folder) if not name.endswith(_SHARED)}

    def put(self, image: Image) -> None:
        """Let the folder hold these bytes and nothing else. No transaction may be open."""
        for name in list(_names(self.folder)):
            if name not in image:
                self._empty(self.folder / name)
        for name, content in image.items():
            _overwrite(self.folder / name, content)
        for name in _KEPT_OPEN:
            self._kept.look_again(self.folder / name)

    @staticmethod
    def _empty(file: Path) -> None:
        if not file.name.startswith(_KEPT_OPEN):
            file.unlink()
        elif file.name.endswith(_SHARED):
            with file.open("r+b") as opened:
                opened.write(_HEADER)
        elif file.name.endswith(_LOG):
            _overwrite(file, b"")


def _names(folder: Path, within: str = "") -> Iterator[str]:
    with os.scandir(folder) as found:
        for each in found:
            if each.is_dir():
                yield from _names(folder / each.name, f"{within}{each.name}/")
            else:
                yield within + each.name


def _overwrite(file: Path, content: bytes) -> None:
    try:
        opened = os.open(file, os.O_WRONLY | os.O_CREAT)
    except FileNotFoundError:
        file.parent.mkdir(parents=True)
        opened = os.open(file, os.O_WRONLY | os.O_CREAT)
    try:
        left = memoryview(content)
        while left:
            left = left[os.write(opened, left) :]
        os.ftruncate(opened, len(content))
    finally:
        os.close(opened)
