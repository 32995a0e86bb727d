"""Writes a finished transaction to the database in a handful of statements: rows, log, heads, chain."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, delete, select, text

from sync.contract.digest import MODULUS, row_hash
from sync.server.bulk import insert_rows, run_for_rows, update_rows
from sync.server.chain import DATED, Head, hashed_digest, line_hash, link
from sync.server.dead import bury
from sync.server.handing_on import CHANGED as QUESTION_CHANGED
from sync.server.handing_on import hand_on
from sync.server.prepared import Prepared
from sync.server.rows import CODECS, Record, in_parts
from sync.server.schema import ACCOUNT_HEAD, CHANGE_LOG, SHARD, SHARD_HEAD, TX_LOG
from sync.server.scope import ScopeEvent, settle
from sync.server.writer import Entry, Writer

_ALWAYS: Final = frozenset({"updated_at", "updated_by"})


_COLUMNS = (SHARD_HEAD.c.seq, SHARD_HEAD.c.chain, SHARD_HEAD.c.epoch, SHARD_HEAD.c.min_cursor)
_WHOLE_HEAD = select(*_COLUMNS).where(SHARD_HEAD.c.shard == SHARD)
_HEAD: Final = Prepared(lambda _among: _WHOLE_HEAD)
_LOCKED_HEAD: Final = Prepared(lambda _among: _WHOLE_HEAD.with_for_update())


def lock_head(connection: Connection) -> Head:
    """Read where the log ends and keep every other writer out until this transaction ends."""
    return _head(_LOCKED_HEAD.rows(connection))


def read_head(connection: Connection) -> Head:
    """Read where the log ends."""
    return _head(_HEAD.rows(connection))


def _head(rows: Sequence[Sequence[Any]]) -> Head:
    (row,) = rows
    return Head(row[0], row[1], row[2], row[3])


def record_transaction(connection: Connection, writer: Writer) -> None:
    """Write what a writer collected since it began."""
    head = writer.head
    if not writer.entries:
        return
    _write_rows(connection, writer)
    forgotten = _forget(connection, writer)
    events = settle(connection, writer.organisation, writer.unsettled)
    _hand_on(connection, writer, events)
    lines = [_log_line(each) for each in writer.entries]
    insert_rows(connection, CHANGE_LOG, lines)
    _write_heads(connection, writer)
    if forgotten:
        connection.execute(delete(ACCOUNT_HEAD).where(ACCOUNT_HEAD.c.scope.in_(forgotten)))
    transaction = _transaction_digest(lines, events, writer.now)
    linked = link(head.chain, transaction)
    written = {
        "shard": SHARD,
        "seq_to": writer.seq,
        "n_rows": len(writer.entries),
        "digest": transaction,
        "chain": linked,
        "at": writer.now,
        "form": DATED,
    }
    insert_rows(connection, TX_LOG, [written])
    run_for_rows(connection, _MOVE_HEAD, [{"shard": SHARD, "seq": writer.seq, "chain": linked}])


def _transaction_digest(lines: Iterable[dict[str, Any]], events: Iterable[ScopeEvent], at: str) -> bytes:
    """Hash a transaction: its time, its lines, then its grants and revocations in the order of their keys."""
    told = sorted((each.seq, each.user, each.scope, each.kind) for each in events)
    return hashed_digest((line_hash(tuple(each.values())) for each in lines), told, at=at)


def _log_line(entry: Entry) -> dict[str, Any]:
    author = entry.author
    return {
        "shard": SHARD,
        "seq": entry.seq,
        "scope": entry.scope,
        "type": entry.type,
        "record": entry.record,
        "op": entry.op.value,
        "delta": entry.delta,
        "actor": author.user,
        "client_id": author.client,
        "mutation": author.mutation,
        "command": author.command,
        "at": entry.at,
    }


def _write_rows(connection: Connection, writer: Writer) -> None:
    new: dict[str, list[dict[str, Any]]] = {}
    changed: dict[tuple[str, tuple[str, ...]], list[dict[str, Any]]] = {}
    for kind, record_id in writer.touched:
        before, after = writer.originals[kind, record_id], writer.records[kind, record_id]
        if after is None:
            continue
        if before is None:
            new.setdefault(kind, []).append(CODECS[kind].row(after))
        else:
            row = CODECS[kind].changed(after, _changed_names(before, after))
            changed.setdefault((kind, tuple(row)), []).append(row)
    for kind, rows in new.items():
        insert_rows(connection, CODECS[kind].table, rows)
    for (kind, _names), rows in changed.items():
        update_rows(connection, CODECS[kind].table, rows)


def _hand_on(connection: Connection, writer: Writer, events: Sequence[ScopeEvent]) -> None:
    # This transaction is about to end already; that it is full must not end it once more.
    after_change, writer.after_change = writer.after_change, None
    changed = hand_on(writer, events)
    writer.after_change = after_change
    rows: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for each in changed:
        row = CODECS[each.type].changed(each, sorted(QUESTION_CHANGED | _ALWAYS))
        rows.setdefault(tuple(row), []).append(row)
    for found in rows.values():
        update_rows(connection, CODECS["conflict"].table, found)


def _forget(connection: Connection, writer: Writer) -> list[str]:
    """Take records out for good and keep their ids; gives the accounts among them, whose scopes end with them."""
    gone: dict[str, list[str]] = {}
    for kind, record_id in writer.touched:
        if writer.records[kind, record_id] is None:
            gone.setdefault(kind, []).append(record_id)
    for kind, ids in gone.items():
        for part in in_parts(ids):
            connection.execute(delete(CODECS[kind].table).where(CODECS[kind].table.c.id.in_(part)))
        bury(connection, ids)
    return gone.get("account", [])


def _changed_names(before: Record, after: Record) -> list[str]:
    return sorted({name for name, seq in after.fv.items() if before.fv.get(name) != seq} | _ALWAYS)


@dataclass(slots=True)
class _Sum:
    max_seq: int = 0
    n_rows: int = 0
    sum_h: int = 0

    def add(self, record: Record, sign: int) -> None:
        self.n_rows += sign
        self.sum_h += sign * row_hash(record.type, record.id, record.version)


_MOVE_HEAD = text("UPDATE shard_head SET seq = :seq, chain = :chain WHERE shard = :shard")
_UPSERT_HEAD = text(
    "INSERT INTO account_head (scope, max_seq, n_rows, sum_h) VALUES (:scope, :max_seq, :n_rows, :sum_h)"
    " ON CONFLICT (scope) DO UPDATE SET max_seq = excluded.max_seq, n_rows = account_head.n_rows + excluded.n_rows,"
    " sum_h = (account_head.sum_h + excluded.sum_h) % :modulus"
)


def _write_heads(connection: Connection, writer: Writer) -> None:
    sums: dict[str, _Sum] = {}
    for entry in writer.entries:
        sums.setdefault(entry.scope, _Sum()).max_seq = entry.seq
    for key in writer.touched:
        before, after = writer.originals[key], writer.records[key]
        if before is not None:
            sums.setdefault(before.scope, _Sum()).add(before, -1)
        if after is not None:
            sums.setdefault(after.scope, _Sum()).add(after, 1)
    run_for_rows(connection, _UPSERT_HEAD, [_head_line(scope, one) for scope, one in sums.items()])


def _head_line(scope: str, one: _Sum) -> dict[str, Any]:
    return {
        "scope": scope,
        "max_seq": one.max_seq,
        "n_rows": one.n_rows,
        "sum_h": one.sum_h % MODULUS,
        "modulus": MODULUS,
    }
