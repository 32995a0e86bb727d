"""The messages between laptop and office; both sides encode and decode exactly these dataclasses as JSON.

Unknown members are ignored on decoding, so that either side may be newer. Every answer carries the header
``Roundsman-Protocol`` with ``PROTOCOL``: its absence tells a laptop that something else answered (a captive portal).
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sync.contract.file_classes import FileClass

PROTOCOL = "1"
PROTOCOL_HEADER = "Roundsman-Protocol"
PROBLEM_TYPE = "application/problem+json"

MAX_PUSH_MUTATIONS = 200
MAX_PUSH_BYTES = 1_048_576
MAX_PULL_ROWS = 1000
MAX_SNAPSHOT_ROWS = 4000
MAX_SCOPE_SUMS = 5000
MAX_ANSWER_BYTES = 4 * 1_048_576

EVENT_STREAM = "text/event-stream"
HEARTBEAT_S = 15.0
"""A stream of events says at least so often that it is there."""
MAX_WAIT_S = 25.0
"""So long an office holds a request that waits for news: shorter than what lies between gives up after."""


class Op(StrEnum):
    """What a mutation does to its record."""

    CREATE = "create"
    PATCH = "patch"
    DELETE = "delete"
    RESTORE = "restore"
    MOVE_OUT = "move_out"
    """In the log only: the record left this scope for another."""
    FORGET = "forget"
    """In the log only: nothing but the id of a record that was long deleted is kept."""


class Outcome(StrEnum):
    """What became of a mutation."""

    APPLIED = "applied"
    MERGED = "merged"
    NOOP = "noop"
    CONFLICT = "conflict"
    REJECTED = "rejected"
    QUARANTINED = "quarantined"
    LATE = "late"
    WAITING = "waiting"
    """In an answer only: not taken yet, because a record has to come back from another laptop first; ask again."""


ATTENTION = frozenset({Outcome.REJECTED, Outcome.QUARANTINED})
"""Outcomes of which the values reached nobody, so that the rep must deal with them."""

UNWRITTEN = ATTENTION | {Outcome.LATE}
"""Outcomes of which nothing is in the record; what was late is asked of somebody else."""


class Action(StrEnum):
    """What a laptop should do next, as hello tells it."""

    NOTHING = "nothing"
    PULL = "pull"
    SNAPSHOT = "snapshot"
    DIVERGED = "diverged"
    UPGRADE = "upgrade"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRequest:
    """``POST /v1/sign-in``: trade a password for a token of this one device."""

    login: str
    password: str
    client_id: str
    device: str
    schema: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInAnswer:
    """The token is opaque and shown once; the server keeps only its hash."""

    token: str
    user_id: str
    user_name: str
    login: str
    role: str
    organisation: str
    currency: str
    schema: int
    server_time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HelloRequest:
    """``POST /v1/sync/hello``: where this laptop stands. ``head_n`` is the number of its last recorded mutation.

    ``marks`` are cursors that this laptop has stood at, newest first: an office that was set back finds among them how
    far its log and the laptop's are the same.
    """

    client_id: str
    schema: int
    cursor: str | None = None
    head_n: int = 0
    nonce: str = ""
    marks: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class HelloAnswer:
    """Where the office stands.

    ``last_n`` is the number up to which it has all mutations of this laptop, ``lineage`` the hash over them.
    ``common`` is the position up to which the logs are the same: that of the laptop's cursor, or of its marks when the
    cursor is of another history or it has none.
    """

    action: Action
    epoch: str
    head: int
    last_n: int
    server_time: str
    role: str
    schema: int
    user_id: str
    max_mutations: int = MAX_PUSH_MUTATIONS
    max_bytes: int = MAX_PUSH_BYTES
    lineage: str = ""
    common: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """One edit of one record.

    ``n`` counts a client's mutations from 1 without gaps. ``base`` is the log position up to which the author had
    seen everything; ``older`` names fields of which the author had seen less, because an own unsent value hid them.
    ``was`` holds the values that the author saw, for every field of the touched merge groups. Mutations with one
    ``group`` stand or fall together. ``command`` is the user's act that this mutation is part of. ``consent`` is the
    number of records that the author was told would be deleted by that act, and agreed to; 0 where nobody was asked.
    ``replaces`` names mutations that were not accepted and of which this one carries the values.
    """

    id: str
    n: int
    type: str
    record: str
    op: Op
    base: int
    fields: dict[str, Any] = field(default_factory=dict)
    was: dict[str, Any] = field(default_factory=dict)
    older: dict[str, int] = field(default_factory=dict)
    group: str | None = None
    command: str | None = None
    schema: int = 1
    user: str = ""
    at: str = ""
    consent: int = 0
    replaces: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRequest:
    """``POST /v1/sync/part``: a laptop that is not the one of its token any more asks for a token of its own.

    ``client_id`` is its new id, under which its mutations are numbered from ``last_n`` on. Asking twice is harmless.
    """

    client_id: str
    last_n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartAnswer:
    """The token is opaque and shown once; the one that was asked with stays valid for the other copy."""

    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PushRequest:
    """``POST /v1/sync/push``: at most ``MAX_PUSH_MUTATIONS`` mutations in the order of ``n``.

    ``waits`` tells that this laptop keeps what gets ``WAITING`` and hands it in again. ``cursor`` is where
    the laptop stands: an office that does not know this position, because it was set back meanwhile, takes nothing of
    it (``CURSOR_DIVERGED``), since what these edits claim to have seen are lines that are no more. Empty from laptops
    that do not say.
    """

    client_id: str
    mutations: list[Mutation]
    waits: bool = False
    cursor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of one mutation.

    ``fields`` holds the authoritative value of each touched field and ``versions`` the log position of its last
    change; both are applied in the transaction that clears the mutation from the outbox. ``seq`` is the log position
    at which it took effect, 0 where it did not. ``deleted`` is the record's state afterwards, ``missing`` tells that
    there is no such record for this user. ``code`` and ``data`` make the sentence for a refusal.

    ``before`` is the version that the record had until an edit was applied as it was, without a question: a laptop
    whose row stands there has, with ``fields``, all of the version at ``versions["deleted"]``. 0 elsewhere.
    """

    mutation: str
    outcome: Outcome
    seq: int = 0
    fields: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    deleted: bool = False
    missing: bool = False
    before: int = 0
    code: str = ""
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PushAnswer:
    """One receipt per mutation, in the order of the request."""

    receipts: list[Receipt]
    head: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A record's whole state. ``fields`` lacks empty ones. ``version`` is the log position of its last change."""

    type: str
    id: str
    scope: str
    version: int
    deleted: bool
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One entry of the log: who changed what and when, old and new value per field (empty for a creation)."""

    seq: int
    type: str
    record: str
    op: Op
    fields: dict[str, tuple[Any, Any]]
    by: str | None
    at: str
    mutation: str | None = None
    command: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A record that left what this user may see (it moved to an account that the user does not have)."""

    type: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoked:
    """An account (or person's own scope) that this user may no longer see, from log position ``seq`` on."""

    scope: str
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """A scope that this user may see from log position ``seq`` on; its rows follow as rows without changes.

    With ``since`` the laptop has what was in it up to that position: only what changed later follows, and what left it
    is among those that are gone.
    """

    scope: str
    seq: int
    since: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """A record which, since the cursor, only this laptop has changed: what a row would say, its receipts have said."""

    type: str
    id: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PullAnswer:
    """``GET /v1/sync/pull?cursor=&limit=&echoes=1``: the log from the cursor on, ending on a transaction boundary.

    Apply in this order, in one transaction with the cursor: granted, revoked, rows, changes (history), gone. ``seq``
    is the position reached: everything up to it has been seen. With ``more`` the caller asks again at once. A laptop
    that does not hold each of ``echoes`` at its version asks for the page again without ``echoes=1``.
    """

    rows: list[Row]
    changes: list[Change]
    gone: list[Gone]
    granted: list[Granted]
    revoked: list[Revoked]
    cursor: str
    seq: int
    head: int
    more: bool
    echoes: list[Echo] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """``GET /v1/sync/snapshot?after=``: a slice of everything the user may see, one record type, as column arrays.

    ``columns`` are field names; each of ``rows`` is ``[id, scope, version, deleted, value of each column...]``.
    ``after`` asks for the next slice; when it is ``None`` the snapshot is complete and ``cursor`` is where pulling
    begins. Rows may be newer than the cursor: the pull brings them again, which is harmless. ``done`` and ``total``
    count rows for the progress bar (``total`` is an estimate made at the start).
    """

    type: str
    columns: list[str]
    rows: list[list[Any]]
    after: str | None
    cursor: str | None
    seq: int
    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """``GET /v1/sync/counts``: live (not deleted) records per type that the user may see, at log position ``seq``.

    ``bytes`` is about how long their values are as text, ``files`` what the office holds of their files; an older
    office tells neither.
    """

    seq: int
    counts: dict[str, int]
    bytes: dict[str, int] = field(default_factory=dict)
    files: list[FileClass] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadEvent:
    """``GET /v1/sync/events``: the log of ``shard`` reaches ``head``.

    ``news`` is false when waiting ended without anything for this user. Whoever hears of news waits a random part of
    ``spread_s`` seconds before it syncs, so that a herd does not come at once; for a few laptops that is 0.
    """

    shard: int
    head: int
    spread_s: float = 0.0
    news: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """``GET /v1/sync/digest``: what the user may see, deleted rows too, as one sum at log position ``seq``."""

    seq: int
    rows: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeDigests:
    """``GET /v1/sync/digest/scopes?after=``: the same scope by scope, in the order of scopes.

    Each of ``sums`` is a scope, its number of rows and the sum of their hashes. ``after`` asks for the next page.
    """

    seq: int
    sums: list[tuple[str, int, int]]
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeRows:
    """``GET /v1/sync/scope?scope=&after=``: every row of one scope, deleted ones too.

    ``after`` asks for the next page.
    """

    seq: int
    rows: list[Row]
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """An error answer (``application/problem+json``); ``code`` and ``retry`` are for machines, ``detail`` for logs."""

    type: str
    title: str
    status: int
    code: str
    retry: str
    detail: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """``GET /healthz`` and ``GET /v1/server`` (no sign-in): what answers here."""

    ok: bool
    organisation: str
    version: str
    schema: int
    server_time: str
