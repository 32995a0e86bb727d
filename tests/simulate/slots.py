"""Folders of files that stay open while their bytes are taken away and put back: a laptop's, the office's.

An image is what a kill or a backup finds: every file with its bytes, the write-ahead logs too. Bytes are put back under
open connections: without its header in shared memory SQLite reads the write-ahead log anew, as after a crash.
"""

from collections.abc import Mapping
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
        return {
            str(each.relative_to(self.folder)): each.read_bytes()
            for each in self.folder.rglob("*")
            if each.is_file() and not each.name.endswith(_SHARED)
        }

    def put(self, image: Image) -> None:
        """Let the folder hold these bytes and nothing else. No transaction may be open."""
        for each in list(self.folder.rglob("*")):
            if each.is_file() and str(each.relative_to(self.folder)) not in image:
                self._empty(each)
        for name, content in image.items():
            file = self.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            _overwrite(file, content)
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


def _overwrite(file: Path, content: bytes) -> None:
    with file.open("r+b" if file.exists() else "wb") as opened:
        opened.write(content)
        opened.truncate()
