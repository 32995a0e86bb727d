"""One act of a user as one transaction: rows, journal, search index, and the ChangeSet for the live queries.

Only the command bus opens one. It checks what the contract says both sides check; the rules of single commands are
theirs.
"""

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypedDict, Unpack

from sqlalchemy import ColumnElement, Connection, literal_column, select, update

from desktop.domain.changes import ActKind, ChangeSet, Origin
from desktop.domain.listing import Condition, Listing
from desktop.domain.losses import Loss
from desktop.store import aliases, gate, journal, notes, scopes
from desktop.store.connections import raw
from desktop.store.database import Database
from desktop.store.gate import GateMode
from desktop.store.losses import Losses
from desktop.store.outbox_file.marks import Appended
from desktop.store.queries import listing
from desktop.store.rows import StoredRow
from desktop.store.schema import Schema
from desktop.store.sealing import Act, Attended, Draft, seal
from desktop.store.search import documents
from desktop.store.selecting import stored_by_id, stored_row
from desktop.store.tables import command as command_table
from desktop.store.tables import journal as journal_table
from desktop.store.writing import add_row, change_row
from sync.contract.catalogue import Catalogue
from sync.contract.errors import AppError, Code
from sync.contract.fields import FieldType, RecordType, Role, Scope, Value, Values
from sync.contract.rules import check_fields, check_new, consequences, may_write, scope_of

log = logging.getLogger(__name__)

_CUSTOM_FIELD = "custom_field"


class Details(TypedDict, total=False):
    """What else may be said about an act; see ``sealing.Act``."""

    label: str
    label_values: Mapping[str, object]
    undoable: bool
    kind: ActKind
    target: str | None
    grouped: bool


