"""What the profile remembers about itself: small named values inside the encrypted file."""

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Protocol

from sqlalchemy import Connection

from desktop.store.connections import raw
from sync.contract.fields import Role, Value

CLIENT_ID = "client_id"
SERVER = "server"
USER_ID = "user_id"
USER_NAME = "user_name"
LOGIN = "login"
ROLE = "role"
TOKEN = "token"  # noqa: S105 - the name of the value, not a token
ORGANISATION = "organisation"
CURRENCY = "currency"
EPOCH = "epoch"
CURSOR = "cursor"
SEQ = "seq"
SNAPSHOT_AFTER = "snapshot_after"
SNAPSHOT_STARTED = "snapshot_started"
MANIFEST = "manifest"
INDEXES_LEFT = "indexes_left"
COUNTED = "counted"
"""What the office said last of how much there is for this user, see ``wire.Counts``."""
SEARCH_UNTIDY = "search_untidy"
SEARCH_TIDYING = "search_tidying"
SEARCH_LEFT = "search_left"
SCHEMA = "schema"
LAYOUT = "layout"
OFFICE_SCHEMA = "office_schema"
DIGESTS_KNOWN = "digests_known"
PURGE_DUE = "purge_due"
COPIES_DUE = "copies_due"
WHOLE_SEQ = "whole_seq"
KEPT_SCOPES = "kept_scopes"
BEING_TOLD = "being_told"
NEXT_CLIENT_ID = "next_client_id"
LINEAGE = "lineage"
OFFERING = "offering"
CLOCK_OFFSET_MS = "clock_offset_ms"
JOURNAL_MARKS = "journal_marks"
LEDGER_GONE = "ledger_gone"
FORGETTING = "forgetting"

_WRITE = "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
_EVERYTHING = "SELECT key, value FROM meta"


def read(connection: Connection, key: str) -> Value:
    """Read one value; ``None`` where there is none."""
    row = raw(connection).execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return None if row is None else _loaded(row[0])


def read_all(connection: Connection) -> dict[str, Value]:
    """Read every remembered value at once."""
    return {key: _loaded(text) for key, text in raw(connection).execute(_EVERYTHING)}


def write(connection: Connection, values: Mapping[str, Value]) -> None:
    """Write values in the caller's transaction; ``None`` forgets one."""
    driver = raw(connection)
    for key, value in values.items():
        if value is None:
            driver.execute("DELETE FROM meta WHERE key = ?", (key,))
        else:
            driver.execute(_WRITE, (key, json.dumps(value, ensure_ascii=False)))


def _loaded(text: str) -> Value:
    # What can be changed by whoever got it is made anew for everybody.
    return json.loads(text) if text[:1] in "[{" else _plain(text)


@lru_cache(maxsize=256)
def _plain(text: str) -> Value:
    return json.loads(text)


class Opener(Protocol):
    """Where the connections come from."""

    def reading(self) -> AbstractContextManager[Connection]:
        """Open a reading transaction."""
        ...

    def writing(self) -> AbstractContextManager[Connection]:
        """Open a writing transaction."""
        ...


class Meta:
    """The remembered values, each read afresh, because another process may change them."""

    def __init__(self, opener: Opener) -> None:
        """Read and write through the database's connections."""
        self._opener = opener

    def get(self, key: str) -> Value:
        """Read one value; ``None`` where there is none."""
        with self._opener.reading() as connection:
            return read(connection, key)

    def set(self, key: str, value: Value) -> None:
        """Write one value in a transaction of its own; ``None`` forgets it."""
        self.set_many({key: value})

    def set_many(self, values: Mapping[str, Value]) -> None:
        """Write several values in one transaction of their own; ``None`` forgets one."""
        with self._opener.writing() as connection:
            write(connection, values)

    def user(self) -> tuple[str, Role]:
        """Give id and role of this profile's user at once; the id is empty before sign-in."""
        with self._opener.reading() as connection:
            return str(read(connection, USER_ID) or ""), Role(read(connection, ROLE) or Role.REP)

    @property
    def client_id(self) -> str:
        """This laptop's id, made with the database."""
        return str(self.get(CLIENT_ID))

    @property
    def server(self) -> str:
        """Address of the office, empty before sign-in."""
        return str(self.get(SERVER) or "")

    @property
    def user_id(self) -> str:
        """Id of this profile's user, empty before sign-in."""
        return str(self.get(USER_ID) or "")

    @property
    def user_name(self) -> str:
        """Name of this profile's user, empty before sign-in."""
        return str(self.get(USER_NAME) or "")

    @property
    def login(self) -> str:
        """Sign-in name of this profile's user, empty before sign-in."""
        return str(self.get(LOGIN) or "")

    @property
    def role(self) -> Role:
        """Role of this profile's user, as the office said last."""
        return Role(self.get(ROLE) or Role.REP)

    @property
    def token(self) -> str:
        """This device's token, empty before sign-in."""
        return str(self.get(TOKEN) or "")

    @property
    def currency(self) -> str:
        """The organisation's currency."""
        return str(self.get(CURRENCY) or "CNY")

    @property
    def cursor(self) -> str | None:
        """Where the next pull begins; ``None`` before the first snapshot is complete."""
        found = self.get(CURSOR)
        return None if found is None else str(found)

    @property
    def seq(self) -> int:
        """Log position up to which everything was seen."""
        return int(self.get(SEQ) or 0)
