"""The ordered log: the one way in which anything replicated is written on the office side.

    log = open_log(url, SystemClock())                 # creates and migrates the database first
    with log.writing() as w:                           # one transaction: all of it or nothing
        user = w.create("user", {"name": "Ana", "login": "ana"})
        w.patch("account", account_id, {"tier": "a"}, author=Author(user=user))
    with log.loading() as w:                           # any number of records; commits every 500 changes by itself
        for draft in drafts:
            w.create(draft.type, draft.values, record_id=draft.id, author=Author(user=draft.by, at=draft.at))

Numbers, stamps, field versions, the hash chain, grants and revocations are made here and nowhere else.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sync.contract.catalogue import Catalogue
from sync.contract.clock import Clock
from sync.contract.fields import Value, Values

MAX_TRANSACTION_ROWS = 500
"""So many changes may be in one transaction, so that a page of the log stays small."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who made a change. ``at`` (an instant) is when, the transaction's own time where it is ``None``.

    ``user`` is ``None`` for the mechanism itself. ``client``, ``mutation`` and ``command`` are set for what a laptop sent.
    """

    user: str | None = None
    at: str | None = None
    client: str | None = None
    mutation: str | None = None
    command: str | None = None


NOBODY = Author()


@dataclass(frozen=True, slots=True)
class Record:
    """A record as the office has it; ``values`` lacks empty fields, ``deleted_seq`` is ``None`` for a live one."""

    type: str
    id: str
    scope: str
    version: int
    deleted_seq: int | None
    values: Values


class Writer:
    """Writes within one transaction (``Log.writing``) or many (``Log.loading``). Belongs to one thread."""

    now: str
    """The instant that stamps get where the author brings none."""
    catalogue: Catalogue
    """All record types with the organisation's custom fields; newer after one of those was written."""

    def get(self, record_type: str, record_id: str) -> Record | None:
        """Give a record, deleted ones too; ``None`` where there never was one."""
        raise NotImplementedError

    def find(self, record_type: str, field: str, value: Value) -> list[str]:
        """List the ids of live records whose field (a built-in one with a single column) equals a value, sorted."""
        raise NotImplementedError

    def create(
        self, record_type: str, values: Values, *, record_id: str | None = None, author: Author = NOBODY
    ) -> str:
        """Create a record and give its id. Values are checked and defaults filled in (``rules.check_new``).

        ``created_at`` is the author's ``at``. A record that would have neither account nor owner gets its author as
        owner. An account's ``territory`` is left as given. In ``loading`` an id that exists already is noticed only
        when the transaction is written.

        Raises:
            AppError: ``ID_TAKEN`` or what ``check_new`` raises.
        """
        raise NotImplementedError

    def patch(self, record_type: str, record_id: str, changes: Values, *, author: Author = NOBODY) -> bool:
        """Change fields of a record; only those that differ are written. Tells whether any did.

        Raises:
            AppError: ``RECORD_NOT_FOUND`` or what ``rules.check_fields`` raises.
        """
        raise NotImplementedError

    def delete(self, record_type: str, record_id: str, *, author: Author = NOBODY) -> bool:
        """Delete a record; tells whether it was live. An account hides its records with it.

        Raises:
            AppError: ``RECORD_NOT_FOUND``.
        """
        raise NotImplementedError

    def restore(self, record_type: str, record_id: str, *, author: Author = NOBODY) -> bool:
        """Bring a deleted record back; tells whether it was deleted.

        Raises:
            AppError: ``RECORD_NOT_FOUND``.
        """
        raise NotImplementedError


class Log:
    """The log of one database. Thread-safe; writers go one after another."""

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Write one transaction of at most ``MAX_TRANSACTION_ROWS`` changes; committed at the end of the block.

        Raises:
            AppError: ``SERVER_BUSY`` when another writer does not finish in time.
            ValueError: more changes than one transaction may have.
        """
        raise NotImplementedError

    @contextmanager
    def loading(self) -> Iterator[Writer]:
        """Write any number of records, committing whenever a transaction is full and at the end of the block.

        What was committed before an error stays.
        """
        raise NotImplementedError


def open_log(url: str, clock: Clock) -> Log:
    """Open a database by its URL, creating and migrating it first.

    Raises:
        AppError: ``DATABASE_NEWER`` or ``DATABASE_UNUSABLE``.
    """
    raise NotImplementedError
