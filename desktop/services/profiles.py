"""A profile on this laptop: made by signing in, opened with its key, signed in again without touching its data.

Signing in comes first, because a refused password must leave nothing behind. The database is then made under another
name, with identity and token inside, and gets its own name as the last act: a profile exists whole or not at all.
"""

import logging
import platform
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from desktop.store import meta
from desktop.store.database import Database
from desktop.store.outbox_file.keeping import OutboxFile, outbox_path
from desktop.system.credentials import KeyStore, key_store
from desktop.system.durable import sync_folder
from desktop.system.locks import FileLock
from desktop.system.paths import ProfilePaths
from desktop.system.settings import KEY_FILE, LOGIN, PROFILE_ID, SERVER, TLS_CERTIFICATES, Settings
from sync.client.address import server_address
from sync.client.transport import HttpOffice
from sync.contract.clock import Clock, new_id
from sync.contract.entities import SCHEMA_VERSION
from sync.contract.errors import AppError, Code
from sync.contract.fields import Role, Value
from sync.contract.wire import SignInAnswer, SignInRequest

log = logging.getLogger(__name__)


class SigningOffice(Protocol):
    """The office as far as signing in goes."""

    address: str

    def sign_in(self, request: SignInRequest) -> SignInAnswer:
        """Trade a password for a token of this device."""
        ...

    def sign_out(self) -> None:
        """Give the token back."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


Connect = Callable[[str, str], SigningOffice]
"""Makes an office from (address, token)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What somebody enters to sign in. ``key_file`` names the file for the key; empty: the system's keyring."""

    server: str
    login: str
    password: str
    key_file: str = ""
    device: str = ""

    def __repr__(self) -> str:
        return f"Credentials(server={self.server!r}, login={self.login!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who is signed in on this profile. ``user`` is an id."""

    user: str
    name: str
    login: str
    role: Role
    server: str
    organisation: str
    currency: str


def enrol(paths: ProfilePaths, credentials: Credentials, *, clock: Clock, connect: Connect | None = None) -> None:
    """Make a profile, or sign in again to the one that is there, whose data and unsent edits stay.

    Nothing is synced yet.

    Raises:
        AppError: ``SIGN_IN_REFUSED``, a network's refusal, a keyring's, ``WRONG_USER`` or ``PROFILE_EXISTS`` when the
            profile is another user's or another server's, ``PROFILE_IN_USE`` when somebody else makes it just now.
            Nothing has changed then.
    """
    settings = Settings(paths.settings)
    dial = connect or office_maker(settings)
    if paths.database.exists():
        with closing(open_database(paths, clock=clock)) as database:
            sign_in_again(database, settings, credentials, connect=dial)
        return
    profile_id = settings.get(PROFILE_ID) or new_id(clock.now(), clock.chance)
    keys = key_store(credentials.key_file, profile_id)
    _check_usable(keys)
    client_id = new_id(clock.now(), clock.chance)
    answer, address = _sign_in(dial, credentials, client_id)
    try:
        paths.make()
        with _alone(paths):
            _remember(settings, credentials, profile_id=profile_id, address=address)
            identity = {**_identity(answer, address), meta.CLIENT_ID: client_id}
            make_database(paths.database, keys.create(), identity, clock=clock)
    except (AppError, OSError):
        _give_back(dial, address, answer.token)
        raise


@contextmanager
def _alone(paths: ProfilePaths) -> Iterator[None]:
    """Let nobody else make this profile: theirs would have another key and another laptop's id."""
    with FileLock(paths.window).trying() as is_alone:
        if not is_alone or paths.database.exists():
            raise AppError(Code.PROFILE_IN_USE)
        yield


def sign_in_again(
    database: Database, settings: Settings, credentials: Credentials, *, connect: Connect | None = None
) -> None:
    """Get a new token for an open profile; its data and unsent edits stay as they are.

    Raises:
        AppError: ``SIGN_IN_REFUSED``, a network's refusal, ``WRONG_USER``, or ``PROFILE_EXISTS`` when the profile
            belongs to another server.
    """
    dial = connect or office_maker(settings)
    if server_address(credentials.server) != database.meta.server:
        raise AppError(Code.PROFILE_EXISTS, path=str(database.file.parent))
    answer, address = _sign_in(dial, credentials, database.meta.client_id)
    if answer.user_id != database.meta.user_id:
        _give_back(dial, address, answer.token)
        raise AppError(Code.WRONG_USER)
    database.meta.set_many(_identity(answer, address))
    database.outbox_file.agree(database, thoroughly=True)
    settings.set(LOGIN, credentials.login)


