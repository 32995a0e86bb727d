"""The laptop's database: one writing connection, several reading ones, and what is known about the file.

Knows transactions and whose turn it is, no rules and no records. Every method may be called from any thread.
"""

import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine

from desktop.store import connections, meta, migrations, notes, reindexing
from desktop.store.copying import copy_encrypted
from desktop.store.failures import explained
from desktop.store.outbox_file.keeping import OutboxFile
from desktop.store.schema import Schema
from desktop.store.tables import OWN_COLUMNS
from desktop.store.turn import WriterTurn
from sync.contract.catalogue import Catalogue
from sync.contract.clock import Clock, instant_text, new_id
from sync.contract.entities import CATALOGUE
from sync.contract.errors import AppError, Code
from sync.contract.fields import Values


class Database:
    """One profile's encrypted file, open. Made by ``Database.open``; ``close`` ends it, as does leaving its block."""

    def __init__(self, file: Path, key: bytes, clock: Clock, schema: Schema) -> None:
        """Take over a file that exists; ``open`` is the way to come by one."""
        self.file = file
        self.clock = clock
        self.instance = new_id(clock.now(), clock.chance)
        self.meta = meta.Meta(self)
        self.outbox_file = OutboxFile(file, key)
        self._key = key
        self._built_in = schema
        self._schema = schema
        self._unindexed: set[str] = set()
        self.catalogue_due = False
        """Whether reading the custom fields anew has failed, so that the next save must try again."""
        self._turn = WriterTurn()
        self._writer: Engine = connections.writer_engine(file, key)
        self._readers: Engine = connections.reader_engine(file, key)
        self._lister: Engine = connections.lister_engine(file, key)
        self._lister_lock = threading.Lock()
        self._watch: connections.RawConnection = None
        self._watch_lock = threading.Lock()
        self._closed = False

    @classmethod
    def open(
        cls, file: Path, key: bytes, *, clock: Clock, create: bool = False, catalogue: Catalogue = CATALOGUE
    ) -> Self:
        """Open the file, bring it to this version, and make it first where ``create`` is set and it is missing.

        Raises:
            AppError: ``PROFILE_MISSING``, ``KEY_WRONG``, ``DATABASE_NEWER``, ``DATABASE_UNUSABLE``, ``DISK_FULL`` or
                ``DATABASE_BUSY``.
        """
        if not file.exists():
            if not create:
                raise AppError(Code.PROFILE_MISSING, path=str(file))
            _make_private(file)
        elif file.stat().st_size == 0 and not create:
            raise AppError(Code.DATABASE_UNUSABLE, "the file is empty", reason="empty")
        database = cls(file, key, clock, Schema(catalogue))
        try:
            database._prepare()
            database.outbox_file.agree(database)
        except BaseException:
            database._dispose()
            raise
        return database

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def schema(self) -> Schema:
        """Tables and codecs of the present catalogue."""
        return self._schema

    @property
    def catalogue(self) -> Catalogue:
        """The record types with this organisation's custom fields."""
        return self._schema.catalogue

    def key_for(self, purpose: str) -> bytes:
        """Derive the key of another file of this profile from the database's own."""
        return hmac.digest(self._key, f"roundsman {purpose}".encode(), "sha256")

    def copy_to(self, target: Path) -> None:
        """Copy the file as it is in one moment, encrypted with the same key, and read the copy back.

        Raises:
            AppError: ``DATABASE_UNUSABLE`` when it does not read back whole.
        """
        copy_encrypted(self.file, self._key, target)

    def now(self) -> str:
        """Give the present as a wire instant."""
        return instant_text(self.moment())

    def moment(self) -> datetime:
        """Give the present."""
        return self.clock.now()

    def new_id(self) -> str:
        """Make an id that nobody else makes."""
        return new_id(self.clock.now(), self.clock.chance)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a reading transaction: everything in the block sees one state of the database."""
        with explained(), self._readers.begin() as connection:
            yield connection

    @contextmanager
    def listing(self) -> Iterator[Connection]:
        """Open a reading transaction for ids of lists, on the connection that keeps long indexes if it is free."""
        is_free = self._lister_lock.acquire(blocking=False)
        try:
            with explained(), (self._lister if is_free else self._readers).begin() as connection:
                yield connection
        finally:
            if is_free:
                self._lister_lock.release()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open the writing transaction for something a person waits for; it commits when the block ends well."""
        with self._turn.urgent(), explained(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def writing_patiently(self) -> Iterator[Connection]:
        """Open the writing transaction for background work, after every save that waits."""
        with self._turn.patient(), explained(), self._writer.begin() as connection:
            yield connection

    def writer_wanted(self) -> bool:
        """Tell whether a save waits for the writer, so that background work should commit and step back."""
        return self._turn.wanted()

    def refresh_catalogue(self) -> None:
        """Read the organisation's custom fields anew; after a change of ``custom_field``.

        Where that lets search see values that are here already, their record types go into its index once more.
        """
        before, self.catalogue_due = self._schema, True
        with self.reading() as connection:
            after = self._built_in.with_custom(_custom_fields(connection, before))
            self._unindexed |= set(reindexing.types_to_index(connection, before, after))
        self._schema = after
        if self._unindexed:
            with self.writing_patiently() as connection:
                reindexing.index_again(connection, self._unindexed)
            self._unindexed = set()
        self.catalogue_due = False

    def index_newly_searched(self, connection: Connection) -> None:
        """Do that for the index alone, in the transaction that changes ``custom_field``."""
        after = self._built_in.with_custom(_custom_fields(connection, self._schema))
        reindexing.index_again(connection, reindexing.types_to_index(connection, self._schema, after))

    def data_version(self) -> int:
        """Give a number that changes whenever any connection, of this process or another, commits."""
        with self._watch_lock, explained():
            if self._watch is None:
                self._watch = connections.open_raw(self.file, self._key, ("PRAGMA query_only = ON",))
            return int(self._watch.execute("PRAGMA data_version").fetchone()[0])

    def journal_tail(self, since_n: int) -> notes.Tail:
        """Tell what other processes committed after ``since_n``; their custom fields are taken over at once."""
        with self.reading() as connection:
            found = notes.tail(connection, self.instance, since_n)
        if found.changes.touches(("custom_field",)):
            self.refresh_catalogue()
        return found

    def journal_head(self) -> int:
        """Give the number from which ``journal_tail`` begins to be asked."""
        with self.reading() as connection:
            return notes.head(connection)

    def fold(self) -> None:
        """Move the write-ahead log into the file as far as readers allow: checks of its pages see only the file."""
        with self._turn.patient(), explained(), self._writer.connect() as connection:
            connections.raw(connection).execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def close(self) -> None:
        """Fold the write-ahead log into the file and close every connection. Closing twice is harmless."""
        if not self._closed:
            self.outbox_file.take_back_left(self)
        with self._turn.patient():
            if self._closed:
                return
            self._closed = True
            try:
                # Everything is committed; on a full disk the log stays beside the file until there is room.
                with suppress(AppError), explained(), self._writer.connect() as connection:
                    connections.raw(connection).execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                self._dispose()

    def _prepare(self) -> None:
        with self.reading() as connection:
            current = migrations.is_current(connection, self._built_in)
        if not current:
            with self.writing() as connection:
                migrations.migrate(connection, self._built_in)
                if meta.read(connection, meta.CLIENT_ID) is None:
                    meta.write(connection, {meta.CLIENT_ID: self.new_id()})
        with self.reading() as connection:
            self._schema = self._built_in.with_custom(_custom_fields(connection, self._built_in))

    def _dispose(self) -> None:
        with self._watch_lock:
            if self._watch is not None:
                self._watch.close()
                self._watch = None
        self._readers.dispose()
        self._lister.dispose()
        self._writer.dispose()


def _make_private(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    # Made before SQLite does, so that not even the encrypted bytes are for other users of the machine.
    file.touch(mode=0o600)


def _custom_fields(connection: Connection, schema: Schema) -> list[Values]:
    table, codec = schema.table("custom_field"), schema.codec("custom_field")
    columns = ", ".join(f'"{name}"' for name in (*OWN_COLUMNS, *codec.columns))
    asked = f"SELECT {columns} FROM {table.name} WHERE hidden = 0 ORDER BY id"  # noqa: S608 - our own names
    return [codec.stored(row).values for row in connections.raw(connection).execute(asked)]
