"""Tells a laptop what was granted and revoked within a window of the log, a page at a time, with the granted rows."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, Connection, Select, and_, bindparam, func, select

from sync.contract.entities import CATALOGUE
from sync.contract.fields import Scope
from sync.contract.keeping import KeptScopes
from sync.contract.rules import SHARED_SCOPE
from sync.contract.wire import Gone, Granted, Op, Revoked
from sync.server.chain import Delivery
from sync.server.prepared import Among, Prepared
from sync.server.rows import CODECS, WireRow, in_parts
from sync.server.schema import ACCOUNT_HEAD, CHANGE_LOG, SCOPE_EVENT, SHARD, USER_SCOPE
from sync.server.scope import REVOKE, seen_among

_EVENTS: Final = 1000
_KINDS: Final = [record.name for record in CATALOGUE]
_SHARED: Final = {place for place, record in enumerate(CATALOGUE) if record.scope is Scope.SHARED}


@dataclass(frozen=True, slots=True)
class GrantedRow:
    """A row of a granted scope, with what goes over the wire."""

    type: str
    id: str
    row: WireRow


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks, in which transaction; ``kept`` is what the laptop has, of use from ``min_cursor`` on."""

    connection: Connection
    user: str
    min_cursor: int
    kept: KeptScopes


@dataclass(frozen=True, slots=True)
class Told:
    """One page of grants and revocations; ``next`` is where the following page goes on, ``None`` after the last.

    ``gone`` left scopes of which the laptop has the rest.
    """

    granted: list[Granted]
    revoked: list[Revoked]
    rows: list[GrantedRow]
    next: Delivery | None
    gone: list[Gone] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Change:
    """What became of a scope within the window; ``n_rows`` is how many rows a grant brings.

    With ``since`` these are only what changed after that position.
    """

    scope: str
    seq: int
    granted: bool
    n_rows: int
    since: int = 0


def deliver(reader: Reader, start: int, delivery: Delivery, limit: int) -> Told:
    """Tell what comes next in the window from ``start`` to ``delivery.until``, with about ``limit`` rows.

    Scopes come in the order of their names. One that has more rows than fit is told at the beginning of a page and
    its rows go on over the next ones; all others are told together with all of their rows.
    """
    connection, user = reader.connection, reader.user
    rows: list[GrantedRow] = []
    if delivery.kind >= 0 and _still_seen(connection, user, delivery.scope):
        rows, rest = part_of_scope(connection, delivery, limit)
        if rest is not None:
            return Told([], [], rows, rest)
    changes, last = _changes(connection, user, start, delivery)
    changes = _with_what_is_kept(reader, (start, delivery.until), changes, limit)
    fitting = _fitting(changes, limit - len(rows))
    told = changes[:fitting]
    granted = [Granted(scope=each.scope, seq=each.seq, since=each.since) for each in told if each.granted]
    revoked = [Revoked(scope=each.scope, seq=each.seq) for each in told if not each.granted]
    rows += _whole_scopes(connection, [each.scope for each in granted if not each.since])
    known = {each.scope: each.since for each in granted if each.since}
    rows += _changed_rows(connection, known)
    gone = _left(connection, user, known)
    if fitting == len(changes):
        return Told(granted, revoked, rows, None if last is None else _at(delivery, last), gone)
    if told or rows:
        after = _at(delivery, told[-1].scope if told else delivery.scope)
        return Told(granted, revoked, rows, after, gone)
    large = changes[0]
    rows, rest = part_of_scope(connection, _at(delivery, large.scope, 0), limit)
    after = rest or _at(delivery, large.scope)
    return Told([Granted(scope=large.scope, seq=large.seq)], [], rows, after)


def _with_what_is_kept(reader: Reader, window: tuple[int, int], changes: list[_Change], limit: int) -> list[_Change]:
    """Tell which granted scopes the laptop still has, and how much of them has changed since."""
    kept = reader.kept
    if not kept.whole and not kept.scopes:
        return changes
    granted = [each.scope for each in changes if each.granted]
    known = {scope: kept.scopes[scope] for scope in granted if scope in kept.scopes}
    # One that was granted and lost since was told as lost, and was never there.
    heard = _lost_first(reader, known, window[1])
    known = {scope: since for scope, since in known.items() if scope in heard}
    unheard = [scope for scope in granted if scope not in known and kept.whole]
    known |= dict.fromkeys(_seen_until_now(reader, unheard, window), kept.whole)
    known = {scope: since for scope, since in known.items() if since >= max(1, reader.min_cursor)}
    numbers = _changed_numbers(reader.connection, known)
    return [
        replace(each, since=known[each.scope], n_rows=numbers.get(each.scope, 0))
        if each.granted and each.scope in known and numbers.get(each.scope, 0) <= limit
        else each
        for each in changes
    ]


