"""What was done: taken back, done again, told."""

from collections.abc import Mapping

from desktop.cli.arguments import UsageError
from desktop.cli.records import history_document, history_table
from desktop.cli.terminal import Document, Terminal, plain_values, record_of, short
from desktop.commands.undo import Redo, TakenBack, Undo
from desktop.domain.changes import ActKind
from desktop.domain.labels import group_label
from desktop.domain.views import ActView
from desktop.system.clock import local_text
from sync.contract.fields import RecordType, Value


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
    found = call.app.reads.change_log(limit=call.options.limit)[: call.options.limit]
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
                "fields": _old_and_new(record_of(call, each.type), each.fields),
            }
            for each in act.changes
        ],
    }


def _take_back(call: Terminal, command: Undo | Redo, key: str, act: str) -> int:
    command.consent = call.options.yes
    command.rest = call.options.rest
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


def _old_and_new(record: RecordType | None, fields: Mapping[str, tuple[Value, Value]]) -> Document:
    old = plain_values(record, {name: each[0] for name, each in fields.items()})
    new = plain_values(record, {name: each[1] for name, each in fields.items()})
    return {name: [old[name], new[name]] for name in fields}
