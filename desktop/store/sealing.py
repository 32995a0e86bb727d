"""Ends a unit of work: turns what the triggers captured into numbered mutations, and keeps what the office agreed to.

Everything a mutation needs (base, what its author saw, what an own pending value hid) is worked out here and stored,
so that it is sent the same however often it is sent.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop.domain.changes import ActKind
from desktop.store import journal, meta
from desktop.store.journal import DELETED, Key
from desktop.store.schema import Schema
from desktop.store.tables import agreed, command
from desktop.store.tables import journal as table
from sync.contract.clock import new_id, parse_instant
from sync.contract.fields import STAMPS, Value
from sync.contract.upcasting import newer_fields, told_under_another_name
from sync.contract.wire import Op


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act of a user: what all of a unit's entries have in common. ``grouped`` entries stand or fall together."""

    id: str
    actor: str
    now: str
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
        connection.execute(delete(table).where(table.c.n == bindparam("dropped")), [{"dropped": n} for n in dropped])
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
        entry = insert(table).values(type=each.type, record=each.record, op=Op.PATCH.value, base=each.version)
        added = connection.execute(entry).inserted_primary_key
        parts.append(replace(each, n=added[0] if added else 0, op=Op.PATCH, before=first, alone=True))
    return parts


def _drafts(connection: Connection, schema: Schema) -> tuple[list[Draft], list[int]]:
    drafts: dict[int, Draft] = {}
    latest: dict[Key, Draft] = {}
    dropped: list[int] = []
    captured = select(table.c.n, table.c.type, table.c.record, table.c.op, table.c.base, table.c.old, table.c.new)
    for each in connection.execute(captured.where(table.c.at.is_(None)).order_by(table.c.n)):
        codec = schema.codec(each.type)
        after = codec.values_of(journal.loads(each.new))
        known = latest.get((each.type, each.record))
        if known is not None and each.op == Op.PATCH and known.op in {Op.CREATE, Op.PATCH}:
            known.after = after
            dropped.append(each.n)
            continue
        before = codec.values_of(journal.loads(each.old))
        draft = Draft(each.n, each.type, each.record, Op(each.op), each.base, before, after)
        drafts[draft.n] = latest[draft.key] = draft
    empty = [n for n, draft in drafts.items() if draft.op is Op.PATCH and not draft.changed()]
    return [draft for n, draft in drafts.items() if n not in set(empty)], [*dropped, *empty]


def _write_command(connection: Connection, act: Act, consent: int) -> None:
    connection.execute(
        insert(command).values(
            id=act.id,
            label=act.label,
            label_values=json.dumps(dict(act.label_values), ensure_ascii=False),
            at=act.now,
            actor=act.actor,
            kind=act.kind.value,
            undoable=int(act.undoable),
            target=act.target,
            consent=consent,
        )
    )
    if act.target is not None:
        connection.execute(update(command).where(command.c.id == act.target).values(undone_by=act.id))


def _write_entries(connection: Connection, schema: Schema, act: Act, drafts: list[Draft]) -> None:
    seq = int(meta.read(connection, meta.SEQ) or 0)
    number = journal.head_n(connection)
    moment = parse_instant(act.now)
    rows = []
    for each in drafts:
        number += 1
        rows.append(
            {
                "draft_n": each.n,
                "client_n": number,
                "mutation": new_id(moment),
                "bond": act.id if act.grouped and not each.alone else None,
                **_written(connection, schema, each, max(seq, each.version)),
            }
        )
    same = {
        "command": act.id,
        "actor": act.actor,
        "at": act.now,
        "schema": schema.catalogue.version,
    }
    names = ("client_n", "mutation", "bond", "old", "new", "context", "base", "older")
    statement = update(table).where(table.c.n == bindparam("draft_n"))
    connection.execute(statement.values({**same, **{name: bindparam(f"{name}") for name in names}}), rows)


def _name_replaced(connection: Connection, drafts: list[Draft], replaced: dict[Key, list[str]]) -> None:
    """Note with the first entry of each record which ones it carries on."""
    left = dict(replaced)
    named = [{"draft_n": each.n, "named": _json(left.pop(each.key))} for each in drafts if each.key in left]
    if named:
        statement = update(table).where(table.c.n == bindparam("draft_n"))
        connection.execute(statement.values(replaces=bindparam("named")), named)


def _written(connection: Connection, schema: Schema, draft: Draft, base: int) -> dict[str, object]:
    changed = draft.changed() if draft.op in {Op.CREATE, Op.PATCH} else []
    patched = changed if draft.op is Op.PATCH else []
    record = schema.record(draft.type)
    groups = dict.fromkeys(record.fields[name].merge_group for name in patched)
    touched = [member.name for group in groups for member in record.groups[group]]
    context = {name: draft.before.get(name) for name in touched if name not in changed}
    hidden = journal.first_bases(connection, draft.key, touched) if touched else {}
    return {
        "old": _json({name: draft.before.get(name) for name in patched}),
        "new": _json({name: draft.after.get(name) for name in changed}),
        "context": _json(context),
        "base": base,
        "older": _json({name: position for name, position in sorted(hidden.items()) if position < base}),
    }


def _remember_agreed(connection: Connection, drafts: list[Draft]) -> None:
    """Keep the office's value of each field that is now covered; what is already kept is older and stays."""
    rows = [
        {"type": draft.type, "record": draft.record, "field": name, "value": _json(value), "version": draft.version}
        for draft in drafts
        for name, value in _covered(draft).items()
    ]
    if rows:
        connection.execute(upsert(agreed).on_conflict_do_nothing(), rows)


def _covered(draft: Draft) -> dict[str, Value]:
    match draft.op:
        case Op.PATCH:
            return {name: draft.before.get(name) for name in draft.changed()}
        case Op.DELETE:
            return {DELETED: False}
        case Op.RESTORE:
            return {DELETED: True}
        case _:
            return {}


def _json(value: Value) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
