"""Ends a unit of work: turns what the triggers captured into numbered mutations, and keeps what the office agreed to.

Everything a mutation needs (base, what its author saw, what an own pending value hid) is worked out here and stored,
so that it is sent the same however often it is sent.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from desktop.domain.changes import ActKind
from desktop.store import journal, meta
from desktop.store.connections import raw
from desktop.store.journal import DELETED, Key
from desktop.store.schema import Schema
from sync.contract.clock import Chance, new_id, parse_instant
from sync.contract.fields import LAST_STAMPS, STAMPS, Value
from sync.contract.upcasting import newer_fields, told_under_another_name
from sync.contract.wire import Op

_CAPTURED = "SELECT n, type, record, op, base, old, new FROM journal WHERE at IS NULL ORDER BY n"
_DROP = "DELETE FROM journal WHERE n = ?"
_PART = "INSERT INTO journal (type, record, op, base) VALUES (?, ?, ?, ?)"
_SEAL = (
    "UPDATE journal SET client_n = ?, mutation = ?, bond = ?, old = ?, new = ?, context = ?, base = ?, older = ?, "
    "command = ?, actor = ?, at = ?, schema = ? WHERE n = ?"
)
_OWN_SINCE = (
    "SELECT EXISTS (SELECT 1 FROM journal WHERE type = ? AND record = ? AND origin = 'local' "
    "AND outcome = 'applied' AND seq >= ?)"
)
_REPLACES = "UPDATE journal SET replaces = ? WHERE n = ?"
_DONE = (
    "INSERT INTO command (id, label, label_values, at, actor, kind, undoable, target, consent) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_UNDONE = "UPDATE command SET undone_by = ? WHERE id = ?"
_AGREED = "INSERT INTO agreed (type, record, field, value, version) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act of a user: what all of a unit's entries have in common. ``grouped`` entries stand or fall together.

    Ids of its mutations are made of ``now`` and ``chance``.
    """

    id: str
    actor: str
    now: str
    chance: Chance
    kind: ActKind = ActKind.DO
    label: str = ""
    label_values: Mapping[str, object] = field(default_factory=dict)
    undoable: bool = True
    target: str | None = None
    grouped: bool = False


@dataclass(slots=True)
class Draft:
    """What one unit does to one record, before it is an entry."""

    n: int
    type: str
    record: str
    op: Op
    version: int
    before: dict[str, Value]
    after: dict[str, Value]
    alone: bool = False
    """Whether it is handed in on its own, whatever else is in the act."""

    @property
    def key(self) -> Key:
        """Type and id of the record."""
        return self.type, self.record

    def changed(self) -> list[str]:
        """Name the fields that differ, without the stamps, which are no edits."""
        names = {**self.before, **self.after}
        return [name for name in names if name not in STAMPS and self.before.get(name) != self.after.get(name)]


@dataclass(slots=True)
class Attended:
    """What an act did about edits that were not accepted, beside its own edits.

    ``any`` tells that there were some, ``reopened`` names those that wait for attention again, ``replaced`` those of
    which the values go out again, by the record that carries them now.
    """

    any: bool = False
    reopened: list[str] = field(default_factory=list)
    replaced: dict[Key, list[str]] = field(default_factory=dict)


def seal(connection: Connection, schema: Schema, act: Act, attended: Attended, *, consent: int = 0) -> list[Draft]:
    """Turn captured entries into mutations; gives one draft per entry that stays. Nothing captured, nothing written.

    An act that only dealt with what the office did not accept is remembered all the same. ``consent`` is how many
    records its author agreed to delete.
    """
    drafts, dropped = _drafts(connection, schema)
    if dropped:
        raw(connection).executemany(_DROP, [(n,) for n in dropped])
    if drafts or attended.any:
        _write_command(connection, act, consent)
    if drafts:
        parts = _parted(connection, schema, drafts)
        _write_entries(connection, schema, act, parts)
        _name_replaced(connection, drafts, attended.replaced)
        _remember_agreed(connection, parts)
    return drafts


def _parted(connection: Connection, schema: Schema, drafts: Sequence[Draft]) -> list[Draft]:
    """Part off what an office of before cannot take yet, so that the rest of an edit need not wait with it."""
    office = meta.read(connection, meta.OFFICE_SCHEMA) or schema.catalogue.version
    if office >= schema.catalogue.version:
        return list(drafts)
    parts = []
    for each in drafts:
        record = schema.record(each.type)
        now = {name: each.after.get(name) for name in each.changed()}
        late = newer_fields(record, now, office) if record.since <= office else frozenset()
        if not late or (each.op is Op.PATCH and late == now.keys()):
            parts.append(each)
            continue
        first = {**each.after, **{name: each.before.get(name) for name in late}}
        parts.append(replace(each, after=first))
        told = late & told_under_another_name(record, now, office)
        if late == told:
            continue
        first = {**first, **{name: each.after.get(name) for name in told}}
        added = raw(connection).execute(_PART, (each.type, each.record, Op.PATCH.value, each.version)).lastrowid
        parts.append(replace(each, n=added, op=Op.PATCH, before=first, alone=True))
    return parts


