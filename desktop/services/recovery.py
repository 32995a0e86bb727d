"""Makes a profile work again whose database is destroyed, missing or cut, without losing an edit that was not sent.

What was damaged is kept. The new database is filled from the outbox file beside the old one and from whatever the old
one still gives, and gets its name as the last act, so that a recovery that is killed can simply be begun again.
Everything the office has comes with the next sync.
"""

import logging
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from desktop.services.profiles import Connect, Credentials, make_database, sign_in
from desktop.store import checks, gate, meta
from desktop.store.connections import raw
from desktop.store.database import Database
from desktop.store.gate import GateMode
from desktop.store.outbox_file import disk, entries
from desktop.store.outbox_file.bringing import bring_in
from desktop.store.outbox_file.entries import Columns, Content
from desktop.store.outbox_file.keeping import OutboxFile, outbox_path
from desktop.store.outbox_file.salvage import salvage
from desktop.system.credentials import key_store
from desktop.system.durable import make_folder, sync_folder
from desktop.system.locks import FileLock
from desktop.system.paths import ProfilePaths
from desktop.system.settings import KEY_FILE, PROFILE_ID, Settings
from sync.contract.clock import Clock, new_id
from sync.contract.errors import AppError, Code
from sync.contract.fields import Value

log = logging.getLogger(__name__)

_DAMAGED = frozenset({Code.DATABASE_UNUSABLE, Code.KEY_WRONG, Code.DISK_UNUSABLE})


class SignInNeeded(Exception):  # noqa: N818 - not an error: one more thing is needed
    """Nothing that is left knows who works here, so somebody must sign in; nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What was found and done.

    ``kept`` counts the unsent edits that the profile has now, ``unreadable`` the damaged places of the outbox file;
    ``cut`` tells that this file ends in the middle of an edit. Without ``rebuilt`` the database was well and stayed.
    ``aside`` is the folder where the damaged files are now.
    """

    kept: int
    unreadable: int
    cut: bool
    rebuilt: bool
    aside: Path | None = None


@dataclass(slots=True)
class _Remains:
    """What is left of a profile, from both places."""

    identity: dict[str, Value] = field(default_factory=dict)
    rows: dict[str, Columns] = field(default_factory=dict)
    acts: dict[str, Columns] = field(default_factory=dict)

    def add(self, identity: Mapping[str, Value], rows: Sequence[Columns], acts: Sequence[Columns]) -> None:
        """Take over what is not known yet."""
        self.identity = {**identity, **self.identity}
        self.rows = {**{str(each["mutation"]): each for each in rows}, **self.rows}
        self.acts = {**{str(each["id"]): each for each in acts}, **self.acts}

    def in_order(self) -> list[Columns]:
        """Give the entries in the order in which they were made."""
        return sorted(self.rows.values(), key=lambda row: int(row["client_n"] or 0))


def recover(
    paths: ProfilePaths, *, clock: Clock, credentials: Credentials | None = None, connect: Connect | None = None
) -> Recovery:
    """Mend the profile's database, or make a new one from what is left; ``credentials`` sign in anew.

    Raises:
        SignInNeeded: It cannot be done without ``credentials``.
        AppError: ``PROFILE_MISSING``, ``PROFILE_IN_USE``, what the key store, the disk or signing in refuses, or
            ``KEY_WRONG`` when nothing here fits the key. Nothing has changed then.
    """
    if not (paths.database.exists() or outbox_path(paths.database).exists() or paths.settings.exists()):
        raise AppError(Code.PROFILE_MISSING, path=str(paths.folder))
    settings = Settings(paths.settings)
    key = key_store(settings.get(KEY_FILE), settings.get(PROFILE_ID)).load()
    with ExitStack() as stack:
        for name in (paths.window, paths.folder / "sync.lock"):
            if not stack.enter_context(FileLock(name).trying()):
                raise AppError(Code.PROFILE_IN_USE)
        broken = _Broken(paths, key, clock)
        if broken.is_well():
            return broken.agreed()
        if credentials is None and not broken.found.frames and broken.found.gaps:
            raise AppError(Code.KEY_WRONG, "the key opens nothing that is here")
        remains = broken.remains()
        if credentials is None:
            identity = _known(remains.identity)
        else:
            identity = _signed_in(remains.identity, settings, credentials, connect, clock)
        return broken.agreed(aside=broken.rebuild(identity, remains))


