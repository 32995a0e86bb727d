"""Edits that came too late: of records that their author saw when making them and lost before handing them in.

Nothing of them is written. Each becomes a question to whoever has the record now, with everything that the author
wanted; answering it is an ordinary edit of that person.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from sync.contract.errors import AppError, Code
from sync.contract.fields import STAMPS, Merge, RecordType, Role, Scope, Value, Values
from sync.contract.merge import adds
from sync.contract.questions import CREATED, DELETED, Proposal, proposals_of
from sync.contract.rules import USER_SCOPE_PREFIX, check_fields, check_new, may_write
from sync.contract.wire import Mutation, Op
from sync.server.aliases import MERGED_INTO
from sync.server.conflicts import Question, Side, ask, open_question
from sync.server.responsibility import Responsibility
from sync.server.rows import Record
from sync.server.sight import Sight, check_record_id
from sync.server.whereabouts import Whereabouts
from sync.server.writer import Author, Writer

_WITHDRAWN: Final = {CREATED: False}
_OWN_FIELDS: Final = STAMPS | {"blob_state"}


class Latecomer:
    """Takes the late edits of one user within one transaction."""

    def __init__(self, writer: Writer, sight: Sight, user: str, role: Role) -> None:
        """``sight`` is the user's view of now, ``role`` the user's role."""
        self._writer = writer
        self._sight = sight
        self._user = user
        self._role = role
        self._whereabouts = Whereabouts(writer, user)
        self._responsibility = Responsibility(writer)

    def take(self, mutation: Mutation, author: Author) -> dict[str, Any] | None:
        """Make proposals of an edit that is late; ``None`` when it is not, ``data`` of its receipt when it is.

        Raises:
            AppError: it would have been refused in time as well.
        """
        record = self._writer.catalogue[mutation.type]
        current = self._writer.get(record.name, mutation.record)
        if current is None and mutation.op is Op.CREATE:
            account = self._lost_account(record, mutation)
            return None if account is None else self._propose_record(record, mutation, account, author)
        if current is None:
            return self._propose_again(record, mutation, author)
        if mutation.op is Op.CREATE or self._sight.sees(current.scope):
            return None
        if not self._whereabouts.saw_record(current, mutation.base) and self._proposal(record, current.id) is None:
            return None
        if record.scope is Scope.INHERITED:
            # What was answered comes as an edit of the record itself; the question waits for whoever sees it.
            return {}
        is_about_itself = mutation.op is not Op.PATCH or MERGED_INTO in mutation.fields
        if record.scope is Scope.ACCOUNT_ROOT and not is_about_itself:
            # Whoever has the customer now finds it where the customer is found.
            current = self._responsibility.account_of(current.scope) or current
        return self._propose_edit(record, mutation, current, author)

    def was_proposed(self, record: RecordType, record_id: str) -> bool:
        """Tell whether somebody once asked to have this record made, so that two may have made it."""
        found = (self._writer.get("conflict", each) for each in self._writer.find("conflict", "record", record_id))
        return any(each is not None and _is_about(each, record) for each in found)

    # ------------------------------------------------------------------------------------------ edits

    def lost_targets(self, record: RecordType, changes: Values, base: int) -> dict[str, Record]:
        """Give what an edit of a record in view points to and its author has lost meanwhile, by field."""
        found = {}
        for name, value in changes.items():
            target = record.fields[name].target
            pointed = self._writer.get(target, value) if target is not None and isinstance(value, str) else None
            if pointed is None or self._sight.sees(pointed.scope):
                continue
            if self._whereabouts.saw_record(pointed, base):
                found[name] = pointed
        return found

    def ask_about_targets(
        self, current: Record, mutation: Mutation, targets: Mapping[str, Record], author: Author
    ) -> dict[str, Any]:
        """Propose to point a record to what its author has lost, to whoever sees both, else to the author."""
        record = self._writer.catalogue[current.type]
        questions, asked = [], None
        for group in dict.fromkeys(record.fields[name].merge_group for name in targets):
            names = [each.name for each in record.groups[group] if each.name in mutation.fields]
            scope = next(each.scope for name, each in targets.items() if name in names)
            asked = self._responsibility.of_both(scope, current.scope) or self._user
            before = {name: mutation.was.get(name) for name in names}
            have = {name: current.values.get(name) for name in names}
            wanted = {name: mutation.fields[name] for name in names}
            question = self._question(group, (before, have, wanted), current, author, asked)
            questions.append(ask(self._writer, current, question, author))
        return _data(questions, asked)

    def _propose_edit(self, record: RecordType, mutation: Mutation, current: Record, author: Author) -> dict[str, Any]:
        questions = [
            ask(self._writer, current, question, author)
            for question in self._questions(record, mutation, current, author)
        ]
        return _data(questions, self._responsible(current))

    def _questions(self, record: RecordType, mutation: Mutation, current: Record, author: Author) -> Iterator[Question]:
        if mutation.op in {Op.DELETE, Op.RESTORE}:
            if not may_write(record, self._role):
                raise AppError(Code.NOT_PERMITTED, type=record.name, role=self._role.value)
            wanted = mutation.op is Op.DELETE
            if current.deleted != wanted:
                is_so = {DELETED: current.deleted}
                yield self._question(DELETED, (is_so, is_so, {DELETED: wanted}), current, author)
            return
        checked = check_fields(record, _without_stamps(mutation.fields), role=self._role)
        groups: dict[str, list[str]] = {}
        for name, value in checked.items():
            rule = record.fields[name].merge
            if rule is Merge.COUNTER:
                is_news = adds(rule, mutation.was.get(name), value, current.values.get(name))
            else:
                is_news = rule is not Merge.DERIVED and current.values.get(name) != value
            if is_news:
                groups.setdefault(record.fields[name].merge_group, []).append(name)
        if groups and current.deleted:
            if current.deleted_seq is not None and current.deleted_seq <= mutation.base:
                raise AppError(Code.RECORD_DELETED, type=record.name, record=current.id)
            is_so = {DELETED: True}
            yield self._question(DELETED, (is_so, is_so, {DELETED: False}), current, author)
        for group, names in groups.items():
            before = {name: mutation.was.get(name) for name in names}
            have = {name: current.values.get(name) for name in names}
            yield self._question(group, (before, have, {name: checked[name] for name in names}), current, author)

    def _question(
        self,
        group: str,
        sides: tuple[Values, Values, Values],
        subject: Record,
        author: Author,
        asked: str | None = None,
    ) -> Question:
        before, current, proposed = sides
        asked = asked or self._responsible(subject)
        return Question(
            group=group,
            before=before,
            current=current,
            proposed=proposed,
            theirs=Side(by=subject.values.get("updated_by"), at=subject.values.get("updated_at")),
            ours=Side(by=self._user, at=author.at),
            asked=asked,
            scope=self._seen_in(subject, asked),
        )

    # ------------------------------------------------------------------------------------------ new records

    def _lost_account(self, record: RecordType, mutation: Mutation) -> Record | None:
        """Give the account for which a record was made and which its author has lost since."""
        wanted = mutation.fields.get("account")
        if record.scope is not Scope.ACCOUNT or not isinstance(wanted, str):
            return None
        account = self._writer.get("account", wanted)
        if account is None or self._sight.sees(account.scope):
            return None
        return account if self._whereabouts.saw_record(account, mutation.base) else None

    def _propose_record(
        self, record: RecordType, mutation: Mutation, account: Record, author: Author
    ) -> dict[str, Any]:
        check_record_id(mutation.record)
        self._sight.refuse_dead(record.name, mutation.record)
        values = check_new(record, _without_stamps(mutation.fields), role=self._role)
        return self._ask_to_create(record, mutation.record, {"owner": self._user, **values}, account, author)

    def _propose_again(self, record: RecordType, mutation: Mutation, author: Author) -> dict[str, Any] | None:
        """Join an edit of a record that its author could not make any more to what was proposed then."""
        question = self._proposal(record, mutation.record)
        if question is None:
            return None
        mine = self._own(question)
        account = self._writer.get("account", str(mine.values.get("account")))
        if account is None:
            return None
        if mutation.op is Op.DELETE:
            if question.values.get("state") == "open":
                answer = {"resolved_by": self._user, "resolved_at": author.at, "resolution": _WITHDRAWN}
                self._writer.patch("conflict", question.id, {"state": "resolved", **answer}, author=author)
            return _data([question.id], self._responsible(account))
        edit = check_fields(record, _without_stamps(mutation.fields), role=self._role)
        return self._ask_to_create(record, mutation.record, {**mine.values, **edit}, account, author)

    def _ask_to_create(
        self, record: RecordType, record_id: str, values: Values, account: Record, author: Author
    ) -> dict[str, Any]:
        filled = {name: value for name, value in values.items() if value is not None}
        subject = Record(record.name, record_id, account.scope, 0, {})
        asked = self._responsible(account)
        question = Question(
            group=CREATED,
            before={},
            current={},
            proposed=filled,
            theirs=Side(by=None, at=None),
            ours=Side(by=self._user, at=author.at),
            asked=asked,
            scope=self._seen_in(account, asked),
        )
        return _data([ask(self._writer, subject, question, author)], asked)

    def _proposal(self, record: RecordType, record_id: str) -> Record | None:
        """Find the question in which this user proposed to make a record: the open one, else the latest."""
        still = open_question(self._writer, record.name, record_id, CREATED)
        if still is not None:
            return still if any(each.by == self._user for each in proposals_of(still.values)) else None
        found = (self._writer.get("conflict", each) for each in self._writer.find("conflict", "record", record_id))
        mine = [
            each
            for each in found
            if each is not None
            and _is_about(each, record)
            and any(one.by == self._user for one in proposals_of(each.values))
        ]
        return max(mine, key=lambda each: each.version, default=None)

    def _own(self, question: Record) -> Proposal:
        return next(each for each in proposals_of(question.values) if each.by == self._user)

    # ------------------------------------------------------------------------------------------ whom to ask

    def _responsible(self, subject: Record) -> str | None:
        return self._responsibility.of(subject, besides=self._user)

    def _seen_in(self, subject: Record, asked: str | None) -> str | None:
        """Name the scope of a question: where its account is deleted and shown to nobody, that of who is asked."""
        account = self._responsibility.account_of(subject.scope)
        if account is None or not account.deleted or asked is None:
            return None
        return USER_SCOPE_PREFIX + asked


def _is_about(question: Record, record: RecordType) -> bool:
    return (question.values.get("record_type"), question.values.get("field")) == (record.name, CREATED)


def _data(questions: Iterable[str], asked: str | None) -> dict[str, Any]:
    return {"conflicts": list(questions), "asked": asked}


def _without_stamps(fields: Values) -> dict[str, Value]:
    return {name: value for name, value in fields.items() if name not in _OWN_FIELDS}