def _seen_until_now(reader: Reader, scopes: Collection[str], window: tuple[int, int]) -> list[str]:
    """List the scopes that the user saw where the laptop had read everything, and whose loss it has not heard of.

    They are those of which the first that has happened since then is that they were lost, within this window. What was
    before is not read: somebody may have been granted very much in all the years.
    """
    start, until = window
    asked = {"user": reader.user, "start": start, "until": until}
    lost = {row[0] for row in _REVOKED.rows(reader.connection, **asked)} if scopes else set()
    first = _lost_first(reader, dict.fromkeys(lost.intersection(scopes), reader.kept.whole), until)
    return [scope for scope, seq in first.items() if seq > start]


def _lost_first(reader: Reader, known: Mapping[str, int], until: int) -> dict[str, int]:
    """Give where scopes were lost of which that is the first that has happened since a position: seen until then."""
    first: dict[str, tuple[int, str]] = {}
    for part, low in _parts(known):
        event = SCOPE_EVENT.c
        told = select(event.scope, event.seq, event.kind).where(event.user_id == reader.user, event.scope.in_(part))
        rows = reader.connection.execute(told.where(*_between(low, until)).order_by(event.seq))
        for scope, seq, kind in (each for each in rows if each.seq > known[each.scope]):
            first.setdefault(scope, (seq, kind))
    return {scope: seq for scope, (seq, kind) in first.items() if kind == REVOKE}


def _between(start: int | BindParameter[int], until: int | BindParameter[int]) -> tuple[ColumnElement[bool], ...]:
    event = SCOPE_EVENT.c
    return event.shard == SHARD, event.seq > start, event.seq <= until


_REVOKED: Final = Prepared(
    lambda _among: (
        select(SCOPE_EVENT.c.scope)
        .distinct()
        .where(SCOPE_EVENT.c.user_id == bindparam("user"), SCOPE_EVENT.c.kind == REVOKE)
        .where(*_between(bindparam("start"), bindparam("until")))
    )
)


