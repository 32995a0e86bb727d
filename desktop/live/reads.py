"""The facade of everything that can be asked of the local store. Thread-safe: each call is one reading transaction."""

from collections.abc import Collection, Mapping, Sequence
from typing import Unpack

from desktop.domain.holdings import Holdings
from desktop.domain.ledger import Ledger
from desktop.domain.listing import Listing
from desktop.domain.overviews import AccountOverview
from desktop.domain.sync_figures import Figures
from desktop.domain.views import (
    ActView,
    AttentionView,
    ConflictView,
    Found,
    HistoryEntry,
    RecordView,
    SearchProgress,
    SyncRun,
    Total,
    UndoLabel,
    Waiting,
    Worded,
)
from desktop.store import aliases, meta, outbox
from desktop.store.database import Database
from desktop.store.queries import (
    accounts_overview,
    acts,
    change_log,
    conflicts,
    counting,
    history,
    holdings,
    ledger,
    listing,
    records,
    search,
    sync_figures,
    totals,
    wording,
)
from desktop.store.queries.judging import Asker
from desktop.store.search.progress import search_progress
from sync.contract.catalogue import Catalogue
from sync.contract.fields import Value


class Reads:
    """Questions to one profile's database. Lists answer ids first, because ids of any number are cheap to sort."""

    def __init__(self, database: Database) -> None:
        """Ask this database."""
        self._database = database

    @property
    def catalogue(self) -> Catalogue:
        """The record types with the organisation's custom fields, as they are now."""
        return self._database.catalogue

    def ids(self, wanted: Listing) -> list[str]:
        """List the ids of a listing in its order, ties by id.

        Raises:
            AppError: ``UNKNOWN_TYPE``, ``UNKNOWN_FIELD``, or ``NOT_COMPARABLE`` or ``NOT_SORTABLE`` for a test or
                a sort key that the field's type does not have.
        """
        with self._database.listing() as connection:
            return listing.ids(connection, self._database.schema, wanted)

    def packed_ids(self, wanted: Listing) -> Sequence[str]:
        """As ``ids``, in less room, for who keeps them.

        Raises:
            AppError: as ``ids``.
        """
        with self._database.listing() as connection:
            return listing.packed(connection, self._database.schema, wanted)

    def count(self, wanted: Listing) -> int:
        """Count the records of a listing.

        Raises:
            AppError: as ``ids``.
        """
        with self._database.listing() as connection:
            return counting.count(connection, self._database.schema, wanted)

    def rows(self, record_type: str, ids: Sequence[str]) -> list[dict[str, Value]]:
        """Read records in the order of ``ids``, those that are not there left out.

        Each is its wire values, ``id``, ``titles`` (reference field to title), ``pending`` and ``choice``.
        """
        with self._database.reading() as connection:
            return listing.rows(connection, self._database.schema, record_type, ids)

    def record(self, record_type: str, record_id: str) -> RecordView | None:
        """Read one record as its page shows it, deleted ones too."""
        with self._database.reading() as connection:
            return records.record(connection, self._database.schema, record_type, record_id)

    def absent(self, ids: Collection[str]) -> frozenset[str]:
        """Name those of some ids under which nothing is here: neither a record nor an own edit with its values.

        None before the first sync is complete.
        """
        if not ids:
            return frozenset()
        with self._database.reading() as connection:
            return records.absent(connection, self._database.schema, ids)

    def resolve_id(self, record_type: str, text: str) -> str:
        """Find the whole id for a whole id or its last 6 or more characters.

        Raises:
            AppError: ``UNKNOWN_TYPE``, ``RECORD_NOT_FOUND`` or ``RECORD_AMBIGUOUS``.
        """
        with self._database.reading() as connection:
            return records.resolve_id(connection, self._database.schema, record_type, text)

    def own_id(self, record_type: str, text: str) -> str:
        """Find the whole id of a record, also of an account for which another one stands.

        Raises:
            AppError: as ``resolve_id``.
        """
        with self._database.reading() as connection:
            return records.own_id(connection, self._database.schema, record_type, text)

    def standing_outside(self, record_type: str, externals: Collection[str]) -> list[tuple[str, str]]:
        """List what stands for records that were merged away, by what other systems call those: external id, id."""
        if record_type != aliases.ACCOUNT:
            return []
        with self._database.reading() as connection:
            found = [(external, account) for _, external, account in aliases.known_outside(connection, externals)]
            roots = aliases.roots(connection, [account for _, account in found])
        return [(external, roots[account]) for external, account in found]

    def search(self, text: str, **wishes: Unpack[search.Wishes]) -> list[Found]:
        """Find records by words, best first; as this profile's user orders them unless the wishes name an asker."""
        with self._database.reading() as connection:
            asker = Asker(str(meta.read(connection, meta.USER_ID) or ""), self._database.moment())
            wishes.setdefault("asker", asker)
            return search.search(connection, self._database.schema, text, **wishes)

    @staticmethod
    def fitting(text: str, titles: Sequence[str]) -> list[Worded]:
        """List those of the program's own words that fit what was typed, best first, found as records are."""
        return wording.fitting(text, titles)

    def search_progress(self) -> SearchProgress:
        """Tell how much of the data search sees."""
        with self._database.reading() as connection:
            return search_progress(connection)

    def history(self, record_type: str, record_id: str) -> list[HistoryEntry]:
        """List the changes of a record, newest first."""
        with self._database.reading() as connection:
            return history.history(connection, self._database.schema, record_type, record_id)

    def timeline(self, account_id: str, *, kinds: Collection[str] = (), limit: int = 200) -> list[dict[str, Value]]:
        """List what happened with a customer, newest first."""
        with self._database.reading() as connection:
            return history.timeline(connection, self._database.schema, account_id, kinds=kinds, limit=limit)

    def conflicts(self, *, only_asked: bool = False) -> list[ConflictView]:
        """List what needs a choice, newest first; ``only_asked`` leaves what this user is asked about."""
        with self._database.reading() as connection:
            return conflicts.conflicts(connection, self._database.schema, only_asked=only_asked)

    def attention(self) -> list[AttentionView]:
        """List own changes that the office did not accept, newest first."""
        with self._database.reading() as connection:
            return acts.attention(connection, self._database.schema)

    def change_log(self, *, types: Collection[str] = (), limit: int = 300) -> list[ActView]:
        """List what was done last, newest first: at most ``limit`` own acts and ``limit`` changes that came."""
        with self._database.reading() as connection:
            return change_log.change_log(connection, self._database.schema, types=types, limit=limit)

    def counts(self) -> dict[str, int]:
        """Count the records of each type that lists show."""
        with self._database.reading() as connection:
            return totals.counts(connection)

    def holdings(self) -> Holdings:
        """Tell what is on this laptop by type, how large it is, and what the office said there is."""
        with self._database.reading() as connection:
            return holdings.holdings(connection, self._database.schema, self._database.now())

    def totals(self, wanted: Listing, *, group_by: str, amount: str) -> list[Total]:
        """Sum a field over the groups of a listing, sorted by the group.

        Raises:
            AppError: as ``ids``, and ``VALUE_UNREADABLE`` for fields that cannot be grouped or summed.
        """
        with self._database.reading() as connection:
            return totals.totals(connection, self._database.schema, wanted, group_by=group_by, amount=amount)

    def accounts_overview(self, account_ids: Collection[str]) -> Mapping[str, AccountOverview]:
        """Give what a list shows of these customers beside their own fields; those without any are left out."""
        with self._database.reading() as connection:
            return accounts_overview.accounts_overview(connection, self._database.schema, account_ids)

    def undoable(self) -> UndoLabel | None:
        """Name the act that undo would take back."""
        with self._database.reading() as connection:
            return acts.undoable(connection)

    def redoable(self) -> UndoLabel | None:
        """Name the act that redo would do again."""
        with self._database.reading() as connection:
            return acts.redoable(connection)

    def sync_runs(self, limit: int = 30) -> list[SyncRun]:
        """List the latest syncs, newest first."""
        with self._database.reading() as connection:
            return acts.sync_runs(connection, limit)

    def sync_figures(self) -> Figures:
        """Count what waits to be sent and what asks for the user."""
        with self._database.reading() as connection:
            return sync_figures.sync_figures(connection, self._database.schema)

    def ledger(self) -> Ledger:
        """Account for every change that was ever made on this laptop."""
        with self._database.reading() as connection:
            return ledger.ledger(connection)

    def waiting(self) -> list[Waiting]:
        """Count the unsent changes by record type, most first."""
        with self._database.reading() as connection:
            return acts.waiting(connection)

    def waiting_for_update(self) -> int:
        """Count the unsent changes that the office can take only when it has been updated."""
        with self._database.reading() as connection:
            return outbox.waiting_for_update(connection, self._database.catalogue)
