"""The office's side of the mass-change brake: deletions to which nobody agreed are counted over several pushes.

A laptop asks its user before it deletes very much in one act. What comes without that word, from an older program or a
script, is counted here by act, and what a laptop deletes act by act by number; too much of it is held: the deletions
are not accepted, their records stay, and the author is told and may send them again with the word. Everything else in
the push goes on.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Final

from sqlalchemy import bindparam, func, select, text

from sync.contract.brake import FEW, MOST, is_mass
from sync.contract.clock import instant_text, parse_instant
from sync.contract.fields import Scope
from sync.contract.wire import Mutation, Op, Outcome, Receipt
from sync.server.auth import Caller
from sync.server.bulk import insert_rows, run_for_rows
from sync.server.merged import family_of
from sync.server.prepared import Prepared
from sync.server.rows import Record
from sync.server.schema import DELETION, ENTITY_TABLES
from sync.server.scope import joined
from sync.server.sight import Sight
from sync.server.writer import Writer

WINDOW: Final = timedelta(hours=1)
"""So long deletions of one laptop count together."""

_ACCOUNT: Final = "account"

_FORGET: Final = text("DELETE FROM deletion WHERE client_id = :client_id AND at < :since")
_LATELY: Final = Prepared(
    lambda _among: (
        select(DELETION.c.command, DELETION.c.type, func.sum(DELETION.c.n_rows))
        .where(DELETION.c.client_id == bindparam("client"), DELETION.c.at >= bindparam("since"))
        .group_by(DELETION.c.command, DELETION.c.type)
    )
)


@lru_cache(maxsize=64)
def _live_in(kind: str) -> Prepared:
    table = ENTITY_TABLES[kind]
    live = select(table.c.scope, func.count()).where(table.c.deleted_seq.is_(None)).group_by(table.c.scope)
    return Prepared(lambda among: live.where(among(table.c.scope, "scopes")))


@dataclass(frozen=True, slots=True)
class _Deletion:
    """A deletion without a word, with what it takes away by type."""

    mutation: Mutation
    gone: Counter[str]


class Brake:
    """Counts what one push deletes without its author's word."""

    def __init__(self, writer: Writer, caller: Caller, sight: Sight) -> None:
        """Nothing is held until it was looked at."""
        self._writer = writer
        self._caller = caller
        self._sight = sight
        self._counted: dict[str, _Deletion] = {}
        self._made: Counter[str] = Counter()
        self.held: Mapping[str, int] = {}
        """The deletions that are held, by mutation, with how many records their act would take away in this push."""

    def look_at(self, mutations: Sequence[Mutation]) -> None:
        """Decide about the deletions among mutations before any of them is applied."""
        deletions = [each for each in mutations if each.op is Op.DELETE and not each.consent]
        found = [(each, record) for each in deletions if (record := self._present(each)) is not None]
        if not found:
            return
        # What comes with this push its author has too.
        self._made = Counter(each.type for each in mutations if each.op is Op.CREATE)
        counted = self._with_what_follows(found)
        self._counted = {each.mutation.id: each for each in counted}
        earlier = self._earlier()
        self.held = self._held_by_act(counted, earlier)
        left = [each for each in counted if each.mutation.id not in self.held]
        together = _total(each.gone for each in left)
        # Act by act too much is a matter of number alone: each of a rep's single deletions was meant.
        if together.total() + _total(earlier.values()).total() >= MOST:
            self.held = {**self.held, **dict.fromkeys((each.mutation.id for each in left), together.total())}

    def _held_by_act(self, counted: Sequence[_Deletion], earlier: Mapping[str | None, Counter[str]]) -> dict[str, int]:
        held: dict[str, int] = {}
        for command in {each.mutation.command for each in counted}:
            mine = [each for each in counted if each.mutation.command == command]
            gone, before = _total(each.gone for each in mine), earlier.get(command, Counter())
            if is_mass(gone + before, self._seen(gone + before, before)):
                held.update(dict.fromkeys((each.mutation.id for each in mine), gone.total()))
        return held

    def remember(self, receipts: Iterable[Receipt]) -> None:
        """Count what was deleted, for the pushes that follow."""
        applied = (each.mutation for each in receipts if each.outcome is Outcome.APPLIED)
        done = [self._counted[each] for each in applied if each in self._counted]
        if not done:
            return
        connection, client = self._writer.connection, self._caller.client
        run_for_rows(connection, _FORGET, [{"client_id": client, "since": self._since()}])
        rows = [
            {
                "mutation_id": each.mutation.id,
                "type": kind,
                "client_id": client,
                "command": each.mutation.command,
                "n_rows": count,
                "at": self._writer.now,
            }
            for each in done
            for kind, count in each.gone.items()
        ]
        insert_rows(connection, DELETION, rows)

    def _present(self, mutation: Mutation) -> Record | None:
        """Give the record that a deletion would take away, ``None`` where it takes nothing away."""
        found = self._sight.record_or_none(mutation)
        return None if found is None or found.deleted else found

    def _with_what_follows(self, found: Sequence[tuple[Mutation, Record]]) -> list[_Deletion]:
        """Count records by deletion and type: with an account goes all that is in its scope."""
        accounts = {record.id for _, record in found if record.type == _ACCOUNT}
        within = self._within(accounts)
        counted = []
        for mutation, record in found:
            if record.type == _ACCOUNT:
                gone = within.get(record.id, Counter[str]()) + Counter({_ACCOUNT: 1})
            else:
                # Deleted beside its account it is counted there already.
                gone = Counter({} if record.scope in accounts else {record.type: 1})
            counted.append(_Deletion(mutation, gone))
        return counted

    def _within(self, accounts: Iterable[str]) -> dict[str, Counter[str]]:
        found: dict[str, Counter[str]] = {}
        below = [each for each in self._writer.catalogue if each.scope is Scope.ACCOUNT]
        goes_with = {one: each for each in accounts for one in family_of(self._writer, each)}
        wanted = sorted(goes_with)
        for record in below if wanted else ():
            for scope, count in _live_in(record.name).rows(self._writer.connection, scopes=wanted):
                found.setdefault(goes_with[scope], Counter())[record.name] += count
        return found

    def _earlier(self) -> dict[str | None, Counter[str]]:
        """Count by act and type what this laptop deleted lately without a word."""
        found: dict[str | None, Counter[str]] = {}
        asked = {"client": self._caller.client, "since": self._since()}
        for command, kind, count in _LATELY.rows(self._writer.connection, **asked):
            found.setdefault(command, Counter())[kind] = int(count)
        return found

    def _seen(self, gone: Counter[str], earlier: Counter[str]) -> dict[str, int]:
        """Count what the author has of the kinds in question; asked only where a share could matter."""
        held: dict[str, int] = {}
        for kind, count in gone.items():
            if count >= FEW:
                table = ENTITY_TABLES[kind]
                rows = select(func.count()).select_from(joined(table, self._caller.user))
                live = self._writer.connection.scalar(rows.where(table.c.deleted_seq.is_(None)))
                held[kind] = int(live or 0) + earlier[kind] + self._made[kind]
        return held

    def _since(self) -> str:
        return instant_text(parse_instant(self._writer.now) - WINDOW)


def _total(counts: Iterable[Counter[str]]) -> Counter[str]:
    return sum(counts, Counter[str]())
