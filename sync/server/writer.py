"""One transaction in the making: records as they will be, changes in their order, a way back to any point.

Nothing here writes to the database; ``recording`` does that for a whole transaction at once. The counter row is locked
while a writer lives, so that every change gets its final log position at once.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from sqlalchemy import Connection, bindparam, select

from sync.contract.blobs import BlobState
from sync.contract.catalogue import Catalogue
from sync.contract.clock import Clock, instant_text, new_id, parse_instant
from sync.contract.errors import AppError, Code
from sync.contract.fields import RecordType, Scope, Value, Values
from sync.contract.rules import check_fields, check_new, scope_of
from sync.contract.wire import Op
from sync.server.chain import Head
from sync.server.dead import dead_among
from sync.server.organisation import KEPT_TYPES, Kept, Organisation
from sync.server.prepared import Prepared
from sync.server.rows import CODECS, Record, compact, load_records
from sync.server.scope import Unsettled, note_change, note_end


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who made a change. ``at`` (an instant) is when, the transaction's own time where it is ``None``.

    ``user`` is ``None`` for the mechanism itself. ``client``, ``mutation`` and ``command`` come from a laptop; its
    clock is shown in the log and as ``created_at``, while ``updated_at`` then is the office's own time. ``seen`` is the
    log position up to which they had seen everything.
    """

    user: str | None = None
    at: str | None = None
    client: str | None = None
    mutation: str | None = None
    command: str | None = None
    seen: int = 0


NOBODY = Author()


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log. ``delta`` is JSON from field to old and new value, ``None`` for a creation."""

    seq: int
    scope: str
    type: str
    record: str
    op: Op
    delta: str | None
    author: Author
    at: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A point to which a writer can go back."""

    entries: int
    steps: int
    seq: int
    organisation: Organisation
    unsettled: Unsettled | None
    """``None`` for nothing."""


_Key = tuple[str, str]


@lru_cache(maxsize=64)
def _having(record_type: str, field: str) -> Prepared:
    table = CODECS[record_type].table
    return Prepared(lambda _among: select(table.c.id).where(table.c[field] == bindparam("value")))


