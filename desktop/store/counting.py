"""How many records there are: kept by triggers, counted anew after a snapshot and by the doctor."""

from sqlalchemy import Connection, func, select, update

from desktop.store.connections import raw
from desktop.store.schema import Schema
from desktop.store.tables import GONE_SCOPE, row_count

_ADD = "UPDATE row_count SET live = live + ?, shown = shown + ? WHERE type = ?"


def recount(connection: Connection, schema: Schema) -> list[str]:
    """Count every type anew; gives the types of which the kept figures were wrong."""
    wrong = []
    for record in schema.catalogue:
        table = schema.table(record.name)
        live = (table.c.deleted == 0) & (table.c.scope != GONE_SCOPE)
        # One pass over the index by scope, which holds all of these columns.
        sums = func.count().filter(live), func.count().filter(table.c.hidden == 0)
        counted = connection.execute(select(*sums).select_from(table)).one()
        right = {"live": int(counted[0]), "shown": int(counted[1])}
        mine = row_count.c.type == record.name
        kept = connection.execute(select(row_count.c.live, row_count.c.shown).where(mine)).one()
        if (kept.live, kept.shown) != (right["live"], right["shown"]):
            wrong.append(record.name)
            connection.execute(update(row_count).where(mine).values(right))
    return wrong


def add(connection: Connection, record_type: str, rows: int) -> None:
    """Add rows that were written without counting."""
    if rows:
        raw(connection).execute(_ADD, (rows, rows, record_type))