def _changed_numbers(connection: Connection, known: Mapping[str, int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for part, low in _parts(known):
        for kind in _kinds_of(part):
            table = CODECS[_KINDS[kind]].table
            later = select(table.c.scope, func.count()).where(table.c.scope.in_(part), table.c.version > low)
            for scope, number in connection.execute(later.group_by(table.c.scope)):
                found[scope] = found.get(scope, 0) + number
    return found


def _changed_rows(connection: Connection, known: Mapping[str, int]) -> Iterator[GrantedRow]:
    for part, low in _parts(known):
        for kind in _kinds_of(part):
            codec = CODECS[_KINDS[kind]]
            later = codec.table.c.scope.in_(part), codec.table.c.version > low
            for raw in connection.execute(codec.select().where(*later)):
                yield _row(codec.name, raw)


def _left(connection: Connection, user: str, known: Mapping[str, int]) -> list[Gone]:
    """List what left these scopes since, and lies where the user does not see it."""
    left: dict[tuple[str, str], None] = {}
    for part, low in _parts(known):
        line = CHANGE_LOG.c
        leaving = line.scope.in_(part), line.seq > low, line.op.in_([Op.MOVE_OUT.value, Op.FORGET.value])
        found = connection.execute(select(line.type, line.record).where(line.shard == SHARD, *leaving))
        left.update(((kind, record), None) for kind, record in found)
    by_kind: dict[str, list[str]] = {}
    for kind, record in left:
        by_kind.setdefault(kind, []).append(record)
    lies = {
        (kind, raw[0]): raw[1] for kind, ids in by_kind.items() for raw in CODECS[kind].by_id.rows(connection, ids=ids)
    }
    seen = seen_among(connection, user, lies.values())
    return [Gone(type=kind, id=record) for kind, record in left if lies.get((kind, record)) not in seen]


def _parts(known: Mapping[str, int]) -> Iterator[tuple[list[str], int]]:
    """Part scopes into lists for a statement each, with the lowest of their positions: more rows do no harm."""
    for part in in_parts(known):
        yield part, min(known[each] for each in part)


def _fitting(changes: Sequence[_Change], room: int) -> int:
    """Count how many of the changes, from the first on, have rows that fit into a page together."""
    for count, each in enumerate(changes):
        room -= each.n_rows
        if room < 0:
            return count
    return len(changes)


def _changes(connection: Connection, user: str, start: int, delivery: Delivery) -> tuple[list[_Change], str | None]:
    """Work out the net effect per scope, in the order of scopes; the second value is set when there are more."""
    rows = _EFFECTS.rows(connection, user=user, start=start, until=delivery.until, scope=delivery.scope)
    found = []
    for scope, seq, kind, granted_seq, n_rows in rows[:_EVENTS]:
        if kind == REVOKE:
            found.append(_Change(scope, seq, granted=False, n_rows=0))
        elif granted_seq == seq:
            found.append(_Change(scope, seq, granted=True, n_rows=n_rows or 0))
        # A grant that was taken back after the window is not told: its rows may not be shown any more.
    return found, rows[_EVENTS - 1][0] if len(rows) > _EVENTS else None


def _effects(_among: Among) -> Select[Any]:
    event = SCOPE_EVENT.c
    user: ColumnElement[str] = bindparam("user")
    latest = (
        select(event.scope, func.max(event.seq).label("seq"))
        .where(event.user_id == user, event.scope > bindparam("scope"))
        .where(*_between(bindparam("start"), bindparam("until")))
        .group_by(event.scope)
        .order_by(event.scope)
        .limit(_EVENTS + 1)
        .subquery()
    )
    of_user = and_(
        event.shard == SHARD, event.user_id == user, event.seq == latest.c.seq, event.scope == latest.c.scope
    )
    return (
        select(latest.c.scope, latest.c.seq, event.kind, USER_SCOPE.c.granted_seq, ACCOUNT_HEAD.c.n_rows)
        .select_from(latest)
        .join(SCOPE_EVENT, of_user)
        .outerjoin(USER_SCOPE, and_(USER_SCOPE.c.user_id == user, USER_SCOPE.c.scope == latest.c.scope))
        .outerjoin(ACCOUNT_HEAD, ACCOUNT_HEAD.c.scope == latest.c.scope)
        .order_by(latest.c.scope)
    )


_EFFECTS: Final = Prepared(_effects)


def _whole_scopes(connection: Connection, scopes: list[str]) -> Iterator[GrantedRow]:
    for part in in_parts(scopes):
        for kind in _kinds_of(part):
            codec = CODECS[_KINDS[kind]]
            for raw in codec.by_scope.rows(connection, scopes=part):
                yield _row(codec.name, raw)


def _at(delivery: Delivery, scope: str, kind: int = -1, record: str = "") -> Delivery:
    """Name another place in the same window."""
    return replace(delivery, scope=scope, kind=kind, record=record)


def part_of_scope(connection: Connection, at: Delivery, limit: int) -> tuple[list[GrantedRow], Delivery | None]:
    """Read rows of one large scope in the order of types and ids; the second value is where the rest begins."""
    rows: list[GrantedRow] = []
    record = at.record
    for kind in (each for each in _kinds_of([at.scope]) if each >= at.kind):
        codec = CODECS[_KINDS[kind]]
        room = limit - len(rows)
        found = codec.in_scope.rows(connection, scope=at.scope, record=record, room=room + 1)
        rows += [_row(codec.name, raw) for raw in found[:room]]
        if len(found) > room:
            after = rows[-1].id if room else record
            return rows, _at(at, at.scope, kind, after)
        record = ""
    return rows, None


def _kinds_of(scopes: list[str]) -> Iterator[int]:
    """Give the places of the record types that can have rows in these scopes."""
    return (place for place in range(len(_KINDS)) if (place in _SHARED) == (SHARED_SCOPE in scopes))


def _still_seen(connection: Connection, user: str, scope: str) -> bool:
    return bool(seen_among(connection, user, [scope]))


def _row(kind: str, raw: Any) -> GrantedRow:  # noqa: ANN401 - a row of the table
    return GrantedRow(kind, raw[0], CODECS[kind].wire.row(raw))
