"""What must hold when a history has come to rest: the oracle's promises, asked in the cheapest way, and a few more."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import Any

from desktop.domain.listing import Listing
from desktop.store import aliases
from desktop.store.connections import raw
from sync.contract.brake import is_mass
from sync.contract.entities import CATALOGUE
from sync.contract.values import columns
from sync.contract.wire import Op, Outcome
from sync.server.schema import ENTITY_TABLES
from tests.helpers import oracle
from tests.helpers.oracle import Ledger
from tests.simulate.acts import POISON
from tests.simulate.watch import Watch
from tests.simulate.worlds import SimLaptop, SimWorld

Key = tuple[str, str]
Rows = dict[Key, tuple[Any, ...]]

_KEPT = "SELECT scope FROM frozen_scope"
_EXCUSED = (
    "SELECT mutation FROM journal WHERE origin = 'local' AND (outcome IN ('rejected', 'quarantined') OR purged = 1)"
)
_AGREED = "SELECT type, record FROM agreed"
_SHARED = "*"
_OWN = ("scope", "version", "deleted", "custom")


def judge(world: SimWorld, watch: Watch) -> None:
    """Check everything about a world that has come to rest.

    Raises:
        AssertionError: a promise is broken; the message says which.
    """
    storage = world.office.log.storage
    ledger = watch.ledger()
    with storage.reading() as connection:
        office = dict(_rows(raw(connection), "deleted_seq IS NOT NULL"))
        views = Views(raw(connection))
    for laptop in world.laptops:
        check_laptop(laptop, office, views)
        check_merges(laptop, views)
        oracle.check_nothing_lost(ledger, laptop, office_went_back=watch.office_went_back)
    oracle.check_log(ledger)
    oracle.check_counters(ledger)
    for line in ledger.lines:
        oracle.check_tags(ledger, line)
        oracle.check_text(ledger, line)
    check_saved_edits_arrived(ledger, watch, world.laptops)
    check_bases_are_true(ledger, watch)
    check_deletions_were_knowing(ledger)
    check_deletions_were_agreed_to(world, ledger, office)
    check_stored_files_are_there(world, office)
    check_poison_was_alone(ledger)
    check_deleted_stays_deleted(ledger)
    check_copies_parted(world.laptops)


def check_laptop(laptop: SimLaptop, office: Rows, views: "Views") -> None:
    """Check I3, I4, I8 for one laptop: nothing unsent, and the office's rows of exactly what its user sees."""
    assert laptop.unsent == 0, f"{laptop.name} still has unsent edits"
    with laptop.database.reading() as connection:
        driver = raw(connection)
        kept = {"", *(row[0] for row in driver.execute(_KEPT))}
        held = {key: row for key, row in _rows(driver, "deleted") if row[0] not in kept}
        left = [each for each in driver.execute(_AGREED) if tuple(each) in held]
    assert not left, f"{laptop.name} keeps agreed values without an edit: {left}"
    seen = views.of(laptop.user)
    wanted = {key: row for key, row in office.items() if row[0] in seen}
    if held == wanted:
        return
    assert held.keys() == wanted.keys(), f"{laptop.name} holds other records: {held.keys() ^ wanted.keys()}"
    for key, row in wanted.items():
        assert held[key] == row, f"{laptop.name} differs in {key}:\n  here   {held[key]}\n  office {row}"


def check_merges(laptop: SimLaptop, views: "Views") -> None:
    """Check that merged accounts lead where the office says, and that lists show those that stand for themselves."""
    seen = views.of(laptop.user)
    wanted = views.standing(seen)
    with laptop.database.reading() as connection:
        found = aliases.roots(connection, wanted)
    assert found == wanted, f"{laptop.name} finds other accounts for merged ones: {found} instead of {wanted}"
    shown = set(laptop.reads.ids(Listing("account")))
    assert shown == views.shown(seen), f"{laptop.name} shows other accounts: {shown ^ views.shown(seen)}"


