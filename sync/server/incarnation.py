"""Notices that a database was put in place from a backup, and gives its log another epoch then, without anybody's help.

The database carries a mark that something outside of it carries too. For SQLite that is a file beside it, and the mark
is renewed whenever a server starts and once a day, so that an older copy carries another one. For PostgreSQL it is the
cluster, its timeline and the database's own number: a dump that was loaded, or a recovery to a point in time, has other
ones. What this cannot notice (both put back together) the laptops notice by the hash chain.
"""

import logging
import os
import uuid
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, delete, insert, select, text, update

from sync.server.recording import lock_head
from sync.server.schema import SHARD, SHARD_HEAD
from sync.server.schema_keeping import INCARNATION
from sync.server.storage import Storage

logger = logging.getLogger(__name__)

SUFFIX: Final = ".incarnation"
"""What the name of the file beside an SQLite database ends in."""

_MAY_ASK: Final = text(
    "SELECT has_function_privilege('pg_control_system()', 'execute')"
    " AND has_function_privilege('pg_control_checkpoint()', 'execute')"
)
_CLUSTER: Final = text(
    "SELECT (SELECT system_identifier FROM pg_control_system()) || '.' ||"
    " (SELECT timeline_id FROM pg_control_checkpoint()) || '.'"
)
_DATABASE: Final = text("SELECT oid FROM pg_database WHERE datname = current_database()")


def look_after(storage: Storage) -> bool:
    """Compare the marks; where they differ the log gets a new epoch. Tells whether it did."""
    with storage.reading() as connection:
        have = _mark(connection)
        if have is not None and have in _outside(storage, connection):
            return False
    with storage.writing() as connection:
        lock_head(connection)
        have, outside = _mark(connection), _outside(storage, connection)
        if have in outside:
            return False
        is_known = have is not None or (storage.is_sqlite and bool(outside))
        if is_known:
            logger.info("this database was put in place from a backup: its log gets a new epoch")
            begin_epoch(connection)
        _set_mark(storage, connection, keep=())
    return is_known


def renew(storage: Storage) -> None:
    """Give the database another mark, so that copies made until now are known as such."""
    if not storage.is_sqlite:
        return
    with storage.writing() as connection:
        lock_head(connection)
        have = _mark(connection)
        # Killed in between, the file has both.
        _set_mark(storage, connection, keep=() if have is None else (have,))
    with storage.writing() as connection:
        have = _mark(connection)
        if have is not None:
            _write(_file(storage), [have])


def begin_epoch(connection: Connection) -> None:
    """Give the log a new epoch: every cursor given until now is of another history."""
    connection.execute(update(SHARD_HEAD).where(SHARD_HEAD.c.shard == SHARD).values(epoch=str(uuid.uuid4())))


def _mark(connection: Connection) -> str | None:
    return connection.scalar(select(INCARNATION.c.mark).where(INCARNATION.c.shard == SHARD))


def _outside(storage: Storage, connection: Connection) -> list[str]:
    """Give the marks that are known outside of the database."""
    if not storage.is_sqlite:
        # A hosted cluster may keep what it is to itself; the database's own number still tells a loaded dump.
        cluster = connection.scalar(_CLUSTER) if connection.scalar(_MAY_ASK) else ""
        return [f"{cluster}{connection.scalar(_DATABASE)}"]
    try:
        return _file(storage).read_text(encoding="ascii").split()
    except (FileNotFoundError, UnicodeDecodeError):
        return []


def _set_mark(storage: Storage, connection: Connection, *, keep: tuple[str, ...]) -> None:
    mark = str(uuid.uuid4()) if storage.is_sqlite else _outside(storage, connection)[0]
    if storage.is_sqlite:
        _write(_file(storage), [*keep, mark])
    connection.execute(delete(INCARNATION).where(INCARNATION.c.shard == SHARD))
    connection.execute(insert(INCARNATION), {"shard": SHARD, "mark": mark})


def _file(storage: Storage) -> Path:
    file = Path(str(storage.url.database)).expanduser().absolute()
    return file.with_name(file.name + SUFFIX)


def _write(file: Path, marks: list[str]) -> None:
    """Replace the file as a whole, on the disk before its name is."""
    aside = file.with_name(f"{file.name}.{os.getpid()}")
    with aside.open("w", encoding="ascii") as stream:
        stream.write("\n".join(marks))
        stream.flush()
        os.fsync(stream.fileno())
    aside.replace(file)
