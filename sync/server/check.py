"""Checks a database against its own log: density, chain, versions, receipts, heads, who sees what. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import merge
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, and_, func, or_, select, text

from sync.contract.digest import MODULUS, row_hash
from sync.contract.wire import Op, Outcome
from sync.server.blobs_check import check_blobs
from sync.server.blobs_disk import BlobDisk, default_folder
from sync.server.chain import DATED, GENESIS, digest, hashed_digest, line_hash, link
from sync.server.log import Log
from sync.server.recording import read_head
from sync.server.schema import (
    ACCOUNT_HEAD,
    CHANGE_LOG,
    ENTITY_TABLES,
    MUTATION,
    RECEIPT,
    SCOPE_EVENT,
    SHARD,
    TX_LOG,
    USER_SCOPE,
)
from sync.server.schema_keeping import REMOVED_LINE
from sync.server.scope import GRANT, wanted_scopes

_EXAMPLES: Final = 20
_STREAMED: Final = 2000


@dataclass(slots=True)
class CheckReport:
    """What was looked at, and a sentence for each damage found (at most a few of one kind)."""

    checked: dict[str, int] = field(default_factory=dict)
    damage: list[str] = field(default_factory=list)


def check(log: Log, files: Path | None = None) -> CheckReport:
    """Look at the whole database in one moment, and at its files (in ``files``, or where they lie without it)."""
    report = CheckReport()
    disk = BlobDisk(files or default_folder(log.storage.url))
    with log.storage.reading() as plain:
        connection = plain.execution_options(yield_per=_STREAMED)
        if log.storage.is_sqlite:
            _add(report, _file(connection))
        _add(report, _density(connection, report))
        _add(report, _chain(connection, report))
        _add(report, _versions(connection, report))
        _add(report, _field_versions(connection))
        _add(report, _heads(connection, report))
        _add(report, _receipts(connection, report))
        _add(report, _views(connection, log, report))
        _add(report, check_blobs(plain, disk, report.checked))
    return report


def _add(report: CheckReport, found: Iterator[str]) -> None:
    some = [each for _place, each in zip(range(_EXAMPLES + 1), found, strict=False)]
    report.damage += some[:_EXAMPLES]
    if len(some) > _EXAMPLES:
        report.damage.append("... and more of this kind")


def _file(connection: Connection) -> Iterator[str]:
    for (line,) in connection.execute(text("PRAGMA quick_check(5)")):
        if line != "ok":
            yield f"file: {line}"


def _density(connection: Connection, report: CheckReport) -> Iterator[str]:
    line, gone = CHANGE_LOG.c, REMOVED_LINE.c
    there, last = connection.execute(select(func.count(), func.max(line.seq)).where(line.shard == SHARD)).one()
    removed, last_removed = connection.execute(
        select(func.count(), func.max(gone.seq)).where(gone.shard == SHARD)
    ).one()
    report.checked["changes"] = there + removed
    end = max(last or 0, last_removed or 0)
    if there + removed != end:
        yield f"log: {there + removed} lines are numbered up to {end}"
    head = read_head(connection)
    if head.seq != end:
        yield f"log: the counter stands at {head.seq}, the last line is {end}"
    if (last_removed or 0) > head.min_cursor:
        yield f"log: line {last_removed} is removed, and pulls begin at {head.min_cursor}"


def _chain(connection: Connection, report: CheckReport) -> Iterator[str]:
    lines, events = _lines(connection), _events(connection)
    chain, number, before = GENESIS, 0, 0
    transactions = select(TX_LOG).where(TX_LOG.c.shard == SHARD).order_by(TX_LOG.c.seq_to)
    for each in connection.execute(transactions):
        number += 1
        own = list(lines.upto(each.seq_to))
        if [line[0] for line in own] != list(range(before + 1, each.seq_to + 1)) or len(own) != each.n_rows:
            yield f"transaction ending at {each.seq_to}: {len(own)} lines instead of {each.n_rows}"
        before = each.seq_to
        found = _digest(each, [line[1] for line in own], sorted(events.upto(each.seq_to)))
        if found != each.digest:
            yield f"transaction ending at {each.seq_to}: its lines are not what was written"
        chain = link(chain, found)
        if chain != each.chain:
            yield f"transaction ending at {each.seq_to}: the chain is broken"
            chain = each.chain
    report.checked["transactions"] = number
    if read_head(connection).chain != chain:
        yield "log: the counter's chain is not that of the last transaction"


def _digest(transaction: Any, lines: list[Any], events: list[tuple[Any, ...]]) -> bytes:  # noqa: ANN401 - a database row
    """Work a transaction's digest out. What is left of a removed line is its hash."""
    if transaction.form is not None:
        at = transaction.at if transaction.form == DATED else ""
        hashes = (each if isinstance(each, bytes) else line_hash(each) for each in lines)
        return hashed_digest(hashes, events, at=at)
    return digest([*(each for each in lines if isinstance(each, tuple)), *events])


