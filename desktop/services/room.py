"""How much room a profile takes on this laptop, and how much is left."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from desktop.system.i18n import Translator
from desktop.system.paths import ProfilePaths

_KB = 1_000
_MB = 1_000_000
_GB = 1_000_000_000
_EXACT = 10


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes of the records, of the files that belong to them, and bytes that are free on the disk."""

    records: int
    files: int
    free: int


def room_of(paths: ProfilePaths) -> Room:
    """Measure; what is being written meanwhile may or may not be in it."""
    return Room(
        records=_with_log(paths.database),
        files=_with_log(paths.files),
        free=shutil.disk_usage(paths.folder).free,
    )


def room_said(room: Room, texts: Translator) -> str:
    """Say it: what records and files take, and what is free."""
    records, files = (texts.number(round(size / _MB, 1)) for size in (room.records, room.files))
    return texts.t("settings.laptop.room_said", records=records, files=files, free=texts.number(round(room.free / _GB)))


def size_said(size: int, texts: Translator) -> str:
    """Say a size as people read it: three figures at most."""
    for unit, name in ((_GB, "gb"), (_MB, "mb")):
        if size >= unit:
            amount = size / unit
            return texts.t(f"on_laptop.unit.{name}", number=texts.number(round(amount, 1 if amount < _EXACT else None)))
    return texts.t("on_laptop.unit.kb", number=texts.number(round(size / _KB)))


def _with_log(file: Path) -> int:
    return _size(file) + _size(file.with_name(f"{file.name}-wal"))


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0
