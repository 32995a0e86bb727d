"""Builds the search index behind a snapshot's back: in batches, resumable, always behind a save that waits."""

from sqlalchemy import Connection, func, select, update

from desktop.domain.views import SearchProgress
from desktop.store import meta
from desktop.store.opener import Store
from desktop.store.schema import Schema
from desktop.store.search import documents, former, tidying
from desktop.store.search.progress import search_progress
from desktop.store.selecting import decoded, stored_select
from desktop.store.tables import search_type

BATCH_ROWS = 500
"""Rows of one transaction, unless a save waits: then it ends after the slice under way."""

_SLICE_ROWS = 50
"""Rows between two looks at whether a save waits; some 10 ms."""


def build_some(database: Store, rows: int = BATCH_ROWS) -> SearchProgress:
    """Put the next records into the index, in one transaction; call it until the progress says ``ready``.

    While a first sync is under way, or broken off, it does nothing.
    """
    with database.reading() as connection:
        progress = search_progress(connection)
    if progress.ready:
        return progress
    with database.writing_patiently() as connection:
        left = 0 if _is_loading(connection) else rows
        while left > 0 and _build(connection, database.schema, min(left, _SLICE_ROWS)):
            left -= _SLICE_ROWS
            if database.writer_wanted():
                break
    with database.reading() as connection:
        return search_progress(connection)


def rebuild(connection: Connection) -> None:
    """Begin the whole index anew; what is in it stays findable until it is replaced.

    The index of an earlier version is asked no more.
    """
    former.forget(connection)
    if meta.read(connection, meta.SEARCH_UNTIDY):
        # It is listed there under the name that it had until now.
        tidying.want(connection)
    connection.execute(update(search_type).values(ready=0, position=0))


def _is_loading(connection: Connection) -> bool:
    # The rows of a first sync come in past the index; what is built before its end would not see the later ones.
    return bool(meta.read(connection, meta.SNAPSHOT_STARTED)) and meta.read(connection, meta.CURSOR) is None


def _build(connection: Connection, schema: Schema, rows: int) -> bool:
    """Put the next records of one type in; gives whether there may be more."""
    waiting = connection.execute(
        select(search_type.c.type, search_type.c.position).where(search_type.c.ready == 0).order_by(search_type.c.rank)
    ).first()
    if waiting is None:
        return False
    mine = search_type.c.type == waiting.type
    if waiting.type not in schema.searched:
        connection.execute(update(search_type).where(mine).values(ready=1))
        _note_end(connection)
        return True
    table = schema.table(waiting.type)
    statement = stored_select(schema, waiting.type).where(table.c.row > waiting.position, table.c.scope != "")
    found = decoded(schema, waiting.type, connection.execute(statement.order_by(table.c.row).limit(rows)).all())
    documents.put(connection, schema, {waiting.type: [documents.Document(row.row, row.values) for row in found]})
    if len(found) < rows:
        last = connection.execute(select(func.coalesce(func.max(table.c.row), 0))).scalar_one()
        connection.execute(update(search_type).where(mine).values(ready=1, position=last))
        _note_end(connection)
    else:
        connection.execute(update(search_type).where(mine).values(position=found[-1].row))
    return True


def _note_end(connection: Connection) -> None:
    """Let the parts in which the index was built be put together once all is in it: questions then look at one."""
    left = connection.execute(select(search_type.c.type).where(search_type.c.ready == 0).limit(1)).first()
    if left is None:
        former.forget(connection)
        tidying.want(connection)
