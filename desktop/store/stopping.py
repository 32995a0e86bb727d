"""Lets somebody stop a question to the database while it is being answered."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from desktop.store.connections import raw

_STEPS = 2_000
"""Steps of SQLite's machine between two looks; some 50 microseconds."""

Stopped = Callable[[], bool]
"""Tells whether nobody waits for the answer any more."""


class StoppedError(Exception):
    """The question was stopped; there is no answer."""


def check(stopped: Stopped | None) -> None:
    """Raise ``StoppedError`` when nobody waits any more."""
    if stopped is not None and stopped():
        raise StoppedError


@contextmanager
def stoppable(connection: Connection, stopped: Stopped | None) -> Iterator[None]:
    """Let statements of the block end early, by ``StoppedError``, once ``stopped`` says so."""
    if stopped is None:
        yield
        return
    opened = raw(connection)
    opened.set_progress_handler(lambda: int(stopped()), _STEPS)
    try:
        yield
    except (driver.OperationalError, DBAPIError) as error:
        if stopped():
            raise StoppedError from error
        raise
    finally:
        opened.set_progress_handler(None, 0)
