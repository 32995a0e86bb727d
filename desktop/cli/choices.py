"""What waits for the user: choices between two values, changes that were not accepted, undo and redo, history."""

from collections.abc import Mapping
from typing import TypeVar

from desktop.cli.arguments import UsageError
from desktop.cli.entry import EntryReader
from desktop.cli.records import done_sentence, history_document, history_table
from desktop.cli.terminal import Document, Terminal, plain_values, short
from desktop.commands.attention import Discard, Resend
from desktop.commands.bus import Command
from desktop.commands.conflicts import ResolveConflict
from desktop.commands.undo import Redo, TakenBack, Undo
from desktop.domain.changes import ActKind
from desktop.domain.choosing import DELETED, Answer, Choice
from desktop.domain.labels import group_label
from desktop.domain.views import ActView, AttentionView, ConflictView
from desktop.services.refusals import refusal
from desktop.system.clock import local_text
from sync.contract.errors import AppError, Code
from sync.contract.fields import RecordType, Value

T = TypeVar("T")

MIN_ID = 6
"""Fewest characters of an id's end that stand for it."""


def conflicts(call: Terminal) -> int:
    """List what needs a choice."""
    found = call.app.reads.conflicts()
    call.out.document([_conflict_document(call, each) for each in found])
    rows = []
    for each in found:
        record = _record(call, each.type)
        values = [_text(record, values) for values in (each.before, each.yours, each.theirs)]
        rows.append([short(each.id), each.type, each.title or short(each.record), each.field, *values, _by(each)])
    if rows:
        call.out.table(["id", "type", "record", "field", "before", "yours", "theirs", "by"], rows)
        call.say("cli.how_to_choose")
    else:
        call.say("cli.nothing_to_choose")
    return 0


def resolve(call: Terminal) -> int:
    """Choose between two values, or give another."""
    found = _named(call.options.id, {each.id: each for each in call.app.reads.conflicts()})
    if found is None:
        # One that was decided already still has a sentence of its own.
        found_id = call.app.reads.resolve_id("conflict", call.options.id)
        return _run(call, ResolveConflict(found_id, Choice.CURRENT))
    return _run(call, ResolveConflict(found.id, _answer(call, found)))


def attention(call: Terminal) -> int:
    """List what was not accepted, with its values and why."""
    found = call.app.reads.attention()
    call.out.document([_attention_document(call, each) for each in found])
    rows = [
        [short(each.id), each.type, each.title or short(each.record), each.op.value, _reason(call, each)]
        for each in found
    ]
    if rows:
        call.out.table(["id", "type", "record", "op", "reason"], rows)
        call.say("cli.how_to_attend")
    else:
        call.say("cli.all_accepted")
    return 0


def resend(call: Terminal) -> int:
    """Send the values that were not accepted again."""
    return _run(call, Resend(_attention_id(call)))


def discard(call: Terminal) -> int:
    """Put the values that were not accepted aside."""
    return _run(call, Discard(_attention_id(call)))


def undo(call: Terminal) -> int:
    """Take the last act back."""
    label = call.app.reads.undoable()
    act = call.words(label.label, **label.label_values) if label else ""
    return _take_back(call, Undo(), "commands.undone_act", act)


def redo(call: Terminal) -> int:
    """Do again what was taken back last."""
    label = call.app.reads.redoable()
    act = call.words(label.label, **label.label_values) if label else ""
    return _take_back(call, Redo(), "commands.redone_act", act)


def history(call: Terminal) -> int:
    """Tell what happened to a record, or what was done on this laptop."""
    if call.options.type is None:
        return _acts(call)
    if call.options.id is None:
        raise UsageError("history takes TYPE and ID, or neither")
    reader = call.reader(call.options.type)
    record_id = reader.record_id(call.options.id)
    found = call.app.reads.history(reader.record.name, record_id)[: call.options.limit]
    call.out.document([history_document(reader.record, each) for each in found])
    if not call.out.as_json:
        history_table(call, reader.record, found)
    return 0


def _acts(call: Terminal) -> int:
    found = call.app.reads.change_log(limit=call.options.limit)
    call.out.document([_act_document(call, each) for each in found])
    rows = [
        [
            local_text(each.at, call.app.zone),
            each.by_name or short(each.by or ""),
            _act_text(call, each),
            call.words("cli.undone") if each.undone else "",
        ]
        for each in found
    ]
    if rows:
        call.out.table(["at", "by", "act", ""], rows)
    else:
        call.say("cli.nothing_there")
    return 0


def _act_text(call: Terminal, act: ActView) -> str:
    if not act.label:
        return ", ".join(f"{each.op.value} {each.type} {each.title or short(each.record)}" for each in act.changes)
    told = call.words(act.label, **act.label_values)
    if act.kind is ActKind.UNDO:
        return call.words("commands.undone_act", act=told)
    return call.words("commands.redone_act", act=told) if act.kind is ActKind.REDO else told


def _act_document(call: Terminal, act: ActView) -> Document:
    return {
        "id": act.id,
        "at": act.at,
        "by": act.by,
        "by_name": act.by_name,
        "mine": act.mine,
        "kind": None if act.kind is None else act.kind.value,
        "act": _act_text(call, act),
        "undone": act.undone,
        "records": act.records,
        "changes": [
            {
                "type": each.type,
                "record": each.record,
                "title": each.title,
                "op": each.op.value,
                "fields": _old_and_new(_record(call, each.type), each.fields),
            }
            for each in act.changes
        ],
    }


