"""What can be found out about the health of a database, and how what is derived is made anew."""

from contextlib import suppress

from sqlalchemy import BigInteger, Connection, Integer, Table, TableClause, column, func, select, table, text
from sqlalchemy.exc import DBAPIError

from desktop.store import meta, retention
from desktop.store.database import Database
from desktop.store.migrations import alignment
from desktop.store.schema import Schema
from desktop.store.search.building import rebuild
from desktop.store.search.documents import RANK_SHIFT, has_titles, type_ranks
from desktop.store.tables import GONE_SCOPE, journal

_TEXTS, _TITLES = (
    table(f"{name}_docsize", column("id", BigInteger), column("sz", Integer))
    for name in ("search_text", "search_title")
)

_SHOWN = 5

_VIRTUAL = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%'"


def damage(connection: Connection) -> list[str]:
    """List what SQLCipher and SQLite find wrong with the file's pages; reads all of it."""
    _look_anew(connection)
    found: list[str] = []
    for pragma in ("PRAGMA cipher_integrity_check", f"PRAGMA quick_check({_SHOWN})"):
        rows = connection.execute(text(pragma)).all()
        found += [str(row[0]) for row in rows if str(row[0]) != "ok"]
    return found[:_SHOWN]


def _look_anew(connection: Connection) -> None:
    """Let this connection forget how an index was made when it asked it last: the check would compare with that."""
    for (name,) in connection.exec_driver_sql(_VIRTUAL).all():
        # What cannot be read is the check's to tell.
        with suppress(DBAPIError):
            connection.exec_driver_sql(f"SELECT rowid FROM {name} WHERE rowid = -1").all()  # noqa: S608 - our own name


def journal_entries(connection: Connection) -> int:
    """Count all changes that the journal holds."""
    return int(connection.execute(select(func.count()).select_from(journal)).scalar_one())


def journal_faults(connection: Connection) -> int:
    """Count own changes missing from the dense numbering, and entries that no transaction finished."""
    numbers = select(func.count(journal.c.client_n), func.max(journal.c.client_n), func.min(journal.c.client_n))
    count, last, first = connection.execute(numbers).one()
    begin, gone = retention.own_gone(connection) or (first, 0)
    gaps = int(last) - min(int(begin), int(first)) + 1 - int(count) - gone if count else 0
    unfinished = connection.execute(select(func.count()).select_from(journal).where(journal.c.at.is_(None)))
    return gaps + int(unfinished.scalar_one())


def clock_offset_s(connection: Connection) -> int:
    """Give by how many seconds the office's clock was ahead of this one at the last sync."""
    return round(int(meta.read(connection, meta.CLOCK_OFFSET_MS) or 0) / 1000)


def missing_guards(connection: Connection, schema: Schema) -> int:
    """Count triggers that are missing or are not what they should be: without them a write could pass the journal."""
    return len(alignment.missing_triggers(connection, schema.catalogue))


def guard_again(database: Database) -> None:
    """Make all triggers anew."""
    with database.writing() as connection:
        alignment.drop_triggers(connection)
        alignment.create_triggers(connection, database.catalogue)


def search_gaps(connection: Connection, schema: Schema) -> int:
    """Count records that a complete search index lacks, and documents in it of records that are not there."""
    gaps = 0
    for name, rank in type_ranks(connection).items():
        if name in schema.searched:
            gaps += _gaps(connection, schema.table(name), rank, _TEXTS)
            if has_titles(schema.record(name)):
                gaps += _gaps(connection, schema.table(name), rank, _TITLES)
    return gaps


def _gaps(connection: Connection, records: Table, rank: int, documents: TableClause) -> int:
    first = rank << RANK_SHIFT
    mine = documents.c.id >= first, documents.c.id < first + (1 << RANK_SHIFT)
    lacking = (
        select(func.count())
        .select_from(records.outerjoin(documents, documents.c.id == records.c.row + first))
        .where(documents.c.id.is_(None), records.c.scope != GONE_SCOPE)
    )
    surplus = (
        select(func.count())
        .select_from(documents.outerjoin(records, records.c.row == documents.c.id - first))
        .where(*mine, records.c.row.is_(None))
    )
    return int(connection.execute(lacking).scalar_one()) + int(connection.execute(surplus).scalar_one())


def search_again(database: Database) -> None:
    """Empty the search index; it is filled again in the background, as after a first sync."""
    with database.writing() as connection:
        connection.execute(text("DELETE FROM search_text"))
        connection.execute(text("DELETE FROM search_title"))
        rebuild(connection)
