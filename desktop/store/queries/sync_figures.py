"""The figures of the sync status in a few index look-ups: they are asked for after every save and every sync."""

from functools import lru_cache

from sqlalchemy import Connection

from desktop.domain.sync_figures import Figures
from desktop.store import meta, outbox
from desktop.store.connections import raw
from desktop.store.queries.conflicts import answerable_groups
from desktop.store.schema import Schema
from sync.contract.wire import ATTENTION

# Literals where a partial index says so. A record is one choice, however many of its fields differ.
_ASKED = (
    "SELECT count(DISTINCT record) FROM {table} WHERE hidden = 0 AND state = 'open' AND asked = ? "
    "AND record_type || '.' || field IN (SELECT value FROM json_each(?))"
)
_ATTENTION = "SELECT count(*) FROM journal WHERE settled IS NULL AND outcome IS NOT NULL AND outcome IN ({outcomes})"
_LAST_SYNC = "SELECT finished_at FROM sync_run WHERE error = '' ORDER BY n DESC LIMIT 1"


def sync_figures(connection: Connection, schema: Schema) -> Figures:
    """Count what waits and what asks for the user."""
    known, driver = meta.read_all(connection), raw(connection)
    user = str(known.get(meta.USER_ID) or "")
    asked = _ASKED.format(table=schema.table("conflict").name)
    last = driver.execute(_LAST_SYNC).fetchone()
    return Figures(
        pending=outbox.count(connection),
        conflicts=driver.execute(asked, (user, answerable_groups(schema.catalogue))).fetchone()[0],
        attention=driver.execute(_attention()).fetchone()[0],
        last_sync_at=None if last is None else last[0],
        complete=known.get(meta.CURSOR) is not None,
    )


@lru_cache(maxsize=1)
def _attention() -> str:
    return _ATTENTION.format(outcomes=", ".join(f"'{each}'" for each in sorted(ATTENTION)))
