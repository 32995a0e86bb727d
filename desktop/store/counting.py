"""How many records there are: kept by triggers, counted anew after a snapshot and by the doctor."""

from sqlalchemy import Connection

from desktop.store.connections import raw
from desktop.store.schema import Schema
from desktop.store.tables import GONE_SCOPE

# One pass over the index by scope, which holds all of these columns.
_COUNT = "SELECT count(*) FILTER (WHERE deleted = 0 AND scope <> ?), count(*) FILTER (WHERE hidden = 0) FROM {}"
_KEPT = "SELECT live, shown FROM row_count WHERE type = ?"
_SET = "UPDATE row_count SET live = ?, shown = ? WHERE type = ?"
_ADD = "UPDATE row_count SET live = live + ?, shown = shown + ? WHERE type = ?"


def recount(connection: Connection, schema: Schema) -> list[str]:
    """Count every type anew; gives the types of which the kept figures were wrong."""
    driver, wrong = raw(connection), []
    for record in schema.catalogue:
        right = driver.execute(_COUNT.format(record.table), (GONE_SCOPE,)).fetchone()
        if driver.execute(_KEPT, (record.name,)).fetchone() != right:
            wrong.append(record.name)
            driver.execute(_SET, (*right, record.name))
    return wrong


def add(connection: Connection, record_type: str, rows: int) -> None:
    """Add rows that were written without counting."""
    if rows:
        raw(connection).execute(_ADD, (rows, rows, record_type))
