"""Receipts: a mutation leaves the outbox, and what is visible becomes what the office says, in one transaction."""

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from desktop.store import aliases, scopes
from desktop.store.connections import raw
from desktop.store.incoming import Touched
from desktop.store.journal import DELETED, Key
from desktop.store.overlay import Overlays, RecordOverlay
from desktop.store.receipts_plain import Entry, take_plain
from desktop.store.rows import StoredRow
from desktop.store.schema import Schema
from desktop.store.selecting import stored_by_id
from desktop.store.tables import GONE_SCOPE
from desktop.store.writing import VisibleRow, index_rows, remove_rows, write_rows
from sync.contract.fields import LAST_STAMPS, Scope, Value
from sync.contract.rules import scope_of
from sync.contract.wire import ATTENTION, UNWRITTEN, Op, Outcome, Receipt

_SETTLE = "UPDATE journal SET outcome = ?, seq = ?, code = ?, data = ?, settled = ? WHERE n = ?"
_WAITING = (
    "SELECT mutation, n, type, record, op FROM journal "
    "WHERE mutation IN (SELECT value FROM json_each(?)) AND origin = 'local' AND outcome IS NULL"
)
_OPS = {each.value: each for each in Op}


def take_receipts(
    connection: Connection, schema: Schema, receipts: Sequence[Receipt], *, now: str, touched: Touched
) -> list[Receipt]:
    """Settle the mutations of these receipts; gives those that were waited for. The gate must be open."""
    entries = _entries(connection, receipts)
    waited: list[Receipt] = []
    settled: list[tuple[Entry, Receipt]] = []
    for receipt in receipts:
        entry = entries.pop(receipt.mutation, None)
        if entry is not None:
            waited.append(receipt)
            settled.append((entry, receipt))
    if settled:
        raw(connection).executemany(_SETTLE, [_outcome(entry, receipt, now) for entry, receipt in settled])
        _settle(connection, schema, settled, touched)
    return waited


def _entries(connection: Connection, receipts: Sequence[Receipt]) -> dict[str, Entry]:
    rows = raw(connection).execute(_WAITING, (json.dumps([each.mutation for each in receipts]),)).fetchall()
    return {mutation: Entry(n, (record_type, record), _OPS[op]) for mutation, n, record_type, record, op in rows}


def _outcome(entry: Entry, receipt: Receipt, now: str) -> tuple[object, ...]:
    data = json.dumps(receipt.data, ensure_ascii=False) if receipt.data else "{}"
    # What needs attention is settled when the user has dealt with it.
    settled = None if receipt.outcome in ATTENTION else now
    return receipt.outcome.value, receipt.seq, receipt.code, data, settled, entry.n


def _settle(connection: Connection, schema: Schema, settled: Sequence[tuple[Entry, Receipt]], touched: Touched) -> None:
    overlays = Overlays(connection, [entry.key for entry, _ in settled])
    settled = take_plain(connection, schema, settled, overlays, touched)
    rows = _rows(connection, schema, settled)
    refused: set[Key] = set()
    for entry, receipt in settled:
        row = rows.get(entry.key)
        if row is None:
            continue
        unmade = entry.op is Op.CREATE and not row.version and (receipt.missing or receipt.outcome in UNWRITTEN)
        if unmade and receipt.outcome is Outcome.LATE and overlays[entry.key].unsent:
            # What its author wrote since is seen until it is answered; then the row goes with the account it was in.
            continue
        if unmade:
            refused.add(entry.key)
        else:
            _learn(overlays[entry.key], row, entry, receipt)
            _advance(overlays[entry.key], row, receipt)
    _remove_refused(connection, schema, {key: rows[key] for key in refused}, (overlays, touched))
    by_type: dict[str, dict[str, StoredRow]] = {}
    for key, row in rows.items():
        if key not in refused:
            by_type.setdefault(key[0], {})[key[1]] = row
    for name, before in by_type.items():
        show(connection, schema, name, before, (overlays, touched))
    overlays.save()


def _rows(connection: Connection, schema: Schema, settled: Sequence[tuple[Entry, Receipt]]) -> dict[Key, StoredRow]:
    ids: dict[str, set[str]] = {}
    for entry, _ in settled:
        ids.setdefault(entry.key[0], set()).add(entry.key[1])
    return {
        (name, record): row
        for name, wanted in ids.items()
        for record, row in stored_by_id(connection, schema, name, wanted).items()
    }


