"""What the window asks of the application that ``bootstrap`` builds; nothing here knows Qt.

Only what screens use is named, so that a test or a tour can hand in an application of its own.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Protocol, TypeVar

from desktop.domain.changes import ChangeSet
from desktop.domain.listing import Listing
from desktop.domain.views import (
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
)
from desktop.system.i18n import Translator
from sync.contract.catalogue import Catalogue
from sync.contract.clock import Clock
from sync.contract.fields import Role

T = TypeVar("T")

Row = dict[str, Any]
"""A record in a list: wire values, ``id``, ``titles``, ``pending``, ``choice``."""


class Reads(Protocol):
    """Questions to the local store; every call opens a reader of its own and may come from any thread."""

    @property
    def catalogue(self) -> Catalogue: ...
    def ids(self, listing: Listing) -> list[str]: ...
    def rows(self, record_type: str, ids: Sequence[str]) -> list[Row]: ...
    def record(self, record_type: str, record_id: str) -> RecordView | None: ...
    def search(self, text: str, *, limit: int = 50, types: Sequence[str] = ()) -> list[Found]: ...
    def search_progress(self) -> SearchProgress: ...
    def history(self, record_type: str, record_id: str) -> list[HistoryEntry]: ...
    def timeline(self, account_id: str, *, kinds: Sequence[str] = (), limit: int = 200) -> list[Row]: ...
    def conflicts(self, *, only_asked: bool = False) -> list[ConflictView]: ...
    def attention(self) -> list[AttentionView]: ...
    def counts(self) -> dict[str, int]: ...
    def totals(self, listing: Listing, *, group_by: str, amount: str) -> list[Total]: ...
    def undoable(self) -> UndoLabel | None: ...
    def redoable(self) -> UndoLabel | None: ...
    def sync_runs(self, limit: int = 30) -> list[SyncRun]: ...
    def waiting(self) -> list[Waiting]: ...


class Command(Protocol):
    """One act of the user, as ``desktop.commands`` makes them."""

    @property
    def label(self) -> str: ...
    @property
    def label_values(self) -> Mapping[str, object]: ...
    @property
    def undoable(self) -> bool: ...


class Done(Protocol):
    """What the bus hands back after the commit."""

    @property
    def result(self) -> object: ...
    @property
    def command_id(self) -> str: ...
    @property
    def changes(self) -> ChangeSet: ...


class Bus(Protocol):
    """The only door to writing."""

    def run(self, command: Any, *, initiator: object | None = None) -> Done: ...


class Watch(Protocol):
    """A question that is asked again after every change that touches it."""

    visible: bool

    def refresh(self) -> None: ...
    def close(self) -> None: ...


class Hub(Protocol):
    """Live queries; ``run`` and ``deliver`` are called on the read lane."""

    def watch(self, types: Collection[str], run: Callable[[], T], deliver: Callable[[T], None]) -> Watch: ...


class Jobs(Protocol):
    """The background lanes."""

    def submit_read(self, work: Callable[[], T]) -> Future[T]: ...
    def submit_write(self, work: Callable[[], T]) -> Future[T]: ...
    def submit_network(self, work: Callable[[], T]) -> Future[T]: ...


class SyncStatus(Protocol):
    """Where sending and receiving stands; computed in one place, ``services.sync_status``."""

    @property
    def tone(self) -> str: ...
    @property
    def online(self) -> bool: ...
    @property
    def pending(self) -> int: ...
    @property
    def conflicts(self) -> int: ...
    @property
    def attention(self) -> int: ...
    @property
    def last_sync_at(self) -> str | None: ...
    @property
    def sending(self) -> tuple[int, int] | None: ...
    @property
    def first_sync(self) -> tuple[int, int] | None: ...


class StatusBoard(Protocol):
    """Announces each new status, on whatever thread it came about."""

    @property
    def current(self) -> SyncStatus: ...
    def subscribe(self, callback: Callable[[Any], None]) -> Callable[[], None]: ...


class Sync(Protocol):
    """Sync as the window starts it."""

    def sync_soon(self) -> None: ...


class Session(Protocol):
    """Who is signed in."""

    @property
    def user(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> Role: ...


class Application(Protocol):
    """The running application."""

    @property
    def resources(self) -> Path: ...
    @property
    def texts(self) -> Translator: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def reads(self) -> Reads: ...
    @property
    def bus(self) -> Bus: ...
    @property
    def hub(self) -> Hub: ...
    @property
    def jobs(self) -> Jobs: ...
    @property
    def sync(self) -> Sync: ...
    @property
    def status(self) -> StatusBoard: ...
    @property
    def session(self) -> Session: ...
