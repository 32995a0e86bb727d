"""What waits for the user: choices between two values, and changes that were not accepted."""

from collections.abc import Mapping
from typing import TypeVar

from desktop.cli.arguments import UsageError
from desktop.cli.entry import EntryReader
from desktop.cli.records import done_sentence
from desktop.cli.terminal import Document, Terminal, plain_values, record_of, short
from desktop.commands.attention import Discard, Mend, Resend
from desktop.commands.bus import Command
from desktop.commands.conflicts import ResolveConflict
from desktop.domain.choosing import CREATED, DELETED, Answer, Choice
from desktop.domain.views import AttentionView, ConflictView, OtherProposal
from desktop.services.refusals import refusal
from sync.contract.errors import AppError, Code
from sync.contract.fields import RecordType, Value

T = TypeVar("T")

MIN_ID = 6
"""Fewest characters of an id's end that stand for it."""


_SHOWN_AS = {Choice.MINE: Choice.CURRENT, Choice.THEIRS: Choice.PROPOSED}


def conflicts(call: Terminal) -> int:
    """List what needs a choice."""
    found = call.app.reads.conflicts()
    call.out.document([_conflict_document(call, each) for each in found])
    rows = []
    for each in found:
        record = record_of(call, each.type)
        values = [_text(record, values) for values in (each.before, each.yours, each.theirs)]
        told = [short(each.id), each.type, each.title or short(each.record), each.field]
        rows.append([*told, *values, _by(each)])
        rows += [["", "", "", "", "", "", _text(record, one.values), _named_by(one)] for one in each.others]
    if rows:
        call.out.table(["id", "type", "record", "field", "before", "yours", "theirs", "by"], rows)
        call.say("cli.how_to_choose")
    else:
        call.say("cli.nothing_to_choose")
    return 0


def resolve(call: Terminal) -> int:
    """Choose between two values, or give another."""
    found = _named("conflict", call.options.id, {each.id: each for each in call.app.reads.conflicts()})
    if found is None:
        # One that was decided already still has a sentence of its own.
        found_id = call.app.reads.resolve_id("conflict", call.options.id)
        return _run(call, ResolveConflict(found_id, Choice.CURRENT))
    return _run(call, _agreed(call, ResolveConflict(found.id, _answer(call, found))))


def attention(call: Terminal) -> int:
    """List what was not accepted, with its values, what they were to replace, and why."""
    found = call.app.reads.attention()
    call.out.document([_attention_document(call, each) for each in found])
    if not found:
        call.say("cli.all_accepted")
        return 0
    rows = [
        [short(each.id), each.type, each.title or short(each.record), each.op.value, *line]
        for each in found
        for line in _value_lines(call, each)
    ]
    call.out.table(["id", "type", "record", "op", "field", "before", "yours"], rows)
    for each in found:
        if each.waits_for is None:
            call.out.say(f"{short(each.id)}  {_reason(call, each)}")
        else:
            call.out.say(f"{short(each.id)}  {call.words('cli.goes_with', id=short(each.waits_for))}")
    call.say("cli.how_to_attend")
    return 0


def resend(call: Terminal) -> int:
    """Send the values that were not accepted again."""
    return _run(call, _agreed(call, Resend(_attention(call).id)))


def mend(call: Terminal) -> int:
    """Change values that were not accepted and send them again."""
    found = _attention(call)
    entry = EntryReader(call.reader(found.type), call.currency_of(found.values))
    return _run(call, Mend(found.id, entry.edits(call.options.fields, relative=False).values))


def discard(call: Terminal) -> int:
    """Put the values that were not accepted aside."""
    return _run(call, Discard(_attention(call).id))


def _answer(call: Terminal, conflict: ConflictView) -> Choice | Answer:
    given: list[str] = call.options.answer
    if call.options.of is not None:
        if given:
            raise UsageError("a colleague's value is chosen with --of NAME alone")
        return _value_of(conflict, call.options.of)
    if not given:
        raise UsageError("say mine, theirs, a value, or --of NAME")
    if len(given) == 1 and given[0] in set(Choice):
        choice = Choice(given[0])
        # Of a conflict between others, "mine" and "theirs" are what the list shows as yours and theirs.
        return choice if conflict.mine is not None else _SHOWN_AS.get(choice, choice)
    entry = EntryReader(call.reader(conflict.type), call.currency_of(conflict.current))
    group = call.app.reads.catalogue[conflict.type].groups.get(conflict.field, ())
    names = [each.name for each in group]
    if conflict.field in {DELETED, CREATED} or not names:
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