class _Upto:
    """Goes through ordered rows, which begin with their position, in steps of transactions."""

    def __init__(self, rows: Iterator[tuple[Any, ...]]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def upto(self, seq: int) -> Iterator[tuple[Any, ...]]:
        """Give the rows up to a position."""
        while self._next is not None and self._next[0] <= seq:
            yield self._next
            self._next = next(self._rows, None)


def _lines(connection: Connection) -> _Upto:
    """Go through positions, each with its line or with the hash of the line that was there."""
    there = select(CHANGE_LOG).where(CHANGE_LOG.c.shard == SHARD).order_by(CHANGE_LOG.c.seq)
    gone = select(REMOVED_LINE.c.seq, REMOVED_LINE.c.hash).where(REMOVED_LINE.c.shard == SHARD)
    lines = ((each.seq, tuple(each)) for each in connection.execute(there))
    hashes = ((each.seq, bytes(each.hash)) for each in connection.execute(gone.order_by(REMOVED_LINE.c.seq)))
    return _Upto(merge(lines, hashes, key=itemgetter(0)))


def _events(connection: Connection) -> _Upto:
    event = SCOPE_EVENT.c
    query = select(event.seq, event.user_id, event.scope, event.kind).where(event.shard == SHARD).order_by(event.seq)
    return _Upto(tuple(each) for each in connection.execute(query))


def _versions(connection: Connection, report: CheckReport) -> Iterator[str]:
    line = CHANGE_LOG.c
    for kind, table in ENTITY_TABLES.items():
        latest = (
            select(line.record, func.max(line.seq).label("seq"))
            .where(line.shard == SHARD, line.type == kind)
            .group_by(line.record)
            .subquery()
        )
        report.checked["records"] = report.checked.get("records", 0) + (
            connection.scalar(select(func.count()).select_from(table)) or 0
        )
        wrong = (
            select(table.c.id, table.c.version, latest.c.seq)
            .join(latest, latest.c.record == table.c.id, isouter=True)
            .where(or_(latest.c.seq.is_(None), latest.c.seq != table.c.version))
        )
        for record, version, seq in connection.execute(wrong.limit(_EXAMPLES)):
            yield f"{kind} {record}: version {version}, last change {seq}"
        ended = select(line.seq).where(line.shard == SHARD, line.op == Op.FORGET.value)
        lost = (
            select(latest.c.record)
            .join(table, table.c.id == latest.c.record, isouter=True)
            .where(table.c.id.is_(None), latest.c.seq.not_in(ended))
        )
        for record in connection.scalars(lost.limit(_EXAMPLES)):
            yield f"{kind} {record}: in the log and not in its table"


def _field_versions(connection: Connection) -> Iterator[str]:
    line = CHANGE_LOG.c
    telling = line.op.in_((Op.PATCH.value, Op.FORGET.value))
    patches = select(line.seq, line.type, line.record, line.op, line.delta).where(line.shard == SHARD, telling)
    expected: dict[tuple[str, str], dict[str, int]] = {}
    for seq, kind, record, op, delta in connection.execute(patches.order_by(line.seq)):
        if op == Op.FORGET:
            expected.pop((kind, record), None)
            continue
        names = msgspec.json.decode(delta or "{}")
        expected.setdefault((kind, record), {}).update(dict.fromkeys(names, seq))
    for kind, table in ENTITY_TABLES.items():
        for record, fv in connection.execute(select(table.c.id, table.c.fv).where(table.c.fv.is_not(None))):
            if msgspec.json.decode(fv) != expected.pop((kind, record), {}):
                yield f"{kind} {record}: its field versions are not those of the log"
    for (kind, record), names in expected.items():
        if names:
            yield f"{kind} {record}: lacks the field versions of the log"


def _heads(connection: Connection, report: CheckReport) -> Iterator[str]:
    sums: dict[str, list[int]] = {}
    for kind, table in ENTITY_TABLES.items():
        for scope, record, version in connection.execute(select(table.c.scope, table.c.id, table.c.version)):
            one = sums.setdefault(scope, [0, 0])
            one[0] += 1
            one[1] = (one[1] + row_hash(kind, record, version)) % MODULUS
    line = CHANGE_LOG.c
    newest = connection.execute(select(line.scope, func.max(line.seq)).group_by(line.scope))
    latest = {scope: seq for scope, seq in newest}  # noqa: C416 - rows are no pairs to the type checker
    heads = connection.execute(select(ACCOUNT_HEAD)).all()
    report.checked["scopes"] = len(heads)
    for head in heads:
        n_rows, sum_h = sums.pop(head.scope, [0, 0])
        if (head.n_rows, head.sum_h) != (n_rows, sum_h):
            yield f"scope {head.scope}: {head.n_rows} rows are noted, there are {n_rows}, or others"
        if head.max_seq != latest.get(head.scope):
            yield f"scope {head.scope}: the last change is {latest.get(head.scope)}, not {head.max_seq}"
    for scope in sums:
        yield f"scope {scope}: has rows and no head"


def _receipts(connection: Connection, report: CheckReport) -> Iterator[str]:
    report.checked["receipts"] = connection.scalar(select(func.count()).select_from(RECEIPT)) or 0
    same = RECEIPT.c.mutation_id == MUTATION.c.mutation_id
    without = select(MUTATION.c.mutation_id).join(RECEIPT, same, isouter=True).where(RECEIPT.c.mutation_id.is_(None))
    for each in connection.scalars(without.limit(_EXAMPLES)):
        yield f"mutation {each}: has no receipt"
    unknown = select(RECEIPT.c.mutation_id).join(MUTATION, same, isouter=True).where(MUTATION.c.mutation_id.is_(None))
    for each in connection.scalars(unknown.limit(_EXAMPLES)):
        yield f"receipt {each}: its mutation is gone"
    line, gone = CHANGE_LOG.c, REMOVED_LINE.c
    at = and_(line.shard == SHARD, line.seq == RECEIPT.c.seq)
    effective = (Outcome.APPLIED.value, Outcome.MERGED.value, Outcome.CONFLICT.value)
    nowhere = (
        select(RECEIPT.c.mutation_id, RECEIPT.c.seq)
        .join(CHANGE_LOG, at, isouter=True)
        .join(REMOVED_LINE, and_(gone.shard == SHARD, gone.seq == RECEIPT.c.seq), isouter=True)
        .where(
            gone.seq.is_(None), RECEIPT.c.seq > 0, or_(line.mutation.is_(None), line.mutation != RECEIPT.c.mutation_id)
        )
    )
    for each, seq in connection.execute(nowhere.limit(_EXAMPLES)):
        yield f"receipt {each}: position {seq} is not that of its change"
    idle = select(RECEIPT.c.mutation_id).where(RECEIPT.c.outcome.in_(effective[:2]), RECEIPT.c.seq == 0)
    for each in connection.scalars(idle.limit(_EXAMPLES)):
        yield f"receipt {each}: says it took effect, and names no position"


def _views(connection: Connection, log: Log, report: CheckReport) -> Iterator[str]:
    organisation = log.organisation(connection)
    users = sorted(organisation.records.get("user", {}))
    report.checked["users"] = len(users)
    for user in users:
        want = wanted_scopes(connection, organisation, user)
        have = set(connection.scalars(select(USER_SCOPE.c.scope).where(USER_SCOPE.c.user_id == user)))
        for scope in sorted(want ^ have)[:_EXAMPLES]:
            yield f"user {user}: {'sees' if scope in have else 'does not see'} scope {scope} against the rules"
    event = SCOPE_EVENT.c
    latest = (
        select(event.user_id, event.scope, func.max(event.seq).label("seq"))
        .group_by(event.user_id, event.scope)
        .subquery()
    )
    same = and_(event.user_id == latest.c.user_id, event.scope == latest.c.scope, event.seq == latest.c.seq)
    mine = and_(USER_SCOPE.c.user_id == event.user_id, USER_SCOPE.c.scope == event.scope)
    wrong = (
        select(event.user_id, event.scope, event.kind)
        .select_from(latest.join(SCOPE_EVENT, same).outerjoin(USER_SCOPE, mine))
        .where(
            or_(
                and_(event.kind == GRANT, USER_SCOPE.c.granted_seq.is_(None)),
                and_(event.kind == GRANT, USER_SCOPE.c.granted_seq != event.seq),
                and_(event.kind != GRANT, USER_SCOPE.c.granted_seq.is_not(None)),
            )
        )
    )
    for user, scope, kind in connection.execute(wrong.limit(_EXAMPLES)):
        yield f"user {user}: the last event of scope {scope} is a {kind}, and the table says otherwise"
