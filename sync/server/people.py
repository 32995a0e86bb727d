"""What an administrator does from the command line, as changes of the log: users, territories, moves, devices."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from sync.contract.errors import AppError, Code
from sync.contract.fields import Role
from sync.contract.values import fold
from sync.server.auth import end_tokens, set_password
from sync.server.log import MAX_TRANSACTION_ROWS, Log, Writer
from sync.server.rows import CODECS, Record
from sync.server.schema import CLIENT, ENTITY_TABLES, TOKEN

_SHORTEST: Final = 6
"""Ids may be given by so many of their last characters."""

_SHOWN: Final = 5
"""Candidates that a sentence names where a text stands for several records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One line of the list of users."""

    id: str
    login: str
    name: str
    role: str
    territories: tuple[str, ...]
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One line of the list of devices. ``signed_in`` tells whether it has a valid token."""

    id: str
    login: str
    device: str
    first_seen: str
    last_seen: str
    signed_in: bool


def ensure_territory(writer: Writer, name: str) -> str:
    """Give the id of the live territory of this name, made where there is none."""
    found = writer.find("territory", "name", name.strip())
    return found[0] if found else writer.create("territory", {"name": name})


def add_user(writer: Writer, login: str, *, role: Role, territories: Sequence[str], name: str | None = None) -> str:
    """Create a user with assignments to territories (by name, made when new); gives the user's id.

    Raises:
        AppError: ``ID_TAKEN`` when somebody has this login.
    """
    if _by(writer, "login", login):
        raise AppError(Code.ID_TAKEN, f"there is a user {login} already; user set changes one")
    user = writer.create("user", {"name": name or login, "login": login, "role": role.value})
    assign(writer, user, territories)
    return user


def assign(writer: Writer, user: str, territories: Sequence[str]) -> None:
    """Make these (by name, made when new) the only territories of a user, in this order."""
    wanted = [ensure_territory(writer, each) for each in territories]
    have = {str(_existing(writer, "assignment", each).values["territory"]): each for each in _assignments(writer, user)}
    for territory, assignment in have.items():
        if territory not in wanted:
            writer.delete("assignment", assignment)
    for territory in dict.fromkeys(wanted):
        if territory not in have:
            writer.create("assignment", {"user": user, "territory": territory})


def user_of(writer: Writer, login: str) -> str:
    """Give the id of the user of this login; a name will do where only one user has it.

    Raises:
        AppError: ``RECORD_NOT_FOUND``.
    """
    found = _by(writer, "login", login)
    if not found:
        named = _by(writer, "name", login)
        found = named if len(named) == 1 else []
    if not found:
        raise AppError(Code.RECORD_NOT_FOUND, f"there is no user {login}; user list names all")
    return found[0]


def keep_password(log: Log, writer: Writer, user: str, stored: str) -> None:
    """Store the hash of a user's password in the writer's transaction."""
    set_password(writer.connection, user, stored, log.now())


def list_users(log: Log) -> list[Person]:
    """List everybody who is not deleted, by login."""
    with log.storage.reading() as connection:
        organisation = log.organisation(connection)
    names = {each: str(kept.values.get("name")) for each, kept in organisation.records["territory"].items()}
    users = organisation.records["user"]
    people = [
        Person(
            id=each,
            login=str(users[each].values.get("login")),
            name=str(users[each].values.get("name")),
            role=str(organisation.role(each)),
            territories=tuple(names[one] for one in organisation.territories_of(each)),
            active=organisation.is_active(each),
        )
        for each in organisation.people
    ]
    return sorted(people, key=lambda one: fold(one.login))


def move_accounts(log: Log, accounts: Iterable[str], territory: str) -> int:
    """Move accounts into a territory (by name, made when new); gives how many were not there yet.

    Raises:
        AppError: ``RECORD_NOT_FOUND`` for an unknown account; nothing of its batch is moved then.
    """
    moved = 0
    for batch in _batches(sorted(set(accounts)), MAX_TRANSACTION_ROWS - 1):
        with log.writing() as writer:
            target = ensure_territory(writer, territory)
            moved += sum(bool(writer.patch("account", each, {"territory": target})) for each in batch)
    return moved


