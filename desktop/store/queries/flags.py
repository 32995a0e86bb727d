"""The small marks beside records in lists: waits to be sent, somebody has to choose."""

from collections.abc import Iterable

from sqlalchemy import Connection, literal_column, select

from desktop.store.queries.conflicts import answerable
from desktop.store.schema import Schema
from desktop.store.selecting import among
from desktop.store.tables import journal


def pending(connection: Connection, record_type: str, ids: Iterable[str]) -> frozenset[str]:
    """Tell which of these records have a change that was not sent yet."""
    # As literals, so that the partial index over unsent entries is used.
    unsent = journal.c.outcome.is_(None), journal.c.origin == literal_column("'local'")
    statement = select(journal.c.record).where(*unsent, journal.c.type == record_type, among(journal.c.record, ids))
    return frozenset(connection.execute(statement.distinct()).scalars())


def with_choice(connection: Connection, schema: Schema, ids: Iterable[str]) -> frozenset[str]:
    """Tell about which of these records somebody has to choose between two values."""
    table = schema.table("conflict")
    statement = select(table.c.record).where(
        table.c.hidden == literal_column("0"), table.c.state == "open", among(table.c.record, ids), answerable(schema)
    )
    return frozenset(connection.execute(statement.distinct()).scalars())
