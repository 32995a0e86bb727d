"""A database of one profile and the words in which these tests speak of it: acts, the office's messages, raw SQL."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from desktop.domain.listing import Condition, Listing, Sort
from desktop.domain.views import Found, HistoryEntry, RecordView
from desktop.store import connections
from desktop.store.database import Database
from desktop.store.queries import history, listing, records, search
from desktop.store.replica import StoreReplica
from desktop.store.unit_of_work import UnitOfWork, open_unit
from sync.contract.clock import SystemClock
from sync.contract.fields import Role
from sync.contract.wire import Change, Gone, Granted, Mutation, Op, Outcome, PullAnswer, Receipt, Revoked, Row

KEY = bytes(range(32))
USER = "01900000-0000-7000-8000-0000000000aa"
COLLEAGUE = "01900000-0000-7000-8000-0000000000bb"
STAMPED = "2026-11-21T10:00:00.000Z"
"""When the office took in what ``plain`` tells."""


class SteppingClock(SystemClock):
    """A clock that moves on by a millisecond whenever it is asked."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        self._now += timedelta(milliseconds=1)
        return self._now


def open_database(folder: Path, *, create: bool = True) -> Database:
    return Database.open(folder / "store" / "data.db", KEY, clock=SteppingClock(), create=create)


@contextmanager
def raw_connection(folder: Path) -> Iterator[connections.RawConnection]:
    """Open the file past everything of ours, as a careless script with the key would."""
    opened = connections.open_raw(folder / "store" / "data.db", KEY)
    try:
        yield opened
    finally:
        opened.close()


@dataclass
class Laptop:
    """One open database."""

    database: Database
    replica: StoreReplica = field(init=False)

    def __post_init__(self) -> None:
        self.replica = StoreReplica(self.database)

    @contextmanager
    def unit(self, *, role: Role = Role.REP, **details: Any) -> Iterator[UnitOfWork]:
        with open_unit(self.database, actor=USER, role=role, **details) as work:
            yield work

    def finish_manifest(self) -> None:
        """End a first sync, all steps of it."""
        for _step in self.replica.finish_manifest():
            continue

    def add(self, type_: str, values: Mapping[str, Any], *, role: Role = Role.REP) -> str:
        with self.unit(role=role) as work:
            return work.create(type_, values)

    def change(self, type_: str, record_id: str, **changes: Any) -> None:
        with self.unit() as work:
            work.change(type_, record_id, changes)

    def delete(self, type_: str, record_id: str) -> None:
        with self.unit() as work:
            work.delete(type_, record_id)

    def restore(self, type_: str, record_id: str) -> None:
        with self.unit() as work:
            work.restore(type_, record_id)

    def record(self, type_: str, record_id: str) -> RecordView | None:
        with self.database.reading() as connection:
            return records.record(connection, self.database.schema, type_, record_id)

    def shown(self, type_: str, record_id: str) -> RecordView:
        found = self.record(type_, record_id)
        assert found is not None
        return found

    def ids(self, type_: str, *where: Condition, sort: tuple[Sort, ...] = (), text: str = "") -> list[str]:
        with self.database.reading() as connection:
            return listing.ids(connection, self.database.schema, Listing(type_, where, sort, text))

    def search(self, text: str, **options: Any) -> list[Found]:
        with self.database.reading() as connection:
            return search.search(connection, self.database.schema, text, **options)

    def history(self, type_: str, record_id: str) -> list[HistoryEntry]:
        with self.database.reading() as connection:
            return history.history(connection, self.database.schema, type_, record_id)

    def outbox(self) -> list[Mutation]:
        return self.replica.outbox(max_mutations=10_000, max_bytes=10**9)

    def table(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with self.database.reading() as connection:
            return [tuple(each) for each in connection.exec_driver_sql(sql, parameters).all()]

    @property
    def held(self) -> int | None:
        """How many rows would be compared with the office's; ``None`` while they cannot be."""
        found = self.replica.digest()
        return None if found is None else found.rows

    def sent(self, seq: int, **changes: Any) -> None:
        """Let the office apply everything in the outbox as it is, from log position ``seq`` on."""
        receipts = [applied(each, seq + index, **changes) for index, each in enumerate(self.outbox())]
        self.replica.take_receipts(receipts)


def applied(mutation: Mutation, seq: int, **changes: Any) -> Receipt:
    """Make the receipt of a mutation that took effect as it is."""
    values: dict[str, Any] = {
        "mutation": mutation.id,
        "outcome": Outcome.APPLIED,
        "seq": seq,
        "fields": dict(mutation.fields),
        "versions": dict.fromkeys(mutation.fields, seq),
        "deleted": mutation.op is Op.DELETE,
    }
    return Receipt(**{**values, **changes})


def plain(mutation: Mutation, seq: int, before: int, **more: Any) -> Receipt:
    """Make the receipt of an edit that changed what it says and the stamps, of the record's version ``before``."""
    fields = {**mutation.fields, "updated_at": STAMPED, "updated_by": USER, **more}
    versions = {**dict.fromkeys(fields, seq), "deleted": seq}
    return applied(mutation, seq, fields=fields, versions=versions, before=before)


def row(type_: str, record_id: str, version: int, *, scope: str = "*", deleted: bool = False, **fields: Any) -> Row:
    return Row(type=type_, id=record_id, scope=scope, version=version, deleted=deleted, fields=fields)


def account_row(record_id: str, version: int, *, deleted: bool = False, **fields: Any) -> Row:
    return row("account", record_id, version, scope=record_id, deleted=deleted, **{"name": "Acme", **fields})


def change(seq: int, type_: str, record_id: str, **fields: tuple[Any, Any]) -> Change:
    return Change(
        seq=seq,
        type=type_,
        record=record_id,
        op=Op.PATCH,
        fields=fields,
        by=COLLEAGUE,
        at="2026-11-20T08:00:00.000Z",
        mutation=f"mutation-{seq}",
    )


def page(
    *rows: Row,
    seq: int = 100,
    changes: tuple[Change, ...] = (),
    gone: tuple[Gone, ...] = (),
    granted: tuple[Granted, ...] = (),
    revoked: tuple[Revoked, ...] = (),
) -> PullAnswer:
    return PullAnswer(
        rows=list(rows),
        changes=list(changes),
        gone=list(gone),
        granted=list(granted),
        revoked=list(revoked),
        cursor=f"cursor-{seq}",
        seq=seq,
        head=seq,
        more=False,
    )
