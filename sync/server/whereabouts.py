"""Where a record was since a log position, and whether a user saw it there: told from the ordered events, not from now.

A record may have moved between scopes, and a user may have been granted and revoked each of them. Lines that the
transaction under way has not written yet count too.
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, and_, bindparam, or_, select

from sync.contract.wire import Op
from sync.server.prepared import Among, Prepared
from sync.server.rows import Record
from sync.server.schema import CHANGE_LOG, SCOPE_EVENT, SHARD
from sync.server.scope import GRANT
from sync.server.writer import Writer

_END: Final = 2**62


@dataclass(frozen=True, slots=True)
class Stay:
    """A record lay in a scope from position ``begin`` up to ``end``; ``maker`` is who made it there, if it was made."""

    scope: str
    begin: int
    end: int
    maker: str | None = None


@dataclass(frozen=True, slots=True)
class _Arrival:
    """How a record came into a scope: made there, or moved from another one."""

    seq: int
    maker: str | None
    left: str | None


class Whereabouts:
    """Answers about one user within one transaction."""

    def __init__(self, writer: Writer, user: str) -> None:
        """``user`` is whose view is asked about."""
        self._writer = writer
        self._user = user
        self._events: dict[str, list[tuple[int, bool]]] = {}

    def saw_record(self, record: Record, since: int) -> bool:
        """Tell whether the user had a record in view at a position or at any time after it, or made it since."""
        return any(
            stay.maker == self._user or self.saw_scope(stay.scope, stay.begin, stay.end)
            for stay in self._stays(record, since)
        )

    def saw_scope(self, scope: str, since: int, until: int = _END) -> bool:
        """Tell whether the user had a scope in view at a position or at any time between it and the other."""
        granted = False
        for seq, is_grant in self._events_of(scope):
            if seq > until:
                break
            if seq > since and is_grant:
                return True
            if seq <= since:
                granted = is_grant
        return granted

    def _stays(self, record: Record, since: int) -> list[Stay]:
        stays: list[Stay] = []
        scope, end = record.scope, _END
        while True:
            arrival = self._arrival(record, scope, since, end)
            if arrival is None:
                return [*stays, Stay(scope, since, end)]
            stays.append(Stay(scope, arrival.seq, end, arrival.maker))
            if arrival.left is None:
                return stays
            scope, end = arrival.left, arrival.seq

    def _arrival(self, record: Record, scope: str, since: int, end: int) -> _Arrival | None:
        """Find the last time before ``end`` at which a record came into a scope, if that was after ``since``."""
        entries = self._writer.entries
        for place in range(len(entries) - 1, -1, -1):
            line = entries[place]
            if (line.type, line.record, line.scope) != (record.type, record.id, scope) or line.seq >= end:
                continue
            before = entries[place - 1] if place else None
            if line.op is Op.CREATE:
                return _Arrival(line.seq, line.author.user, None)
            if before is not None and (before.op, before.record) == (Op.MOVE_OUT, record.id):
                return _Arrival(line.seq, None, before.scope)
        asked = {"scope": scope, "type": record.type, "record": record.id, "since": since, "end": end}
        row = _ARRIVAL.row(self._writer.connection, **asked)
        if row is None:
            return None
        seq, op, actor, left = row
        return _Arrival(seq, actor, None) if op == Op.CREATE else _Arrival(seq, None, left)

    def _events_of(self, scope: str) -> list[tuple[int, bool]]:
        if scope not in self._events:
            rows = _EVENTS.rows(self._writer.connection, user=self._user, scopes=[scope])
            self._events[scope] = [(seq, kind == GRANT) for seq, kind in rows]
        return self._events[scope]


def _arrivals(_among: Among) -> Select[Any]:
    line, before = CHANGE_LOG.c, CHANGE_LOG.alias("before")
    # A move is written as two lines, one after the other: it leaves the old scope and is changed in the new one.
    moved = and_(
        before.c.shard == line.shard,
        before.c.seq == line.seq - 1,
        before.c.op == Op.MOVE_OUT.value,
        before.c.record == line.record,
    )
    return (
        select(line.seq, line.op, line.actor, before.c.scope)
        .select_from(CHANGE_LOG.outerjoin(before, moved))
        .where(
            line.shard == SHARD,
            line.scope == bindparam("scope"),
            line.seq > bindparam("since"),
            line.seq < bindparam("end"),
            line.record == bindparam("record"),
            line.type == bindparam("type"),
            line.op != Op.MOVE_OUT.value,
            or_(line.op == Op.CREATE.value, before.c.seq.is_not(None)),
        )
        .order_by(line.seq.desc())
        .limit(1)
    )


def _events(among: Among) -> Select[Any]:
    event = SCOPE_EVENT.c
    return (
        select(event.seq, event.kind)
        .where(event.shard == SHARD, event.user_id == bindparam("user"), among(event.scope, "scopes"))
        .order_by(event.seq)
    )


_ARRIVAL: Final = Prepared(_arrivals)
_EVENTS: Final = Prepared(_events)
