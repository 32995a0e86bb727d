"""Opens the gate for the length of a block: only then may record tables and the journal be written."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from sqlalchemy import Connection

from desktop.store.connections import raw

_OPEN = "UPDATE gate SET mode = ?, held = 1"
_CLOSE = "UPDATE gate SET mode = 'closed', held = NULL"


class GateMode(StrEnum):
    """What happens to a write while the gate is open."""

    LOCAL = "local"
    """Captured into the journal by triggers: the user's own changes."""
    SYNC = "sync"
    """Not captured: the office's rows, which come with journal entries of their own."""
    BULK = "bulk"
    """As ``SYNC``, and not counted either: the first snapshot."""


@contextmanager
def opened(connection: Connection, mode: GateMode) -> Iterator[None]:
    """Open the gate in a transaction. After an error it stays open, so that nothing but a rollback is possible."""
    driver = raw(connection)
    driver.execute(_OPEN, (mode.value,))
    yield
    driver.execute(_CLOSE)
