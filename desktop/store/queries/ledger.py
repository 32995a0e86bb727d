"""Adds up the own changes from the journal's numbers: they have no gap, so one that is missing shows."""

from sqlalchemy import Connection, func, select

from desktop.domain.ledger import Ledger
from desktop.store import outbox, retention
from desktop.store.tables import journal

_NUMBER = journal.c.client_n
_OWN = select(func.min(_NUMBER), func.max(_NUMBER), func.count(_NUMBER)).where(_NUMBER.is_not(None))


def ledger(connection: Connection) -> Ledger:
    """Count by number what was recorded, and by entry what is there."""
    first, last, there = connection.execute(_OWN).one()
    waiting = outbox.count(connection)
    # What went after its time was confirmed, and the newest one never goes.
    gone = retention.own_gone(connection)
    begin, count = gone or (first, 0)
    recorded = int(last) - min(int(begin), int(first)) + 1 if there else 0
    return Ledger(recorded=recorded, confirmed=int(there) + count - waiting, waiting=waiting)
