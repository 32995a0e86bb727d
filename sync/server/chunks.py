"""Gives the manifest of a first sync and its chunks: who asks sees everything that lies in them, whoever built them."""

import threading
from typing import Final

from sqlalchemy import Connection

from sync.contract.catalogue import Catalogue
from sync.contract.chunks import ChunkEntry, Manifest, is_chunk_name
from sync.contract.errors import AppError, Code
from sync.server.auth import identify
from sync.server.chain import Cursor
from sync.server.chunk_build import build
from sync.server.chunk_cache import ChunkCache, Kept
from sync.server.chunk_names import Member, Naming, Place
from sync.server.chunk_plan import check_members, make_manifest, members_of
from sync.server.handlers import Call, Office
from sync.server.log import Log
from sync.server.pull import check_cursor
from sync.server.recording import read_head

_BUILDERS: Final = 2
_PATIENCE_S: Final = 60.0


def handle_manifest(office: Office, call: Call) -> Manifest:
    """List what the user may see as chunks."""
    with office.log.storage.reading() as connection:
        caller = identify(connection, call.token)
        return make_manifest(connection, caller.user, office.log.organisation(connection).catalogue)


class Chunks:
    """The chunks of one office. Thread-safe."""

    def __init__(self, log: Log, cache: ChunkCache) -> None:
        """Read from ``log``'s database, keep what was built in ``cache``."""
        self._log = log
        self._cache = cache
        self._builders = threading.BoundedSemaphore(_BUILDERS)

    def chunk(self, token: str, name: str, place: str, cursor: str) -> Kept:
        """Give one chunk of a manifest.

        Raises:
            AppError: ``SNAPSHOT_EXPIRED`` when the caller sees other scopes there now, ``CHUNK_CHANGED`` with the
                present name when their rows have changed, ``CURSOR_DIVERGED`` when the manifest is of another history.
        """
        if not is_chunk_name(name):
            raise AppError(Code.MESSAGE_UNREADABLE, "a chunk is named by a hash")
        with self._log.storage.reading() as connection:
            caller = identify(connection, token)
            check_cursor(connection, Cursor.read(cursor), read_head(connection))
            where = Place.read(place)
            members = members_of(connection, caller.user, where)
            check_members(where, members)
            catalogue = self._log.organisation(connection).catalogue
            naming = Naming(connection, catalogue)
            present = naming.name(members, where)
            if present != name:
                rows = sum(each.rows for each in members)
                raise AppError(Code.CHUNK_CHANGED, "these rows have changed since", name=present, rows=rows)
            return self._cache.find(name) or self._built(connection, catalogue, naming, where, members)

    def _built(
        self, connection: Connection, catalogue: Catalogue, naming: Naming, place: Place, members: list[Member]
    ) -> Kept:
        name = naming.name(members, place)
        if not self._builders.acquire(timeout=_PATIENCE_S):
            raise AppError(Code.SERVER_BUSY, "too many first syncs at once")
        try:
            # Somebody who sees the same may have asked a moment before.
            kept = self._cache.find(name)
            if kept is not None:
                return kept
            built = build(connection, catalogue, place, members)
            rest = None
            if built.rest is not None:
                left = max(1, sum(each.rows for each in members) - built.rows)
                rest = ChunkEntry(name=naming.name(members, built.rest), place=built.rest.text(), rows=left)
            return self._cache.keep(name, built.data, rest)
        finally:
            self._builders.release()
