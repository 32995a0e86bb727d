"""Brings entries of the outbox file into a database that lacks them: an older copy, a new one, one killed in a save.

They keep the ids of their mutations, so the office gives each of them one effect however often it comes.
"""

import json
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, insert, update
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop.store import journal, lineage, receipts, scopes
from desktop.store.incoming import Touched
from desktop.store.journal import DELETED, LOCAL, Key, loads
from desktop.store.outbox_file.entries import ACT_COLUMNS, ENTRY_COLUMNS, Columns
from desktop.store.overlay import Overlays
from desktop.store.rows import StoredRow
from desktop.store.schema import Schema
from desktop.store.selecting import stored_by_id
from desktop.store.tables import agreed, command
from desktop.store.tables import journal as table
from desktop.store.writing import VisibleRow, index_rows, update_rows, write_rows
from sync.contract.errors import AppError
from sync.contract.fields import LAST_STAMPS, RecordType, Value
from sync.contract.rules import scope_of
from sync.contract.wire import Op

_EDITS = frozenset({Op.PATCH, Op.DELETE, Op.RESTORE})
_NAMELESS = {"label": "", "label_values": "{}", "kind": "do", "undoable": 0, "target": None, "undone_by": None}
_NAMELESS["consent"] = 0


def bring_in(connection: Connection, schema: Schema, rows: Sequence[Columns], acts: Iterable[Columns]) -> Touched:
    """Make unsent edits of these entries, in their order. The gate must be open for the office's rows.

    What they are about may be absent yet; then they wait for it, as for a first sync.
    """
    touched = Touched()
    if not rows:
        return touched
    _bring_acts(connection, rows, {str(each["id"]): each for each in acts})
    known = [row for row in rows if row["type"] in schema.catalogue]
    _make(connection, schema, [row for row in known if row["op"] == Op.CREATE])
    _bring_entries(connection, rows)
    show_unsent(connection, schema, known, touched)
    _stamp(connection, schema, known, touched)
    return touched


def show_unsent(connection: Connection, schema: Schema, rows: Iterable[Columns], touched: Touched) -> None:
    """Show what entries of known types write that have become unsent, and keep what the office has under it."""
    written = list(rows)
    keys = [(row["type"], row["record"]) for row in written]
    there = _stored(connection, schema, keys)
    _remember_agreed(connection, written, there)
    overlays = Overlays(connection, keys)
    for name, before in _by_type(there).items():
        receipts.show(connection, schema, name, before, (overlays, touched))
    overlays.save()


def _bring_acts(connection: Connection, rows: Sequence[Columns], acts: Mapping[str, Columns]) -> None:
    for first in {row["command"]: row for row in reversed(rows) if row["command"]}.values():
        told = acts.get(first["command"], {})
        known = {**_NAMELESS, "at": first["at"], "actor": first["actor"], **told, "id": first["command"]}
        values = {name: known[name] for name in ACT_COLUMNS}
        connection.execute(upsert(command).values(values).on_conflict_do_nothing())
        if values["target"]:
            undone = update(command).where(command.c.id == values["target"])
            connection.execute(undone.values(undone_by=values["id"]))


def _bring_entries(connection: Connection, rows: Sequence[Columns]) -> None:
    # In a new database they end at the number that the last of them had, so that the next one is the next.
    last = max(int(row["client_n"] or 0) for row in rows)
    head = journal.head_n(connection)
    number = head or max(0, last - len(rows))
    if number and not head:
        # What was before them is not here any more. Entries from the first one on tell their lineage themselves.
        lineage.remember(connection, number, None)
    names = [name for name in ENTRY_COLUMNS if name != "client_n"]
    values = [
        {**{name: row.get(name) for name in names}, "client_n": number + index, "origin": LOCAL}
        for index, row in enumerate(rows, start=1)
    ]
    connection.execute(insert(table), values)


