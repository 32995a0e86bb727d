"""Records: list, show, add, set, delete, restore, search."""

from collections.abc import Mapping, Sequence

from desktop.cli.arguments import UsageError
from desktop.cli.entry import EntryReader
from desktop.cli.files import state_document, state_sentence
from desktop.cli.terminal import Document, Terminal, document_of, plain_values, short
from desktop.commands.bus import Command, Done
from desktop.commands.merging import MergeRecords, UnmergeRecord
from desktop.commands.records import AddRecord, DeleteRecord, RestoreRecord, SetFields
from desktop.domain.labels import field_label
from desktop.domain.listing import Listing
from desktop.domain.views import HistoryEntry, RecordView
from sync.contract.errors import AppError, Code
from sync.contract.fields import Field, FieldType, RecordType, Values

_MAX_COLUMNS = 7
_LONG = frozenset({FieldType.JSON, FieldType.GEO})


def list_records(call: Terminal) -> int:
    """List records of a type."""
    reader = call.reader(call.options.type)
    entry = EntryReader(reader, call.currency_of({}))
    wanted = Listing(
        reader.record.name,
        where=call.conditions(reader.record.name, call.options.where),
        sort=entry.sorts(call.options.sort),
        limit=call.options.limit,
        deleted=call.options.deleted,
    )
    rows = call.app.reads.rows(wanted.type, call.app.reads.ids(wanted))
    states = [call.app.files.state_of(row) for row in rows] if reader.record.name == "attachment" else []
    documents = [document_of(reader.record, str(row["id"]), row) for row in rows]
    for document, state in zip(documents, states, strict=False):
        document["file"] = state_document(state)
    call.out.document(documents)
    _table(call, reader.record, rows, {"file": [state_sentence(call, each) for each in states]} if states else {})
    return 0


def show(call: Terminal) -> int:
    """Show one record, deleted ones too."""
    view = _view(call)
    record = call.app.reads.catalogue[view.type]
    found = document_of(record, view.id, view.values)
    found |= {
        "deleted": view.deleted,
        "pending": sorted(view.pending),
        "conflicts": [each.id for each in view.conflicts],
    }
    if view.merged:
        found["merged"] = list(view.merged)
    history = call.app.reads.history(view.type, view.id) if call.options.history else []
    if call.options.history:
        found["history"] = [history_document(record, each) for each in history]
    state = call.app.files.state_of(view.values) if view.type == "attachment" else None
    if state is not None:
        found["file"] = state_document(state)
    call.out.document(found)
    rows = [
        [name, field_label(call.app.texts, record, name), call.shown(record, name, value, view.titles)]
        for name, value in {"id": view.id, **{name: view.values.get(name) for name in record.fields}}.items()
        if value is not None
    ]
    call.out.table([call.words("cli.field"), "", call.words("cli.value")], rows)
    if state is not None:
        call.out.say(state_sentence(call, state))
    if view.pending:
        call.say("cli.not_sent_yet", fields=", ".join(sorted(view.pending)))
    if history:
        history_table(call, record, history)
    return 0


def add(call: Terminal) -> int:
    """Add a record; its id is all that is printed."""
    reader = call.reader(call.options.type)
    edits = EntryReader(reader, call.currency_of({})).edits(call.options.fields, relative=False)
    made = str(call.app.bus.run(AddRecord(reader.record.name, edits.values)).result)
    call.out.document({"id": made})
    call.out.say(made)
    return 0


def set_fields(call: Terminal) -> int:
    """Change fields of a record."""
    if not call.options.fields:
        raise UsageError("nothing to set: FIELD=VALUE is missing")
    view = _view(call)
    entry = EntryReader(call.reader(view.type), call.currency_of(view.values))
    edits = entry.edits(call.options.fields, relative=True)
    return _done(call, SetFields(view.type, view.id, edits.values, edits.adjustments))


def delete(call: Terminal) -> int:
    """Delete a record."""
    record_id = call.reader(call.options.type).record_id(call.options.id)
    command = DeleteRecord(call.options.type, record_id)
    command.consent = call.options.yes
    return _done(call, command)


def restore(call: Terminal) -> int:
    """Bring a deleted record back."""
    record_id = call.reader(call.options.type).record_id(call.options.id)
    return _done(call, RestoreRecord(call.options.type, record_id))


