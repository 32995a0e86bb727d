"""What can be found out about the health of a database; repairs are where the thing itself is made."""

from sqlalchemy import Connection, func, select, text

from desktop.store import meta
from desktop.store.tables import journal

_SHOWN = 5


def damage(connection: Connection) -> list[str]:
    """List what SQLCipher and SQLite find wrong with the file's pages; reads all of it."""
    found: list[str] = []
    for pragma in ("PRAGMA cipher_integrity_check", f"PRAGMA quick_check({_SHOWN})"):
        rows = connection.execute(text(pragma)).all()
        found += [str(row[0]) for row in rows if str(row[0]) != "ok"]
    return found[:_SHOWN]


def journal_entries(connection: Connection) -> int:
    """Count all changes that the journal holds."""
    return int(connection.execute(select(func.count()).select_from(journal)).scalar_one())


def journal_faults(connection: Connection) -> int:
    """Count own changes missing from the dense numbering, and entries that no transaction finished."""
    numbers = select(func.count(journal.c.client_n), func.max(journal.c.client_n), func.min(journal.c.client_n))
    count, last, first = connection.execute(numbers).one()
    gaps = int(last) - int(first) + 1 - int(count) if count else 0
    unfinished = connection.execute(select(func.count()).select_from(journal).where(journal.c.at.is_(None)))
    return gaps + int(unfinished.scalar_one())


def clock_offset_s(connection: Connection) -> int:
    """Give by how many seconds the office's clock was ahead of this one at the last sync."""
    return round(int(meta.read(connection, meta.CLOCK_OFFSET_MS) or 0) / 1000)
