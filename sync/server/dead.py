"""Ids of records that were deleted so long ago that nothing but their id is kept; they are never free again."""

import uuid
from collections.abc import Iterable

from sqlalchemy import Connection, select

from sync.server.bulk import insert_rows
from sync.server.rows import in_parts
from sync.server.schema_keeping import DEAD_ID


def key(record: str) -> bytes:
    """Give an id as it is stored: the 16 bytes that it stands for."""
    try:
        return uuid.UUID(record).bytes
    except ValueError:
        return record.encode()


def bury(connection: Connection, records: Iterable[str]) -> None:
    """Note that records are dead."""
    insert_rows(connection, DEAD_ID, [{"id": key(each)} for each in records])


def dead_among(connection: Connection, records: Iterable[str]) -> set[str]:
    """Give those of some ids whose records are dead."""
    found: set[str] = set()
    for part in in_parts(records):
        keys = {key(each): each for each in part}
        rows = connection.scalars(select(DEAD_ID.c.id).where(DEAD_ID.c.id.in_(list(keys))))
        found.update(keys[bytes(each)] for each in rows)
    return found
