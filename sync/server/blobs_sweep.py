"""Removes bytes that no attachment names any more, after a grace in which whoever deleted one may change their mind."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, delete, select, update

from sync.contract.blobs import BlobState
from sync.contract.clock import instant_text
from sync.server.blobs import GOING, STORED, Blobs
from sync.server.log import Writer
from sync.server.schema import BLOB, BLOB_UPLOAD, ENTITY_TABLES

GRACE: Final = timedelta(days=30)
"""So long bytes stay after the last attachment with them was deleted."""

ABANDONED: Final = timedelta(days=7)
"""So long a part waits for its next piece."""

_ROWS: Final = ENTITY_TABLES["attachment"]
_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep removed."""

    files: int
    parts: int


def sweep(blobs: Blobs) -> Swept:
    """Note what no live attachment names, remove what has been so for the grace, and parts that nobody goes on with.

    May be killed anywhere and run by several servers at once.
    """
    now = blobs.log.clock.now()
    _note_unused(blobs, instant_text(now))
    _let_go(blobs, instant_text(now - GRACE))
    return Swept(_remove(blobs), _drop_parts(blobs, instant_text(now - ABANDONED)))


def _note_unused(blobs: Blobs, now: str) -> None:
    named = select(_ROWS.c.sha256).where(_ROWS.c.deleted_seq.is_(None), _ROWS.c.sha256.is_not(None))
    with blobs.log.storage.writing() as connection:
        used = update(BLOB).where(BLOB.c.unused_since.is_not(None), BLOB.c.sha256.in_(named))
        connection.execute(used.values(unused_since=None))
        unused = update(BLOB).where(BLOB.c.unused_since.is_(None), BLOB.c.sha256.not_in(named))
        connection.execute(unused.values(unused_since=now))


def _let_go(blobs: Blobs, before: str) -> None:
    """Take the bytes out of use first: deleted attachments stop saying that the office has them."""

    def work(writer: Writer) -> None:
        old = select(BLOB.c.sha256).where(BLOB.c.state == STORED, BLOB.c.unused_since < before).limit(_AT_ONCE)
        for sha256 in list(writer.connection.scalars(old)):
            if _is_named(writer.connection, sha256):
                continue
            stored = select(_ROWS.c.id).where(_ROWS.c.sha256 == sha256, _ROWS.c.blob_state == BlobState.STORED.value)
            for record in list(writer.connection.scalars(stored)):
                writer.patch("attachment", record, {"blob_state": BlobState.NONE.value})
            writer.connection.execute(update(BLOB).where(BLOB.c.sha256 == sha256).values(state=GOING))

    blobs.log.write(work)


def _remove(blobs: Blobs) -> int:
    def work(writer: Writer) -> int:
        # With the counter row locked nobody can be handing the same bytes in.
        going = list(writer.connection.scalars(select(BLOB.c.sha256).where(BLOB.c.state == GOING)))
        for sha256 in going:
            blobs.disk.remove(sha256)
        writer.connection.execute(delete(BLOB).where(BLOB.c.state == GOING))
        return len(going)

    return blobs.log.write(work)


def _drop_parts(blobs: Blobs, before: str) -> int:
    begun = BLOB_UPLOAD.c
    with blobs.log.storage.writing() as connection:
        old = connection.execute(select(begun.sha256, begun.client_id).where(begun.begun_at < before)).all()
        for sha256, client in old:
            blobs.disk.drop_part(sha256, client)
        connection.execute(delete(BLOB_UPLOAD).where(begun.begun_at < before))
    return len(old)


def _is_named(connection: Connection, sha256: str) -> bool:
    row = select(_ROWS.c.id).where(_ROWS.c.sha256 == sha256, _ROWS.c.deleted_seq.is_(None)).limit(1)
    return connection.execute(row).first() is not None
