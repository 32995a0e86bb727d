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
from sync.server.scope import GRANT, seen_among
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
        self._events: dict[tuple[str, int], tuple[int, str] | None] = {}

    def saw_record(self, record: Record, since: int) -> bool:
        """Tell whether the user had a record in view at a position or at any time after it, or made it since."""
        return any(
            stay.maker == self._user or self.saw_scope(stay.scope, stay.begin, stay.end)
            for stay in self._stays(record, since)
        )

    def saw_scope(self, scope: str, since: int, until: int = _END) -> bool:
        """Tell whether the user had a scope in view at a position or at any time between it and the other."""
        following = self._event_after(scope, since)
        if following is None:
            return bool(seen_among(self._writer.connection, self._user, [scope]))
        seq, kind = following
        # What is taken away was in view until then.
        return kind != GRANT or seq <= until

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

    def _event_after(self, scope: str, since: int) -> tuple[int, str] | None:
        """Give the first grant or revocation of a scope after a position; of a long past no events are read."""
        if (scope, since) not in self._events:
            asked = {"user": self._user, "scope": scope, "since": since}
            self._events[scope, since] = _EVENT_AFTER.row(self._writer.connection, **asked)
        return self._events[scope, since]


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


def _event_after(_among: Among) -> Select[Any]:
    event = SCOPE_EVENT.c
    return (
        select(event.seq, event.kind)
        .where(
            event.shard == SHARD,
            event.user_id == bindparam("user"),
            event.seq > bindparam("since"),
            event.scope == bindparam("scope"),
        )
        .order_by(event.seq)
        .limit(1)
    )


_ARRIVAL: Final = Prepared(_arrivals)
_EVENT_AFTER: Final = Prepared(_event_after)