def _learn(overlay: RecordOverlay, row: StoredRow, entry: Entry, receipt: Receipt) -> None:
    for name, value in receipt.fields.items():
        overlay.learn(name, value, receipt.versions.get(name, receipt.seq), known=row.version)
    if not receipt.missing and receipt.versions.get(DELETED, receipt.seq) > row.version:
        for name in LAST_STAMPS:
            if name not in receipt.fields:
                # The office has others by now, which come with the row; until then the guess is nearer.
                overlay.agreed.pop(name, None)
    deleting = entry.op in {Op.DELETE, Op.RESTORE}
    if not receipt.missing and (deleting or receipt.deleted != row.deleted or DELETED in overlay.agreed):
        have = overlay.agreed.get(DELETED)
        # A mutation without effect has no position; what the office says of it is as new as what is known.
        known = row.version if have is None else have.version
        position = receipt.versions.get(DELETED) or receipt.seq or known
        overlay.learn(DELETED, receipt.deleted, position, known=row.version)


def _advance(overlay: RecordOverlay, row: StoredRow, receipt: Receipt) -> None:
    """Go on to the next version, if the edit was applied as it was to the very one that stands here."""
    if receipt.before and receipt.before == (overlay.reached or row.version):
        overlay.reached = receipt.versions.get(DELETED, receipt.before)


def _remove_refused(
    connection: Connection, schema: Schema, rows: Mapping[Key, StoredRow], shared: tuple[Overlays, Touched]
) -> None:
    """Take out records that the office never had or has no more; their values stay in the journal."""
    overlays, touched = shared
    for (name, record), row in rows.items():
        remove_rows(connection, schema, name, [row.row])
        overlays.drop((name, record))
        touched.add(name, [record])


def show(
    connection: Connection,
    schema: Schema,
    name: str,
    before: Mapping[str, StoredRow],
    shared: tuple[Overlays, Touched],
) -> None:
    """Make rows of one type show what lies over them; the gate must be open, the caller saves the overlays."""
    overlays, touched = shared
    changed: list[VisibleRow] = []
    newer: list[VisibleRow] = []
    for record_id, row in before.items():
        overlay = overlays[name, record_id]
        shown = _visible(schema, name, row, overlay)
        overlay.forget_pulled(shown.version)
        if not shown.looks_like(row):
            changed.append(shown)
        elif shown.version != row.version:
            newer.append(shown)
    write_rows(connection, schema, name, before, newer)
    if not changed:
        return
    hiding = scopes.deleted_accounts(connection, {each.scope for each in changed})
    final = [
        VisibleRow(
            id=each.id,
            scope=each.scope,
            version=each.version,
            deleted=each.deleted,
            # What left this user's sight does not come back by a receipt.
            hidden=each.deleted or each.scope == GONE_SCOPE or each.scope in hiding,
            values=each.values,
        )
        for each in changed
    ]
    write_rows(connection, schema, name, before, final)
    index_rows(connection, schema, name, before, final)
    touched.add(name, [each.id for each in final])
    if name == scopes.ACCOUNT:
        concerned = [each.id for each in final if each.deleted != before[each.id].deleted]
        concerned += aliases.concerned(connection, final, before)
        for other in aliases.settle(connection, schema, concerned):
            touched.add_any(other)


def _visible(schema: Schema, name: str, row: StoredRow, overlay: RecordOverlay) -> VisibleRow:
    """Work out what is visible now that a mutation has its receipt."""
    shown: dict[str, Value] = {**row.custom, **row.values, DELETED: row.deleted}
    record = schema.record(name)
    shown.update(record.doubled({field: each.value for field, each in overlay.agreed.items()}))
    shown.update(record.doubled(overlay.covered()))
    deleted = bool(shown.pop(DELETED))
    values = {field: value for field, value in shown.items() if value is not None}
    scope = row.scope
    moved = any(values.get(each) != row.values.get(each) for each in ("account", "owner"))
    # What left this user's sight does not come back by a receipt, wherever it belongs by now.
    if moved and record.scope is Scope.ACCOUNT and scope != GONE_SCOPE:
        scope = scope_of(record, row.id, values)
    version = overlay.reached or row.version
    return VisibleRow(id=row.id, scope=scope, version=version, deleted=deleted, hidden=row.hidden, values=values)


def count(receipts: Sequence[Receipt]) -> tuple[int, int]:
    """Count the receipts that ended in a conflict, and those that need attention."""
    conflicts = sum(1 for each in receipts if each.outcome is Outcome.CONFLICT)
    return conflicts, sum(1 for each in receipts if each.outcome in ATTENTION)
