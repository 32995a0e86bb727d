"""Applies one mutation of a laptop to one record: permission, visibility, merge, deletes, questions.

Raises ``AppError`` for whatever is refused; ``push`` undoes the mutation then and makes a receipt of it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import or_, select

from sync.contract.clock import instant_text, parse_instant
from sync.contract.errors import AppError, Code
from sync.contract.fields import STAMPS, FieldType, RecordType, Role, Scope, Value, Values
from sync.contract.merge import Current, Edit, is_stale, merge
from sync.contract.rules import USER_SCOPE_PREFIX, check_fields, check_new, may_write, scope_of
from sync.contract.values import fold
from sync.contract.wire import Mutation, Op, Outcome, Receipt
from sync.server.conflicts import Question, Side, ask, deletion_question, question_of
from sync.server.organisation import is_account
from sync.server.rows import Record
from sync.server.schema import CHANGE_LOG, SHARD
from sync.server.scope import Gate
from sync.server.writer import Author, Writer

_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_OLDEST: Final = timedelta(days=400)
_FAST_CLOCK: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class _Line:
    """Who made the change at a log position, from which laptop and when."""

    client: str | None
    side: Side


@dataclass(frozen=True, slots=True)
class _Task:
    """A mutation on its way, with what every step asks for."""

    mutation: Mutation
    record: RecordType
    author: Author

    @property
    def side(self) -> Side:
        return Side(by=self.author.user, at=self.author.at)


class Applier:
    """Applies mutations of one user and laptop within one transaction."""

    def __init__(self, writer: Writer, *, user: str, client: str, role: Role) -> None:
        """``role`` is the user's, as the office has it now."""
        self._writer = writer
        self._user = user
        self._client = client
        self._role = role
        self._gate = Gate(writer.connection, user)

    def prefetch(self, mutations: Iterable[Mutation]) -> None:
        """Read everything that the mutations will ask for, in a few queries."""
        ids: dict[str, set[str]] = {}
        for each in mutations:
            if each.type not in self._writer.catalogue:
                continue
            ids.setdefault(each.type, set()).add(each.record)
            for name, value in each.fields.items():
                field = self._writer.catalogue[each.type].fields.get(name)
                if field is not None and field.target is not None and isinstance(value, str):
                    ids.setdefault(field.target, set()).add(value)
        for kind, wanted in ids.items():
            self._writer.load(kind, wanted)
        scopes = {each.scope for each in self._writer.records.values() if each is not None}
        self._gate.prefetch(each for each in scopes if is_account(each))
        self._writer.load("account", (each for each in scopes if is_account(each)))

    def apply(self, mutation: Mutation) -> Receipt:
        """Apply a mutation.

        Raises:
            AppError: it is refused; the writer is to go back to where it was before.
        """
        record = self._writer.catalogue[mutation.type]
        author = Author(
            user=self._user,
            at=self._sane(mutation.at),
            client=self._client,
            mutation=mutation.id,
            command=mutation.command,
        )
        way = _WAYS.get(mutation.op)
        if way is None:
            raise AppError(Code.MESSAGE_UNREADABLE, "only the office itself moves records out")
        start = self._writer.seq
        outcome, data = way(self, _Task(mutation, record, author))
        seq = self._writer.seq if self._writer.seq > start else 0
        return self.receipt(mutation, outcome, seq=seq, data=data)

    def receipt(
        self, mutation: Mutation, outcome: Outcome, *, seq: int = 0, code: str = "", data: Mapping[str, Any]
    ) -> Receipt:
        """Say what became of a mutation, with the values and versions that the touched merge groups have now."""
        current = self._visible_or_none(mutation)
        if current is None:
            missing = outcome in {Outcome.REJECTED, Outcome.QUARANTINED}
            return Receipt(mutation=mutation.id, outcome=outcome, seq=seq, missing=missing, code=code, data=dict(data))
        names = self._touched(mutation)
        floor = seq if mutation.op is Op.CREATE else 0
        return Receipt(
            mutation=mutation.id,
            outcome=outcome,
            seq=seq,
            fields={name: current.values.get(name) for name in names},
            versions={name: current.fv.get(name, floor) for name in names},
            deleted=current.deleted,
            code=code,
            data=dict(data),
        )

    # ------------------------------------------------------------------------------------------ the ways

    def create(self, task: _Task) -> tuple[Outcome, dict[str, Any]]:
        """Create a record, in the author's territory and ownership where nothing else is said."""
        mutation, record = task.mutation, task.record
        if not _ID.fullmatch(mutation.record):
            raise AppError(Code.VALUE_UNREADABLE, field="id", value=mutation.record[:100], expected="id")
        if record.scope is Scope.INHERITED:
            raise AppError(Code.NOT_PERMITTED, type=record.name, role=self._role.value)
        if self._writer.get(record.name, mutation.record) is not None:
            raise AppError(Code.ID_TAKEN, type=record.name, record=mutation.record)
        values = check_new(record, _without_stamps(mutation.fields), role=self._role)
        values = self._completed(record, values)
        self._check_values(record, mutation.record, values)
        self._revive_account_of(values.get("account"), task)
        scope = scope_of(record, mutation.record, values)
        if not self._will_see(record, scope, values):
            # Made for somebody else: it leaves the author's laptop with the next pull.
            own = USER_SCOPE_PREFIX + self._user
            self._writer.move_out(record.name, mutation.record, own, task.author)
        self._writer.create(record.name, values, record_id=mutation.record, author=task.author)
        return Outcome.APPLIED, {}

    def patch(self, task: _Task) -> tuple[Outcome, dict[str, Any]]:
        """Merge an edit into the record, field by field."""
        mutation, record = task.mutation, task.record
        current = self._visible(mutation)
        checked = check_fields(record, _without_stamps(mutation.fields), role=self._role)
        changed = {name: value for name, value in checked.items() if current.values.get(name) != value}
        if record.scope is Scope.INHERITED and self._settled_unseen(current, mutation):
            return Outcome.NOOP, {}
        self._check_values(record, current.id, changed)
        edit = Edit(checked, mutation.was, mutation.base, self._client, mutation.older)
        now = Current(current.values, current.fv, lambda name: self._line(current.fv.get(name, 0)).client)
        merged = merge(record, now, edit)
        if not merged.writes and not merged.clashes:
            return Outcome.NOOP, {}
        self._revive(current, task)
        if is_account(current.scope) and record.scope is not Scope.ACCOUNT_ROOT:
            self._revive_account_of(current.scope, task)
        self._revive_account_of(merged.writes.get("account"), task)
        if merged.writes:
            self._writer.patch(record.name, current.id, merged.writes, author=task.author)
        if not merged.clashes:
            return (Outcome.MERGED if merged.joined else Outcome.APPLIED), {}
        questions = []
        for clash in merged.clashes:
            newest = max(current.fv.get(name, 0) for name in clash.current)
            theirs = self._line(newest).side
            questions.append(self._ask(current.id, task, question_of(clash, theirs=theirs, ours=task.side)))
        return Outcome.CONFLICT, {"conflicts": questions}

    def delete(self, task: _Task) -> tuple[Outcome, dict[str, Any]]:
        """Delete a record, unless somebody has worked on it meanwhile: then its author is asked."""
        current = self._visible(task.mutation)
        self._check_may_write(task.record)
        if current.deleted:
            return Outcome.NOOP, {}
        unseen = self._unseen(current, task.mutation)
        if unseen is not None:
            question = deletion_question(theirs=unseen.side, ours=task.side)
            return Outcome.CONFLICT, {"conflicts": [self._ask(current.id, task, question)]}
        self._writer.delete(current.type, current.id, author=task.author)
        return Outcome.APPLIED, {}

    def restore(self, task: _Task) -> tuple[Outcome, dict[str, Any]]:
        """Bring a deleted record back."""
        current = self._visible(task.mutation)
        self._check_may_write(task.record)
        if not self._writer.restore(current.type, current.id, author=task.author):
            return Outcome.NOOP, {}
        return Outcome.APPLIED, {}

    # ------------------------------------------------------------------------------------------ checks

    def _completed(self, record: RecordType, values: dict[str, Value]) -> dict[str, Value]:
        if record.scope in {Scope.ACCOUNT, Scope.ACCOUNT_ROOT} and not values.get("owner"):
            values["owner"] = self._user
        territories = self._writer.organisation.territories_of(self._user)
        if record.scope is Scope.ACCOUNT_ROOT and not values.get("territory") and territories:
            values["territory"] = territories[0]
        return values

    def _check_values(self, record: RecordType, record_id: str, values: Values) -> None:
        for name, value in values.items():
            field = record.fields[name]
            if value is None:
                continue
            if field.type is FieldType.REFERENCE and field.target is not None:
                self._check_reference(name, field.target, value)
            if field.choices_from is not None:
                known = self._writer.organisation.keys(field.choices_from)
                if known and value not in known:
                    raise AppError(Code.VALUE_NOT_A_CHOICE, field=name, value=value, known=", ".join(sorted(known)))
        if record.name == "user" and values.get("login"):
            self._check_login(record_id, values["login"])

    def _check_reference(self, name: str, target: str, record_id: str) -> None:
        found = self._writer.get(target, record_id)
        if found is None or not self._sees(found.scope):
            raise AppError(Code.REFERENCE_NOT_FOUND, field=name, target=target, record=record_id)

    def _check_login(self, user: str, login: str) -> None:
        for each, kept in self._writer.organisation.records.get("user", {}).items():
            if each != user and not kept.deleted and fold(str(kept.values.get("login"))) == fold(login):
                raise AppError(Code.ID_TAKEN, "another user has this login", type="user", record=each)

    def _check_may_write(self, record: RecordType) -> None:
        if record.scope is Scope.INHERITED or not may_write(record, self._role):
            raise AppError(Code.NOT_PERMITTED, type=record.name, role=self._role.value)

    # ------------------------------------------------------------------------------------------ seeing

    def _visible(self, mutation: Mutation) -> Record:
        found = self._visible_or_none(mutation)
        if found is None:
            raise AppError(Code.RECORD_NOT_FOUND, type=mutation.type, record=mutation.record)
        return found

    def _visible_or_none(self, mutation: Mutation) -> Record | None:
        if mutation.type not in self._writer.catalogue:
            return None
        found = self._writer.get(mutation.type, mutation.record)
        return found if found is not None and self._sees(found.scope) else None

    def _sees(self, scope: str) -> bool:
        organisation = self._writer.organisation
        if scope in self._writer.unsettled.scopes and is_account(scope):
            account = self._writer.get("account", scope)
            if account is not None:
                return self._gate.sees_account(scope, account.values, organisation)
        return self._gate.sees(scope, organisation)

    def _will_see(self, record: RecordType, scope: str, values: Values) -> bool:
        organisation = self._writer.organisation
        if record.scope is Scope.ACCOUNT_ROOT:
            return self._user in organisation.viewers_of_account(values, ())
        return self._sees(scope)

    # ------------------------------------------------------------------------------------------ what was seen

    def _revive(self, current: Record, task: _Task) -> None:
        """Bring a deleted record back for an edit whose author did not know, and ask who deleted it."""
        if current.deleted_seq is None:
            return
        deleted = self._line(current.deleted_seq)
        if current.deleted_seq <= task.mutation.base or deleted.client == self._client:
            raise AppError(Code.RECORD_DELETED, type=current.type, record=current.id)
        self._writer.restore(current.type, current.id, author=task.author)
        self._ask(current.id, task, deletion_question(theirs=task.side, ours=deleted.side), record_type=current.type)

    def _revive_account_of(self, account: str | None, task: _Task) -> None:
        found = None if account is None else self._writer.get("account", account)
        if found is not None:
            self._revive(found, task)

    def _unseen(self, current: Record, mutation: Mutation) -> _Line | None:
        """Find the latest change by others that the author of a deletion had not seen."""
        seen = min([mutation.base, *mutation.older.values()])
        if current.type == "account":
            return self._unseen_in_scope(current.id, seen)
        later = {each for each in (current.version, *current.fv.values()) if each > seen}
        lines = (self._line(each) for each in sorted(later, reverse=True))
        return next((each for each in lines if each.client != self._client), None)

    def _unseen_in_scope(self, account: str, seen: int) -> _Line | None:
        line = CHANGE_LOG.c
        row = self._writer.connection.execute(
            select(line.client_id, line.actor, line.at)
            .where(line.shard == SHARD, line.scope == account, line.seq > seen)
            .where(or_(line.client_id.is_(None), line.client_id != self._client))
            .order_by(line.seq.desc())
            .limit(1)
        ).first()
        return None if row is None else _Line(row[0], Side(by=row[1], at=row[2]))

    def _settled_unseen(self, current: Record, mutation: Mutation) -> bool:
        """Tell whether somebody else has answered a question already: the first answer stands."""
        now = Current(current.values, current.fv, lambda name: self._line(current.fv.get(name, 0)).client)
        edit = Edit(mutation.fields, mutation.was, mutation.base, self._client, mutation.older)
        return current.values.get("state") != "open" and is_stale("state", now, edit)

    def _line(self, seq: int) -> _Line:
        pending = self._writer.entries
        if pending and seq >= pending[0].seq:
            entry = pending[seq - pending[0].seq]
            return _Line(entry.author.client, Side(by=entry.author.user, at=entry.at))
        line = CHANGE_LOG.c
        row = self._writer.connection.execute(
            select(line.client_id, line.actor, line.at).where(line.shard == SHARD, line.seq == seq)
        ).first()
        return _Line(None, Side(by=None, at=None)) if row is None else _Line(row[0], Side(by=row[1], at=row[2]))

    def _ask(self, record_id: str, task: _Task, question: Question, *, record_type: str | None = None) -> str:
        subject = self._writer.get(record_type or task.record.name, record_id)
        if subject is None:
            raise AppError(Code.RECORD_NOT_FOUND, type=task.record.name, record=record_id)
        return ask(self._writer, subject, question, task.author)

    def _touched(self, mutation: Mutation) -> list[str]:
        record = self._writer.catalogue[mutation.type]
        known = (record.fields[name] for name in mutation.fields if name in record.fields)
        return list(dict.fromkeys(one.name for field in known for one in record.groups[field.merge_group]))

    def _sane(self, at: str) -> str:
        """Give the laptop's time in normal form where it can be true, else the office's."""
        now = parse_instant(self._writer.now)
        try:
            moment = parse_instant(at)
        except (ValueError, OverflowError):
            return self._writer.now
        return instant_text(moment) if now - _OLDEST <= moment <= now + _FAST_CLOCK else self._writer.now


_Way = Callable[[Applier, _Task], tuple[Outcome, dict[str, Any]]]

_WAYS: Final[dict[Op, _Way]] = {
    Op.CREATE: Applier.create,
    Op.PATCH: Applier.patch,
    Op.DELETE: Applier.delete,
    Op.RESTORE: Applier.restore,
}


def _without_stamps(fields: Values) -> dict[str, Value]:
    """Leave out what the office writes itself: a laptop shows its own guess until then."""
    return {name: value for name, value in fields.items() if name not in STAMPS}
