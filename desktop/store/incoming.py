"""Rows from the office meet own unsent edits: what waits stays visible, what the office has is remembered under it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import repeat

from sqlalchemy import Connection

from desktop.store import aliases, overflow, scopes
from desktop.store.journal import DELETED
from desktop.store.overlay import Overlays, RecordOverlay
from desktop.store.rows import StoredRow
from desktop.store.schema import Schema
from desktop.store.selecting import stored_by_id
from desktop.store.writing import VisibleRow, index_rows, write_rows
from sync.contract.fields import RecordType, Scope, Value
from sync.contract.rules import scope_of
from sync.contract.wire import Row

SCOPE_FIELDS = frozenset({"account", "owner"})
"""Fields that decide whose a record is."""


class Touched:
    """Which records visibly changed: ids by type; a type may stand for any of its records."""

    def __init__(self) -> None:
        self._ids: dict[str, set[str] | None] = {}

    def add(self, record_type: str, ids: Iterable[str]) -> None:
        """Note records."""
        found = set(ids)
        known = self._ids.setdefault(record_type, set())
        if known is not None:
            known |= found
            if not known:
                del self._ids[record_type]

    def add_any(self, record_type: str) -> None:
        """Note that any record of a type may have changed."""
        self._ids[record_type] = None

    def records(self) -> dict[str, frozenset[str]]:
        """Give ids by type; no ids means any."""
        return {name: frozenset(ids or ()) for name, ids in self._ids.items()}


def take_rows(connection: Connection, schema: Schema, rows: Sequence[Row], touched: Touched) -> int:
    """Write rows from the office; gives how many were new to this laptop. The gate must be open.

    Rows older than what was pulled already are passed over. Accounts come first, because what is in a deleted account
    is hidden with it. Rows of unknown types are kept apart.
    """
    unknown = [row for row in rows if row.type not in schema.catalogue]
    if unknown:
        overflow.keep(connection, unknown)
        rows = [row for row in rows if row.type in schema.catalogue]
    by_type: dict[str, dict[str, Row]] = {}
    for row in rows:
        known = by_type.setdefault(row.type, {}).get(row.id)
        if known is None or row.version >= known.version:
            by_type[row.type][row.id] = row
    overlays = Overlays(connection, [(row.type, row.id) for row in rows])
    taken = len(unknown)
    for record in schema.catalogue:
        if record.name in by_type:
            taken += _take_type(connection, schema, record, by_type[record.name], (overlays, touched))
    overlays.save()
    return taken


def _take_type(
    connection: Connection,
    schema: Schema,
    record: RecordType,
    rows: Mapping[str, Row],
    shared: tuple[Overlays, Touched],
) -> int:
    overlays, touched = shared
    before = stored_by_id(connection, schema, record.name, rows)
    fresh = [row for row in rows.values() if row.id not in before or row.version >= before[row.id].version]
    laid = [_lay(record, row, overlays.over((record.name, row.id))) for row in fresh]
    hiding = _hiding(connection, record, laid)
    changed: list[VisibleRow] = []
    newer: list[VisibleRow] = []
    for each in map(_with_hidden, laid, repeat(hiding)):
        old = before.get(each.id)
        if not each.looks_like(old):
            changed.append(each)
        elif old is not None and old.version != each.version:
            newer.append(each)
    write_rows(connection, schema, record.name, before, [*changed, *newer])
    index_rows(connection, schema, record.name, before, changed)
    touched.add(record.name, [each.id for each in changed])
    if record.name == scopes.ACCOUNT:
        _propagate(connection, schema, before, [*changed, *newer], touched)
    return len(changed) + len(newer)


def _lay(record: RecordType, row: Row, overlay: RecordOverlay | None) -> VisibleRow:
    """Lay what is over a record over its row, and remember what the row tells about covered fields."""
    sent = record.doubled(row.fields) if record.doubles else row.fields
    visible: dict[str, Value] = {name: value for name, value in sent.items() if value is not None}
    scope, deleted = row.scope, row.deleted
    if overlay is None:
        return VisibleRow(id=row.id, scope=scope, version=row.version, deleted=deleted, hidden=deleted, values=visible)
    visible[DELETED] = deleted
    covered = overlay.covered()
    for name in covered:
        overlay.learn(name, visible.get(name), row.version, known=0)
    overlay.forget_pulled(row.version)
    visible.update(record.doubled({name: each.value for name, each in overlay.agreed.items()}))
    visible.update(record.doubled(covered))
    if record.scope is Scope.ACCOUNT and SCOPE_FIELDS & covered.keys():
        scope = scope_of(record, row.id, visible)
    deleted = bool(visible.pop(DELETED))
    values = {name: value for name, value in visible.items() if value is not None}
    return VisibleRow(id=row.id, scope=scope, version=row.version, deleted=deleted, hidden=deleted, values=values)


def _hiding(connection: Connection, record: RecordType, rows: Iterable[VisibleRow]) -> frozenset[str]:
    if record.scope in {Scope.SHARED, Scope.ACCOUNT_ROOT}:
        return frozenset()
    return scopes.deleted_accounts(connection, {row.scope for row in rows})


def _with_hidden(row: VisibleRow, deleted_accounts: frozenset[str]) -> VisibleRow:
    if row.hidden or row.scope not in deleted_accounts:
        return row
    return VisibleRow(
        id=row.id, scope=row.scope, version=row.version, deleted=row.deleted, hidden=True, values=row.values
    )


def _propagate(
    connection: Connection,
    schema: Schema,
    before: Mapping[str, StoredRow],
    changed: Collection[VisibleRow],
    touched: Touched,
) -> None:
    found = [each.id for each in changed if each.deleted != ((old := before.get(each.id)) is not None and old.deleted)]
    found += aliases.concerned(connection, changed, before)
    for name in aliases.settle(connection, schema, found):
        touched.add_any(name)