class UnitOfWork:
    """The only way to change records. Lives inside ``open_unit``; ``changes`` may be asked for after the commit."""

    initiator: object | None = None
    label: str = ""
    """The message key by which undo names the act, where only the act itself shows which."""

    def __init__(self, database: Database, connection: Connection, act: Act, role: Role, origin: Origin) -> None:
        """Work in a transaction that is open already."""
        self.now = act.now
        self.actor = act.actor
        self.role = role
        self.command_id = act.id
        self._database = database
        self._connection = connection
        self._schema: Schema = database.schema
        self._origin = origin
        self._records: dict[str, set[str]] = {}
        self._frozen: dict[str, bool] = {}
        self._attended = Attended()
        self._losses = Losses(connection, database.schema)
        self._must_ask = False
        self._consent = 0

    @property
    def catalogue(self) -> Catalogue:
        """The record types with this organisation's custom fields."""
        return self._schema.catalogue

    def get(self, type: str, record_id: str) -> dict[str, Value] | None:  # noqa: A002 - the word of the whole program
        """Read a record, deleted ones too: wire values that are not empty, id, deleted, hidden, version, scope."""
        row = stored_row(self._connection, self._schema, type, record_id)
        return None if row is None else _flat(row)

    def select(self, type: str, where: Sequence[Condition] = ()) -> Iterator[dict[str, Value]]:  # noqa: A002
        """Go through the records of a type that lists would show, in the order of their ids."""
        ids = listing.ids(self._connection, self._schema, Listing(type, tuple(where)))
        rows = stored_by_id(self._connection, self._schema, type, ids)
        return (_flat(rows[each]) for each in ids)

    def create(self, type: str, values: Values, *, record_id: str | None = None) -> str:  # noqa: A002
        """Add a record and give its id. Without an owner it becomes the author's.

        Raises:
            AppError: ``NOT_PERMITTED``, ``ID_TAKEN``, ``REFERENCE_NOT_FOUND``, ``RECORD_READ_ONLY``, or a ``VALUE_*``.
        """
        record = self._schema.record(type)
        made = record_id or self._database.new_id()
        if stored_row(self._connection, self._schema, type, made) is not None:
            raise AppError(Code.ID_TAKEN, type=type, id=made)
        given = dict(values)
        if record.scope in {Scope.ACCOUNT, Scope.ACCOUNT_ROOT} and self.actor:
            given.setdefault("owner", self.actor)
        checked = check_new(record, given, role=self.role)
        # What was said decides what follows; a default must not speak against it.
        said = {name: checked[name] for name, value in given.items() if value is not None}
        checked = {**checked, **consequences(record, {}, said, self._stages(record), now=self.now)}
        checked = self.through_aliases(type, checked)
        self._check_references(record, checked)
        scope = scope_of(record, made, checked)
        self._check_writable(type, made, scope)
        stamps = {"created_at": self.now, "created_by": self.actor, "updated_at": self.now, "updated_by": self.actor}
        columns = self._schema.codec(type).whole({**checked, **stamps})
        add_row(self._connection, record.table, {"scope": scope, **columns}, made)
        return made

    def change(self, type: str, record_id: str, changes: Values) -> None:  # noqa: A002
        """Change fields of a record; only those whose value differs are written, and what follows from them.

        Raises:
            AppError: ``RECORD_NOT_FOUND``, ``RECORD_DELETED``, ``RECORD_READ_ONLY``, or as ``create``.
        """
        record, row = self._schema.record(type), self._present(type, record_id)
        checked = check_fields(record, changes, role=self.role)
        differing = {name: value for name, value in checked.items() if row.values.get(name) != value}
        standing = self.through_aliases(type, differing)
        differing = {name: value for name, value in standing.items() if row.values.get(name) != value}
        if not differing:
            return
        differing |= consequences(record, row.values, differing, self._stages(record), now=self.now)
        self._check_references(record, differing)
        self._check_writable(type, record_id, row.scope)
        scope = self._scope_after(record, row, differing)
        self._check_writable(type, record_id, scope)
        stamped = {**differing, "updated_at": self.now, "updated_by": self.actor}
        columns = self._schema.codec(type).encode(stamped, row.custom)
        self._update(type, record_id, {**columns, "scope": scope} if scope != row.scope else columns)
        if aliases.MERGED_INTO in differing and type == aliases.ACCOUNT:
            self._settle([record_id, row.values.get(aliases.MERGED_INTO)])

    def standing(self, type: str, record_id: str) -> str:  # noqa: A002
        """Give the record that stands for this one: another account where this one was merged into it."""
        return aliases.root(self._connection, record_id) if type == aliases.ACCOUNT else record_id

    def merged_outside(self, type: str, externals: Collection[str]) -> list[tuple[str, str, str]]:  # noqa: A002
        """List records for which others stand by what other systems call them: source, external id, id."""
        return aliases.known_outside(self._connection, externals) if type == aliases.ACCOUNT else []

    def merged(self, account: str) -> list[str]:
        """List the accounts for which an account stands."""
        return sorted(aliases.family(self._connection, [account]) - {account})

    def through_aliases(self, type: str, values: Values) -> dict[str, Value]:  # noqa: A002
        """Let references to an account that was merged point to the one that stands for it.

        What is taken back may bring such a reference again: it was so.
        """
        if self._origin is not Origin.COMMAND:
            return dict(values)
        fields = self._schema.record(type).fields
        naming = {name for name, one in fields.items() if one.target == aliases.ACCOUNT} - {aliases.MERGED_INTO}
        named = {name: value for name, value in values.items() if name in naming and value}
        roots = aliases.roots(self._connection, named.values())
        return {**values, **{name: roots.get(value, value) for name, value in named.items()}}

    def delete(self, type: str, record_id: str) -> None:  # noqa: A002
        """Delete a record; with an account goes from sight all that is in it. Deleting twice is harmless.

        Raises:
            AppError: ``NOT_PERMITTED``, ``RECORD_NOT_FOUND`` or ``RECORD_READ_ONLY``.
        """
        self._set_deleted(type, record_id, deleted=True)

    def restore(self, type: str, record_id: str) -> None:  # noqa: A002
        """Bring a deleted record back, an account with all that went with it. Restoring twice is harmless.

        Raises:
            AppError: ``NOT_PERMITTED``, ``RECORD_NOT_FOUND`` or ``RECORD_READ_ONLY``.
        """
        self._set_deleted(type, record_id, deleted=False)

    def steps(self, command_id: str) -> list[journal.Step]:
        """Read the own entries of an earlier act, newest first: what undo takes back."""
        return journal.steps_of(self._connection, command_id)

    def authors_since(self, step: journal.Step) -> dict[str, str]:
        """Tell who changed which field of a record last, after an entry; the latest first."""
        return journal.authors_since(self._connection, step)

    def step(self, mutation: str) -> journal.Step | None:
        """Read one own entry by its mutation's id: what resend brings again."""
        return journal.step_of(self._connection, mutation)

    def refused_steps(self) -> list[journal.Step]:
        """Read the own entries that the office did not accept and that nobody dealt with yet, oldest first."""
        return journal.refused(self._connection)

    def replaces(self, type: str, record_id: str, mutation: str) -> None:  # noqa: A002
        """Let the edit of a record name one that was not accepted, of which it carries the values."""
        self._attended.replaced.setdefault((type, record_id), []).append(mutation)

    def loss(self) -> Loss:
        """Count what this unit has deleted so far, with all that goes with it."""
        return self._losses.loss()

    def brake(self, *, consent: bool) -> None:
        """Refuse to delete very much at once unless its author was asked; what was agreed to is remembered.

        Raises:
            AppError: ``MASS_DELETION``, with what would go.
        """
        loss = self.loss()
        if not loss.is_mass and not (self._must_ask and loss.total):
            return
        if not consent:
            raise AppError(Code.MASS_DELETION, count=loss.total, gone=dict(loss.gone))
        self._consent = loss.total

    def must_ask(self) -> None:
        """Have this unit's deletions asked about, however few they are."""
        self._must_ask = True

    def settle_attention(self, mutation: str) -> None:
        """Take an entry that the office did not accept off the list of those that need attention.

        Raises:
            AppError: ``NOTHING_TO_ATTEND`` when no such entry waits for attention.
        """
        waiting = journal_table.c.mutation == mutation, journal_table.c.outcome.is_not(None)
        open_ones = update(journal_table).where(*waiting, journal_table.c.settled.is_(None))
        if not self._connection.execute(open_ones.values(settled=self.command_id)).rowcount:
            raise AppError(Code.NOTHING_TO_ATTEND, id=mutation)
        self._attended.any = True
        self._records.setdefault(notes.JOURNAL, set())

    def reopen_attention(self, command_id: str) -> list[str]:
        """Put back on that list what an earlier act took off it; gives the ids of the mutations."""
        # As a literal, so that the partial index over such entries is used.
        refused: ColumnElement[bool] = literal_column("journal.outcome IN ('rejected', 'quarantined', 'late')")
        mine = journal_table.c.settled == command_id, refused
        found = list(self._connection.execute(select(journal_table.c.mutation).where(*mine)).scalars())
        if found:
            self._connection.execute(update(journal_table).where(*mine).values(settled=None))
            self._attended.reopened += found
            self._attended.any = True
            self._records.setdefault(notes.JOURNAL, set())
        return found

    def pass_over(self, command_id: str) -> None:
        """Let undo and redo no longer come upon an act that cannot be taken back."""
        own = update(command_table).where(command_table.c.id == command_id)
        self._connection.execute(own.values(undoable=0))
        self._records.setdefault(notes.JOURNAL, set())

    def act_values(self, command_id: str) -> dict[str, Value]:
        """Read what an earlier act is told with; empty where there is no such act."""
        own = select(command_table.c.label_values).where(command_table.c.id == command_id)
        return journal.loads(self._connection.execute(own).scalar())

    def changes(self) -> ChangeSet:
        """Tell what this unit changed; after the commit."""
        records = {name: frozenset(ids) for name, ids in self._records.items()}
        return ChangeSet(self._origin, records, self.command_id, self.initiator)

    def finish(self, act: Act) -> Appended | None:
        """Seal the unit before the commit: journal, agreed values, search index, trail; gives what the file got."""
        act = replace(act, label=self.label or act.label)
        drafts = seal(self._connection, self._schema, act, self._attended, consent=self._consent)
        self._index(drafts)
        for draft in drafts:
            known = self._records.get(draft.type)
            if known is None or known:
                self._records.setdefault(draft.type, set()).add(draft.record)
        if drafts:
            self._records.setdefault(notes.JOURNAL, set())
        records = {name: frozenset(ids) for name, ids in self._records.items()}
        notes.note(self._connection, self._database.instance, records, act.id)
        if _CUSTOM_FIELD in records:
            self._database.index_newly_searched(self._connection)
        # Last, so that little can be refused after it.
        return self._database.outbox_file.keep(self._connection, act.id, reopened=self._attended.reopened)

    def _set_deleted(self, type: str, record_id: str, *, deleted: bool) -> None:  # noqa: A002
        record = self._schema.record(type)
        if not may_write(record, self.role):
            raise AppError(Code.NOT_PERMITTED, type=type, role=self.role.value)
        row = stored_row(self._connection, self._schema, type, record_id)
        if row is None:
            raise AppError(Code.RECORD_NOT_FOUND, type=type, id=record_id)
        if row.deleted == deleted:
            return
        self._check_writable(type, record_id, row.scope)
        if deleted:
            self._losses.expect()
        with_account = bool(scopes.deleted_accounts(self._connection, [row.scope]))
        hidden = deleted or (with_account and type != scopes.ACCOUNT)
        stamps = {"updated_at": self.now, "updated_by": self.actor}
        self._update(type, record_id, {"deleted": int(deleted), "hidden": int(hidden), **stamps})
        if type == scopes.ACCOUNT:
            self._settle([record_id])

    def _settle(self, accounts: Iterable[str | None]) -> None:
        for name in aliases.settle(self._connection, self._schema, [each for each in accounts if each]):
            self._records[name] = set()

    def _present(self, type: str, record_id: str) -> StoredRow:  # noqa: A002
        row = stored_row(self._connection, self._schema, type, record_id)
        if row is None:
            raise AppError(Code.RECORD_NOT_FOUND, type=type, id=record_id)
        self._check_writable(type, record_id, row.scope)
        is_alias = type == aliases.ACCOUNT and not row.deleted and row.values.get(aliases.MERGED_INTO)
        if row.hidden and not is_alias:
            raise AppError(Code.RECORD_DELETED, type=type, id=record_id)
        return row

    def _check_writable(self, type: str, record_id: str, scope: str) -> None:  # noqa: A002
        if scope not in self._frozen:
            self._frozen[scope] = scopes.is_frozen(self._connection, scope)
        if self._frozen[scope]:
            raise AppError(Code.RECORD_READ_ONLY, type=type, id=record_id)

    def _check_references(self, record: RecordType, values: Values) -> None:
        for name, value in values.items():
            field = record.fields[name]
            if field.type is not FieldType.REFERENCE or value is None or value == self.actor:
                continue
            target = self._schema.record(str(field.target)).table
            found = raw(self._connection).execute(f"SELECT hidden FROM {target} WHERE id = ?", (value,)).fetchone()  # noqa: S608 - our own names
            # Undo may bring back a reference to a record that was deleted since; only a person must not make one.
            if found is None or (found[0] and self._origin is Origin.COMMAND):
                raise AppError(Code.REFERENCE_NOT_FOUND, type=record.name, field=name, value=value)

    def _scope_after(self, record: RecordType, row: StoredRow, changes: Values) -> str:
        if record.scope is Scope.INHERITED:
            return row.scope
        return scope_of(record, row.id, {**row.values, **changes})

    def _stages(self, record: RecordType) -> list[dict[str, Value]]:
        return list(self.select("stage")) if record.name == "opportunity" else []

    def _update(self, type: str, record_id: str, columns: Mapping[str, Any]) -> None:  # noqa: A002
        change_row(self._connection, self._schema.record(type).table, columns, record_id)

    def _index(self, drafts: Sequence[Draft]) -> None:
        touched: dict[str, set[str]] = {}
        renamed: set[str] = set()
        for draft in drafts:
            record, names = self._schema.record(draft.type), draft.changed()
            if documents.touches_search(record, names):
                touched.setdefault(draft.type, set()).add(draft.record)
            if documents.touches_titles(record, names):
                renamed.add(draft.record)
        for name, ids in touched.items():
            rows = stored_by_id(self._connection, self._schema, name, ids).values()
            found = [documents.Document(row.row, row.values, row.id in renamed) for row in rows]
            documents.replace(self._connection, self._schema, {name: found})


