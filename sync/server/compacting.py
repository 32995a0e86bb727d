"""Keeps the log from growing for ever: superseded lines, long deleted records and old payloads go, their proofs stay.

May be killed anywhere and run by several servers at once. Each step is a short transaction, so nobody waits long. What
is removed is what no pull, no merge and no check needs any more:

- of a line its hash stays, so that the chain can be worked out anew;
- of each record the lines stay that tell its last change, its deletion and the last change of each field;
- of a record deleted longer ago than ``history`` the id stays, and the log tells laptops that it is gone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, select, update

from sync.contract.clock import instant_text
from sync.contract.entities import CATALOGUE
from sync.contract.fields import Scope
from sync.contract.questions import DELETED
from sync.contract.wire import Outcome, Receipt
from sync.server.auth import LIVE_USER
from sync.server.bulk import insert_rows
from sync.server.chain import line_hash
from sync.server.log import MAX_TRANSACTION_ROWS, Log, Writer
from sync.server.recording import lock_head
from sync.server.rows import CODECS, in_parts
from sync.server.schema import (
    ACCOUNT_HEAD,
    CHANGE_LOG,
    CLIENT,
    ENTITY_TABLES,
    MUTATION,
    RECEIPT,
    SHARD,
    SHARD_HEAD,
    TOKEN,
    TX_LOG,
)
from sync.server.schema_keeping import REMOVED_LINE
from sync.server.witness_keeping import drop_settled

_LINES: Final = 2_000
"""Lines looked at in one transaction."""

_PAYLOADS: Final = 500
_EFFECTIVE: Final = tuple(each.value for each in (Outcome.APPLIED, Outcome.MERGED, Outcome.NOOP, Outcome.CONFLICT))
_ACCOUNTS: Final = ENTITY_TABLES["account"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How long things are kept.

    Lines older than ``history`` are superseded for everybody; those older than ``acknowledged`` as soon as every
    laptop that is signed in has them. The second is no shorter than backups of laptops are old.
    """

    history: timedelta = timedelta(days=400)
    acknowledged: timedelta = timedelta(days=35)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compacted:
    """What a run came to: where pulls may begin now, and how much was removed."""

    min_cursor: int
    lines: int
    records: int
    payloads: int


def compact(log: Log, rules: Rules | None = None) -> Compacted:
    """Remove what is not needed any more.

    Raises:
        AppError: ``SERVER_BUSY`` when other writers do not let it in; what was done until then stands.
    """
    rules = rules or Rules()
    now = log.clock.now()
    old = instant_text(now - rules.history)
    with log.storage.writing() as connection:
        head = lock_head(connection)
        known_by_all = min(_ended_before(connection, instant_text(now - rules.acknowledged)), _acked(connection))
        long_ago = _ended_before(connection, old)
        upto = max(head.min_cursor, long_ago, known_by_all)
        if upto > head.min_cursor:
            connection.execute(update(SHARD_HEAD).where(SHARD_HEAD.c.shard == SHARD).values(min_cursor=upto))
    records = _bury_accounts(log, long_ago) + _bury_records(log, long_ago)
    lines = _thin(log, upto)
    payloads = _drop_payloads(log, old) + drop_settled(log, old)
    return Compacted(min_cursor=upto, lines=lines, records=records, payloads=payloads)


def _ended_before(connection: Connection, instant: str) -> int:
    """Give the last position whose transaction was written before an instant, however the clock went since."""
    end = TX_LOG.c
    younger = select(func.min(end.seq_to)).where(end.shard == SHARD, end.at >= instant)
    first_young = connection.scalar(younger)
    ends = select(func.max(end.seq_to)).where(end.shard == SHARD)
    if first_young is not None:
        ends = ends.where(end.seq_to < first_young)
    return connection.scalar(ends) or 0


def _acked(connection: Connection) -> int:
    """Give the position that every laptop that is signed in has reached."""
    people = ENTITY_TABLES["user"]
    lowest = (
        select(func.min(CLIENT.c.acked_cursor))
        .join(TOKEN, and_(TOKEN.c.client_id == CLIENT.c.client_id, TOKEN.c.revoked_at.is_(None)))
        .join(people, people.c.id == CLIENT.c.user_id)
        .where(*LIVE_USER)
    )
    found = connection.scalar(lowest)
    end = select(func.max(TX_LOG.c.seq_to)).where(TX_LOG.c.shard == SHARD)
    return found if found is not None else connection.scalar(end) or 0


