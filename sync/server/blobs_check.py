"""Checks the office's files: bytes hash to their names, and nothing says ``stored`` without bytes. Reads only."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, select

from sync.contract.blobs import BlobState, is_blob_name
from sync.server.blobs import STORED
from sync.server.blobs_disk import BlobDisk
from sync.server.schema import BLOB, ENTITY_TABLES

_ROWS: Final = ENTITY_TABLES["attachment"]


def check_blobs(connection: Connection, disk: BlobDisk, checked: dict[str, int]) -> Iterator[str]:
    """Give a sentence for each damage; counts what was looked at."""
    known = {}
    for sha256, size, state in connection.execute(select(BLOB.c.sha256, BLOB.c.size, BLOB.c.state)):
        known[sha256] = state
        if state == STORED and not disk.is_whole(sha256):
            is_there = disk.has(sha256, size)
            yield f"file {sha256}: {'its bytes are not those of its name' if is_there else 'its bytes are not there'}"
    checked["files"] = len(known)
    stored = select(_ROWS.c.id, _ROWS.c.sha256).where(_ROWS.c.blob_state == BlobState.STORED.value)
    for record, sha256 in connection.execute(stored):
        if known.get(sha256) != STORED:
            yield f"attachment {record}: says that the office has its bytes, and it has not"
    for name in disk.names():
        # A server that was killed between file and row leaves a whole file; handed in again, it gets its row.
        if not is_blob_name(name):
            yield f"file {name}: its name is none"
