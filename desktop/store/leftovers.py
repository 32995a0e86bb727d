"""Damaged copies that a recovery put aside: folders ``damaged-*`` and files ``*.aside-N`` beside the database.

They hold rows of customers that their user may have lost since, so they may not stay for good; and they may hold an
edit that nobody has yet, so they may not go too early. They go when nothing on this laptop could be sent and every edit
that can have been in them has its receipt: with the next account that is taken off, else after ``KEPT``. One of which
some cannot be read stays until the journal explains what that was (``outbox_file.proof``), and is told of.
"""

import logging
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desktop.store import meta, outbox
from desktop.store.connections import RawConnection, raw
from desktop.store.database import Database
from desktop.store.outbox_file.keeping import outbox_path
from desktop.store.outbox_file.proof import is_settled
from sync.contract.errors import AppError

log = logging.getLogger(__name__)

KEPT = timedelta(days=35)
"""So long they stay where no account is taken off: as long as backups of a laptop are old."""


def there(database: Database) -> list[Path]:
    """List the copies that lie beside the database."""
    folder, file = database.file.parent, outbox_path(database.file)
    return sorted([*folder.glob("damaged-*"), *folder.glob(f"{file.name}.aside-*")])


def kept(database: Database) -> list[Path]:
    """List the copies that may hold an edit of which this laptop has no receipt."""
    found = there(database)
    if not found:
        return []
    with database.reading() as connection:
        return [each for each in found if not _may_go(database, raw(connection), each)]


def remove(database: Database, *, younger: bool) -> int:
    """Remove what may go, those that are not old yet only with ``younger``; gives how many.

    A copy that cannot be removed now is looked at again with the next sync.
    """
    found = there(database)
    if not found:
        return 0
    with database.reading() as connection:
        waits = outbox.count(connection) and outbox.may_be_sent(connection, database.catalogue)
        if waits or meta.read(connection, meta.CURSOR) is None:
            return 0
        offset = timedelta(milliseconds=int(meta.read(connection, meta.CLOCK_OFFSET_MS) or 0))
        due = [each for each in found if younger or database.moment() + offset - _made_at(each) > KEPT]
        may_go = [each for each in due if _may_go(database, raw(connection), each)]
    return sum(_removed(each) for each in may_go)


def _may_go(database: Database, driver: RawConnection, copy: Path) -> bool:
    file = copy / outbox_path(database.file).name if copy.is_dir() else copy
    try:
        return is_settled(driver, database.outbox_file.read_copy(file))
    except AppError as refused:
        log.warning("the copy %s cannot be read: %s", copy.name, refused.code.value)
        return False


def _made_at(copy: Path) -> datetime:
    return datetime.fromtimestamp(copy.stat().st_mtime, tz=UTC)


def _removed(copy: Path) -> bool:
    try:
        if copy.is_dir():
            shutil.rmtree(copy)
        else:
            copy.unlink()
    except OSError as error:
        log.warning("the copy %s cannot be removed now: %s", copy.name, error)
        return False
    return True