def merge(call: Terminal) -> int:
    """Say that two accounts are one customer."""
    reader = call.reader(call.options.type)
    keep, drop = (call.app.reads.own_id(reader.record.name, each) for each in (call.options.keep, call.options.drop))
    return _done(call, MergeRecords(reader.record.name, keep, drop))


def unmerge(call: Terminal) -> int:
    """Say that they are two after all."""
    reader = call.reader(call.options.type)
    record_id = call.app.reads.own_id(reader.record.name, call.options.id)
    return _done(call, UnmergeRecord(reader.record.name, record_id))


def search(call: Terminal) -> int:
    """Find records by words, best first; after a first sync the index is completed before."""
    call.app.search.finish()
    found = call.app.reads.search(call.options.text, limit=call.options.limit)
    call.out.document(
        [{"type": each.type, "id": each.id, "title": each.title, "matched": each.matched} for each in found]
    )
    rows = [[each.type, short(each.id), each.title, each.matched] for each in found]
    _rows_or_nothing(call, ["type", "id", "title", "matched"], rows)
    return 0


def done_sentence(call: Terminal, command: Command, done: Done) -> None:
    """Say what a command did, or that everything was so already."""
    if done.changes.records:
        call.say(command.label, **command.label_values)
    else:
        call.say("cli.was_so_already")


def history_document(record: RecordType, entry: HistoryEntry) -> Document:
    """Give one change of a record as JSON."""
    old = plain_values(record, {name: values[0] for name, values in entry.fields.items()})
    new = plain_values(record, {name: values[1] for name, values in entry.fields.items()})
    return {
        "at": entry.at,
        "by": entry.by,
        "by_name": entry.by_name,
        "op": entry.op.value,
        "fields": {name: [old[name], new[name]] for name in entry.fields},
        "origin": entry.origin,
        "outcome": None if entry.outcome is None else entry.outcome.value,
        "command": entry.command,
    }


def history_table(call: Terminal, record: RecordType, history: list[HistoryEntry]) -> None:
    """Write the changes of a record, one line per field."""
    rows = []
    for each in history:
        when = [call.shown(record, "updated_at", each.at, {}), each.by_name or short(each.by or ""), each.op.value]
        changed = each.fields or {"": (None, None)}
        for name, (old, new) in changed.items():
            rows.append([*when, name, call.shown(record, name, old, {}), call.shown(record, name, new, {})])
    _rows_or_nothing(call, ["at", "by", "op", "field", "old", "new"], rows)


def _view(call: Terminal) -> RecordView:
    reader = call.reader(call.options.type)
    record_id = reader.record_id(call.options.id)
    view = call.app.reads.record(reader.record.name, record_id)
    if view is None:
        raise AppError(Code.RECORD_NOT_FOUND, type=reader.record.name, id=record_id)
    return view


def _done(call: Terminal, command: Command) -> int:
    done = call.app.bus.run(command)
    call.out.document({"id": done.result})
    done_sentence(call, command, done)
    return 0


def _table(
    call: Terminal, record: RecordType, rows: Sequence[Values], further: Mapping[str, Sequence[str]] | None = None
) -> None:
    """Write records as a table; ``further`` has columns that are no fields."""
    more = further or {}
    filled = [field for field in _columns(record) if any(row.get(field.name) is not None for row in rows)]
    columns = filled[: _MAX_COLUMNS - len(more)]
    cells = [
        [
            short(str(row["id"])),
            *(call.shown(record, field.name, row.get(field.name), row["titles"]) for field in columns),
            *(each[place] for each in more.values()),
        ]
        for place, row in enumerate(rows)
    ]
    _rows_or_nothing(call, ["id", *(field.name for field in columns), *more], cells)


def _columns(record: RecordType) -> list[Field]:
    """Give the fields worth a column, best first: the title, what lists are narrowed by, then the rest."""
    title = [record.fields[name] for name in record.title]
    rest = [field for field in record.fields.values() if field not in title and field.type not in _LONG]
    return [*title, *sorted(rest, key=lambda field: (field.type is not FieldType.MONEY, not field.indexed))]


def _rows_or_nothing(call: Terminal, head: list[str], rows: list[list[str]]) -> None:
    if rows:
        call.out.table(head, rows)
    else:
        call.say("cli.nothing_there")
