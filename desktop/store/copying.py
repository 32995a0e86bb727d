"""Copies an encrypted file as it is in one moment, while others go on writing it, and reads the copy back."""

import os
from contextlib import closing
from pathlib import Path

from desktop.store.connections import open_raw
from desktop.store.failures import explained
from sync.contract.errors import AppError, Code


def copy_encrypted(source: Path, key: bytes, target: Path) -> None:
    """Copy a database of this profile, encrypted with the same key; ``target`` must be a new file.

    Raises:
        AppError: ``DATABASE_UNUSABLE`` when the copy does not read back whole, or as opening the file.
    """
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with explained(), closing(open_raw(source, key)) as old, closing(open_raw(target, key)) as new:
        old.backup(new)
        new.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        for pragma in ("PRAGMA cipher_integrity_check", "PRAGMA quick_check(1)"):
            found = [row[0] for row in new.execute(pragma) if row[0] != "ok"]
            if found:
                raise AppError(Code.DATABASE_UNUSABLE, str(found[0]), reason=str(found[0]))
    with target.open("rb") as stream:
        os.fsync(stream.fileno())
