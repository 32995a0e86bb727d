"""The figures of the sync status in a few index look-ups: they are asked for after every save and every sync."""

from typing import Any

from sqlalchemy import Connection, Select, distinct, func, literal_column, select

from desktop.domain.sync_figures import Figures
from desktop.store import meta, outbox
from desktop.store.queries.conflicts import answerable
from desktop.store.schema import Schema
from desktop.store.tables import journal, sync_run
from sync.contract.wire import ATTENTION

_ATTENTION = (
    select(func.count())
    .select_from(journal)
    # As literals, so that the partial index is used.
    .where(journal.c.settled.is_(None), journal.c.outcome.is_not(None), journal.c.outcome.in_(sorted(ATTENTION)))
)
_LAST_SYNC = select(sync_run.c.finished_at).where(sync_run.c.error == "").order_by(sync_run.c.n.desc()).limit(1)


def sync_figures(connection: Connection, schema: Schema) -> Figures:
    """Count what waits and what asks for the user."""
    known = meta.read_all(connection)
    asked = _asked(schema, str(known.get(meta.USER_ID) or ""))
    return Figures(
        pending=outbox.count(connection),
        conflicts=int(connection.execute(asked).scalar_one()),
        attention=int(connection.execute(_ATTENTION).scalar_one()),
        last_sync_at=connection.execute(_LAST_SYNC).scalar(),
        complete=known.get(meta.CURSOR) is not None,
    )


def _asked(schema: Schema, user: str) -> Select[Any]:
    conflict = schema.table("conflict").c
    shown = conflict.hidden == literal_column("0"), conflict.state == "open", answerable(schema)
    # A record is one choice, however many of its fields differ.
    return select(func.count(distinct(conflict.record))).where(*shown, conflict.asked == user)
