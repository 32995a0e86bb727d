"""Takes mutations in: one transaction a batch, one receipt a mutation, each exactly once however often it comes.

Nothing one mutation is or does keeps the others waiting: what cannot be read, is refused or breaks something gets a
receipt that says so, and its payload is kept.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import msgspec
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from sync.contract.errors import AppError, Code
from sync.contract.wire import Op, Outcome, Receipt
from sync.server import lineages
from sync.server.applying import Applier
from sync.server.auth import Caller
from sync.server.brake import Brake
from sync.server.bulk import insert_rows, run_for_rows
from sync.server.chain import Cursor
from sync.server.incidents import report
from sync.server.log import Log, Writer
from sync.server.parcels import Delivery, Parcel, units, unpack
from sync.server.prepared import Prepared
from sync.server.pull import check_cursor
from sync.server.schema import MUTATION, RECEIPT
from sync.server.storage import is_passing
from sync.server.witness import AWAITED, awaited, keep_waiting
from sync.server.writer import Mark

logger = logging.getLogger(__name__)

_KNOWN: Final = Prepared(
    lambda among: (
        select(MUTATION.c.mutation_id, MUTATION.c.user_id, RECEIPT.c.detail)
        .select_from(MUTATION.join(RECEIPT, RECEIPT.c.mutation_id == MUTATION.c.mutation_id))
        .where(among(MUTATION.c.mutation_id, "ids"))
    )
)
_SEEN: Final = text(
    "UPDATE client SET last_n = :last_n, last_hash = :last_hash, last_seen = :last_seen WHERE client_id = :client_id"
)
_REFUSED: Final = frozenset({Outcome.REJECTED, Outcome.QUARANTINED})


@dataclass(frozen=True, slots=True)
class Taken:
    """What a push came to: receipts as JSON in the order of the request, and where the log ends."""

    receipts: list[msgspec.Raw]
    head: int


@dataclass(slots=True)
class _Held:
    """A group of which one member was refused."""

    culprit: str
    refusal: "_Refusal"


@dataclass(frozen=True, slots=True)
class _Refusal:
    outcome: Outcome
    code: Code
    data: Mapping[str, Any] = field(default_factory=dict)


def push(log: Log, caller: Caller, body: bytes) -> Taken:
    """Take a batch in.

    Raises:
        AppError: the request as a whole is refused (``MESSAGE_UNREADABLE``, ``MESSAGE_TOO_LARGE``, ``WRONG_USER``,
            ``SIGN_IN_ENDED``, ``CURSOR_DIVERGED``) or cannot be dealt with now (``SERVER_BUSY``); nothing of it was
            taken in then.
    """
    delivery = unpack(caller.client, body)
    parcels, cursor = delivery.parcels, delivery.cursor
    try:
        return log.write(lambda writer: _Batch(writer, caller, cursor).take(parcels))
    except DBAPIError as error:
        if is_passing(error):
            raise
        # What the database itself refuses cannot be told apart within a batch, so each unit gets its own transaction.
        logger.warning("a batch of client %s breaks the database; taking it apart", caller.client)
    except AppError as error:
        if error.code is not Code.ID_TAKEN:
            raise
    return _take_apart(log, caller, delivery)


def _take_apart(log: Log, caller: Caller, delivery: Delivery) -> Taken:
    receipts: dict[str, msgspec.Raw] = {}
    head = 0
    for unit in units(delivery.parcels):
        taken = _take_unit(log, caller, unit, delivery.cursor)
        receipts.update(zip((each.id for each in unit), taken.receipts, strict=True))
        head = taken.head
    return Taken([receipts[each.id] for each in delivery.parcels], head)


def _take_unit(log: Log, caller: Caller, unit: Sequence[Parcel], cursor: str) -> Taken:
    try:
        return log.write(lambda writer: _Batch(writer, caller, cursor).take(unit))
    except DBAPIError as error:
        if is_passing(error):
            raise
        refusal = _quarantined(unit[0].id, error)
    except AppError as error:
        if error.code is not Code.ID_TAKEN:
            raise
        refusal = _quarantined(unit[0].id, error)
    return log.write(lambda writer: _Batch(writer, caller, cursor).put_aside(unit, refusal))


class _Batch:
    """One batch within one transaction."""

    def __init__(self, writer: Writer, caller: Caller, cursor: str) -> None:
        if cursor:
            _check_cursor(writer, cursor)
        role = writer.organisation.role(caller.user)
        if role is None or not writer.organisation.is_active(caller.user):
            raise AppError(Code.SIGN_IN_ENDED, "this user may not work any more")
        self._writer = writer
        self._caller = caller
        self._waiting: set[str] = set()
        self._applier = Applier(writer, user=caller.user, client=caller.client, role=role)
        self._brake = Brake(writer, caller, self._applier.sight)

    def take(self, parcels: Sequence[Parcel]) -> Taken:
        """Apply what has no receipt yet and give all receipts."""
        known = self._known(parcels)
        if known:
            self._say_what_is_gone(parcels, known)
        unknown: dict[str, Parcel] = {}
        for each in parcels:
            if each.id not in known:
                unknown.setdefault(each.id, each)
        fresh = list(unknown.values())
        self._applier.prefetch(each.mutation for each in fresh)
        self._brake.look_at([each.mutation for each in fresh if not each.problem])
        receipts = self._apply(fresh)
        known.update(self._keep_waiting(fresh, receipts))
        done = [place for place, each in enumerate(receipts) if each.outcome is not Outcome.WAITING]
        known.update(self._store([fresh[place] for place in done], [receipts[place] for place in done]))
        return Taken([known[each.id] for each in parcels], self._writer.seq)

    def put_aside(self, parcels: Sequence[Parcel], refusal: _Refusal) -> Taken:
        """Keep mutations that cannot be applied, with a receipt that says so."""
        refused = [self._refused(each, refusal) for each in parcels]
        stored = self._store(parcels, refused)
        return Taken([stored[each.id] for each in parcels], self._writer.seq)

    def _known(self, parcels: Sequence[Parcel]) -> dict[str, msgspec.Raw]:
        found: dict[str, msgspec.Raw] = {}
        ids = [each.id for each in parcels]
        for mutation, user, detail in _KNOWN.rows(self._writer.connection, ids=ids):
            taken = Receipt(mutation=mutation, outcome=Outcome.REJECTED, code=Code.ID_TAKEN.value)
            given = detail.encode() if user == self._caller.user else msgspec.json.encode(taken)
            found[mutation] = msgspec.Raw(given)
        return found

    def _say_what_is_gone(self, parcels: Sequence[Parcel], known: dict[str, msgspec.Raw]) -> None:
        """Tell in receipts that are given again which records are not there for the author any more.

        A laptop that made one of them, and then fetched everything anew, hears of it nowhere else.
        """
        again = [each for each in parcels if each.id in known and not each.problem]
        self._applier.prefetch(each.mutation for each in again)
        for each in again:
            if self._applier.sight.record_or_none(each.mutation) is None:
                receipt = msgspec.json.decode(known[each.id], type=Receipt)
                known[each.id] = msgspec.Raw(msgspec.json.encode(replace(receipt, missing=True)))

    def _apply(self, parcels: Sequence[Parcel]) -> list[Receipt]:
        """Apply in order. When a member of a group is refused, go back to before its first one and leave it out."""
        receipts: list[Receipt] = []
        held: dict[str, _Held] = {}
        begun: dict[str, tuple[int, Mark]] = {}
        while len(receipts) < len(parcels):
            parcel = parcels[len(receipts)]
            group = parcel.mutation.group
            if group in held:
                receipts.append(self._held(parcel, held[group]))
                continue
            if group is not None:
                begun.setdefault(group, (len(receipts), self._writer.mark()))
            result = self._one(parcel)
            if isinstance(result, Receipt):
                receipts.append(result)
            elif group is None:
                receipts.append(self._refused(parcel, result))
            else:
                start, mark = begun[group]
                self._writer.go_back(mark)
                del receipts[start:]
                begun = {name: place for name, place in begun.items() if place[0] < start}
                held[group] = _Held(parcel.id, result)
        return receipts

    def _one(self, parcel: Parcel) -> Receipt | _Refusal:
        if parcel.problem:
            return _Refusal(Outcome.REJECTED, Code.MESSAGE_UNREADABLE)
        if parcel.mutation.user != self._caller.user:
            return _Refusal(Outcome.REJECTED, Code.WRONG_USER)
        if parcel.id in self._brake.held:
            return _Refusal(Outcome.REJECTED, Code.DELETION_HELD, {"count": self._brake.held[parcel.id]})
        mark = self._writer.mark()
        try:
            return self._applier.apply(parcel.mutation)
        except AppError as error:
            self._writer.go_back(mark)
            return self._refusal_of(parcel, error)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with this one must not stop the others
            self._writer.go_back(mark)
            return _quarantined(parcel.id, error)

    def _refusal_of(self, parcel: Parcel, error: AppError) -> _Refusal:
        record = awaited(self._writer, error, self._waiting) if parcel.waits else None
        if record is not None:
            return _Refusal(Outcome.WAITING, error.code, {AWAITED: record})
        return _Refusal(Outcome.REJECTED, error.code, error.data)

    def _held(self, parcel: Parcel, held: _Held) -> Receipt:
        if parcel.id == held.culprit or held.refusal.outcome is Outcome.WAITING:
            return self._refused(parcel, held.refusal)
        return self._refused(parcel, _Refusal(Outcome.REJECTED, Code.GROUP_HELD, {"mutation": held.culprit}))

    def _refused(self, parcel: Parcel, refusal: _Refusal) -> Receipt:
        if refusal.outcome is Outcome.WAITING and parcel.mutation.op is Op.CREATE:
            self._waiting.add(parcel.mutation.record)
        return self._applier.receipt(
            parcel.mutation, refusal.outcome, code=refusal.code.value, data=_json_safe(refusal.data)
        )

    def _keep_waiting(self, parcels: Sequence[Parcel], receipts: Sequence[Receipt]) -> dict[str, msgspec.Raw]:
        """Note what waits for a record to come back: it has no receipt yet and is asked about again."""
        found = [(each, one) for each, one in zip(parcels, receipts, strict=True) if one.outcome is Outcome.WAITING]
        edits = [(each.mutation, each.payload, str(one.data[AWAITED])) for each, one in found]
        keep_waiting(self._writer, self._caller, edits)
        return {each.id: msgspec.Raw(msgspec.json.encode(one)) for each, one in found}

    def _store(self, parcels: Sequence[Parcel], receipts: Sequence[Receipt]) -> dict[str, msgspec.Raw]:
        if not parcels:
            return {}
        now, caller, connection = self._writer.now, self._caller, self._writer.connection
        texts = [msgspec.json.encode(each) for each in receipts]
        mutations = [
            {
                "mutation_id": each.id,
                "client_id": caller.client,
                "client_n": each.mutation.n,
                "user_id": caller.user,
                "schema_v": each.mutation.schema,
                "payload": each.payload,
                "received_at": now,
            }
            for each in parcels
        ]
        details = [
            {"mutation_id": one.mutation, "outcome": one.outcome.value, "seq": one.seq, "detail": text.decode()}
            for one, text in zip(receipts, texts, strict=True)
        ]
        insert_rows(connection, MUTATION, mutations)
        insert_rows(connection, RECEIPT, details)
        self._brake.remember(receipts)
        seen = {**lineages.extended(connection, caller.client), "last_seen": now, "client_id": caller.client}
        run_for_rows(connection, _SEEN, [seen])
        return {each.id: msgspec.Raw(text) for each, text in zip(parcels, texts, strict=True)}


def _check_cursor(writer: Writer, text: str) -> None:
    try:
        cursor = Cursor.read(text)
    except AppError as error:
        # It is the laptop's position that cannot be read; its edits can.
        raise AppError(Code.CURSOR_DIVERGED, "a push from a position that nobody can read") from error
    check_cursor(writer.connection, cursor, writer.head)


def _quarantined(mutation: str, error: Exception) -> _Refusal:
    return _Refusal(Outcome.QUARANTINED, Code.INTERNAL, {"error_id": report(f"mutation {mutation}", error)})


def _json_safe(data: Mapping[str, Any]) -> dict[str, Any]:
    """Give a refusal's data as JSON values, whatever was put into it."""
    return {name: json.loads(json.dumps(value, default=str)) for name, value in data.items()}