@contextmanager
def open_unit(
    database: Database,
    *,
    actor: str,
    role: Role,
    origin: Origin = Origin.COMMAND,
    initiator: object | None = None,
    **details: Unpack[Details],
) -> Iterator[UnitOfWork]:
    """Open a unit of work; it commits when the block ends well, and leaves nothing behind when it does not.

    ``actor`` is a user's id. ``details`` say more about the act, first of all ``label``, the message key by which
    undo names it.
    """
    act = Act(id=database.new_id(), actor=actor, now=database.now(), chance=database.clock.chance, **details)
    with database.outbox_file.saving(database) as appended, database.writing() as connection:
        work = UnitOfWork(database, connection, act, role, origin)
        work.initiator = initiator
        with gate.opened(connection, GateMode.LOCAL):
            yield work
            appended.append(work.finish(act))
    if database.catalogue_due or work.changes().touches((_CUSTOM_FIELD,)):
        try:
            database.refresh_catalogue()
        except (AppError, MemoryError) as failed:
            # It is saved, and nobody may hear that it is not; the next save or start does it.
            log.warning("custom fields were saved and not read again: %s", failed)


def _flat(row: StoredRow) -> dict[str, Value]:
    own = {"id": row.id, "deleted": row.deleted, "hidden": row.hidden, "version": row.version, "scope": row.scope}
    return {**row.values, **own}
