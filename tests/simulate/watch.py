"""Watches laptops while a history is lived through: what was saved, and what may never go back."""

import json
from typing import Any

from desktop.store.connections import raw
from desktop.store.selecting import stored_row
from tests.helpers import oracle
from tests.helpers.oracle import Ledger
from tests.simulate.worlds import SimLaptop, SimWorld

_SAVED = "SELECT n, mutation, base FROM journal WHERE n > ? AND origin = 'local' AND mutation IS NOT NULL"
_UNSENT = "SELECT type, record, new FROM journal WHERE outcome IS NULL AND origin = 'local' AND op = 'patch' ORDER BY n"
_AHEAD = (
    "SELECT max(seq) > (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'seq') FROM journal "
    "WHERE origin = 'local' AND outcome IS NOT NULL"
)
_CHAINS = "SELECT seq_to, chain FROM tx_log"
_STANDING = "SELECT key, value FROM meta WHERE key IN ('seq', 'cursor')"


class Watch:
    """What was seen of one history: on which laptops each saved edit lies (``held``), and what its author had seen."""

    def __init__(self, world: SimWorld) -> None:
        self.held: dict[str, set[str]] = {}
        self.bases: dict[str, int] = {}
        self.office_went_back = False
        self.ahead: set[str] = set()
        self._first_bases: dict[str, int] = {}
        self._lost_chains: set[tuple[int, bytes]] = set()
        self._world = world
        self._archive: Ledger | None = None
        self._archive_of_backup: Ledger | None = None
        self._read: dict[str, int] = {}
        self._seq: dict[str, int] = {}
        for laptop in world.laptops:
            self._read[laptop.name] = 0
            self.saved(laptop)

    def saved(self, laptop: SimLaptop) -> None:
        """Take note of what was saved since the last look."""
        with laptop.database.reading() as connection:
            for n, mutation, base in raw(connection).execute(_SAVED, (self._read[laptop.name],)):
                self.held.setdefault(mutation, set()).add(laptop.name)
                self.bases.setdefault(mutation, base or 0)
                self._first_bases.setdefault(mutation, base or 0)
                self._read[laptop.name] = n

    def look(self, laptop: SimLaptop) -> None:
        """Look at what must hold at any time: own edits are seen (I8), the position never goes back (I6)."""
        with laptop.database.reading() as connection:
            standing: dict[str, Any] = {key: json.loads(text) for key, text in raw(connection).execute(_STANDING)}
            wanted: dict[tuple[str, str], dict[str, Any]] = {}
            for record_type, record, new in raw(connection).execute(_UNSENT):
                wanted.setdefault((record_type, record), {}).update(json.loads(new))
            rows = {key: stored_row(connection, laptop.database.schema, *key) for key in wanted}
        self._check_position(laptop, standing)
        for (record_type, record), row in rows.items():
            assert row is not None, f"{laptop.name} does not see {record_type} {record[-8:]}, which it has edited"
            for name, value in wanted[record_type, record].items():
                seen = row.values.get(name)
                assert seen == value, (
                    f"{laptop.name} does not see its own edit: {name} of {record_type} {record[-8:]} "
                    f"is {seen!r}, not {value!r}"
                )

    def copied(self, laptop: SimLaptop, copy: SimLaptop) -> None:
        """Take note that a laptop was copied."""
        self._read[copy.name] = self._read[laptop.name]
        for holders in (*self.held.values(), self.ahead):
            if laptop.name in holders:
                holders.add(copy.name)

    def set_back(self, laptop: SimLaptop) -> None:
        """Take note that what a laptop had since its backup went with its disk."""
        for holders in self.held.values():
            holders.discard(laptop.name)
        self._read[laptop.name] = 0
        self._seq.pop(laptop.name, None)
        self.saved(laptop)

    def archive(self) -> None:
        """Keep what the office has on paper before it forgets some of it."""
        self._archive = self.ledger()

    def ledger(self) -> Ledger:
        """Give what the office has on paper, with what it has forgotten since."""
        found = oracle.read_ledger(self._world.office.log.storage)
        return found if self._archive is None else _joined(self._archive, found)

    def office_backed_up(self) -> None:
        """Take note that what is forgotten now will be so again."""
        self._archive_of_backup = self._archive

    def office_lost(self) -> None:
        """Take note of the history that is about to be lost."""
        self._lost_chains |= self._chains()

    def had_seen(self, mutation: str, position: int) -> bool:
        """Tell whether an edit's author had seen the log up to there, in this history or in one that was the same.

        An edit that comes again in the same order makes the same line, so a lost history may go on as it was.
        """
        if position <= self.bases.get(mutation, position):
            return True
        lived_again = {seq for seq, _chain in self._chains() & self._lost_chains}
        return position <= self._first_bases[mutation] and position in lived_again

    def _chains(self) -> set[tuple[int, bytes]]:
        with self._world.office.log.storage.reading() as connection:
            return {(seq, bytes(chain)) for seq, chain in raw(connection).execute(_CHAINS)}

    def office_set_back(self) -> None:
        """Take note that positions count anew."""
        self._archive = self._archive_of_backup
        with self._world.office.log.storage.reading() as connection:
            head = int(raw(connection).execute("SELECT seq FROM shard_head").fetchone()[0])
        self.bases = {mutation: min(base, head) for mutation, base in self.bases.items()}
        self.office_went_back = True
        self._seq.clear()
        self._note_who_is_ahead()

    def _note_who_is_ahead(self) -> None:
        """Take note of whose rows are of the lost history though their position is not: they had receipts, and no pull.

        Where an edit came twice, and so is in both histories, only the sums tell that its row stands elsewhere.
        """
        for laptop in self._world.laptops:
            with laptop.database.reading() as connection:
                if raw(connection).execute(_AHEAD).fetchone()[0]:
                    self.ahead.add(laptop.name)

    def _check_position(self, laptop: SimLaptop, standing: dict[str, Any]) -> None:
        if standing.get("cursor") is None:
            self._seq.pop(laptop.name, None)
            return
        seq = int(standing.get("seq") or 0)
        # While the office was set back, a laptop notices only with its next sync and counts anew then.
        before = self._seq.get(laptop.name, 0)
        assert seq >= before or self.office_went_back, f"{laptop.name} went back from {before} to {seq}"
        self._seq[laptop.name] = seq


def _joined(before: Ledger, now: Ledger) -> Ledger:
    lines = {each.seq: each for each in (*now.lines, *before.lines)}
    return Ledger(
        lines=[lines[seq] for seq in sorted(lines)],
        sent={**now.sent, **before.sent},
        clients={**before.clients, **now.clients},
        outcomes={**before.outcomes, **now.outcomes},
        proposals={**before.proposals, **now.proposals},
        points=now.points,
    )
