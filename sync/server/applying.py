"""Applies one mutation of a laptop to one record: permission, merge, deletes, questions.

Raises ``AppError`` for whatever is refused; ``push`` undoes the mutation then and makes a receipt of it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sync.contract.catalogue import Catalogue
from sync.contract.clock import instant_text, parse_instant
from sync.contract.errors import AppError, Code
from sync.contract.fields import LAST_STAMPS, STAMPS, RecordType, Role, Scope, Value, Values
from sync.contract.merge import is_stale, merge
from sync.contract.questions import DELETED, proposal_fields
from sync.contract.rules import USER_SCOPE_PREFIX, check_fields, check_new, may_write, scope_of
from sync.contract.wire import Mutation, Op, Outcome, Receipt
from sync.server.aliases import MERGED_INTO
from sync.server.conflicts import Question, Side, ask, deletion_question, follow, question_of, questioned, unseen
from sync.server.hindsight import Hindsight
from sync.server.late import Latecomer
from sync.server.merged import carried, root_of, without_rings
from sync.server.organisation import is_account
from sync.server.rows import Record
from sync.server.sight import Sight, check_record_id
from sync.server.writer import Author, Writer

_OLDEST: Final = timedelta(days=400)
_FAST_CLOCK: Final = timedelta(minutes=5)
_OWN_FIELDS: Final = STAMPS | {"blob_state"}


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
        self._sight = Sight(writer, user)
        self._hindsight = Hindsight(writer, client)
        self._latecomer = Latecomer(writer, self._sight, user, role)
        self._questioned: set[str] = set()
        self._sane_at: dict[str, str] = {}
        self._touched_by: tuple[Catalogue, dict[tuple[str, ...], list[str]]] = (writer.catalogue, {})
        self._now = parse_instant(writer.now)

    @property
    def sight(self) -> Sight:
        """What the user sees within this transaction."""
        return self._sight

    def prefetch(self, mutations: Iterable[Mutation]) -> None:
        """Read everything that the mutations will ask for, in a few queries."""
        wanted = list(mutations)
        self._sight.prefetch(wanted)
        self._questioned |= questioned(self._writer, {each.record for each in wanted if each.op is Op.PATCH})

    def apply(self, mutation: Mutation) -> Receipt:
        """Apply a mutation.

        Raises:
            AppError: it is refused; the writer is to go back to where it was before.
        """
        edit = self._writer.catalogue.read(mutation)
        record = self._writer.catalogue[edit.type]
        author = Author(
            user=self._user,
            at=self._sane(mutation.at),
            client=self._client,
            mutation=mutation.id,
            command=mutation.command,
            seen=mutation.base,
        )
        way = _WAYS.get(mutation.op)
        if way is None:
            raise AppError(Code.MESSAGE_UNREADABLE, "only the office itself moves records out")
        start = self._writer.seq
        late = self._latecomer.take(edit, author)
        there = self._writer.get(edit.type, edit.record)
        outcome, data = way(self, _Task(edit, record, author)) if late is None else (Outcome.LATE, late)
        seq = self._writer.seq if self._writer.seq > start else 0
        plain = there if edit.op is Op.PATCH and outcome is Outcome.APPLIED else None
        return self.receipt(mutation, outcome, seq=seq, data=data, plain=plain)

    def receipt(  # noqa: PLR0913 - what a receipt says
        self,
        mutation: Mutation,
        outcome: Outcome,
        *,
        seq: int = 0,
        code: str = "",
        data: Mapping[str, Any],
        plain: Record | None = None,
    ) -> Receipt:
        """Say what became of a mutation, with the values and versions that the touched merge groups have now.

        ``plain`` is what the record was before an edit that was applied as it is.
        """
        current = self._sight.record_or_none(mutation)
        if current is None:
            missing = outcome in {Outcome.REJECTED, Outcome.QUARANTINED, Outcome.LATE}
            return Receipt(mutation=mutation.id, outcome=outcome, seq=seq, missing=missing, code=code, data=dict(data))
        names = self._touched(mutation)
        floor = seq if mutation.op is Op.CREATE else 0
        versions = {name: current.fv.get(name, floor) for name in names}
        before = 0 if plain is None else _version_before(plain, current, names)
        if before or outcome not in {Outcome.APPLIED, Outcome.MERGED}:
            # The laptop has stamped its row for this edit, and no page brings the right stamps: nothing has changed.
            names = [*names, *LAST_STAMPS]
            versions |= dict.fromkeys(LAST_STAMPS, current.version)
        fields = {name: current.values.get(name) for name in names}
        if outcome in {Outcome.APPLIED, Outcome.MERGED}:
            # What went into a field of another name; the laptop knows only the one that it used.
            unknown = mutation.fields.keys() - self._writer.catalogue[mutation.type].fields.keys()
            fields |= {name: mutation.fields[name] for name in unknown}
            versions |= dict.fromkeys(unknown, seq)
        return Receipt(
            mutation=mutation.id,
            outcome=outcome,
            seq=seq,
            fields=fields,
            # The position of the record itself tells up to where its being deleted or not is known.
            versions={**versions, DELETED: current.version},
            deleted=current.deleted,
            before=before,
            code=code,
            data=dict(data),
        )

    # ------------------------------------------------------------------------------------------ the ways

    def create(self, task: _Task) -> tuple[Outcome, dict[str, Any]]:
        """Create a record, in the author's territory and ownership where nothing else is said."""
        mutation, record = task.mutation, task.record
        check_record_id(mutation.record)
        if record.scope is Scope.INHERITED:
            raise AppError(Code.NOT_PERMITTED, type=record.name, role=self._role.value)
        there = self._writer.get(record.name, mutation.record)
        if there is not None and self._sight.sees(there.scope) and self._latecomer.was_proposed(record, there.id):
            # Two have taken up what a colleague left behind: the first one made it.
            return Outcome.NOOP, {}
        if there is not None:
            raise AppError(Code.ID_TAKEN, type=record.name, record=mutation.record)
        self._sight.refuse_dead(record.name, mutation.record)
        values = check_new(record, _without_stamps(mutation.fields), role=self._role)
        values = self._completed(record, values)
        self._sight.check_values(record, mutation.record, values)
        self._revive_account(values.get("account"), task)
        scope = scope_of(record, mutation.record, values)
        if not self._sight.will_see(record, scope, values):
            # Made for somebody else: it leaves the author's laptop with the next pull.
            own = USER_SCOPE_PREFIX + self._user
            self._writer.move_out(record.name, mutation.record, own, task.author)
        self._writer.create(record.name, values, record_id=mutation.record, author=task.author)
        return Outcome.APPLIED, {}

    def patch(self, task: _Task) -> tuple[Outcome, dict[str, Any]]:
        """Merge an edit into the record, field by field."""
        mutation, record = task.mutation, task.record
        current = self._sight.record(mutation)
        checked = check_fields(record, _without_stamps(mutation.fields), role=self._role)
        if record.scope is Scope.ACCOUNT_ROOT:
            checked = without_rings(self._writer, current.id, checked)
        if record.scope is Scope.INHERITED and self._answered_unseen(current, mutation):
            return Outcome.NOOP, {}
        if record.scope is Scope.INHERITED and self._stays_open(current, task):
            return Outcome.MERGED, {}
        changed = {name: value for name, value in checked.items() if current.values.get(name) != value}
        lost = self._latecomer.lost_targets(record, changed, mutation.base)
        groups = {record.fields[name].merge_group for name in lost}
        checked = {name: value for name, value in checked.items() if record.fields[name].merge_group not in groups}
        self._sight.check_values(record, current.id, {name: changed[name] for name in checked.keys() & changed.keys()})
        outcome, data = self._merge(current, checked, task)
        if not lost:
            return outcome, data
        handed = self._latecomer.ask_about_targets(current, mutation, lost, task.author)
        if outcome is Outcome.NOOP and handed["asked"] != self._user:
            return Outcome.LATE, handed
        return Outcome.CONFLICT, {"conflicts": [*data.get("conflicts", ()), *handed["conflicts"]]}

    def _merge(self, current: Record, checked: Values, task: _Task) -> tuple[Outcome, dict[str, Any]]:
        mutation, record = task.mutation, task.record
        merged = merge(record, self._hindsight.current(current), self._hindsight.edit(mutation, checked))
        if not merged.writes and not merged.clashes:
            return Outcome.NOOP, {}
        self._revive(current, task)
        # An answer is about a record and no edit of it: what it decides comes as an edit of its own.
        if is_account(current.scope) and record.scope not in {Scope.ACCOUNT_ROOT, Scope.INHERITED}:
            self._revive_account(current.scope, task)
        for name in ("account", MERGED_INTO):
            self._revive_account(merged.writes.get(name), task)
        questions = []
        if merged.writes:
            # What was joined is neither side's value and is checked as it is written.
            self._write(current, merged.writes, task, is_checked=not merged.joined)
            if record.scope is Scope.ACCOUNT_ROOT:
                mine = {name: checked[name] for name in merged.writes}
                questions += self._carry_over(current, mine, task)
        for clash in merged.clashes:
            newest = max(current.fv.get(name, 0) for name in clash.current)
            theirs = self._hindsight.line(newest).side
            question = question_of(clash, theirs=theirs, ours=task.side)
            questions.append(self._ask((current.type, current.id), task, question))
        if not questions:
            return (Outcome.MERGED if merged.joined else Outcome.APPLIED), {}
        return Outcome.CONFLICT, {"conflicts": questions}

    def _write(self, current: Record, writes: Values, task: _Task, *, is_checked: bool = False) -> None:
        self._writer.patch(current.type, current.id, writes, author=task.author, is_checked=is_checked)
        if current.id in self._questioned:
            follow(self._writer, current, writes, task.author)

    def _carry_over(self, alias: Record, mine: Values, task: _Task) -> list[str]:
        """Let what was written to an account that is merged into another one be found there; gives the questions."""
        root_id = root_of(self._writer, alias.id)
        if root_id == alias.id or not mine.keys() - {MERGED_INTO}:
            return []
        self._revive_account(root_id, task)
        root = self._writer.existing(alias.type, root_id)
        self._questioned |= questioned(self._writer, {root_id})
        news = carried(task.record, root, task.mutation.was, mine)
        if news.writes:
            self._write(root, news.writes, task)
        theirs = Side(by=root.values.get("updated_by"), at=root.values.get("updated_at"))
        questions = []
        for group, proposed in news.asked.items():
            before = {name: task.mutation.was.get(name) for name in proposed}
            current = {name: root.values.get(name) for name in proposed}
            question = Question(
                group=group, before=before, current=current, proposed=proposed, theirs=theirs, ours=task.side
            )
            questions.append(self._ask((root.type, root_id), task, question))
        return questions

    def delete(self, task: _Task) -> tuple[Outcome, dict[str, Any]]:
        """Delete a record, unless somebody has worked on it meanwhile: then its author is asked."""
        current = self._sight.record(task.mutation)
        self._check_may_write(task.record)
        if current.deleted:
            return Outcome.NOOP, {}
        unseen = self._hindsight.unseen(current, task.mutation)
        if unseen is not None:
            question = deletion_question(theirs=unseen.side, ours=task.side)
            return Outcome.CONFLICT, {"conflicts": [self._ask((current.type, current.id), task, question)]}
        self._writer.delete(current.type, current.id, author=task.author)
        return Outcome.APPLIED, {}

    def restore(self, task: _Task) -> tuple[Outcome, dict[str, Any]]:
        """Bring a deleted record back."""
        current = self._sight.record(task.mutation)
        self._check_may_write(task.record)
        if not self._writer.restore(current.type, current.id, author=task.author):
            return Outcome.NOOP, {}
        return Outcome.APPLIED, {}

    # ------------------------------------------------------------------------------------------ inside

    def _completed(self, record: RecordType, values: dict[str, Value]) -> dict[str, Value]:
        if record.scope in {Scope.ACCOUNT, Scope.ACCOUNT_ROOT} and not values.get("owner"):
            values["owner"] = self._user
        territories = self._writer.organisation.territories_of(self._user)
        if record.scope is Scope.ACCOUNT_ROOT and not values.get("territory") and territories:
            values["territory"] = territories[0]
        return values

    def _check_may_write(self, record: RecordType) -> None:
        if record.scope is Scope.INHERITED or not may_write(record, self._role):
            raise AppError(Code.NOT_PERMITTED, type=record.name, role=self._role.value)

    def _revive(self, current: Record, task: _Task) -> None:
        """Bring a deleted record back for an edit whose author did not know, and ask who deleted it."""
        if current.deleted_seq is None:
            return
        if self._hindsight.knew_deleted(current, task.mutation):
            raise AppError(Code.RECORD_DELETED, type=current.type, record=current.id)
        deleted = self._hindsight.line(current.deleted_seq).side
        self._writer.restore(current.type, current.id, author=task.author)
        self._ask((current.type, current.id), task, deletion_question(theirs=task.side, ours=deleted))

    def _revive_account(self, account: str | None, task: _Task) -> None:
        if account is None or self._sight.is_plain(account):
            return
        for each in dict.fromkeys((account, root_of(self._writer, account))):
            self._revive(self._writer.existing("account", each), task)

    def _answered_unseen(self, current: Record, mutation: Mutation) -> bool:
        """Tell whether somebody else has answered a question already: the first answer stands."""
        edit = self._hindsight.edit(mutation, mutation.fields)
        return current.values.get("state") != "open" and is_stale("state", self._hindsight.current(current), edit)

    def _stays_open(self, current: Record, task: _Task) -> bool:
        """Keep a question open for what was proposed after its answer; tells whether there is such a thing."""
        if task.mutation.fields.get("state") != "resolved":
            return False
        left = unseen(current, task.mutation.older.get("state", task.mutation.base))
        if left:
            self._writer.patch(current.type, current.id, proposal_fields(left), author=task.author)
        return bool(left)

    def _ask(self, about: tuple[str, str], task: _Task, question: Question) -> str:
        # As it is by now: what was just written may have moved it.
        subject = self._writer.existing(*about)
        self._questioned.add(subject.id)
        return ask(self._writer, subject, question, task.author)

    def _touched(self, mutation: Mutation) -> list[str]:
        catalogue = self._writer.catalogue
        if self._touched_by[0] is not catalogue:
            self._touched_by = catalogue, {}
        key = mutation.type, *mutation.fields
        found = self._touched_by[1].get(key)
        if found is None:
            record = catalogue[mutation.type]
            known = [record.fields[name] for name in mutation.fields if name in record.fields]
            found = list(dict.fromkeys(one.name for field in known for one in record.groups[field.merge_group]))
            self._touched_by[1][key] = found
        return found

    def _sane(self, at: str) -> str:
        """Give the laptop's time in normal form where it can be true, else the office's."""
        known = self._sane_at.get(at)
        if known is None:
            known = self._sane_at[at] = self._worked_out(at)
        return known

    def _worked_out(self, at: str) -> str:
        try:
            moment = parse_instant(at)
        except (ValueError, OverflowError):
            return self._writer.now
        return instant_text(moment) if self._now - _OLDEST <= moment <= self._now + _FAST_CLOCK else self._writer.now


_Way = Callable[[Applier, _Task], tuple[Outcome, dict[str, Any]]]

_WAYS: Final[dict[Op, _Way]] = {
    Op.CREATE: Applier.create,
    Op.PATCH: Applier.patch,
    Op.DELETE: Applier.delete,
    Op.RESTORE: Applier.restore,
}


def _version_before(plain: Record, current: Record, told: Iterable[str]) -> int:
    """Give the version before an edit if the fields that are told, and the stamps, are all that it has changed."""
    changed = {name for name, seq in current.fv.items() if seq == current.version}
    moved = plain.deleted or current.deleted or current.scope != plain.scope
    return 0 if moved or changed - {*told, *LAST_STAMPS} else plain.version


def _without_stamps(fields: Values) -> dict[str, Value]:
    """Leave out what the office writes itself: a laptop shows its own guess until then."""
    return {name: value for name, value in fields.items() if name not in _OWN_FIELDS}