class Views:
    """Who sees which scopes, worked out from the organisation's rows alone."""

    def __init__(self, driver: Any) -> None:
        self._roles = dict(driver.execute("SELECT id, role FROM users WHERE deleted_seq IS NULL"))
        self._everybody = [row[0] for row in driver.execute("SELECT id FROM users")]
        self._parents = dict(driver.execute("SELECT id, parent FROM territories WHERE deleted_seq IS NULL"))
        live = "WHERE deleted_seq IS NULL"
        self._assigned = driver.execute(f'SELECT "user", territory FROM assignments {live}').fetchall()
        self._shares = driver.execute(f'SELECT "user", account FROM shares {live}').fetchall()
        self._accounts = driver.execute("SELECT id, territory, owner FROM accounts").fetchall()
        self._into = dict(driver.execute("SELECT id, merged_into FROM accounts WHERE merged_into IS NOT NULL"))
        self._deleted = {row[0] for row in driver.execute("SELECT id FROM accounts WHERE deleted_seq IS NOT NULL")}

    def root(self, account: str) -> str:
        """Give what stands for an account; a ring has no end, and the office lets none come about."""
        way = [account]
        while way[-1] in self._into:
            way.append(self._into[way[-1]])
            assert way[-1] not in way[:-1], f"accounts are merged into each other in a ring: {way}"
        return way[-1]

    def standing(self, seen: Collection[str]) -> dict[str, str]:
        """Give what stands for every account in view that is merged."""
        return {each: self.root(each) for each in self._into if each in seen}

    def shown(self, seen: Collection[str]) -> set[str]:
        """Give the accounts in view that lists show: those that stand for themselves and are not deleted."""
        return {one for one, _, _ in self._accounts if one in seen and one not in {*self._into, *self._deleted}}

    def of(self, user: str) -> set[str]:
        """Give every scope that somebody sees."""
        if user not in self._roles:
            return set()
        if self._roles[user] == "admin":
            return {_SHARED, *(f"u:{each}" for each in self._everybody), *(row[0] for row in self._accounts)}
        reach = self._reach(user)
        shared = {account for person, account in self._shares if person == user}
        people = {user}
        if self._roles[user] == "manager":
            people |= {person for person, territory in self._assigned if territory in reach}
        own = {one for one, territory, owner in self._accounts if territory in reach or owner == user}
        # Who sees what stands for an account sees it, and nobody else.
        accounts = {one for one, _, _ in self._accounts if self.root(one) in {*own, *shared}}
        return {_SHARED, *(f"u:{each}" for each in people), *accounts}

    def _reach(self, user: str) -> set[str]:
        own = {territory for person, territory in self._assigned if person == user and territory in self._parents}
        if self._roles[user] != "manager":
            return own
        return {each for each in self._parents if own & set(self._upwards(each))}

    def _upwards(self, territory: str) -> Iterator[str]:
        seen: set[str] = set()
        at: str | None = territory
        while at is not None and at not in seen:
            seen.add(at)
            yield at
            at = self._parents.get(at)


def check_saved_edits_arrived(ledger: Ledger, watch: Watch, laptops: Iterable[SimLaptop]) -> None:
    """Check I1, I8 and I14: every edit that some laptop holds has its receipt at the office, or waits for its rep."""
    waiting: set[str] = set()
    if watch.office_went_back:
        for laptop in laptops:
            with laptop.database.reading() as connection:
                waiting |= {row[0] for row in raw(connection).execute(_EXCUSED)}
    arrived = ledger.outcomes.keys() | waiting
    lost = [mutation for mutation, holders in watch.held.items() if holders and mutation not in arrived]
    assert not lost, f"saved edits never arrived: {lost}"


def check_bases_are_true(ledger: Ledger, watch: Watch) -> None:
    """Check that no edit claims to have seen more than its laptop had when it was saved."""
    for mutation, edit in ledger.sent.items():
        claimed = edit.get("base") or 0
        seen = watch.bases.get(mutation)
        assert watch.had_seen(mutation, claimed), f"{mutation} claims to have seen {claimed}, and had seen {seen}"


def check_deletions_were_knowing(ledger: Ledger) -> None:
    """Check that nobody's edit went with a record whose deletion was decided without it."""
    for line in ledger.lines:
        if line.op != Op.DELETE or line.mutation is None:
            continue
        edit = ledger.sent[line.mutation]
        if edit.get("op") != Op.DELETE:
            continue
        for other in ledger.by_record[line.type, line.record]:
            unseen = edit["base"] < other.seq < line.seq and other.op == Op.PATCH and other.client != line.client
            assert not unseen or other.mutation is None, f"{line.mutation} deleted what {other.mutation} had written"