# ---------------------------------------------------------------------------------------------- records


def _bury_accounts(log: Log, upto: int) -> int:
    """Forget accounts deleted up to a position, with all they have, if nothing of it changed since."""
    gone = select(_ACCOUNTS.c.id).where(_ACCOUNTS.c.deleted_seq <= upto, _ACCOUNTS.c.version <= upto)
    # Whatever still names the one is meant for the other.
    aliases = select(_ACCOUNTS.c.merged_into).where(_ACCOUNTS.c.merged_into.is_not(None))
    gone = gone.where(_ACCOUNTS.c.merged_into.is_(None), _ACCOUNTS.c.id.not_in(aliases))
    with log.storage.reading() as connection:
        accounts = [each for each in connection.scalars(gone) if not _touched_after(connection, each, upto)]
    return sum(_bury_account(log, each, upto) for each in accounts)


def _bury_account(log: Log, account: str, upto: int) -> int:
    done = 0
    for table, kind in _in_accounts():
        while some := log.write(partial(_bury_part, table, kind, account, upto)):
            done += some

    def end(writer: Writer) -> int:
        if not _is_old(writer, account, upto):
            return 0
        writer.forget("account", account)
        return 1

    return done + log.write(end)


def _bury_part(table: Table, kind: str, account: str, upto: int, writer: Writer) -> int:
    # Asked again with the counter row locked: whoever brings the account back meanwhile keeps what is left of it.
    if not _is_old(writer, account, upto):
        return 0
    return _forget(writer, table, kind, table.c.scope == account)


def _is_old(writer: Writer, account: str, upto: int) -> bool:
    found = writer.get("account", account)
    is_old = found is not None and (found.deleted_seq or upto + 1) <= upto and found.version <= upto
    return is_old and not _touched_after(writer.connection, account, upto)


def _touched_after(connection: Connection, account: str, upto: int) -> bool:
    return any(
        connection.execute(select(table.c.id).where(table.c.scope == account, table.c.version > upto).limit(1)).first()
        is not None
        for table, _kind in _in_accounts()
    )


def _bury_records(log: Log, upto: int) -> int:
    """Forget records deleted up to a position, each for itself.

    Looking for them reads whole tables, so a reader does it first, which keeps nobody from writing.
    """
    done = 0
    for table, kind in _in_accounts():
        while _is_any(log, table, upto) and (some := log.write(partial(_bury_some, table, kind, upto))):
            done += some
    return done


def _is_any(log: Log, table: Table, upto: int) -> bool:
    with log.storage.reading() as connection:
        return connection.scalar(select(table.c.id).where(_long_deleted(table, upto)).limit(1)) is not None


def _bury_some(table: Table, kind: str, upto: int, writer: Writer) -> int:
    return _forget(writer, table, kind, _long_deleted(table, upto))


def _long_deleted(table: Table, upto: int) -> ColumnElement[bool]:
    return and_(table.c.deleted_seq <= upto, table.c.version <= upto)


def _forget(writer: Writer, table: Table, kind: str, which: ColumnElement[bool]) -> int:
    ids = list(writer.connection.scalars(select(table.c.id).where(which).limit(MAX_TRANSACTION_ROWS)))
    writer.load(kind, ids)
    for each in ids:
        writer.forget(kind, each)
    return len(ids)


def _in_accounts() -> Iterable[tuple[Table, str]]:
    """List what accounts have; records that everybody shares are few and named from everywhere, so they stay."""
    return [
        (ENTITY_TABLES[record.name], record.name)
        for record in CATALOGUE
        if record.scope in {Scope.ACCOUNT, Scope.INHERITED}
    ]


# ---------------------------------------------------------------------------------------------- lines


