"""Asking: one open ``conflict`` record per record and merge group, with every value that was not kept.

Asked again before it is resolved, the same record is brought up to date, so that nobody finds one question many times;
who loses against the same value as somebody else joins the question (``sync.contract.questions``).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, select

from sync.contract.fields import Merge, Value, Values
from sync.contract.merge import Clash, joined
from sync.contract.questions import DELETED, Proposal, proposal_fields, proposals_of
from sync.server.prepared import Prepared
from sync.server.rows import Record
from sync.server.schema import ENTITY_TABLES, MUTATION, RECEIPT
from sync.server.writer import Author, Writer

_PUT = Prepared(
    lambda _among: (
        select(MUTATION.c.client_id, RECEIPT.c.seq)
        .join(RECEIPT, RECEIPT.c.mutation_id == MUTATION.c.mutation_id)
        .where(MUTATION.c.mutation_id == bindparam("mutation"))
    )
)
_ABOUT = ENTITY_TABLES["conflict"].c
_OPEN = Prepared(
    lambda among: select(_ABOUT.record).where(
        among(_ABOUT.record, "records"), _ABOUT.state == "open", _ABOUT.deleted_seq.is_(None)
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Who put a value there and when."""

    by: str | None
    at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked about a record.

    ``before``, ``current`` and ``proposed`` are values by field of the merge group; where it is about a deletion, the
    one field is ``deleted``. ``theirs`` has written the current values, ``ours`` proposed the others and is asked,
    unless ``asked`` names somebody else. ``scope`` is where the question is seen, if not with the record.
    """

    group: str
    before: Values
    current: Values
    proposed: Values
    theirs: Side
    ours: Side
    asked: str | None = None
    scope: str | None = None


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
    proposal = Proposal(
        values=dict(question.proposed),
        by=question.ours.by,
        at=question.ours.at,
        asked=question.asked or _asked(writer, subject, question.ours.by),
        mutation=author.mutation,
    )
    values: dict[str, Any] = {
        "before": dict(question.before),
        "current": dict(question.current),
        "current_by": question.theirs.by,
        "current_at": question.theirs.at,
    }
    known = open_question(writer, subject.type, subject.id, question.group)
    if known is not None:
        fresh = replace(proposal, seq=writer.seq + 1)
        writer.patch("conflict", known.id, _joined(writer, known, values, (fresh, author)), author=author)
        return known.id
    about = {"record_type": subject.type, "record": subject.id, "field": question.group}
    scope = question.scope or subject.scope
    return writer.create_inherited(
        "conflict", {**about, **values, **proposal_fields([proposal])}, scope=scope, author=author
    )


def questioned(writer: Writer, records: Iterable[str]) -> set[str]:
    """Tell which of these records (by id, of whatever type) somebody is asked about."""
    asked = list(records)
    return {row[0] for row in _OPEN.rows(writer.connection, records=asked)} if asked else set()


def follow(writer: Writer, subject: Record, writes: Values, author: Author) -> None:
    """Show what somebody wrote meanwhile in the open questions about it.

    A proposal is done with when its value is written after all, or when the one who made it writes another; the
    question is closed when that is so of all of them. What somebody wanted to add to a number stays: adding more is no
    other value.
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
        counted = _counted(writer, found)
        left = [
            each
            for each in _wanted(writer, found, now)
            if counted & each.values.keys() or not _gives_up(writer, author, each, author.user)
        ]
        if left:
            changes.update(proposal_fields(left))
        else:
            answer = {"state": "resolved", "resolution": now, "resolved_by": author.user, "resolved_at": author.at}
            changes.update(answer)
        writer.patch("conflict", found.id, changes, author=author)


def unseen(question: Record, seen: int) -> list[Proposal]:
    """List what was proposed after log position ``seen``: an answer from before does not speak of it."""
    first, *others = proposals_of(question.values)
    late = [first] if question.fv.get("proposed", 0) > seen else []
    return late + [each for each in others if each.seq > seen]


def open_question(writer: Writer, record_type: str, record: str, group: str) -> Record | None:
    """Find the open question about a merge group of a record."""
    for each in writer.find("conflict", "record", record):
        found = writer.get("conflict", each)
        if found is not None and _is_open(found.values, record_type, group):
            return found
    return None


def _is_open(values: Values, record_type: str, group: str) -> bool:
    about = values.get("record_type"), values.get("field")
    return values.get("state") == "open" and about == (record_type, group)


def _joined(writer: Writer, known: Record, values: dict[str, Any], news: tuple[Proposal, Author]) -> dict[str, Any]:
    """Keep what was there before the first of the edits, fields that only an earlier one touched, and who else asks."""
    have, (proposal, author) = known.values, news
    current = {**(have.get("current") or {}), **values["current"]}
    before = {**values["before"], **(have.get("before") or {})}
    proposals = _wanted(writer, known, current)
    places = [place for place, each in enumerate(proposals) if _gives_up(writer, author, each, proposal.by)]
    earlier = proposals[places[0]].values if places else {}
    added = {
        name: _added(values["before"].get(name), proposal.values[name], {**before, **earlier}.get(name))
        for name in _counted(writer, known) & proposal.values.keys()
    }
    proposal = replace(proposal, values={**earlier, **proposal.values, **added})
    if places:
        proposals[places[0]] = proposal
    else:
        proposals.append(proposal)
    return {**values, "before": before, "current": current, **proposal_fields(proposals)}


def _added(was: Value, wanted: Value, onto: Value) -> Value:
    """Add what an edit added to ``was`` onto what its question counts from."""
    return joined(Merge.COUNTER, was, wanted, onto)


def _gives_up(writer: Writer, author: Author, proposal: Proposal, by: str | None) -> bool:
    """Tell whether something that ``by`` wants does away with an earlier proposal: one of their own.

    Who wrote that on another laptop may not have seen it; then both stand. What has no receipt is of this very push.
    """
    if proposal.by != by or by != author.user or proposal.mutation is None:
        return proposal.by == by
    put = _PUT.row(writer.connection, mutation=proposal.mutation)
    return put is None or author.client is None or put[0] == author.client or put[1] <= author.seen


def _wanted(writer: Writer, question: Record, current: Values) -> list[Proposal]:
    """Leave out what the record holds by now: of a number nothing, because what was added is not there by chance."""
    counted = _counted(writer, question)
    return [
        each
        for each in proposals_of(question.values)
        if any(name in counted or current.get(name) != value for name, value in each.values.items())
    ]


def _counted(writer: Writer, question: Record) -> set[str]:
    """List the numbers that are summed up among the fields that a question is about."""
    fields = writer.catalogue[str(question.values["record_type"])].groups.get(str(question.values["field"]), ())
    return {each.name for each in fields if each.merge is Merge.COUNTER}


def _asked(writer: Writer, subject: Record, author: str | None) -> str | None:
    if author is not None and writer.organisation.is_active(author):
        return author
    owner = subject.values.get("owner")
    return owner if owner is not None and writer.organisation.is_active(owner) else author