def _take_back(call: Terminal, command: Undo | Redo, key: str, act: str) -> int:
    done = call.app.bus.run(command)
    result = done.result
    kept = result.kept if isinstance(result, TakenBack) else ()
    call.out.document(
        {
            "records": result.records if isinstance(result, TakenBack) else 0,
            "kept": [{"type": each.type, "record": each.record, "field": each.field, "by": each.by} for each in kept],
        }
    )
    call.say(key, act=act)
    for each in kept:
        field = group_label(call.app.texts, call.app.reads.catalogue[each.type], each.field)
        call.out.complain(call.words("commands.kept_since", field=field, by=each.by or "?"))
    return 0


def _answer(call: Terminal, conflict: ConflictView) -> Choice | Answer:
    given: list[str] = call.options.answer
    if len(given) == 1 and given[0] in set(Choice):
        return Choice(given[0])
    entry = EntryReader(call.reader(conflict.type), call.currency_of(conflict.current))
    group = call.app.reads.catalogue[conflict.type].groups.get(conflict.field, ())
    names = [each.name for each in group]
    if conflict.field == DELETED or not names:
        raise AppError(
            Code.VALUE_NOT_A_CHOICE,
            type=conflict.type,
            field=conflict.field,
            value=given[0],
            known=", ".join(Choice),
        )
    if all(each.partition("=")[0] in names and "=" in each for each in given):
        return Answer(entry.edits(given, relative=False).values)
    if len(given) > 1:
        raise UsageError(f"several values are given as FIELD=VALUE, of: {', '.join(names)}")
    first = next((name for name in names if name in conflict.current), names[0])
    return Answer(entry.edits([f"{first}={given[0]}"], relative=False).values)


def _conflict_document(call: Terminal, view: ConflictView) -> Document:
    record = _record(call, view.type)
    return {
        "id": view.id,
        "type": view.type,
        "record": view.record,
        "title": view.title,
        "field": view.field,
        "before": _one_or_all(record, view.before),
        "yours": _one_or_all(record, view.yours),
        "theirs": _one_or_all(record, view.theirs),
        "by": view.theirs_by,
        "by_name": view.theirs_by_name,
        "at": view.theirs_at,
        "current": _one_or_all(record, view.current),
        "proposed": _one_or_all(record, view.proposed),
        "mine": None if view.mine is None else view.mine.value,
        "asked": view.asked,
    }


def _one_or_all(record: RecordType | None, values: Mapping[str, Value]) -> object:
    """Give the value of a single field plainly, those of several by field."""
    plain = plain_values(record, values)
    return next(iter(plain.values())) if len(plain) == 1 else plain


def _old_and_new(record: RecordType | None, fields: Mapping[str, tuple[Value, Value]]) -> Document:
    old = plain_values(record, {name: each[0] for name, each in fields.items()})
    new = plain_values(record, {name: each[1] for name, each in fields.items()})
    return {name: [old[name], new[name]] for name in fields}


def _text(record: RecordType | None, values: Mapping[str, Value]) -> str:
    plain = plain_values(record, values)
    if len(plain) == 1:
        value = next(iter(plain.values()))
        return "" if value is None else str(value)
    return ", ".join(f"{name}={'' if value is None else value}" for name, value in plain.items())


def _by(view: ConflictView) -> str:
    return view.theirs_by_name or short(view.theirs_by or "")


def _attention_document(call: Terminal, view: AttentionView) -> Document:
    return {
        "id": view.id,
        "type": view.type,
        "record": view.record,
        "title": view.title,
        "op": view.op.value,
        "values": plain_values(_record(call, view.type), view.values),
        "outcome": view.outcome.value,
        "code": view.code,
        "reason": _reason(call, view),
        "at": view.at,
    }


def _reason(call: Terminal, view: AttentionView) -> str:
    code = Code(view.code) if view.code in set(Code) else Code.INTERNAL
    return refusal(call.app.texts, AppError(code, "", **{"type": view.type, **view.data}))


def _record(call: Terminal, name: str) -> RecordType | None:
    # A newer office may send types that this program does not know yet.
    return next((each for each in call.app.reads.catalogue if each.name == name), None)


def _attention_id(call: Terminal) -> str:
    found = _named(call.options.id, {each.id: each for each in call.app.reads.attention()})
    if found is None:
        raise AppError(Code.RECORD_NOT_FOUND, type="attention", id=call.options.id)
    return found.id


def _named(text: str, known: Mapping[str, T]) -> T | None:
    """Find what an id or its end names; ``None`` where nothing does."""
    wanted = text.strip().lower()
    if wanted in known:
        return known[wanted]
    found = [each for name, each in known.items() if len(wanted) >= MIN_ID and name.endswith(wanted)]
    if len(found) > 1:
        raise AppError(Code.RECORD_AMBIGUOUS, type="conflict", id=text, known=", ".join(known))
    return found[0] if found else None


def _run(call: Terminal, command: Command) -> int:
    done = call.app.bus.run(command)
    call.out.document({"id": done.result})
    done_sentence(call, command, done)
    return 0
