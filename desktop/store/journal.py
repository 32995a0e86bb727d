"""The journal's entries as Python sees them, and the questions the store asks of it."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import Connection

from desktop.store.connections import raw
from sync.contract.fields import Value
from sync.contract.wire import ATTENTION, Op

Key: TypeAlias = tuple[str, str]
"""Type and id of a record."""

DELETED = "deleted"
"""Name under which a record's being deleted is kept beside its fields in ``agreed``; no field is called so."""

LOCAL, SYNC = "local", "sync"

_UNSENT = (
    "SELECT j.type, j.record, j.op, j.new FROM json_each(?) AS k CROSS JOIN journal AS j "
    "ON j.type = k.value ->> 0 AND j.record = k.value ->> 1 "
    "WHERE j.outcome IS NULL AND j.origin = 'local' AND j.at IS NOT NULL ORDER BY j.n"
)


_LAST = "SELECT max(client_n) FROM journal WHERE client_n IS NOT NULL"
_STEP = "n, mutation, command, type, record, op, old, new, outcome, code, data, at"
# In the words of the partial index.
_ATTENTION = ", ".join(f"'{each.value}'" for each in sorted(ATTENTION))
_REFUSED = f"settled IS NULL AND outcome IS NOT NULL AND outcome IN ({_ATTENTION}) ORDER BY n"
_SINCE = (
    "SELECT op, new, actor FROM journal WHERE type = ? AND record = ? AND n > ? AND purged = 0 ORDER BY at DESC, n DESC"
)
_DELETIONS = frozenset({Op.DELETE.value, Op.RESTORE.value})
_PATCHED = "SELECT field FROM agreed WHERE type = ? AND record = ?"
_AGREED = "SELECT field, value FROM agreed WHERE type = ? AND record = ?"
_ENTRIES = (
    "SELECT base, older, new, old FROM journal WHERE type = ? AND record = ? "
    "AND outcome IS NULL AND origin = 'local' AND at IS NOT NULL ORDER BY n"
)


@dataclass(frozen=True, slots=True)
class Unsent:
    """An own entry without a receipt, as far as it decides what is visible."""

    op: Op
    new: dict[str, Value]

    def covers(self) -> dict[str, Value]:
        """Give the values that this entry shows: its fields, and whether the record is deleted."""
        if self.op is Op.DELETE:
            return {DELETED: True}
        if self.op is Op.RESTORE:
            return {DELETED: False}
        return self.new


@dataclass(frozen=True, slots=True)
class Step:
    """One sealed entry as undo, resend and history read it; values by field."""

    n: int
    mutation: str
    command: str | None
    type: str
    record: str
    op: Op
    old: dict[str, Value]
    new: dict[str, Value]
    outcome: str | None
    code: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    at: str = ""


def loads(text_or_none: str | None) -> dict[str, Any]:
    """Read a JSON object column; absent is empty."""
    return {} if text_or_none is None else dict(json.loads(text_or_none))


def unsent_of(connection: Connection, keys: Iterable[Key]) -> dict[Key, list[Unsent]]:
    """Read the unsent entries of these records, oldest first; records without any are absent."""
    found: dict[Key, list[Unsent]] = {}
    for record_type, record, op, new in raw(connection).execute(_UNSENT, (json.dumps(list(keys)),)):
        found.setdefault((record_type, record), []).append(Unsent(Op(op), loads(new)))
    return found


def first_bases(connection: Connection, key: Key, names: Collection[str]) -> dict[str, int]:
    """Say from which position on own unsent values hide what the office has in these fields of a record.

    Reads only as many entries as it must: a record may have been edited very often since the last sync.
    """
    driver = raw(connection)
    patched = {name for (name,) in driver.execute(_PATCHED, key)} & set(names)
    found: dict[str, int] = {}
    for base, older, new, _old in driver.execute(_ENTRIES, key):
        covered, hidden = loads(new), loads(older)
        for name in names:
            if name in covered and name not in found:
                found[name] = hidden.get(name, base)
        if patched <= found.keys():
            break
    return found


def overlooked(connection: Connection, key: Key) -> dict[str, int]:
    """Say where own unsent values hide something of the office's that nobody here has seen, and since which position.

    Gives the position up to which this laptop had seen each such field of a record.
    """
    driver = raw(connection)
    agreed = {name: json.loads(value) for name, value in driver.execute(_AGREED, key)}
    found: dict[str, int] = {}
    for base, older, new, old in driver.execute(_ENTRIES, key):
        was, hidden = loads(old), loads(older)
        for name in loads(new).keys() & agreed.keys():
            if agreed.pop(name) != was.get(name):
                found[name] = hidden.get(name, base)
    return found


def head_n(connection: Connection) -> int:
    """Give the number of the last own mutation."""
    return int(raw(connection).execute(_LAST).fetchone()[0] or 0)


def steps_of(connection: Connection, command_id: str) -> list[Step]:
    """Read the own entries of a user's act, newest first."""
    return _steps(connection, "command = ? AND origin = 'local' ORDER BY n DESC", (command_id,))


def authors_since(connection: Connection, step: Step) -> dict[str, str]:
    """Tell who changed which field of an entry's record after it, the latest first; ``deleted`` is one of them."""
    authors: dict[str, str] = {}
    rows = raw(connection).execute(_SINCE, (step.type, step.record, step.n))
    for op, new, actor in rows:
        names = (DELETED,) if op in _DELETIONS else loads(new)
        for name in names:
            authors.setdefault(name, actor or "")
    return authors


def step_of(connection: Connection, mutation: str) -> Step | None:
    """Read the own entry of a mutation."""
    found = _steps(connection, "mutation = ? AND origin = 'local'", (mutation,))
    return found[0] if found else None


def refused(connection: Connection) -> list[Step]:
    """Read the own entries that were not accepted and that nobody dealt with yet, oldest first."""
    return _steps(connection, _REFUSED, ())


def _steps(connection: Connection, condition: str, values: Sequence[str]) -> list[Step]:
    asked = f"SELECT {_STEP} FROM journal WHERE {condition}"  # noqa: S608 - our own words
    return [_step(row) for row in raw(connection).execute(asked, values)]


def _step(row: Sequence[Any]) -> Step:
    n, mutation, command, record_type, record, op, old, new, outcome, code, data, at = row
    return Step(
        n=n,
        mutation=mutation,
        command=command,
        type=record_type,
        record=record,
        op=Op(op),
        old=loads(old),
        new=loads(new),
        outcome=outcome,
        code=code or "",
        data=loads(data),
        at=at or "",
    )
