"""The ordered log: the one way in which anything replicated is written on the office side.

    log = open_log(url, SystemClock())                 # creates and migrates the database first
    with log.writing() as w:                           # one transaction: all of it or nothing
        user = w.create("user", {"name": "Ana", "login": "ana"})
        w.patch("account", account_id, {"tier": "a"}, author=Author(user=user))
    with log.loading() as w:                           # any number of records; commits every 500 changes by itself
        for draft in drafts:
            w.create(draft.type, draft.values, record_id=draft.id, author=Author(user=draft.by, at=draft.at))

Numbers, stamps, field versions, the hash chain, grants and revocations are made below here and nowhere else. A writer
locks the counter row first: whatever it then reads is final, and positions become visible in their order.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Final, TypeVar

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from sync.contract.clock import Clock, instant_text
from sync.contract.errors import AppError, Code
from sync.contract.rules import SHARED_SCOPE
from sync.server.furnishing import furnish
from sync.server.incarnation import look_after
from sync.server.migrate import migrate
from sync.server.organisation import KEPT_TYPES, Kept, Organisation
from sync.server.prepared import Prepared
from sync.server.recording import lock_head, record_transaction
from sync.server.rows import CODECS
from sync.server.schema import ACCOUNT_HEAD
from sync.server.storage import Storage, refusing_when_busy, retrying
from sync.server.writer import NOBODY, Author, Writer

__all__ = ["MAX_TRANSACTION_ROWS", "NOBODY", "Author", "Log", "Writer", "open_log"]

T = TypeVar("T")

MAX_TRANSACTION_ROWS: Final = 500
"""So many changes may be in one transaction, so that a page of the log stays small."""


_SHARED_HEAD: Final = Prepared(
    lambda _among: select(ACCOUNT_HEAD.c.max_seq).where(ACCOUNT_HEAD.c.scope == SHARED_SCOPE)
)


class Log:
    """The log of one database. Thread-safe; writers go one after another."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        """``storage`` must be migrated; ``open_log`` does all of it."""
        self.storage = storage
        self.clock = clock
        self._organisation: tuple[int, Organisation] | None = None

    def now(self) -> str:
        """Give the present as an instant."""
        return instant_text(self.clock.now())

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Write one transaction of at most ``MAX_TRANSACTION_ROWS`` changes; committed at the end of the block.

        Raises:
            AppError: ``SERVER_BUSY`` when another writer does not finish in time.
            ValueError: more changes than one transaction may have.
        """
        with refusing_when_busy(), self.storage.writing() as connection:
            writer = self._begin(connection)
            yield writer
            if len(writer.entries) > MAX_TRANSACTION_ROWS:
                raise ValueError(f"{len(writer.entries)} changes in one transaction; use loading()")
            self._record(connection, writer)

    def write(self, work: Callable[[Writer], T]) -> T:
        """Write one transaction, and all of ``work`` again when the database broke it off for another one.

        Raises:
            AppError: as ``writing``.
        """

        def once() -> T:
            with self.storage.writing() as connection:
                writer = self._begin(connection)
                result = work(writer)
                self._record(connection, writer)
                return result

        return retrying(once)

    @contextmanager
    def loading(self) -> Iterator[Writer]:
        """Write any number of records, committing whenever a transaction is full and at the end of the block.

        What was committed before an error stays. An id that exists already is noticed only when its transaction is
        written.
        """
        with refusing_when_busy(), ExitStack() as turn:
            writer = self._begin(turn.enter_context(self.storage.writing()))

            def end_when_full() -> None:
                if len(writer.entries) < MAX_TRANSACTION_ROWS:
                    return
                self._record(writer.connection, writer)
                turn.pop_all().close()
                connection = turn.enter_context(self.storage.writing())
                head = lock_head(connection)
                writer.begin(connection, self.organisation(connection), head=head)

            writer.trusting = True
            writer.after_change = end_when_full
            yield writer
            self._record(writer.connection, writer)

    def organisation(self, connection: Connection) -> Organisation:
        """Give people, territories, custom fields and stages as the connection's transaction sees them."""
        row = _SHARED_HEAD.row(connection)
        at = row[0] if row is not None else 0
        known = self._organisation
        if known is not None and known[0] == at:
            return known[1]
        found = _read_organisation(connection)
        self._organisation = (at, found)
        return found

    def close(self) -> None:
        """Close the database."""
        self.storage.close()

    def _begin(self, connection: Connection) -> Writer:
        head = lock_head(connection)
        return Writer(connection, self.organisation(connection), head=head, clock=self.clock)

    @staticmethod
    def _record(connection: Connection, writer: Writer) -> None:
        try:
            record_transaction(connection, writer)
        except IntegrityError as error:
            raise AppError(Code.ID_TAKEN, "a new record has the id of another one") from error


def open_log(url: str, clock: Clock) -> Log:
    """Open a database by its URL, creating and migrating it first.

    Raises:
        AppError: ``DATABASE_NEWER`` or ``DATABASE_UNUSABLE``.
    """
    storage = Storage(url)
    try:
        is_new = migrate(storage, instant_text(clock.now()))
        look_after(storage)
        log = Log(storage, clock)
        if is_new:
            with log.writing() as writer:
                furnish(writer)
    except BaseException:
        storage.close()
        raise
    return log


def _read_organisation(connection: Connection) -> Organisation:
    records = {}
    for record_type in KEPT_TYPES:
        codec = CODECS[record_type]
        rows = (codec.record(raw) for raw in codec.every.rows(connection))
        records[record_type] = {each.id: Kept(each.values, each.deleted, each.version) for each in rows}
    return Organisation(records)
