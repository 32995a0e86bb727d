"""What is on this laptop by type, with the size of some records of each, beside what the office said there is."""

from typing import Any, Final

from sqlalchemy import Connection, select

from desktop.domain.holdings import Holdings
from desktop.store import files_rows, meta
from desktop.store.connections import raw
from desktop.store.schema import Schema
from desktop.store.tables import row_count
from sync.contract.file_classes import FileClass

_SAMPLE_ROWS: Final = 16


def holdings(connection: Connection, schema: Schema, now: str) -> Holdings:
    """Count what is here; ``now`` is what the ages of files are counted from."""
    known = meta.read_all(connection)
    counted: dict[str, Any] = known.get(meta.COUNTED) or {}
    is_complete = known.get(meta.CURSOR) is not None
    live = connection.execute(select(row_count.c.type, row_count.c.live)).all()
    here = {str(kind): int(rows) for kind, rows in live}
    told = [FileClass(**each) for each in counted.get("files") or ()]
    if is_complete or not told:
        told = files_rows.classes(connection, schema, user=str(known.get(meta.USER_ID) or ""), now=now)
    return Holdings(
        here=here,
        mean_sizes={each.name: _mean_size(connection, each.table) for each in schema.catalogue if here.get(each.name)},
        database_bytes=_database_bytes(connection),
        there={} if is_complete else counted.get("counts") or {},
        sizes_there={} if is_complete else counted.get("bytes") or {},
        files=told,
        complete=is_complete,
    )


def _database_bytes(connection: Connection) -> int:
    """Tell how large the database is, what lies in its log included."""
    pages, free, size = (
        int(raw(connection).execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * size


def _mean_size(connection: Connection, table: str) -> float:
    """Tell how many characters the values of a record have, in the mean of the first and the last ones."""
    rows: list[tuple[Any, ...]] = []
    for order in ("", " DESC"):
        query = f"SELECT * FROM {table} ORDER BY row{order} LIMIT {_SAMPLE_ROWS}"  # noqa: S608 - our own names
        rows += raw(connection).execute(query).fetchall()
    return sum(len(str(value)) for row in rows for value in row if value is not None) / max(1, len(rows))
