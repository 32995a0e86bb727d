"""Makes one scope hold what the office says, whatever was there: for what a comparison found to differ."""

from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from desktop.store import overflow
from desktop.store.incoming import Touched, take_rows
from desktop.store.overlay import come_down
from desktop.store.pages import take_out
from desktop.store.schema import Schema
from desktop.store.selecting import among
from sync.contract.wire import Row


def take_scope(connection: Connection, schema: Schema, scope: str, rows: Sequence[Row], touched: Touched) -> int:
    """Take a scope's rows and hide what is not among them; gives the number taken. The gate must be open."""
    present = {(row.type, row.id) for row in rows}
    for record in schema.catalogue:
        table = schema.table(record.name)
        held = connection.execute(select(table.c.id).where(table.c.scope == scope, table.c.version > 0)).scalars()
        touched.add(record.name, take_out(connection, schema, record.name, _absent(record.name, held.all(), present)))
        # What is here may claim any version; the office's word counts.
        given = [row.id for row in rows if row.type == record.name]
        if given:
            connection.execute(update(table).where(among(table.c.id, given), table.c.version > 0).values(version=1))
    overflow.drop_scopes(connection, [scope])
    overflow.drop_records(connection, [(row.type, row.id) for row in rows if row.type not in schema.catalogue])
    come_down(connection, rows)
    return take_rows(connection, schema, rows, touched)


def _absent(name: str, ids: Sequence[str], present: set[tuple[str, str]]) -> list[str]:
    return [each for each in ids if (name, each) not in present]