def _thin(log: Log, upto: int) -> int:
    """Remove the lines up to a position that something later made superfluous; their hashes stay."""
    removed = 0
    with log.storage.reading() as connection:
        place = _first_form_end(connection)
    while True:
        with log.storage.writing() as connection:
            span = CHANGE_LOG.c.shard == SHARD, CHANGE_LOG.c.seq > place, CHANGE_LOG.c.seq <= upto
            lines = connection.execute(select(CHANGE_LOG).where(*span).order_by(CHANGE_LOG.c.seq).limit(_LINES)).all()
            if not lines:
                return removed
            needed = _needed(connection, lines)
            gone = [each for each in lines if each.seq not in needed]
            insert_rows(
                connection,
                REMOVED_LINE,
                [{"shard": SHARD, "seq": each.seq, "hash": line_hash(tuple(each))} for each in gone],
            )
            for start in range(0, len(gone), _PAYLOADS):
                part = [each.seq for each in gone[start : start + _PAYLOADS]]
                connection.execute(delete(CHANGE_LOG).where(CHANGE_LOG.c.shard == SHARD, CHANGE_LOG.c.seq.in_(part)))
            removed += len(gone)
            place = lines[-1].seq


def _first_form_end(connection: Connection) -> int:
    """Give the end of what an older program wrote: its digests are of whole lines, so those have to stay."""
    end = TX_LOG.c
    return connection.scalar(select(func.max(end.seq_to)).where(end.shard == SHARD, end.form.is_(None))) or 0


def _needed(connection: Connection, lines: Sequence[Any]) -> set[int]:
    """Give the positions that records and heads point to."""
    head = ACCOUNT_HEAD.c.max_seq
    span = head >= lines[0].seq, head <= lines[-1].seq
    needed = set(connection.scalars(select(head).where(*span)))
    ids: dict[str, set[str]] = {}
    for each in lines:
        if each.type in CODECS:
            ids.setdefault(each.type, set()).add(each.record)
        else:
            needed.add(each.seq)
    for kind, wanted in ids.items():
        table = ENTITY_TABLES[kind]
        for part in in_parts(wanted):
            rows = select(table.c.version, table.c.deleted_seq, table.c.fv).where(table.c.id.in_(part))
            for version, deleted, fv in connection.execute(rows):
                needed.add(version)
                needed.update(() if deleted is None else (deleted,))
                needed.update(msgspec.json.decode(fv).values() if fv else ())
    return needed


# ---------------------------------------------------------------------------------------------- payloads


def _drop_payloads(log: Log, before: str) -> int:
    """Let go what mutations brought, long after it took effect; that they came, and what became of them, stays.

    What was not accepted is nowhere else, so it stays whole.
    """
    dropped = 0
    effective = and_(RECEIPT.c.mutation_id == MUTATION.c.mutation_id, RECEIPT.c.outcome.in_(_EFFECTIVE))
    some = (
        select(MUTATION.c.mutation_id, RECEIPT.c.detail)
        .join(RECEIPT, effective)
        .where(MUTATION.c.received_at < before, MUTATION.c.payload != "")
        .limit(_PAYLOADS)
    )
    while True:
        with log.storage.writing() as connection:
            found = connection.execute(some).all()
            if not found:
                return dropped
            ids = [each.mutation_id for each in found]
            connection.execute(update(MUTATION).where(MUTATION.c.mutation_id.in_(ids)).values(payload=""))
            for each in found:
                bare = _without_values(each.detail)
                connection.execute(update(RECEIPT).where(RECEIPT.c.mutation_id == each.mutation_id).values(detail=bare))
            dropped += len(found)


def _without_values(detail: str) -> str:
    """Leave out of a receipt what the record had then; who asks again after so long fetches the record anyway.

    What a reader takes for granted is not written: there are very many of them, and they stay for ever.
    """
    receipt = msgspec.json.decode(detail, type=Receipt)
    deleted_at = receipt.versions.get(DELETED, receipt.seq)
    told = {"mutation": receipt.mutation, "outcome": receipt.outcome, "seq": receipt.seq}
    more = {
        "versions": {} if deleted_at == receipt.seq else {DELETED: deleted_at},
        "deleted": receipt.deleted,
        "missing": receipt.missing,
        "code": receipt.code,
        "data": receipt.data,
    }
    return msgspec.json.encode(told | {name: each for name, each in more.items() if each}).decode()
