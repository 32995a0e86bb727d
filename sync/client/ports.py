"""What the client engine needs of the laptop's database and of the office; it knows neither SQL nor HTTP.

``Replica`` is implemented by ``desktop.store.replica``, ``Office`` by ``sync.client.transport``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from sync.client.first_sync import ChunkOffice, ChunkReplica
from sync.contract.digest import Sum
from sync.contract.wire import (
    Digest,
    Echo,
    HelloAnswer,
    HelloRequest,
    Mutation,
    PartAnswer,
    PartRequest,
    PullAnswer,
    PushAnswer,
    PushRequest,
    Receipt,
    Row,
    ScopeDigests,
    ScopeRows,
)
from sync.contract.witness import SeenLine, WitnessAnswer, WitnessRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where this laptop stands.

    ``cursor`` is ``None`` until the first snapshot is complete. ``seq`` is the log position that the cursor stands
    for. ``head_n`` is the number of the last recorded own mutation, ``unsent`` how many of them have no receipt.
    ``snapshot_after`` asks for the next slice of a snapshot under way (``None`` with ``snapshot_started`` false:
    none has begun). ``schema`` is the catalogue's version. ``purge_due`` tells that something is here that the user may
    not see any more. ``kept`` says what is still here of it (``sync.contract.keeping``).
    """

    client_id: str
    cursor: str | None
    seq: int
    head_n: int
    unsent: int
    snapshot_after: str | None
    snapshot_started: bool
    schema: int
    purge_due: bool = False
    kept: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one step changed on this laptop.

    ``records`` maps a type to the ids whose visible state changed. ``settled`` counts mutations that got their
    receipt, ``conflicts`` and ``attention`` those that ended so, ``handed`` those that came late, by the name of who is
    asked about them. ``applied`` counts rows taken from the office.
    """

    records: Mapping[str, frozenset[str]] = field(default_factory=dict)
    applied: int = 0
    settled: int = 0
    conflicts: int = 0
    attention: int = 0
    handed: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncRun:
    """One sync as the history of syncs keeps it; instants are wire instants.

    ``error`` is an error code, empty for a sync that went through.
    """

    started_at: str
    finished_at: str
    pushed: int = 0
    pulled: int = 0
    conflicts: int = 0
    attention: int = 0
    first: bool = False
    error: str = ""
    data: Mapping[str, object] = field(default_factory=dict)


class Lineage(StrEnum):
    """How this laptop's own mutations stand to those that the office has under its id."""

    SAME = "same"
    PARTED = "parted"
    """The office has others: this is a copy, or was set back to a backup."""
    LOST = "lost"
    """The office lacks some that it gave receipts for: it was set back itself."""


