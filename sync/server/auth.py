"""Who is calling: trades passwords for tokens of one device, recognises tokens, ends them."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from sync.contract.clock import instant_text
from sync.contract.entities import SCHEMA_VERSION
from sync.contract.errors import AppError, Code
from sync.contract.wire import SignInAnswer, SignInRequest
from sync.server.log import Log
from sync.server.passwords import Passwords, new_token, token_hash
from sync.server.prepared import Prepared
from sync.server.rows import CODECS, Record
from sync.server.schema import CLIENT, CREDENTIAL, ENTITY_TABLES, SCHEMA_VERSION_TABLE, TOKEN

_USERS: Final = ENTITY_TABLES["user"]
LIVE_USER: Final = (_USERS.c.deleted_seq.is_(None), or_(_USERS.c.active.is_(None), _USERS.c.active != 0))
"""What a user fulfils who may work."""
_LONGEST: Final = 1000
_NEWEST: Final = select(func.max(SCHEMA_VERSION_TABLE.c.catalogue)).scalar_subquery()

_CALLER: Final = Prepared(
    lambda _among: (
        select(_USERS.c.id, CLIENT.c.client_id, _USERS.c.role, CLIENT.c.last_seen, _NEWEST)
        .select_from(TOKEN)
        .join(CLIENT, CLIENT.c.client_id == TOKEN.c.client_id)
        .join(_USERS, _USERS.c.id == TOKEN.c.user_id)
        .where(
            TOKEN.c.hash == bindparam("hashed"),
            TOKEN.c.revoked_at.is_(None),
            CLIENT.c.user_id == TOKEN.c.user_id,
            *LIVE_USER,
        )
    )
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose request this is, and from which laptop."""

    user: str
    client: str
    role: str
    last_seen: str


def identify(connection: Connection, token: str) -> Caller:
    """Recognise a token.

    Raises:
        AppError: ``SIGN_IN_ENDED`` for a token that is unknown, revoked, or of somebody who may not work any more;
            ``DATABASE_NEWER`` when a newer program has updated the database beside this one, which would leave out
            what it does not know.
    """
    row = _CALLER.row(connection, hashed=token_hash(token))
    if row is None:
        raise AppError(Code.SIGN_IN_ENDED, "this token is not valid, or not any more")
    if row[4] > SCHEMA_VERSION:
        raise AppError(Code.DATABASE_NEWER, "a newer program has updated this database; end this one")
    return Caller(row[0], row[1], row[2] or "rep", row[3])


def sign_in(log: Log, passwords: Passwords, request: SignInRequest) -> SignInAnswer:
    """Trade a password for a token of one device; earlier tokens of that device end.

    Raises:
        AppError: ``SIGN_IN_REFUSED``, ``WRONG_USER`` for a device of somebody else, or ``SERVER_BUSY``.
    """
    if not request.client_id or any(
        len(each) > _LONGEST for each in (request.login, request.password, request.client_id, request.device)
    ):
        raise AppError(Code.MESSAGE_UNREADABLE, "a sign-in needs a client_id and short texts")
    with log.storage.reading() as connection:
        user, stored = _find(connection, request.login)
    if not passwords.matches(stored, request.password) or user is None:
        raise AppError(Code.SIGN_IN_REFUSED, "unknown name or wrong password")
    token, now = new_token(), log.now()
    with log.storage.writing() as connection:
        _remember_device(connection, request, user.id, now)
        connection.execute(
            insert(TOKEN),
            {
                "hash": token_hash(token),
                "client_id": request.client_id,
                "user_id": user.id,
                "created_at": now,
                "revoked_at": None,
            },
        )
    return _answer(log, user, token)


def end_tokens(connection: Connection, client_id: str, now: str) -> int:
    """End all tokens of a device; gives how many were valid."""
    ended = connection.execute(
        update(TOKEN).where(TOKEN.c.client_id == client_id, TOKEN.c.revoked_at.is_(None)).values(revoked_at=now)
    )
    return ended.rowcount


def set_password(connection: Connection, user: str, stored: str, now: str) -> None:
    """Store what ``Passwords.hash`` gave for a user."""
    values = {"password": stored, "changed_at": now}
    changed = connection.execute(update(CREDENTIAL).where(CREDENTIAL.c.user_id == user).values(values))
    if changed.rowcount == 0:
        connection.execute(insert(CREDENTIAL), {"user_id": user, **values})


def _find(connection: Connection, login: str) -> tuple[Record | None, str | None]:
    """Find who signs in, by login; a name will do where only one user has it."""
    codec = CODECS["user"]
    wanted = login.strip().replace("\0", "")
    known = codec.select().add_columns(CREDENTIAL.c.password).join(CREDENTIAL, CREDENTIAL.c.user_id == _USERS.c.id)
    row = connection.execute(known.where(_USERS.c.login == wanted, *LIVE_USER).order_by(_USERS.c.id)).first()
    if row is None:
        named = connection.execute(known.where(_USERS.c.name == wanted, *LIVE_USER).limit(2)).all()
        row = named[0] if len(named) == 1 else None
    return (None, None) if row is None else (codec.record(row), row[-1])


def _remember_device(connection: Connection, request: SignInRequest, user: str, now: str) -> None:
    known = connection.execute(select(CLIENT.c.user_id).where(CLIENT.c.client_id == request.client_id)).first()
    if known is not None and known[0] != user:
        raise AppError(Code.WRONG_USER, "this device belongs to another user")
    values = {"device": request.device.replace("\0", "")[:200], "schema_v": request.schema, "last_seen": now}
    if known is not None:
        end_tokens(connection, request.client_id, now)
        connection.execute(update(CLIENT).where(CLIENT.c.client_id == request.client_id).values(values))
        return
    new = {"client_id": request.client_id, "user_id": user, "last_n": 0, "acked_cursor": 0, "first_seen": now}
    connection.execute(insert(CLIENT), {**new, **values})


def _answer(log: Log, user: Record, token: str) -> SignInAnswer:
    with log.storage.reading() as connection:
        organisation = read_organisation_record(connection)
    return SignInAnswer(
        token=token,
        user_id=user.id,
        user_name=str(user.values["name"]),
        login=str(user.values["login"]),
        role=str(user.values.get("role") or "rep"),
        organisation=str(organisation.get("name", "")),
        currency=str(organisation.get("currency", "CNY")),
        schema=SCHEMA_VERSION,
        server_time=instant_text(log.clock.now()),
    )


def read_organisation_record(connection: Connection) -> dict[str, object]:
    """Give the values of the organisation's own record, the oldest one where there are several."""
    codec = CODECS["organisation"]
    live = codec.select().where(codec.table.c.deleted_seq.is_(None)).order_by(codec.table.c.id).limit(1)
    row = connection.execute(live).first()
    return {} if row is None else codec.values(row)