class _Broken:
    """A profile of which the database may be damaged, while nobody else works on it."""

    def __init__(self, paths: ProfilePaths, key: bytes, clock: Clock) -> None:
        self._file = paths.database
        self._key = key
        self._clock = clock
        self.found: Content = OutboxFile(self._file, key).read()
        """What the outbox file held before anything was done."""

    def is_well(self) -> bool:
        # After a power cut pages may look damaged that the log still holds whole; closing folds it into the file.
        return self._file.exists() and (self._is_whole() or self._is_whole())

    def _is_whole(self) -> bool:
        try:
            with self._open() as database, database.reading() as connection:
                return not checks.damage(connection)
        except AppError as refused:
            if refused.code not in _DAMAGED:
                raise
            log.warning("the database cannot be used: %s", refused.detail)
            return False

    def agreed(self, *, aside: Path | None = None) -> Recovery:
        """Bring the database, which is well now, in step with the outbox file, and say what was found."""
        found = self.found
        with self._open() as database:
            database.outbox_file.agree(database, thoroughly=True)
            with database.reading() as connection:
                kept = entries.count_kept(raw(connection))
        return Recovery(kept=kept, unreadable=found.gaps, cut=found.cut, rebuilt=aside is not None, aside=aside)

    def remains(self) -> _Remains:
        remains = _Remains()
        remains.add(self.found.identity, self.found.rows(), list(self.found.acts.values()))
        old = salvage(self._file, self._key)
        remains.add(old.identity, old.rows, old.acts)
        return remains

    def rebuild(self, identity: Mapping[str, Value], remains: _Remains) -> Path:
        """Make a new database in the place of the damaged one; gives the folder where that is now."""
        rebuilt = self._file.with_name("rebuilt.db")

        def fill(database: Database) -> None:
            with database.writing() as connection, gate.opened(connection, GateMode.SYNC):
                bring_in(connection, database.schema, remains.in_order(), remains.acts.values())

        make_database(rebuilt, self._key, identity, clock=self._clock, fill=fill)
        aside = self._put_aside()
        rebuilt.rename(self._file)
        sync_folder(self._file.parent)
        return aside

    def _put_aside(self) -> Path:
        stamp = self._clock.now().strftime("%Y%m%d-%H%M%S")
        aside = self._file.with_name(f"damaged-{stamp}")
        make_folder(aside)
        outbox = outbox_path(self._file)
        if outbox.exists():
            disk.replace(aside / outbox.name, disk.read(outbox))
        # The log first: without it the database is an older one, which the outbox file brings up to date.
        for suffix in ("-wal", "-shm", ""):
            file = self._file.with_name(self._file.name + suffix)
            if file.exists():
                file.replace(aside / file.name)
        sync_folder(aside)
        return aside

    def _open(self) -> Database:
        return Database.open(self._file, self._key, clock=self._clock)


def _known(identity: Mapping[str, Value]) -> Mapping[str, Value]:
    if not (identity.get(meta.TOKEN) and identity.get(meta.USER_ID) and identity.get(meta.SERVER)):
        raise SignInNeeded
    return identity


def _signed_in(
    known: Mapping[str, Value], settings: Settings, credentials: Credentials, connect: Connect | None, clock: Clock
) -> Mapping[str, Value]:
    client_id = str(known.get(meta.CLIENT_ID) or new_id(clock.now(), clock.chance))
    user_id = str(known.get(meta.USER_ID) or "")
    return sign_in(settings, credentials, client_id=client_id, user_id=user_id, connect=connect)