def _make(connection: Connection, schema: Schema, rows: Sequence[Columns]) -> None:
    """Add the records that these entries made and that are not here."""
    there = _stored(connection, schema, [(row["type"], row["record"]) for row in rows])
    made: dict[str, dict[str, VisibleRow]] = {}
    for row in rows:
        if (row["type"], row["record"]) not in there:
            shown = _made(schema.record(row["type"]), row)
            if shown is not None:
                made.setdefault(row["type"], {})[shown.id] = shown
    for name, each in made.items():
        fresh = list(each.values())
        write_rows(connection, schema, name, {}, fresh)
        index_rows(connection, schema, name, {}, fresh)
        hiding = scopes.deleted_accounts(connection, {one.scope for one in fresh})
        for account in hiding:
            scopes.propagate(connection, schema, account)


def _made(record: RecordType, row: Columns) -> VisibleRow | None:
    stamps = {"created_at": row["at"], "created_by": row["actor"], "updated_at": row["at"], "updated_by": row["actor"]}
    values = {**loads(row["new"]), **stamps}
    try:
        scope = scope_of(record, row["record"], values)
    except AppError:
        # It belongs where something else does that is not here; it comes back with its receipt.
        return None
    return VisibleRow(id=row["record"], scope=scope, version=0, deleted=False, hidden=False, values=values)


def _remember_agreed(connection: Connection, rows: Sequence[Columns], there: Mapping[Key, StoredRow]) -> None:
    """Keep the office's value of each field that is covered now; where nothing is here, what its author saw."""
    kept: list[tuple[str, str, str, Value, int]] = []
    for row in rows:
        stored = there.get((row["type"], row["record"]))
        version = 0 if stored is None else stored.version
        kept += [(row["type"], row["record"], name, value, version) for name, value in _covered(row, stored).items()]
    _keep_agreed(connection, kept)


def _stamp(connection: Connection, schema: Schema, rows: Iterable[Columns], touched: Touched) -> None:
    """Stamp records as the saves did that made these edits; what stands there until then is the office's."""
    edits = {(row["type"], row["record"]): row for row in rows if row["op"] in _EDITS}
    for name, there in _by_type(_stored(connection, schema, edits)).items():
        kept: list[tuple[str, str, str, Value, int]] = []
        stamped: list[tuple[int, dict[str, Value]]] = []
        for record, stored in there.items():
            last = edits[name, record]
            kept += [(name, record, stamp, stored.values.get(stamp), stored.version) for stamp in LAST_STAMPS]
            stamped.append((stored.row, {"updated_at": last["at"], "updated_by": last["actor"]}))
        _keep_agreed(connection, kept)
        update_rows(connection, schema.record(name).table, stamped)
        touched.add(name, there)


def _keep_agreed(connection: Connection, found: Iterable[tuple[str, str, str, Value, int]]) -> None:
    """Keep the office's values by type, record and field; what is already kept is older and stays."""
    kept = [
        {
            "type": name,
            "record": record,
            "field": field,
            "value": json.dumps(value, ensure_ascii=False, separators=(",", ":")),
            "version": version,
        }
        for name, record, field, value, version in found
    ]
    if kept:
        connection.execute(upsert(agreed).on_conflict_do_nothing(), kept)


def _covered(row: Columns, stored: StoredRow | None) -> dict[str, Value]:
    op = Op(row["op"])
    if op not in _EDITS:
        return {}
    if op is not Op.PATCH:
        return {DELETED: op is Op.RESTORE if stored is None else stored.deleted}
    before = loads(row["old"]) if stored is None else stored.values
    return {name: before.get(name) for name in loads(row["new"])}


def _stored(connection: Connection, schema: Schema, keys: Iterable[Key]) -> dict[Key, StoredRow]:
    wanted: dict[str, set[str]] = {}
    for name, record in keys:
        wanted.setdefault(name, set()).add(record)
    return {
        (name, each.id): each
        for name, ids in wanted.items()
        for each in stored_by_id(connection, schema, name, ids).values()
    }


def _by_type(rows: Mapping[Key, StoredRow]) -> dict[str, dict[str, StoredRow]]:
    found: dict[str, dict[str, StoredRow]] = {}
    for (name, record), row in rows.items():
        found.setdefault(name, {})[record] = row
    return found
