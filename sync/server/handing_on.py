"""Questions of people who lost what they are asked about: they go to whoever has it now, in the same transaction.

Somebody loses a record when its scope is revoked, or when the record itself moves to where they do not see it.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from sqlalchemy import select

from sync.contract.questions import proposal_fields, proposals_of
from sync.server.responsibility import Responsibility
from sync.server.rows import Record, in_parts
from sync.server.schema import ENTITY_TABLES
from sync.server.scope import REVOKE, ScopeEvent, viewers_now
from sync.server.writer import Writer

_QUESTIONS = ENTITY_TABLES["conflict"].c

CHANGED = frozenset({"asked", "others"})
"""The fields of a question that tell who is asked."""


def hand_on(writer: Writer, events: Iterable[ScopeEvent]) -> list[Record]:
    """Ask somebody else wherever who was asked sees it no more; gives the questions that changed.

    ``events`` are the grants and revocations of this transaction, whose rows must be written.
    """
    moved = list(_placed(writer))
    if not events and not moved:
        return []
    lost: dict[str, set[str]] = {}
    for each in events:
        if each.kind == REVOKE:
            lost.setdefault(each.scope, set()).add(each.user)
    responsibility = Responsibility(writer)
    blind = {each.id: lost[each.scope] for each in _open_questions(writer, lost)} | _unseen(writer, moved)
    questions = [writer.existing("conflict", each) for each in sorted(blind)]
    changed = [each.id for each in questions if _ask_others(writer, each, blind[each.id], responsibility)]
    return [found for each in changed if (found := writer.get("conflict", each)) is not None]


def _placed(writer: Writer) -> Iterator[Record]:
    """List the open questions that were made in this transaction, or have followed their record elsewhere."""
    for key in writer.touched:
        before, after = writer.originals[key], writer.records[key]
        if key[0] != "conflict" or after is None or after.deleted or after.values.get("state") != "open":
            continue
        if before is None or before.scope != after.scope:
            yield after


def _unseen(writer: Writer, questions: Collection[Record]) -> dict[str, set[str]]:
    """Tell by question who is asked and does not see it."""
    viewers = viewers_now(writer.connection, {each.scope for each in questions})
    asked = {each.id: {one.asked for one in proposals_of(each.values) if one.asked} for each in questions}
    return {each.id: asked[each.id] - viewers.get(each.scope, set()) for each in questions}


def _open_questions(writer: Writer, scopes: Collection[str]) -> list[Record]:
    ids: list[str] = []
    for part in in_parts(scopes):
        still = _QUESTIONS.scope.in_(part), _QUESTIONS.state == "open", _QUESTIONS.deleted_seq.is_(None)
        ids += writer.connection.scalars(select(_QUESTIONS.id).where(*still))
    writer.load("conflict", ids)
    return [found for each in sorted(ids) if (found := writer.get("conflict", each)) is not None]


def _ask_others(writer: Writer, question: Record, lost: Collection[str], responsibility: Responsibility) -> int:
    proposals = proposals_of(question.values)
    if not any(each.asked in lost for each in proposals):
        return 0
    subject = writer.get(str(question.values.get("record_type")), str(question.values.get("record")))
    asked = responsibility.of(subject or replace(question, values={}))
    if asked is None:
        return 0
    moved = [replace(each, asked=asked) if each.asked in lost else each for each in proposals]
    fields = proposal_fields(moved)
    return writer.patch("conflict", question.id, {name: fields[name] for name in sorted(CHANGED)})
