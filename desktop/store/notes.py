"""A short trail of what each commit touched, so that another process of the same profile can follow.

The journal alone would not do: rows of a snapshot, receipts and settled values change records without an entry.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select

from desktop.domain.changes import ChangeSet, Origin
from desktop.store.connections import raw
from desktop.store.tables import change_note

JOURNAL = "journal"
"""Stands in a ChangeSet for "entries were added, sent or answered", as if it were a record type."""

SYNC_RUN = "sync_run"
"""Stands in a ChangeSet for "a sync ended", as if it were a record type."""

_LEAVE = "INSERT INTO change_note (writer, command, records) VALUES (?, ?, ?)"
_MAX_IDS = 200
_KEPT = 500


@dataclass(frozen=True, slots=True)
class Tail:
    """What other processes committed: ``head`` is the number to ask from next time."""

    changes: ChangeSet
    head: int


def note(
    connection: Connection, writer: str, records: Mapping[str, frozenset[str]], command: str | None = None
) -> None:
    """Leave a note of what this transaction touched. Many ids of one type become "any of them"."""
    if not records:
        return
    shown = {name: sorted(ids) if len(ids) <= _MAX_IDS else [] for name, ids in records.items()}
    text = json.dumps(shown, separators=(",", ":"))
    number = raw(connection).execute(_LEAVE, (writer, command, text)).lastrowid
    if number % _KEPT == 0:
        connection.execute(delete(change_note).where(change_note.c.n <= number - _KEPT))


def head(connection: Connection) -> int:
    """Give the number of the latest note."""
    return int(connection.execute(select(func.max(change_note.c.n))).scalar() or 0)


def tail(connection: Connection, writer: str, since_n: int) -> Tail:
    """Sum up the notes after ``since_n`` that ``writer`` did not leave itself."""
    last = head(connection)
    rows = connection.execute(
        select(change_note.c.n, change_note.c.writer, change_note.c.records)
        .where(change_note.c.n > since_n)
        .order_by(change_note.c.n)
    ).all()
    merged: dict[str, frozenset[str]] = {}
    for each in rows:
        if each.writer != writer:
            for name, ids in json.loads(each.records).items():
                merged[name] = _joined(merged.get(name), frozenset(ids))
    return Tail(ChangeSet(Origin.FOREIGN, merged), last)


def _joined(known: frozenset[str] | None, more: frozenset[str]) -> frozenset[str]:
    if known is None:
        return more
    return known | more if known and more else frozenset()