class Writer:
    """Collects the changes of one transaction (``Log.writing``) or of one after another (``Log.loading``).

    Belongs to one thread. ``now`` is the instant that stamps get where the author brings none.
    """

    trusting = False
    """Whether ids of new records are taken as new without a look; the database then refuses them when it is written."""

    after_change: Callable[[], None] | None = None
    """Called after each of ``create``, ``patch``, ``delete`` and ``restore``; may end the transaction and begin one."""

    def __init__(self, connection: Connection, organisation: Organisation, *, head: Head, clock: Clock) -> None:
        """Begin after the end of the log, which must stay locked."""
        self._clock = clock
        self.begin(connection, organisation, head=head)

    def begin(self, connection: Connection, organisation: Organisation, *, head: Head) -> None:
        """Begin a transaction, forgetting everything about the one before."""
        self.connection = connection
        self.organisation = organisation
        self.head = head
        self.seq = head.seq
        self.now = instant_text(self._clock.now())
        self.entries: list[Entry] = []
        self.unsettled = Unsettled()
        self.records: dict[_Key, Record | None] = {}
        self.originals: dict[_Key, Record | None] = {}
        self._steps: list[tuple[_Key, Record | None]] = []
        self._dead: dict[str, bool] = {}

    @property
    def catalogue(self) -> Catalogue:
        """All record types with the organisation's custom fields; newer after one of those was written."""
        return self.organisation.catalogue

    # ------------------------------------------------------------------------------------------ reading

    def get(self, record_type: str, record_id: str) -> Record | None:
        """Give a record as this transaction will leave it, deleted ones too; ``None`` where there never was one."""
        key = (record_type, record_id)
        if key not in self.records:
            self.load(record_type, [record_id])
        return self.records[key]

    def existing(self, record_type: str, record_id: str) -> Record:
        """Give a record as ``get`` does where there has to be one.

        Raises:
            AppError: ``RECORD_NOT_FOUND``.
        """
        found = self.get(record_type, record_id)
        if found is None:
            raise AppError(Code.RECORD_NOT_FOUND, type=record_type, record=record_id)
        return found

    def load(self, record_type: str, ids: Iterable[str]) -> None:
        """Read many records at once, so that ``get`` need not ask for each."""
        missing = [each for each in set(ids) if (record_type, each) not in self.records]
        found = load_records(self.connection, record_type, missing)
        for each in missing:
            self.records[record_type, each] = found.get(each)

    def find(self, record_type: str, field: str, value: Value) -> list[str]:
        """List the ids of live records whose field (built-in, with a single column) equals a value, sorted."""
        ids = {row[0] for row in _having(record_type, field).rows(self.connection, value=value)}
        ids |= {record_id for kind, record_id in self.records if kind == record_type}
        self.load(record_type, ids)
        found = (self.records[record_type, each] for each in ids)
        return sorted(
            each.id for each in found if each is not None and not each.deleted and each.values.get(field) == value
        )

    # ------------------------------------------------------------------------------------------ writing

    def create(self, record_type: str, values: Values, *, record_id: str | None = None, author: Author = NOBODY) -> str:
        """Create a record and give its id. Values are checked and defaults filled in (``rules.check_new``).

        ``created_at`` is the author's ``at``. A record that would have neither account nor owner gets its author as
        owner. An account's ``territory`` is left as given.

        Raises:
            AppError: ``ID_TAKEN`` or what ``check_new`` raises.
        """
        record = self.catalogue[record_type]
        checked = check_new(record, values)
        if record.scope is Scope.ACCOUNT and not (checked.get("account") or checked.get("owner")) and author.user:
            checked["owner"] = author.user
        wanted = record_id or self._new_id()
        self._add(record, wanted, scope_of(record, wanted, checked), checked, author)
        self._done()
        return wanted

    def create_inherited(self, record_type: str, values: Values, *, scope: str, author: Author = NOBODY) -> str:
        """Create a record that is seen with another one, in whose ``scope`` it is.

        Raises:
            AppError: what ``check_new`` raises.
        """
        record = self.catalogue[record_type]
        return self._add(record, self._new_id(), scope, check_new(record, values), author)

    def patch(
        self, record_type: str, record_id: str, changes: Values, *, author: Author = NOBODY, is_checked: bool = False
    ) -> int:
        """Change fields of a record; only those that differ are written.

        ``is_checked`` tells that the values came from ``rules.check_fields``. Gives the log position, 0 where nothing
        differed.

        Raises:
            AppError: ``RECORD_NOT_FOUND`` or what ``rules.check_fields`` raises.
        """
        record = self.catalogue[record_type]
        before = self.existing(record_type, record_id)
        checked = changes if is_checked else check_fields(record, changes)
        changed = {name: value for name, value in checked.items() if before.values.get(name) != value}
        if not changed:
            return 0
        if record_type == "attachment" and "sha256" in changed:
            # Other bytes than those the office holds; naming them is no way to get them.
            changed["blob_state"] = BlobState.NONE.value
        values = {**before.values, **changed}
        scope = before.scope if record.scope is Scope.INHERITED else scope_of(record, record_id, values)
        if scope != before.scope:
            self.move_out(before.type, record_id, before.scope, author)
        delta = {name: [before.values.get(name), value] for name, value in changed.items()}
        seq = self._enter(Op.PATCH, (record_type, record_id), scope, author, compact(delta))
        fv = {**before.fv, **dict.fromkeys(changed, seq)}
        self._keep(Record(record_type, record_id, scope, seq, values, before.deleted_seq, fv), author)
        if scope != before.scope:
            self._follow(before, scope, author)
        self._done()
        return seq

    def delete(self, record_type: str, record_id: str, *, author: Author = NOBODY) -> int:
        """Delete a record; gives the log position, 0 where it was deleted already. An account hides what it has.

        Raises:
            AppError: ``RECORD_NOT_FOUND``.
        """
        before = self.existing(record_type, record_id)
        if before.deleted:
            return 0
        seq = self._enter(Op.DELETE, (record_type, record_id), before.scope, author)
        self._keep(replace(before, deleted_seq=seq), author)
        self._done()
        return seq

    def restore(self, record_type: str, record_id: str, *, author: Author = NOBODY) -> int:
        """Bring a deleted record back; gives the log position, 0 where it was not deleted.

        Raises:
            AppError: ``RECORD_NOT_FOUND``.
        """
        before = self.existing(record_type, record_id)
        if not before.deleted:
            return 0
        seq = self._enter(Op.RESTORE, (record_type, record_id), before.scope, author)
        self._keep(replace(before, deleted_seq=None), author)
        self._done()
        return seq

    def forget(self, record_type: str, record_id: str) -> int:
        """Take a deleted record out for good, so that nothing but its id is kept; gives the log position.

        With an account its scope ends: whatever else is in it must be forgotten before.

        Raises:
            AppError: ``RECORD_NOT_FOUND``.
        """
        key = (record_type, record_id)
        before = self.existing(record_type, record_id)
        seq = self._enter(Op.FORGET, key, before.scope, NOBODY)
        self._steps.append((key, before))
        self.originals.setdefault(key, before)
        self.records[key] = None
        note_end(self.unsettled, before, seq)
        return seq

    def is_dead(self, record_id: str) -> bool:
        """Tell whether there was a record with this id that is forgotten."""
        if record_id not in self._dead:
            self.load_dead([record_id])
        return self._dead[record_id]

    def load_dead(self, ids: Iterable[str]) -> None:
        """Ask for many ids at once, so that ``is_dead`` need not ask for each."""
        wanted = [each for each in set(ids) if each not in self._dead]
        found = dead_among(self.connection, wanted)
        self._dead.update((each, each in found) for each in wanted)

    def move_out(self, record_type: str, record_id: str, scope: str, author: Author) -> None:
        """Tell those who see ``scope`` that a record is not there; must come before the change that explains it."""
        self._enter(Op.MOVE_OUT, (record_type, record_id), scope, author)

    # ------------------------------------------------------------------------------------------ going back

    def mark(self) -> Mark:
        """Remember this point."""
        unsettled = self.unsettled.copy() if self.unsettled else None
        return Mark(len(self.entries), len(self._steps), self.seq, self.organisation, unsettled)

    def go_back(self, mark: Mark) -> None:
        """Undo everything since a point, log positions included."""
        while len(self._steps) > mark.steps:
            key, before = self._steps.pop()
            self.records[key] = before
        del self.entries[mark.entries :]
        self.seq = mark.seq
        self.organisation = mark.organisation
        self.unsettled = mark.unsettled.copy() if mark.unsettled else Unsettled()

    @property
    def touched(self) -> Sequence[_Key]:
        """Type and id of every record that differs from the database, in the order of the first change."""
        return tuple(key for key, before in self.originals.items() if self.records[key] is not before)

    # ------------------------------------------------------------------------------------------ inside

    def _add(self, record: RecordType, record_id: str, scope: str, checked: dict[str, Value], author: Author) -> str:
        if not self.trusting and self.get(record.name, record_id) is not None:
            raise AppError(Code.ID_TAKEN, type=record.name, record=record_id)
        values = {"created_at": author.at or self.now, "created_by": author.user, **checked}
        self._enter(Op.CREATE, (record.name, record_id), scope, author)
        self._keep(Record(record.name, record_id, scope, self.seq, values), author)
        return record_id

    def _new_id(self) -> str:
        return new_id(parse_instant(self.now), self._clock.chance)

    def _done(self) -> None:
        if self.after_change is not None:
            self.after_change()

    def _follow(self, moved: Record, scope: str, author: Author) -> None:
        """Move what was asked about a record into the record's new scope."""
        for each in self.find("conflict", "record", moved.id):
            asked = self.existing("conflict", each)
            if asked.scope == moved.scope:
                self.move_out("conflict", each, asked.scope, author)
                self._enter(Op.PATCH, ("conflict", each), scope, author, "{}")
                self._keep(replace(asked, scope=scope), author)

    def _enter(self, op: Op, key: _Key, scope: str, author: Author, delta: str | None = None) -> int:
        self.seq += 1
        self.entries.append(Entry(self.seq, scope, *key, op, delta, author, author.at or self.now))
        return self.seq

    def _keep(self, record: Record, author: Author) -> None:
        key = (record.type, record.id)
        before = self.records.get(key)
        at = self.now if author.client else author.at or self.now
        values = {**record.values, "updated_at": at, "updated_by": author.user}
        if None in values.values():
            values = {name: value for name, value in values.items() if value is not None}
        after = Record(record.type, record.id, record.scope, self.seq, values, record.deleted_seq, record.fv)
        self._steps.append((key, before))
        self.originals.setdefault(key, before)
        self.records[key] = after
        if record.type in KEPT_TYPES:
            kept = Kept(after.values, after.deleted, after.version)
            self.organisation = self.organisation.having(record.type, record.id, kept)
        note_change(self.unsettled, self.organisation, before, after)
