"""Lets go what laptops told of an office that was set back, long after it is settled. Knows no other retention.

What is lost and listed stays until somebody hands it in again or gives up waiting for it: it is nowhere else.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, delete, or_, select, text

from sync.server.bulk import run_for_rows
from sync.server.log import Log
from sync.server.schema import MUTATION
from sync.server.schema_keeping import WAITING, WITNESSED

_TOGETHER: Final = 500
_RETURNED: Final = select(MUTATION.c.mutation_id).where(MUTATION.c.mutation_id == WITNESSED.c.mutation).exists()
_TAKEN: Final = select(MUTATION.c.mutation_id).where(MUTATION.c.mutation_id == WAITING.c.mutation_id).exists()
_LET_GO: Final = text("DELETE FROM witnessed WHERE epoch = :epoch AND seq = :seq AND record = :record")


def drop_settled(log: Log, before: str) -> int:
    """Remove lines told before an instant that came back or were given up, and edits that waited and were taken."""
    dropped = 0
    while True:
        with log.storage.writing() as connection:
            lines, edits = _settled_lines(connection, before), _taken_edits(connection, before)
            run_for_rows(connection, _LET_GO, [each._asdict() for each in lines])
            if edits:
                connection.execute(delete(WAITING).where(WAITING.c.mutation_id.in_(edits)))
        if not lines and not edits:
            return dropped
        dropped += len(lines) + len(edits)


def _settled_lines(connection: Connection, before: str) -> Sequence[Any]:
    line = WITNESSED.c
    settled = line.told_at < before, or_(line.closed_at.is_not(None), _RETURNED)
    return connection.execute(select(line.epoch, line.seq, line.record).where(*settled).limit(_TOGETHER)).all()


def _taken_edits(connection: Connection, before: str) -> Sequence[str]:
    some = select(WAITING.c.mutation_id).where(WAITING.c.since < before, _TAKEN).limit(_TOGETHER)
    return connection.scalars(some).all()