class Replica(ChunkReplica, Protocol):
    """The laptop's database as the engine sees it. Every method is one transaction and may be repeated after a kill."""

    def standing(self) -> Standing:
        """Tell where this laptop stands."""
        ...

    def outbox(self, *, max_mutations: int, max_bytes: int, after_n: int = 0) -> list[Mutation]:
        """List unsent mutations in the order of ``n``, from ``after_n`` on (exclusive).

        At least one is given even if it alone is larger than ``max_bytes``; a group is never parted.
        """
        ...

    def take_receipts(self, receipts: Sequence[Receipt]) -> Taken:
        """Clear mutations from the outbox by their ids and settle what is visible. Unknown ids are passed over."""
        ...

    def holds(self, echoes: Sequence[Echo]) -> bool:
        """Tell whether each of these records stands here at exactly that version."""
        ...

    def take_page(self, page: PullAnswer) -> Taken:
        """Apply one page of the log, its cursor included."""
        ...

    def restart_snapshot(self, common: int | None = None) -> None:
        """Forget cursor and position, so that the next step is a snapshot from its start. Rows and outbox stay.

        ``common`` is given when the office was set back: unsent edits then claim to have seen no more than that, and
        those that took effect behind it are unsent again. This only begins with it, ``offer_some`` goes on.
        """
        ...

    def marks(self) -> list[str]:
        """List cursors that this laptop has stood at, newest first, fewer the older they are."""
        ...

    def stood_at(self) -> int:
        """Give the newest position that this laptop has stood at, 0 without any."""
        ...

    def lineage(self, answer: HelloAnswer) -> Lineage:
        """Compare the own mutations with what the office says it has of them."""
        ...

    def offer_again(self, common: int) -> None:
        """Put mutations that had their receipt back into the outbox, those that took effect behind ``common``.

        That is the log position up to which the office is still the one that their authors saw. The next step is a
        snapshot from its start then, under a new id. This only begins with it, ``offer_some`` goes on.
        """
        ...

    def offer_behind(self, position: int) -> None:
        """Put mutations that took effect behind a position, where there are any, back into the outbox.

        Without more: the office gives the same receipts again, or takes them in once more if it was set back. This
        only begins with it, ``offer_some`` goes on.
        """
        ...

    def offer_some(self) -> bool:
        """Put some more mutations back into the outbox, as was begun; gives whether there are more.

        After a kill the next run begins with it, where this one was; until all are there, none is handed in.
        """
        ...

    def seen(self, common: int, place: str) -> tuple[list[SeenLine], str]:
        """List what this laptop has seen beyond a log position, a page of it; the second value asks for the next one.

        It is empty after the last page and before the first.
        """
        ...

    def new_id(self) -> str:
        """Give the id under which a laptop that parts goes on; the same one until ``part`` is called."""
        ...

    def part(self, token: str) -> None:
        """Go on under the new id, with its token."""
        ...

    def purge(self) -> Iterator[Taken]:
        """Take off what the user may not see any more and no unsent edit speaks of; gives each transaction.

        It may be left after any of them; the next one goes on.
        """
        ...

    def digest(self) -> Sum | None:
        """Add up all rows as the office does; ``None`` while that cannot be compared.

        It cannot while something is unsent or the first sync is under way. What was revoked and is still kept does
        not count.
        """
        ...

    def differing(self, theirs: Mapping[str, Sum], after: str = "", upto: str | None = None) -> list[str]:
        """Name the scopes of which this laptop does not hold what the office says.

        ``theirs`` is everything that the office has behind the scope ``after``, up to and with ``upto``.
        """
        ...

    def take_scope(self, scope: str, rows: Sequence[Row]) -> Taken:
        """Make a scope hold exactly these rows, whatever was there; own unsent edits stay."""
        ...

    def note_hello(self, answer: HelloAnswer) -> None:
        """Remember what hello tells about the office and this user (role, epoch, clock offset)."""
        ...

    def note_run(self, run: SyncRun) -> None:
        """Write one sync into the history of syncs."""
        ...


class Office(ChunkOffice, Protocol):
    """The office as the engine sees it; every method is one request and raises ``AppError`` when it is refused."""

    def part(self, request: PartRequest) -> PartAnswer:
        """Get a token for a new id of this laptop, and use it from then on."""
        ...

    def hello(self, request: HelloRequest) -> HelloAnswer:
        """Ask what to do next."""
        ...

    def witness(self, request: WitnessRequest) -> WitnessAnswer:
        """Tell what this laptop had seen of a log that is no more."""
        ...

    def push(self, request: PushRequest) -> PushAnswer:
        """Hand in mutations; one receipt each."""
        ...

    def pull(self, cursor: str, limit: int, kept: str = "", *, echoes: bool = False) -> PullAnswer:
        """Fetch the log from the cursor on; ``kept`` says what is here of scopes that were lost.

        With ``echoes`` only named is what only this laptop has changed.
        """
        ...

    def digest(self) -> Digest:
        """Fetch the sum of everything this user may see."""
        ...

    def scope_digests(self, after: str | None) -> ScopeDigests:
        """Fetch the sums of scopes, a page of them."""
        ...

    def scope(self, scope: str, after: str | None) -> ScopeRows:
        """Fetch rows of one scope, a page of them."""
        ...
