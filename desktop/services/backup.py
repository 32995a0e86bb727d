"""Copies a whole profile into a new folder while it is in use: records, unsent edits, files, settings; encrypted.

The key stays where it is, in the keyring or in its own file: without it nobody reads the copy. A copy that is put back
is noticed by the lineage of its edits, so nothing is lost or applied twice.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from desktop.store import outbox
from desktop.store.copying import copy_encrypted
from desktop.store.database import Database
from desktop.store.files import PURPOSE
from desktop.store.outbox_file.keeping import outbox_path
from desktop.system.durable import make_folder, sync_folder, write_new
from desktop.system.paths import ProfilePaths
from sync.contract.errors import AppError, Code


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What a copy holds: unsent edits, and bytes of everything."""

    unsent: int
    bytes: int


def back_up(paths: ProfilePaths, database: Database, folder: Path) -> Copied:
    """Copy the profile into a new folder, which gets its name when all of it was read back.

    Raises:
        AppError: ``FILE_UNWRITABLE`` when the folder is there already or cannot be written, ``DATABASE_UNUSABLE`` when
            the copy does not read back.
    """
    target = folder.expanduser().absolute()
    aside = target.with_name(f"{target.name}.partial")
    try:
        if target.exists():
            raise FileExistsError(target)
        shutil.rmtree(aside, ignore_errors=True)
        make_folder(aside)
        copied = ProfilePaths(aside)
        database.copy_to(copied.database)
        # After the database: what the file has more than it is brought in when the copy is opened.
        _copy(outbox_path(database.file), outbox_path(copied.database))
        if paths.files.exists():
            copy_encrypted(paths.files, database.key_for(PURPOSE), copied.files)
        _copy(paths.settings, copied.settings)
        size = sum(each.stat().st_size for each in aside.iterdir())
        aside.rename(target)
        sync_folder(target.parent)
    except OSError as refused:
        raise AppError(Code.FILE_UNWRITABLE, path=str(target)) from refused
    with database.reading() as connection:
        return Copied(unsent=outbox.count(connection), bytes=size)


def _copy(source: Path, target: Path) -> None:
    if source.exists():
        write_new(target, source.read_bytes())