def _drafts(connection: Connection, schema: Schema) -> tuple[list[Draft], list[int]]:
    drafts: dict[int, Draft] = {}
    latest: dict[Key, Draft] = {}
    dropped: list[int] = []
    for n, record_type, record, op, base, old, new in raw(connection).execute(_CAPTURED):
        codec = schema.codec(record_type)
        after = codec.values_of(journal.loads(new))
        known = latest.get((record_type, record))
        if known is not None and op == Op.PATCH and known.op in {Op.CREATE, Op.PATCH}:
            known.after = after
            dropped.append(n)
            continue
        draft = Draft(n, record_type, record, Op(op), base, codec.values_of(journal.loads(old)), after)
        drafts[n] = latest[draft.key] = draft
    empty = [n for n, draft in drafts.items() if draft.op is Op.PATCH and not draft.changed()]
    return [draft for n, draft in drafts.items() if n not in set(empty)], [*dropped, *empty]


def _write_command(connection: Connection, act: Act, consent: int) -> None:
    told = json.dumps(dict(act.label_values), ensure_ascii=False)
    driver = raw(connection)
    driver.execute(
        _DONE,
        (act.id, act.label, told, act.now, act.actor, act.kind.value, int(act.undoable), act.target, consent),
    )
    if act.target is not None:
        driver.execute(_UNDONE, (act.id, act.target))


def _write_entries(connection: Connection, schema: Schema, act: Act, drafts: list[Draft]) -> None:
    seq = int(meta.read(connection, meta.SEQ) or 0)
    number = journal.head_n(connection)
    moment = parse_instant(act.now)
    same = act.id, act.actor, act.now, schema.catalogue.version
    rows = []
    for each in drafts:
        number += 1
        bond = act.id if act.grouped and not each.alone else None
        written = _written(connection, schema, each, _base(connection, each, seq))
        rows.append((number, new_id(moment, act.chance), bond, *written, *same, each.n))
    raw(connection).executemany(_SEAL, rows)


def _base(connection: Connection, draft: Draft, seq: int) -> int:
    """Give the position up to which the author had seen everything; of this record, whatever its row tells.

    A row that its own receipts have moved on tells nothing of others, so it does not raise what was seen.
    """
    if draft.version <= seq:
        return seq
    own = raw(connection).execute(_OWN_SINCE, (draft.type, draft.record, draft.version)).fetchone()[0]
    return seq if own else draft.version


def _name_replaced(connection: Connection, drafts: list[Draft], replaced: dict[Key, list[str]]) -> None:
    """Note with the first entry of each record which ones it carries on."""
    left = dict(replaced)
    named = [(_json(left.pop(each.key)), each.n) for each in drafts if each.key in left]
    if named:
        raw(connection).executemany(_REPLACES, named)


def _written(connection: Connection, schema: Schema, draft: Draft, base: int) -> tuple[object, ...]:
    """Give what is known of an edit only now: old, new, context, base and older values, as ``_SEAL`` wants them."""
    changed = draft.changed() if draft.op in {Op.CREATE, Op.PATCH} else []
    patched = changed if draft.op is Op.PATCH else []
    record = schema.record(draft.type)
    groups = dict.fromkeys(record.fields[name].merge_group for name in patched)
    touched = [member.name for group in groups for member in record.groups[group]]
    context = {name: draft.before.get(name) for name in touched if name not in changed}
    hidden = journal.first_bases(connection, draft.key, touched) if touched else {}
    if draft.op is Op.DELETE:
        # What an own value hides was not seen by who deletes it.
        hidden = journal.overlooked(connection, draft.key)
    return (
        _json({name: draft.before.get(name) for name in patched}),
        _json({name: draft.after.get(name) for name in changed}),
        _json(context),
        base,
        _json({name: position for name, position in sorted(hidden.items()) if position < base}),
    )


def _remember_agreed(connection: Connection, drafts: list[Draft]) -> None:
    """Keep the office's value of each field that is now covered; what is already kept is older and stays."""
    rows = [
        (draft.type, draft.record, name, _json(value), draft.version)
        for draft in drafts
        for name, value in _covered(draft).items()
    ]
    if rows:
        raw(connection).executemany(_AGREED, rows)


def _covered(draft: Draft) -> dict[str, Value]:
    """Give what an edit hides; the stamps too, because this laptop only guesses them until the office has answered."""
    stamps = {name: draft.before.get(name) for name in LAST_STAMPS}
    match draft.op:
        case Op.PATCH:
            return {name: draft.before.get(name) for name in draft.changed()} | stamps
        case Op.DELETE:
            return {DELETED: False} | stamps
        case Op.RESTORE:
            return {DELETED: True} | stamps
        case _:
            return {}


def _json(value: Value) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