def _value_of(conflict: ConflictView, whose: str) -> Choice | Answer:
    """Find the value that somebody proposed, by the person's name or id."""
    wanted = whose.strip().casefold()
    if wanted in {conflict.current_by_name.casefold(), conflict.current_by}:
        return Choice.CURRENT
    if wanted in {conflict.proposed_by_name.casefold(), conflict.proposed_by}:
        return Choice.PROPOSED
    for each in conflict.others:
        if wanted in {each.by_name.casefold(), each.by}:
            return Answer(each.values)
    names = [conflict.current_by_name, conflict.proposed_by_name, *(each.by_name for each in conflict.others)]
    known = ", ".join(dict.fromkeys(each for each in names if each))
    raise AppError(Code.VALUE_NOT_A_CHOICE, field=conflict.field, value=whose, known=known)


def _conflict_document(call: Terminal, view: ConflictView) -> Document:
    record = record_of(call, view.type)
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
        "others": [
            {"values": _one_or_all(record, each.values), "by": each.by, "by_name": each.by_name, "at": each.at}
            for each in view.others
        ],
    }


def _one_or_all(record: RecordType | None, values: Mapping[str, Value]) -> object:
    """Give the value of a single field plainly, those of several by field."""
    plain = plain_values(record, values)
    return next(iter(plain.values())) if len(plain) == 1 else plain


def _text(record: RecordType | None, values: Mapping[str, Value]) -> str:
    plain = plain_values(record, values)
    if len(plain) == 1:
        value = next(iter(plain.values()))
        return "" if value is None else str(value)
    return ", ".join(f"{name}={'' if value is None else value}" for name, value in plain.items())


def _by(view: ConflictView) -> str:
    return view.theirs_by_name or short(view.theirs_by or "")


def _named_by(other: OtherProposal) -> str:
    return other.by_name or short(other.by or "")


def _attention_document(call: Terminal, view: AttentionView) -> Document:
    return {
        "id": view.id,
        "type": view.type,
        "record": view.record,
        "title": view.title,
        "op": view.op.value,
        "values": plain_values(record_of(call, view.type), view.values),
        "before": plain_values(record_of(call, view.type), view.before),
        "outcome": view.outcome.value,
        "code": view.code,
        "reason": _reason(call, view),
        "error_id": view.error_id or None,
        "waits_for": view.waits_for,
        "at": view.at,
    }


def _value_lines(call: Terminal, view: AttentionView) -> list[list[str]]:
    """Write field, value before and own value, one line each; a line without any for what has no values."""
    record = record_of(call, view.type)
    if record is None or not view.values:
        return [["", "", ""]]
    sides = (view.before, view.values)
    return [[name, *(_shown(call, view, name, side) for side in sides)] for name in view.values]


def _shown(call: Terminal, view: AttentionView, name: str, values: Mapping[str, Value]) -> str:
    value = values.get(name)
    named = view.titles.get(value) if isinstance(value, str) else None
    return call.shown(call.app.reads.catalogue[view.type], name, value, {name: named} if named else {})


def _reason(call: Terminal, view: AttentionView) -> str:
    code = Code(view.code) if view.code in set(Code) else Code.INTERNAL
    return refusal(call.app.texts, AppError(code, "", **{"type": view.type, **view.data}), at_office=True)


def _attention(call: Terminal) -> AttentionView:
    found = _named("change", call.options.id, {each.id: each for each in call.app.reads.attention()})
    if found is None:
        raise AppError(Code.NOTHING_TO_ATTEND, id=call.options.id)
    return found


def _agreed(call: Terminal, command: Command) -> Command:
    command.consent = call.options.yes
    return command


def _named(kind: str, text: str, known: Mapping[str, T]) -> T | None:
    """Find what an id or its end names; ``None`` where nothing does."""
    wanted = text.strip().lower()
    if wanted in known:
        return known[wanted]
    found = [name for name in known if len(wanted) >= MIN_ID and name.endswith(wanted)]
    if len(found) > 1:
        raise AppError(Code.RECORD_AMBIGUOUS, type=kind, id=text, known=", ".join(found))
    return known[found[0]] if found else None


def _run(call: Terminal, command: Command) -> int:
    done = call.app.bus.run(command)
    call.out.document({"id": done.result})
    done_sentence(call, command, done)
    return 0
