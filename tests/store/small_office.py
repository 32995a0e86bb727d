"""An office of a few lines over ``sync.contract.merge``: orders, merges, stores receipts, answers pulls."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sync.contract.catalogue import Catalogue
from sync.contract.merge import Current, Edit, merge
from sync.contract.wire import Change, Mutation, Op, Outcome, PullAnswer, Receipt, Row

LAPTOP, COLLEAGUE = "laptop", "colleague"


@dataclass
class Held:
    """A record as the office has it."""

    type: str
    id: str
    values: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    clients: dict[str, str] = field(default_factory=dict)
    version: int = 0
    deleted: bool = False
    scope: str = ""


class SmallOffice:
    """The whole office; positions count from 1."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.seq = 0
        self.records: dict[str, Held] = {}
        self.receipts: dict[str, Receipt] = {}
        self.log: list[Change] = []

    def push(self, mutation: Mutation) -> Receipt:
        """Apply a mutation once; the same receipt for ever."""
        if mutation.id not in self.receipts:
            self.receipts[mutation.id] = self._apply(mutation)
        return self.receipts[mutation.id]

    def edit(self, record_id: str, **changes: Any) -> None:
        """Let the colleague change a record."""
        held = self.records[record_id]
        self._write(held, {name: value for name, value in changes.items() if held.values.get(name) != value}, None)

    def set_deleted(self, record_id: str, *, deleted: bool) -> None:
        """Let the colleague delete or restore a record."""
        held = self.records[record_id]
        if held.deleted != deleted:
            self._log(held, Op.DELETE if deleted else Op.RESTORE, {}, None)
            held.deleted = deleted

    def create(self, type_: str, record_id: str, **values: Any) -> None:
        """Let the colleague make an account."""
        held = self.records[record_id] = Held(type_, record_id, dict(values), scope=record_id)
        self._log(held, Op.CREATE, {name: (None, value) for name, value in values.items()}, None)

    def pull(self, since: int, *, until: int | None = None) -> PullAnswer:
        """Give what happened after ``since``; rows are as they are now, which may be later than ``until``."""
        last = self.seq if until is None else min(self.seq, max(since, until))
        changes = [each for each in self.log if since < each.seq <= last]
        rows = [self._row(self.records[each]) for each in dict.fromkeys(each.record for each in changes)]
        return PullAnswer(
            rows=rows,
            changes=changes,
            gone=[],
            granted=[],
            revoked=[],
            cursor=str(last),
            seq=last,
            head=self.seq,
            more=last < self.seq,
        )

    def _apply(self, mutation: Mutation) -> Receipt:
        held = self.records.get(mutation.record)
        if mutation.op is Op.CREATE:
            held = self.records[mutation.record] = Held(
                mutation.type, mutation.record, dict(mutation.fields), scope=mutation.record
            )
            self._log(held, Op.CREATE, {name: (None, value) for name, value in mutation.fields.items()}, mutation.id)
            return self._receipt(mutation, Outcome.APPLIED, floor=self.seq)
        if held is None:
            return Receipt(mutation=mutation.id, outcome=Outcome.REJECTED, missing=True)
        if mutation.op in {Op.DELETE, Op.RESTORE}:
            return self._set_deleted(mutation, held)
        return self._patch(mutation, held)

    def _set_deleted(self, mutation: Mutation, held: Held) -> Receipt:
        deleting = mutation.op is Op.DELETE
        unseen = held.version > mutation.base and held.clients.get("*") != LAPTOP
        if held.deleted == deleting:
            return self._receipt(mutation, Outcome.NOOP)
        if deleting and unseen:
            return self._receipt(mutation, Outcome.CONFLICT)
        self._log(held, mutation.op, {}, mutation.id)
        held.deleted = deleting
        return self._receipt(mutation, Outcome.APPLIED, seq=self.seq)

    def _patch(self, mutation: Mutation, held: Held) -> Receipt:
        record = self.catalogue[mutation.type]
        last: Callable[[str], str | None] = held.clients.get
        edit = Edit(mutation.fields, mutation.was, mutation.base, LAPTOP, mutation.older)
        merged = merge(record, Current(held.values, held.versions, last), edit)
        writes = {name: value for name, value in merged.writes.items() if held.values.get(name) != value}
        if writes:
            self._write(held, writes, mutation.id)
        if merged.clashes:
            return self._receipt(mutation, Outcome.CONFLICT, seq=self.seq if writes else 0)
        return self._receipt(mutation, Outcome.APPLIED if writes else Outcome.NOOP, seq=self.seq if writes else 0)

    def _write(self, held: Held, writes: dict[str, Any], mutation: str | None) -> None:
        if not writes:
            return
        before = {name: held.values.get(name) for name in writes}
        self._log(held, Op.PATCH, {name: (before[name], value) for name, value in writes.items()}, mutation)
        held.values.update(writes)
        for name in writes:
            held.versions[name] = self.seq
            held.clients[name] = LAPTOP if mutation else COLLEAGUE

    def _log(self, held: Held, op: Op, fields: dict[str, tuple[Any, Any]], mutation: str | None) -> None:
        self.seq += 1
        held.version = self.seq
        held.clients["*"] = LAPTOP if mutation else COLLEAGUE
        self.log.append(
            Change(
                seq=self.seq,
                type=held.type,
                record=held.id,
                op=op,
                fields=fields,
                by=LAPTOP if mutation else COLLEAGUE,
                at="2026-11-21T09:00:00.000Z",
                mutation=mutation,
            )
        )

    def _receipt(self, mutation: Mutation, outcome: Outcome, *, seq: int = 0, floor: int = 0) -> Receipt:
        held, record = self.records[mutation.record], self.catalogue[mutation.type]
        groups = {record.fields[name].merge_group for name in mutation.fields}
        names = [member.name for group in sorted(groups) for member in record.groups[group]]
        return Receipt(
            mutation=mutation.id,
            outcome=outcome,
            seq=seq or floor,
            fields={name: held.values.get(name) for name in names},
            versions={name: held.versions.get(name, floor) for name in names},
            deleted=held.deleted,
        )

    def _row(self, held: Held) -> Row:
        values = {name: value for name, value in held.values.items() if value is not None}
        return Row(
            type=held.type, id=held.id, scope=held.scope, version=held.version, deleted=held.deleted, fields=values
        )
