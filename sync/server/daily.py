"""What an office does once a day by itself, whichever of its servers comes first: sweep its files, compact its log."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from sync.contract.clock import instant_text, parse_instant
from sync.contract.errors import AppError
from sync.server.blobs import Blobs
from sync.server.blobs_disk import BlobDisk, default_folder
from sync.server.blobs_sweep import sweep
from sync.server.compacting import compact
from sync.server.handlers import Office
from sync.server.incarnation import renew
from sync.server.incidents import report
from sync.server.recording import lock_head
from sync.server.schema_keeping import DAILY

logger = logging.getLogger(__name__)

_DAY: Final = timedelta(days=1)
_FIRST_S: Final = 60.0
_LOOK_S: Final = 900.0
_NAME: Final = "housekeeping"


def run_due(office: Office) -> bool:
    """Do the day's work unless it was done within a day; tells whether it was done now.

    Raises:
        AppError: the database does not let it in now; the next day's work makes up for it.
    """
    if not _claim(office):
        return False
    sweep(Blobs(office.log, BlobDisk(office.files or default_folder(office.log.storage.url))))
    renew(office.log.storage)
    done = compact(office.log)
    logger.info("compacted: %s", done)
    return True


class Housekeeping:
    """A thread of a server that looks from time to time whether the day's work is due."""

    def __init__(self, office: Office, work: Callable[[Office], bool] = run_due) -> None:
        """Nothing runs before ``start``."""
        self._office = office
        self._work = work
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)

    def start(self) -> None:
        """Begin; the first look comes after a minute, when the laptops that waited for the server are served."""
        self._thread.start()

    def end(self) -> None:
        """Look no more. Work under way goes back with its transaction when the process ends."""
        self._ending.set()

    def _run(self) -> None:
        wait = _FIRST_S
        while not self._ending.wait(wait):
            wait = _LOOK_S
            try:
                self._work(self._office)
            except (AppError, SQLAlchemyError, OSError) as error:
                # Served laptops matter more; whatever it is, the next day shows whether it stays.
                report("housekeeping", error)


def _claim(office: Office) -> bool:
    now = office.log.clock.now()
    with office.log.storage.writing() as connection:
        lock_head(connection)
        last = connection.scalar(select(DAILY.c.begun_at).where(DAILY.c.name == _NAME))
        # A clock that was far ahead for a while must not stop the work until then.
        if last is not None and abs(now - parse_instant(last)) < _DAY:
            return False
        connection.execute(delete(DAILY).where(DAILY.c.name == _NAME))
        connection.execute(insert(DAILY), {"name": _NAME, "begun_at": instant_text(now)})
    return True
