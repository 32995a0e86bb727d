"""Takes off this laptop what its user may not see any more: rows, search, and the values in the journal.

Only what no unsent edit speaks of goes; the rest stays, frozen, until the office has answered. Own journal entries stay
as lines without values, because the account of own changes and the lineage rest on them. What was not accepted
keeps what its author wrote until somebody has dealt with it.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from desktop.store import gate, kept, meta, notes, overflow
from desktop.store.connections import raw
from desktop.store.database import Database
from desktop.store.gate import GateMode
from desktop.store.incoming import Touched
from desktop.store.journal import Key, loads
from desktop.store.schema import Schema
from desktop.store.scopes import ACCOUNT, frozen_scopes, unfreeze
from desktop.store.search import tidying
from desktop.store.selecting import AMONG, listed
from desktop.store.tables import GONE_SCOPE
from desktop.store.writing import remove_rows
from sync.contract.fields import Scope
from sync.contract.rules import USER_SCOPE_PREFIX

_TOGETHER = 1000
"""Records in one transaction; a save that waits goes between two."""

_UNSENT = "SELECT type, record, old, new FROM journal WHERE outcome IS NULL AND origin = 'local'"
_NAMED = (
    "record IN (SELECT value ->> 1 FROM json_each(?1)) "
    "AND (type, record) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?1))"
)
_OPEN = "settled IS NULL AND outcome IN ('rejected', 'quarantined')"
_LAST = "SELECT coalesce(max(n), 0) FROM journal"
_COLLEAGUES = f"DELETE FROM journal WHERE origin = 'sync' AND {_NAMED}"  # noqa: S608 - our own names
_OWN = (
    "UPDATE journal SET old = '{}', context = '{}', older = '{}', purged = 1, "  # noqa: S608 - our own names
    f"new = CASE WHEN {_OPEN} THEN new ELSE '{{}}' END, "
    f"data = CASE WHEN {_OPEN} OR outcome = 'late' THEN data ELSE '{{}}' END "
    f"WHERE origin = 'local' AND outcome IS NOT NULL AND {_NAMED}"
)
_ACTS = f"SELECT DISTINCT command FROM journal WHERE origin = 'local' AND command IS NOT NULL AND {_NAMED}"  # noqa: S608 - our own names
_AGREED = f"DELETE FROM agreed WHERE {_NAMED}"  # noqa: S608 - our own names
_SPOKEN = "SELECT id, label_values FROM command WHERE id IN (SELECT value FROM json_each(?))"
_SILENT = "UPDATE command SET label_values = ?, undoable = 0 WHERE id = ?"
_HOMELESS = (
    "SELECT DISTINCT type, record FROM journal WHERE origin = 'local' AND outcome IS NOT NULL AND op = 'create' "
    "AND purged = 0 AND new ->> 'account' IN (SELECT value FROM json_each(?))"
)
_KEPT = "SELECT 1 FROM journal WHERE origin = 'local' AND purged = 1 AND new <> '{}' LIMIT 1"
_DEALT_WITH = (
    "SELECT DISTINCT type, record FROM journal WHERE origin = 'local' AND purged = 1 AND new <> '{}' "
    "AND settled IS NOT NULL"
)


def purge(database: Database) -> Iterator[Touched]:
    """Take off everything that may go now, in several transactions; gives what each changed. Ended anywhere, go on.

    The log was read to its end, and no request of this laptop is on its way. Edits may wait, those saved since this
    run began to hand in among them (``Outbox.close_behind``): they stay, and so does the scope of all they speak of.
    """
    changed = False
    with database.reading() as connection:
        held = _Held(connection, database.schema)
        free = sorted(frozen_scopes(connection) - held.scopes)
        keys = iter(_due(connection, database.schema, free, held))
    while part := list(islice(keys, _TOGETHER)):
        with database.writing_patiently() as connection, gate.opened(connection, GateMode.SYNC):
            kept.forget(connection, free)
            if free:
                tidying.want(connection)
            _take_off(connection, database.schema, part)
            # Damaged copies hold it as well.
            meta.write(connection, {meta.COPIES_DUE: True})
            touched = _noted(connection, database, part)
        changed = True
        yield touched
    _end(database, free, changed=changed)


def tidy(database: Database) -> Iterator[None]:
    """Clear the words of what is gone out of the index, in several transactions. Ended anywhere, go on."""
    more = database.meta.get(meta.SEARCH_UNTIDY) is not None
    while more:
        with database.writing_patiently() as connection:
            more = tidying.tidy_some(connection)
        yield


class _Held:
    """What unsent edits speak of: their records, and the scopes in which these are, were or will be."""

    def __init__(self, connection: Connection, schema: Schema) -> None:
        self.keys: set[Key] = set()
        self.scopes: set[str] = set()
        by_type: dict[str, set[str]] = {}
        for name, record, old, new in raw(connection).execute(_UNSENT):
            self.keys.add((name, record))
            by_type.setdefault(name, set()).add(record)
            for values in (loads(old), loads(new)):
                if values.get("account"):
                    self.scopes.add(str(values["account"]))
                if values.get("owner"):
                    self.scopes.add(f"{USER_SCOPE_PREFIX}{values['owner']}")
            if name == ACCOUNT:
                self.scopes.add(record)
        for name, ids in by_type.items():
            if name in schema.catalogue:
                self.scopes.update(_where(connection, schema, name, ("scope", "id"), ids))


def _due(connection: Connection, schema: Schema, free: Collection[str], held: _Held) -> Iterator[Key]:
    """List the records that go: those of free scopes, those that left, and what was never made there."""
    scopes = [*free, GONE_SCOPE]
    found: list[Key] = []
    for record in schema.catalogue:
        if record.scope is not Scope.SHARED:
            found += [(record.name, each) for each in _where(connection, schema, record.name, ("id", "scope"), scopes)]
    found += overflow.keys_in(connection, scopes)
    # An account last: as long as it is here, what is left of it has a name.
    found.sort(key=lambda each: each[0] == ACCOUNT)
    driver = raw(connection)
    homeless = [tuple(row) for row in driver.execute(_HOMELESS, (json.dumps(list(free)),))]
    dealt_with = [tuple(row) for row in driver.execute(_DEALT_WITH)]
    absent = _absent(connection, schema, [*homeless, *dealt_with])
    return (each for each in dict.fromkeys([*found, *absent]) if each not in held.keys)


def _absent(connection: Connection, schema: Schema, keys: Iterable[tuple[str, ...]]) -> list[Key]:
    """Leave out what is here: it was made or came back since, and its history may be read."""
    by_type: dict[str, set[str]] = {}
    for name, record in keys:
        by_type.setdefault(name, set()).add(record)
    found: list[Key] = []
    for name, ids in by_type.items():
        here: set[str] = set()
        if name in schema.catalogue:
            there = f"SELECT id FROM {schema.record(name).table} WHERE id {AMONG} AND scope <> ?"  # noqa: S608 - our own names
            here = {row[0] for row in raw(connection).execute(there, (listed(ids), GONE_SCOPE))}
        found += [(name, each) for each in sorted(ids - here)]
    return found


def _take_off(connection: Connection, schema: Schema, keys: Collection[Key]) -> None:
    by_type: dict[str, list[str]] = {}
    for name, record in keys:
        by_type.setdefault(name, []).append(record)
    for name, ids in by_type.items():
        if name in schema.catalogue:
            remove_rows(connection, schema, name, _where(connection, schema, name, ("row", "id"), ids))
    driver, wanted = raw(connection), listed(keys)
    acts = [row[0] for row in driver.execute(_ACTS, (wanted,))]
    driver.execute(_AGREED, (wanted,))
    # The journal lets nothing go unless it is said up to where.
    meta.write(connection, {meta.FORGETTING: driver.execute(_LAST).fetchone()[0]})
    driver.execute(_COLLEAGUES, (wanted,))
    meta.write(connection, {meta.FORGETTING: None})
    driver.execute(_OWN, (wanted,))
    spoken = driver.execute(_SPOKEN, (json.dumps(acts),)).fetchall()
    driver.executemany(_SILENT, [(_silent(loads(values)), act) for act, values in spoken])


def _silent(values: Mapping[str, object]) -> str:
    """Leave only numbers of what an act is told with: names and texts are those of its records."""
    told = {name: "…" if isinstance(value, str) else value for name, value in values.items()}
    return json.dumps(told, ensure_ascii=False)


def _noted(connection: Connection, database: Database, keys: Iterable[Key]) -> Touched:
    touched = Touched()
    for name in {name for name, _ in keys}:
        touched.add_any(name)
    touched.add_any(notes.JOURNAL)
    notes.note(connection, database.instance, touched.records())
    return touched


def _end(database: Database, free: Collection[str], *, changed: bool) -> None:
    """Forget the scopes, and remember to come again where something had to stay."""
    with database.reading() as connection:
        left = set(frozen_scopes(connection)) - set(free)
        stays = bool(left) or _anything_left(connection, database.schema)
    if stays and not free and not changed:
        return
    with database.writing_patiently() as connection, gate.opened(connection, GateMode.SYNC):
        kept.forget(connection, free)
        overflow.drop_scopes(connection, [*free, GONE_SCOPE])
        unfreeze(connection, free)
        meta.write(connection, {meta.PURGE_DUE: True if stays else None})
        # The file beside the database holds settled entries until it is written anew.
        database.outbox_file.write_again(connection)


def _anything_left(connection: Connection, schema: Schema) -> bool:
    if raw(connection).execute(_KEPT).fetchone() is not None:
        return True
    asked = (f"SELECT 1 FROM {record.table} WHERE scope = ? LIMIT 1" for record in schema.catalogue)  # noqa: S608 - our own names
    return any(raw(connection).execute(each, (GONE_SCOPE,)).fetchone() is not None for each in asked)


def _where(
    connection: Connection, schema: Schema, name: str, columns: tuple[str, str], values: Collection[str]
) -> list[Any]:
    """Read one column of a type's rows, of those that have one of these values in another column."""
    wanted, known = columns
    asked = f"SELECT {wanted} FROM {schema.record(name).table} WHERE {known} {AMONG}"  # noqa: S608 - our own names
    return [row[0] for row in raw(connection).execute(asked, (listed(values),))]
