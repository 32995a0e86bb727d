"""How much room a profile takes on this laptop, and how much is left."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from desktop.system.paths import ProfilePaths


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes of the records, of the files that belong to them, and bytes that are free on the disk."""

    records: int
    files: int
    free: int


def room_of(paths: ProfilePaths) -> Room:
    """Measure; what is being written meanwhile may or may not be in it."""
    return Room(
        records=_with_log(paths.database), files=_with_log(paths.files), free=shutil.disk_usage(paths.folder).free
    )


def _with_log(file: Path) -> int:
    return sum(each.stat().st_size for each in (file, file.with_name(f"{file.name}-wal")) if each.exists())