def check_deletions_were_agreed_to(world: SimWorld, ledger: Ledger, office: Rows) -> None:
    """Check that of one act, in one push, the office deleted no mass of a kind without its author's word.

    What came to be with the same push does not count: nobody else ever had it.
    """
    alike = Counter(kind for kind, _record in office)
    with world.office.log.storage.reading() as connection:
        came = raw(connection).execute("SELECT mutation_id, received_at FROM mutation").fetchall()
    edits = [(at, ledger.sent[mutation], ledger.outcomes[mutation]) for mutation, at in came]
    made = {(at, edit["record"]) for at, edit, _outcome in edits if edit["op"] == Op.CREATE}
    together: Counter[tuple[str, str, str]] = Counter()
    for at, edit, outcome in edits:
        unasked = edit["op"] == Op.DELETE and not edit.get("consent") and (at, edit["record"]) not in made
        if unasked and outcome is Outcome.APPLIED:
            together[edit.get("command") or "", at, edit["type"]] += 1
    for (command, at, kind), count in together.items():
        assert not is_mass({kind: count}, alike), f"{count} of kind {kind} were deleted at {at} by {command} unasked"


def check_stored_files_are_there(world: SimWorld, office: Rows) -> None:
    """Check I19: what is called stored is there, and its bytes hash to its name."""
    names = [column.name for each in CATALOGUE["attachment"].stored_fields for column in columns(each)]
    at, state = (len(_OWN) + names.index(name) for name in ("sha256", "blob_state"))
    for (record_type, record), row in office.items():
        if record_type == "attachment" and row[state] == "stored" and not row[2]:
            assert world.blobs.disk.is_whole(row[at]), f"attachment {record} says stored, and its bytes are not there"


def check_poison_was_alone(ledger: Ledger) -> None:
    """Check I12: exactly the poisonous edits are in quarantine, with their values."""
    for mutation, edit in ledger.sent.items():
        is_poison = POISON in str(edit.get("fields", {}).get("website"))
        quarantined = ledger.outcomes[mutation] is Outcome.QUARANTINED
        assert is_poison >= quarantined, f"{mutation} is in quarantine without a reason: {edit}"


def check_deleted_stays_deleted(ledger: Ledger) -> None:
    """Check I11: what was deleted comes back only by a line that says so."""
    for key, lines in ledger.by_record.items():
        deleted = False
        for line in lines:
            if line.op in {Op.DELETE, Op.RESTORE}:
                assert deleted == (line.op == Op.RESTORE), f"{key} is {line.op}d twice at {line.seq}"
                deleted = line.op == Op.DELETE
    for line in ledger.lines:
        if line.op == Op.RESTORE and line.mutation is not None and line.type != "conflict":
            asked = ledger.sent[line.mutation]["op"] == Op.RESTORE
            told = any(each.type == "conflict" for each in ledger.by_mutation[line.mutation])
            assert asked or told, f"{line.type} {line.record} came back at {line.seq} and nobody was asked"


def check_copies_parted(laptops: Iterable[SimLaptop]) -> None:
    """Check I13: of two laptops under one id, at most one has edits that the other has not."""
    found: dict[str, list[tuple[str, set[str]]]] = {}
    for laptop in laptops:
        with laptop.database.reading() as connection:
            own = raw(connection).execute("SELECT mutation FROM journal WHERE origin = 'local'")
            edits = {row[0] for row in own}
        found.setdefault(laptop.database.meta.client_id, []).append((laptop.name, edits))
    for together in found.values():
        for name, edits in together:
            for other, others in together:
                apart = edits - others and others - edits
                assert not apart, f"{name} and {other} go on under one id with edits of their own"


def _rows(driver: Any, deleted: str) -> Iterator[tuple[Key, tuple[Any, ...]]]:
    for record_type, select in _selects(deleted):
        for row in driver.execute(select):
            yield (record_type, row[0]), (*row[1:4], json.loads(row[4] or "{}"), *row[5:])


@cache
def _selects(deleted: str) -> list[tuple[str, str]]:
    found = []
    for record in CATALOGUE:
        names = ", ".join(f'"{column.name}"' for each in record.stored_fields for column in columns(each))
        table = ENTITY_TABLES[record.name].name
        found.append((record.name, f"SELECT id, scope, version, {deleted}, custom, {names} FROM {table}"))
    return found
