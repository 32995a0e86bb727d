"""What the author of an edit had seen, told from the log: who changed what since, and whether it was the author."""

from dataclasses import dataclass

from sqlalchemy import bindparam, or_, select

from sync.contract.fields import Values
from sync.contract.merge import Current, Edit
from sync.contract.wire import Mutation
from sync.server.conflicts import Side
from sync.server.merged import family_of
from sync.server.prepared import Prepared
from sync.server.rows import Record
from sync.server.schema import CHANGE_LOG, SHARD
from sync.server.writer import Writer

_LINE = CHANGE_LOG.c
_TOLD = select(_LINE.client_id, _LINE.actor, _LINE.at).where(_LINE.shard == SHARD)
_AT = Prepared(lambda _among: _TOLD.where(_LINE.seq == bindparam("seq")))
_UNSEEN = Prepared(
    lambda among: (
        _TOLD.where(among(_LINE.scope, "scopes"), _LINE.seq > bindparam("seen"))
        .where(or_(_LINE.client_id.is_(None), _LINE.client_id != bindparam("client")))
        .order_by(_LINE.seq.desc())
        .limit(1)
    )
)


@dataclass(frozen=True, slots=True)
class Line:
    """Who made the change at a log position, and from which laptop."""

    client: str | None
    side: Side


class Hindsight:
    """Answers for one laptop within one transaction, lines that are not written yet included."""

    def __init__(self, writer: Writer, client: str) -> None:
        """``client`` is the laptop whose edits are looked at; its own changes are never unseen."""
        self._writer = writer
        self._client = client

    def line(self, seq: int) -> Line:
        """Give who made the change at a position."""
        pending = self._writer.entries
        if pending and seq >= pending[0].seq:
            entry = pending[seq - pending[0].seq]
            return Line(entry.author.client, Side(by=entry.author.user, at=entry.at))
        row = _AT.row(self._writer.connection, seq=seq)
        return Line(None, Side(by=None, at=None)) if row is None else Line(row[0], Side(by=row[1], at=row[2]))

    def current(self, record: Record) -> Current:
        """Give a record as the merge wants it."""
        return Current(record.values, record.fv, lambda name: self.line(record.fv.get(name, 0)).client)

    def edit(self, mutation: Mutation, new: Values) -> Edit:
        """Give an edit as the merge wants it."""
        return Edit(new, mutation.was, mutation.base, self._client, mutation.older)

    def knew_deleted(self, record: Record, mutation: Mutation) -> bool:
        """Tell whether the author of a mutation knew that a record was deleted."""
        seq = record.deleted_seq
        return seq is not None and (seq <= mutation.base or self.line(seq).client == self._client)

    def unseen(self, record: Record, mutation: Mutation) -> Line | None:
        """Find the latest change by others that the author of a deletion had not seen; of an account: in all it has."""
        seen = min([mutation.base, *mutation.older.values()])
        if record.type == "account":
            return self._unseen_in_scope(record.id, seen)
        later = {each for each in (record.version, *record.fv.values()) if each > seen}
        lines = (self.line(each) for each in sorted(later, reverse=True))
        return next((each for each in lines if each.client != self._client), None)

    def _unseen_in_scope(self, account: str, seen: int) -> Line | None:
        scopes = family_of(self._writer, account)
        row = _UNSEEN.row(self._writer.connection, scopes=scopes, seen=seen, client=self._client)
        return None if row is None else Line(row[0], Side(by=row[1], at=row[2]))