def accounts_of_territory(log: Log, territory: str) -> list[str]:
    """List the accounts of a territory, deleted ones too.

    Raises:
        AppError: ``RECORD_NOT_FOUND``.
    """
    table = ENTITY_TABLES["territory"]
    accounts = ENTITY_TABLES["account"]
    with log.storage.reading() as connection:
        named = select(table.c.id).where(table.c.name == territory.strip(), table.c.deleted_seq.is_(None))
        ids = list(connection.scalars(named))
        if not ids:
            raise AppError(Code.RECORD_NOT_FOUND, f"there is no territory {territory}")
        return list(connection.scalars(select(accounts.c.id).where(accounts.c.territory.in_(ids))))


def resolve_account(log: Log, text: str) -> str:
    """Find an account by its id, the last 6 or more characters of it, or its name.

    Raises:
        AppError: ``RECORD_NOT_FOUND`` or ``RECORD_AMBIGUOUS``.
    """
    table = CODECS["account"].table
    ways = [table.c.id == text, table.c.name == text]
    if len(text) >= _SHORTEST:
        ways.append(table.c.id.endswith(text, autoescape=True))
    with log.storage.reading() as connection:
        for way in ways:
            found = list(connection.scalars(select(table.c.id).where(way).order_by(table.c.id).limit(_SHOWN + 1)))
            if len(found) == 1:
                return str(found[0])
            if found:
                raise _ambiguous(f"more than one account is meant by {text}", found)
    raise AppError(
        Code.RECORD_NOT_FOUND,
        f"there is no account {text}; give its id, the last 6 or more characters of it, or its name",
    )


def list_devices(log: Log) -> list[Device]:
    """List all laptops that ever signed in, the latest first."""
    users = ENTITY_TABLES["user"]
    valid = select(TOKEN.c.client_id).where(TOKEN.c.revoked_at.is_(None))
    columns = (CLIENT.c.client_id, users.c.login, CLIENT.c.device, CLIENT.c.first_seen, CLIENT.c.last_seen)
    with log.storage.reading() as connection:
        signed_in = set(connection.scalars(valid))
        rows = connection.execute(
            select(*columns).join(users, users.c.id == CLIENT.c.user_id).order_by(CLIENT.c.last_seen.desc())
        ).all()
    return [
        Device(id=one, login=login, device=device, first_seen=first, last_seen=last, signed_in=one in signed_in)
        for one, login, device, first, last in rows
    ]


def revoke_device(log: Log, text: str) -> str:
    """End the tokens of a device, given by its id or the last 6 or more characters of it; gives the whole id.

    Raises:
        AppError: ``RECORD_NOT_FOUND`` or ``RECORD_AMBIGUOUS``.
    """
    with log.storage.writing() as connection:
        ids = list(connection.scalars(select(CLIENT.c.client_id)))
        found = [each for each in ids if each == text] or [
            each for each in ids if len(text) >= _SHORTEST and each.endswith(text)
        ]
        if not found:
            raise AppError(Code.RECORD_NOT_FOUND, f"there is no device {text}; device list names all")
        if len(found) > 1:
            raise _ambiguous(f"more than one device ends in {text}", found)
        end_tokens(connection, found[0], log.now())
        return str(found[0])


def _ambiguous(sentence: str, found: Sequence[str]) -> AppError:
    listed = ", ".join(found[:_SHOWN]) + (", ..." if len(found) > _SHOWN else "")
    return AppError(Code.RECORD_AMBIGUOUS, f"{sentence}: {listed}; give a whole id")


def _by(writer: Writer, field: str, text: str) -> list[str]:
    wanted = fold(text.strip())
    users = writer.organisation.records.get("user", {})
    return sorted(
        each for each, kept in users.items() if not kept.deleted and fold(str(kept.values.get(field))) == wanted
    )


def _assignments(writer: Writer, user: str) -> list[str]:
    return writer.find("assignment", "user", user)


def _existing(writer: Writer, record_type: str, record_id: str) -> Record:
    found = writer.get(record_type, record_id)
    if found is None:
        raise AppError(Code.RECORD_NOT_FOUND, type=record_type, record=record_id)
    return found


def _batches(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
