"""The office's side of the mass-change brake: deletions to which nobody agreed are counted over several pushes.

A laptop asks its user before it deletes very much in one act. What comes without that word, from a script, an older
program or act after act, is counted here by laptop, and too much of it is held: the deletions are not accepted, their
records stay, and the author is told and may send them again with the word. Everything else in the push goes on.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, func, select

from sync.contract.brake import FEW, is_mass
from sync.contract.clock import instant_text, parse_instant
from sync.contract.fields import Scope
from sync.contract.wire import Mutation, Op, Outcome, Receipt
from sync.server.auth import Caller
from sync.server.bulk import insert_rows
from sync.server.rows import Record, in_parts
from sync.server.schema import DELETION, ENTITY_TABLES
from sync.server.scope import joined
from sync.server.sight import Sight
from sync.server.writer import Writer

WINDOW: Final = timedelta(hours=1)
"""So long deletions of one laptop count together."""

_ACCOUNT: Final = "account"


class Brake:
    """Counts what one push deletes without its author's word."""

    def __init__(self, writer: Writer, caller: Caller) -> None:
        """Nothing is held until it was looked at."""
        self._writer = writer
        self._caller = caller
        self._sight = Sight(writer, caller.user)
        self._gone: dict[str, Counter[str]] = {}
        self.held: frozenset[str] = frozenset()
        self.count = 0

    def look_at(self, mutations: Sequence[Mutation]) -> None:
        """Decide about the deletions among mutations before any of them is applied."""
        deletions = [each for each in mutations if each.op is Op.DELETE and not each.consent]
        found = {each.id: record for each in deletions if (record := self._present(each)) is not None}
        if not found:
            return
        self._gone = self._with_what_follows(found)
        earlier = self._earlier()
        gone = sum(self._gone.values(), Counter[str]())
        if is_mass(gone + earlier, self._seen(gone + earlier, earlier)):
            self.held, self.count = frozenset(found), gone.total()

    def remember(self, receipts: Iterable[Receipt]) -> None:
        """Count what was deleted, for the pushes that follow."""
        done = [each.mutation for each in receipts if each.mutation in self._gone and each.outcome is Outcome.APPLIED]
        if not done:
            return
        connection, client = self._writer.connection, self._caller.client
        connection.execute(delete(DELETION).where(DELETION.c.client_id == client, DELETION.c.at < self._since()))
        rows = [
            {"mutation_id": each, "type": kind, "client_id": client, "n_rows": count, "at": self._writer.now}
            for each in done
            for kind, count in self._gone[each].items()
        ]
        insert_rows(connection, DELETION, rows)

    def _present(self, mutation: Mutation) -> Record | None:
        """Give the record that a deletion would take away, ``None`` where it takes nothing away."""
        found = self._sight.record_or_none(mutation)
        return None if found is None or found.deleted else found

    def _with_what_follows(self, found: dict[str, Record]) -> dict[str, Counter[str]]:
        """Count records by deletion and type: with an account goes all that is in its scope."""
        accounts = {record.id for record in found.values() if record.type == _ACCOUNT}
        within = self._within(accounts)
        gone: dict[str, Counter[str]] = {}
        for mutation, record in found.items():
            if record.type == _ACCOUNT:
                gone[mutation] = within.get(record.id, Counter()) + Counter({_ACCOUNT: 1})
            else:
                # Deleted beside its account it is counted there already.
                gone[mutation] = Counter({} if record.scope in accounts else {record.type: 1})
        return gone

    def _within(self, accounts: Iterable[str]) -> dict[str, Counter[str]]:
        found: dict[str, Counter[str]] = {}
        below = [each for each in self._writer.catalogue if each.scope is Scope.ACCOUNT]
        for part in in_parts(sorted(accounts)):
            for record in below:
                table = ENTITY_TABLES[record.name]
                live = (
                    select(table.c.scope, func.count())
                    .where(table.c.scope.in_(part), table.c.deleted_seq.is_(None))
                    .group_by(table.c.scope)
                )
                for scope, count in self._writer.connection.execute(live):
                    found.setdefault(scope, Counter())[record.name] = count
        return found

    def _earlier(self) -> Counter[str]:
        """Count what this laptop deleted lately without a word."""
        lately = (
            select(DELETION.c.type, func.sum(DELETION.c.n_rows))
            .where(DELETION.c.client_id == self._caller.client, DELETION.c.at >= self._since())
            .group_by(DELETION.c.type)
        )
        return Counter({kind: int(count) for kind, count in self._writer.connection.execute(lately)})

    def _seen(self, gone: Counter[str], earlier: Counter[str]) -> dict[str, int]:
        """Count what the author has of the kinds in question; asked only where a share could matter."""
        held: dict[str, int] = {}
        for kind, count in gone.items():
            if count >= FEW:
                table = ENTITY_TABLES[kind]
                rows = select(func.count()).select_from(joined(table, self._caller.user))
                live = self._writer.connection.scalar(rows.where(table.c.deleted_seq.is_(None)))
                held[kind] = int(live or 0) + earlier[kind]
        return held

    def _since(self) -> str:
        return instant_text(parse_instant(self._writer.now) - WINDOW)