def open_database(paths: ProfilePaths, *, clock: Clock) -> Database:
    """Open a profile's database with its key.

    Raises:
        AppError: ``PROFILE_MISSING``, or what the key store or the database refuses.
    """
    if not paths.database.exists():
        if outbox_path(paths.database).exists():
            raise AppError(Code.DATABASE_UNUSABLE, "the database is missing", reason="missing")
        raise AppError(Code.PROFILE_MISSING, path=str(paths.folder))
    settings = Settings(paths.settings)
    key = key_store(settings.get(KEY_FILE), settings.get(PROFILE_ID)).load()
    try:
        return Database.open(paths.database, key, clock=clock)
    except AppError as refused:
        # A damaged database looks like one with another key, unless the key opens what lies beside it.
        if refused.code is Code.KEY_WRONG and OutboxFile(paths.database, key).read().frames:
            raise AppError(Code.DATABASE_UNUSABLE, refused.detail, reason=refused.detail) from refused
        raise


def sign_in(
    settings: Settings, credentials: Credentials, *, client_id: str, user_id: str = "", connect: Connect | None = None
) -> dict[str, Value]:
    """Sign in for a database that is still to be made; gives what it must know about itself.

    Raises:
        AppError: ``SIGN_IN_REFUSED``, a network's refusal, or ``WRONG_USER`` where ``user_id`` is another's.
    """
    dial = connect or office_maker(settings)
    answer, address = _sign_in(dial, credentials, client_id)
    if user_id not in {"", answer.user_id}:
        _give_back(dial, address, answer.token)
        raise AppError(Code.WRONG_USER)
    return {**_identity(answer, address), meta.CLIENT_ID: client_id}


def session_of(database: Database) -> Session:
    """Tell who is signed in, as the office said last."""
    known = database.meta
    return Session(
        user=known.user_id,
        name=known.user_name,
        login=known.login,
        role=known.role,
        server=known.server,
        organisation=str(known.get(meta.ORGANISATION) or ""),
        currency=known.currency,
    )


def office_maker(settings: Settings) -> Callable[[str, str], HttpOffice]:
    """Give what makes an office from (address, token) with the certificates that this profile trusts."""
    return lambda address, token: HttpOffice(address, token=token, certificates=settings.get(TLS_CERTIFICATES))


def _sign_in(connect: Connect, credentials: Credentials, client_id: str) -> tuple[SignInAnswer, str]:
    request = SignInRequest(
        login=credentials.login,
        password=credentials.password,
        client_id=client_id,
        device=credentials.device or platform.node() or platform.system(),
        schema=SCHEMA_VERSION,
    )
    with closing(connect(credentials.server, "")) as office:
        return office.sign_in(request), office.address


def _give_back(connect: Connect, address: str, token: str) -> None:
    # The refusal that led here is what matters; an unused token hurts nobody and shows in the list of devices.
    with suppress(AppError), closing(connect(address, token)) as office:
        office.sign_out()


def _check_usable(keys: KeyStore) -> None:
    """Refuse a key store that does not work before a password leaves this machine."""
    try:
        keys.load()
    except AppError as refusal:
        if refusal.code is not Code.KEY_MISSING:
            raise


def _remember(settings: Settings, credentials: Credentials, *, profile_id: str, address: str) -> None:
    # Before the database has its name, so that no profile exists of which nobody knows where the key lies.
    settings.set(PROFILE_ID, profile_id)
    settings.set(KEY_FILE, str(Path(credentials.key_file).expanduser().absolute()) if credentials.key_file else "")
    settings.set(SERVER, address)
    settings.set(LOGIN, credentials.login)


def _identity(answer: SignInAnswer, address: str) -> dict[str, Value]:
    return {
        meta.SERVER: address,
        meta.TOKEN: answer.token,
        meta.USER_ID: answer.user_id,
        meta.USER_NAME: answer.user_name,
        meta.LOGIN: answer.login,
        meta.ROLE: answer.role,
        meta.ORGANISATION: answer.organisation,
        meta.CURRENCY: answer.currency,
        meta.OFFICE_SCHEMA: answer.schema,
    }


def make_database(
    file: Path,
    key: bytes,
    identity: Mapping[str, Value],
    *,
    clock: Clock,
    fill: Callable[[Database], None] = lambda _: None,
) -> None:
    """Make a database, ``fill`` it, and only then give it its name."""
    unfinished = file.with_name(file.name + ".new")
    _remove(unfinished)
    try:
        with Database.open(unfinished, key, clock=clock, create=True) as database:
            database.meta.set_many(identity)
            fill(database)
        unfinished.replace(file)
        sync_folder(file.parent)
    finally:
        _remove(unfinished)


def _remove(file: Path) -> None:
    """Remove what a killed sign-in left behind."""
    for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
        file.with_name(name).unlink(missing_ok=True)
