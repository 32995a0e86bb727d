"""Brings a database of any earlier version to this one, inside one transaction.

The store's own tables change by numbered steps, never edited once released. The record tables follow the catalogue by
themselves (``alignment``). ``PRAGMA user_version`` holds the number of the last step.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from desktop.store import meta
from desktop.store.connections import raw
from desktop.store.migrations import (
    alignment,
    step_0001,
    step_0002,
    step_0003,
    step_0004,
    step_0005,
    step_0006,
    step_0007,
    step_0008,
    step_0009,
)
from desktop.store.schema import Schema
from sync.contract.errors import AppError, Code

Step = Callable[[Connection], None]

STEPS: tuple[Step, ...] = (
    step_0001.apply,
    step_0002.apply,
    step_0003.apply,
    step_0004.apply,
    step_0005.apply,
    step_0006.apply,
    step_0007.apply,
    step_0008.apply,
    step_0009.apply,
)
"""All steps in order; step N brings version N - 1 to version N."""


def is_current(connection: Connection, schema: Schema, steps: Sequence[Step] = STEPS) -> bool:
    """Tell whether nothing has to be done; needs no write.

    Raises:
        AppError: ``DATABASE_NEWER``.
    """
    version = _version(connection)
    if version == 0:
        return False
    _refuse_newer(connection, schema, version, len(steps))
    return version == len(steps) and meta.read(connection, meta.LAYOUT) == alignment.fingerprint(schema.catalogue)


def migrate(connection: Connection, schema: Schema, steps: Sequence[Step] = STEPS) -> None:
    """Bring the database to this version in the caller's transaction. Doing it twice is harmless.

    Raises:
        AppError: ``DATABASE_NEWER``.
    """
    version = _version(connection)
    if version:
        _refuse_newer(connection, schema, version, len(steps))
    for step in steps[version:]:
        step(connection)
    alignment.align(connection, schema)
    meta.write(
        connection, {meta.SCHEMA: schema.catalogue.version, meta.LAYOUT: alignment.fingerprint(schema.catalogue)}
    )
    connection.exec_driver_sql(f"PRAGMA user_version = {len(steps)}")


def _version(connection: Connection) -> int:
    return int(raw(connection).execute("PRAGMA user_version").fetchone()[0])


def _refuse_newer(connection: Connection, schema: Schema, version: int, known: int) -> None:
    written = int(meta.read(connection, meta.SCHEMA) or 0)
    if version > known or written > schema.catalogue.version:
        raise AppError(Code.DATABASE_NEWER, version=version, known=known)
