"""Asking: one open ``conflict`` record per record, merge group and author of the value that was not kept.

Asked again before it is resolved, the same record is brought up to date, so that nobody finds one question many times.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from sync.contract.fields import Values
from sync.contract.merge import Clash
from sync.server.prepared import Prepared
from sync.server.rows import Record
from sync.server.schema import ENTITY_TABLES
from sync.server.writer import Author, Writer

_ABOUT = ENTITY_TABLES["conflict"].c
_OPEN = Prepared(
    lambda among: select(_ABOUT.record).where(
        among(_ABOUT.record, "records"), _ABOUT.state == "open", _ABOUT.deleted_seq.is_(None)
    )
)

DELETED = "deleted"
"""The field of a question whether a record should be deleted after all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Who put a value there and when."""

    by: str | None
    at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked about a record.

    ``before``, ``current`` and ``proposed`` are values by field of the merge group; where it is about a deletion, the
    one field is ``deleted``. ``theirs`` has written the current values, ``ours`` proposed the others and is asked.
    """

    group: str
    before: Values
    current: Values
    proposed: Values
    theirs: Side
    ours: Side


def question_of(clash: Clash, *, theirs: Side, ours: Side) -> Question:
    """Make the question for a clash."""
    return Question(
        group=clash.group,
        before=clash.before,
        current=clash.current,
        proposed=clash.proposed,
        theirs=theirs,
        ours=ours,
    )


def deletion_question(*, theirs: Side, ours: Side) -> Question:
    """Ask the one who deleted a record, ``ours``, while ``theirs`` was working on it."""
    lives, dies = {DELETED: False}, {DELETED: True}
    return Question(group=DELETED, before=lives, current=lives, proposed=dies, theirs=theirs, ours=ours)


def ask(writer: Writer, subject: Record, question: Question, author: Author) -> str:
    """Open a question about a record or bring the open one up to date; gives its id."""
    values: dict[str, Any] = {
        "before": dict(question.before),
        "current": dict(question.current),
        "current_by": question.theirs.by,
        "current_at": question.theirs.at,
        "proposed": dict(question.proposed),
        "proposed_by": question.ours.by,
        "proposed_at": question.ours.at,
        "asked": _asked(writer, subject, question.ours.by),
        "mutation": author.mutation,
    }
    known = _open_question(writer, subject, question)
    if known is not None:
        writer.patch("conflict", known.id, _joined(known, values), author=author)
        return known.id
    about = {"record_type": subject.type, "record": subject.id, "field": question.group}
    return writer.create_inherited("conflict", {**about, **values}, scope=subject.scope, author=author)


def questioned(writer: Writer, records: Iterable[str]) -> set[str]:
    """Tell which of these records (by id, of whatever type) somebody is asked about."""
    asked = list(records)
    return {row[0] for row in _OPEN.rows(writer.connection, records=asked)} if asked else set()


def follow(writer: Writer, subject: Record, writes: Values, author: Author) -> None:
    """Show what somebody wrote meanwhile in the open questions about it.

    One is closed when the value in question is written after all, or when the one who is asked writes another.
    """
    for each in writer.find("conflict", "record", subject.id):
        found = writer.get("conflict", each)
        if found is None or found.values.get("state") != "open" or found.values.get("record_type") != subject.type:
            continue
        current = dict(found.values.get("current") or {})
        news = {name: value for name, value in writes.items() if name in current and current[name] != value}
        if not news or found.values.get("field") == DELETED:
            continue
        now = {**current, **news}
        changes: dict[str, Any] = {"current": now, "current_by": author.user, "current_at": author.at}
        if now == found.values.get("proposed") or author.user == found.values.get("proposed_by"):
            answer = {"state": "resolved", "resolution": now, "resolved_by": author.user, "resolved_at": author.at}
            changes.update(answer)
        writer.patch("conflict", found.id, changes, author=author)


def _open_question(writer: Writer, subject: Record, question: Question) -> Record | None:
    for each in writer.find("conflict", "record", subject.id):
        found = writer.get("conflict", each)
        if found is not None and _is_same(found, subject, question):
            return found
    return None


def _is_same(found: Record, subject: Record, question: Question) -> bool:
    values = found.values
    return (
        values.get("state") == "open"
        and values.get("record_type") == subject.type
        and values.get("field") == question.group
        and values.get("proposed_by") == question.ours.by
    )


def _joined(known: Record, values: dict[str, Any]) -> dict[str, Any]:
    """Keep what was there before the first of the edits, and fields of the group that only an earlier one touched."""
    have = known.values
    return {
        **values,
        "before": {**values["before"], **(have.get("before") or {})},
        "current": {**(have.get("current") or {}), **values["current"]},
        "proposed": {**(have.get("proposed") or {}), **values["proposed"]},
    }


def _asked(writer: Writer, subject: Record, author: str | None) -> str | None:
    if author is not None and writer.organisation.is_active(author):
        return author
    owner = subject.values.get("owner")
    return owner if owner is not None and writer.organisation.is_active(owner) else author
