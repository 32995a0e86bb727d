"""Who sees what: the one gate that pull, push, snapshot and counts ask, and how grants and revocations come about.

``user_scope`` holds, for every user, each scope the user sees and the log position from which on. It is worked out
anew for whatever a transaction touched, and each difference becomes an event at the position of its cause.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, Select, Table, and_, bindparam, or_, select, text

from sync.contract.fields import Values
from sync.contract.rules import SHARED_SCOPE, USER_SCOPE_PREFIX
from sync.server import aliases
from sync.server.bulk import insert_rows, run_for_rows
from sync.server.organisation import Organisation, is_account, person_of
from sync.server.prepared import Prepared
from sync.server.rows import Record
from sync.server.schema import ENTITY_TABLES, SCOPE_EVENT, SHARD, USER_SCOPE

GRANT: Final = "grant"
REVOKE: Final = "revoke"

_SEEN: Final = Prepared(
    lambda among: select(USER_SCOPE.c.scope).where(
        USER_SCOPE.c.user_id == bindparam("user"), among(USER_SCOPE.c.scope, "scopes")
    )
)

_ACCOUNTS = ENTITY_TABLES["account"]
_SHARES = ENTITY_TABLES["share"]

_SHARED_WITH: Final = Prepared(
    lambda among: select(_SHARES.c.account, _SHARES.c.user).where(
        among(_SHARES.c.account, "accounts"), _SHARES.c.deleted_seq.is_(None)
    )
)
_VIEWERS: Final = Prepared(
    lambda among: select(USER_SCOPE.c.scope, USER_SCOPE.c.user_id).where(among(USER_SCOPE.c.scope, "scopes"))
)
_DECIDING: Final = ("territory", "owner", aliases.MERGED_INTO)
"""Fields of an account by which it is decided who sees it."""

_VISIBILITY: Final = Prepared(
    lambda among: select(_ACCOUNTS.c.id, *(_ACCOUNTS.c[name] for name in _DECIDING)).where(
        among(_ACCOUNTS.c.id, "accounts")
    )
)
_OF_USER: Final = Prepared(lambda _among: select(USER_SCOPE.c.scope).where(USER_SCOPE.c.user_id == bindparam("user")))


@dataclass(frozen=True, slots=True)
class ScopeEvent:
    """A user gets or loses a scope; ``seq`` is the position of the change that caused it."""

    seq: int
    user: str
    scope: str
    kind: str


@dataclass(slots=True)
class Unsettled:
    """What a transaction touched so that somebody may see more or less, each with the position of the cause.

    ``new_accounts`` are those of ``scopes`` that nobody can have been granted yet.
    """

    scopes: dict[str, int] = field(default_factory=dict)
    users: dict[str, int] = field(default_factory=dict)
    new_accounts: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        """Tell whether anything was touched."""
        return bool(self.scopes or self.users or self.new_accounts)

    def copy(self) -> "Unsettled":
        """Give a copy that further marks do not reach."""
        return Unsettled(dict(self.scopes), dict(self.users), set(self.new_accounts))


def note_change(unsettled: Unsettled, organisation: Organisation, before: Record | None, after: Record) -> None:
    """Note whose view a change of a record may alter. ``organisation`` is the one after the change."""
    note = _NOTES.get(after.type)
    if note is not None:
        note(unsettled, organisation, before, after)


def note_end(unsettled: Unsettled, before: Record, seq: int) -> None:
    """Note whose view the end of a record may alter."""
    if before.type == "account":
        unsettled.scopes[before.id] = seq
    elif before.type == "share":
        unsettled.scopes[str(before.values.get("account"))] = seq


def settle(connection: Connection, organisation: Organisation, unsettled: Unsettled) -> list[ScopeEvent]:
    """Work out grants and revocations of everything noted, and write them. Rows must be written before."""
    events = _settle_scopes(connection, organisation, unsettled)
    _write(connection, events)
    for user, seq in unsettled.users.items():
        more = _settle_user(connection, organisation, user, seq)
        _write(connection, more)
        events += more
    return events


def wanted_scopes(connection: Connection, organisation: Organisation, user: str) -> frozenset[str]:
    """Work out from the rules, not from ``user_scope``, every scope that somebody sees."""
    if user not in organisation.people:
        return frozenset()
    people = {USER_SCOPE_PREFIX + each for each in organisation.persons_seen_by(user)}
    own = set(connection.scalars(_accounts_of(organisation, user)))
    roots = aliases.all_roots(connection)
    # Decided before any of them is taken in or out: who sees the root sees what was merged into it, and nobody else.
    seen = {alias for alias, root in roots.items() if root in own}
    return frozenset({SHARED_SCOPE, *people, *(own - roots.keys()), *seen})


def joined(table: Table, user: str | BindParameter[str]) -> Any:  # noqa: ANN401 - SQLAlchemy's join type is not public
    """Join a table that has a ``scope`` with what a user sees."""
    return table.join(USER_SCOPE, and_(USER_SCOPE.c.scope == table.c.scope, USER_SCOPE.c.user_id == user))


def seen_among(connection: Connection, user: str, scopes: Iterable[str]) -> set[str]:
    """Give those of some scopes that a user sees."""
    wanted = list(set(scopes))
    return {row[0] for row in _SEEN.rows(connection, user=user, scopes=wanted)} if wanted else set()


class Gate:
    """Tells one user's view from the database and from what the transaction under way has changed in it."""

    def __init__(self, connection: Connection, user: str) -> None:
        """Ask about ``user``; the answers hold for this transaction."""
        self._connection = connection
        self._user = user
        self._known: dict[str, bool] = {}
        self._shares: dict[str, set[str]] = {}

    def prefetch(self, scopes: Iterable[str]) -> None:
        """Look many scopes up in one query."""
        unknown = {each for each in scopes if each not in self._known}
        seen = seen_among(self._connection, self._user, unknown)
        self._known.update((each, each in seen) for each in unknown)

    def sees(self, scope: str, organisation: Organisation) -> bool:
        """Tell whether the user sees a scope, as the database knows accounts and ``organisation`` knows people."""
        if scope == SHARED_SCOPE or self._user in organisation.administrators:
            return True
        person = person_of(scope)
        if person is not None:
            return self._user in organisation.viewers_of_person(person)
        if scope not in self._known:
            self.prefetch([scope])
        return self._known[scope]

    def sees_account(self, account: str, values: Values, organisation: Organisation) -> bool:
        """Tell whether the user sees an account that the transaction under way has made or changed."""
        if account not in self._shares:
            self._shares[account] = shares_of(self._connection, [account]).get(account, set())
        return self._user in organisation.viewers_of_account(values, self._shares[account])


def shares_of(connection: Connection, accounts: Iterable[str]) -> Mapping[str, set[str]]:
    """List with whom accounts are shared, by account."""
    return _gathered(_SHARED_WITH, connection, accounts=list(accounts))


def _note_account(unsettled: Unsettled, _organisation: Organisation, before: Record | None, after: Record) -> None:
    if before is None:
        unsettled.new_accounts.add(after.id)
    if before is None or any(_differs(before, after, name) for name in _DECIDING):
        unsettled.scopes[after.id] = after.version


def _note_share(unsettled: Unsettled, _organisation: Organisation, before: Record | None, after: Record) -> None:
    for each in (before or after, after):
        unsettled.scopes[str(each.values.get("account"))] = after.version


def _note_user(unsettled: Unsettled, _organisation: Organisation, before: Record | None, after: Record) -> None:
    if before is None or before.deleted != after.deleted or _differs(before, after, "role"):
        _note_person(unsettled, after.id, after.version)


def _note_assignment(unsettled: Unsettled, _organisation: Organisation, before: Record | None, after: Record) -> None:
    for each in (before or after, after):
        _note_person(unsettled, str(each.values.get("user")), after.version)


def _note_territory(unsettled: Unsettled, organisation: Organisation, before: Record | None, after: Record) -> None:
    if before is not None and (before.deleted != after.deleted or _differs(before, after, "parent")):
        unsettled.users.update(dict.fromkeys(organisation.people, after.version))


def _note_person(unsettled: Unsettled, user: str, seq: int) -> None:
    unsettled.users[user] = seq
    unsettled.scopes[USER_SCOPE_PREFIX + user] = seq


_NOTES: Final[dict[str, Callable[[Unsettled, Organisation, Record | None, Record], None]]] = {
    "account": _note_account,
    "share": _note_share,
    "user": _note_user,
    "assignment": _note_assignment,
    "territory": _note_territory,
}


def _differs(before: Record, after: Record, name: str) -> bool:
    return bool(before.values.get(name) != after.values.get(name))


def _settle_scopes(connection: Connection, organisation: Organisation, unsettled: Unsettled) -> list[ScopeEvent]:
    older = {each: seq for each, seq in unsettled.scopes.items() if each not in unsettled.new_accounts}
    merged = aliases.with_aliases(connection, {each: seq for each, seq in older.items() if is_account(each)})
    positions = {**unsettled.scopes, **merged}
    have = viewers_now(connection, [*older, *(each for each in merged if each not in older)])
    values = _visibility_values(connection, [each for each in positions if is_account(each)])
    roots = aliases.roots_among(values, lambda some: _visibility_values(connection, some))
    shares = shares_of(connection, set(roots.values()))
    events = []
    for scope, seq in positions.items():
        person = person_of(scope)
        if person is not None:
            want = organisation.viewers_of_person(person)
        elif scope in roots:
            want = organisation.viewers_of_account(values[roots[scope]], shares.get(roots[scope], ()))
        else:
            want = frozenset()
        had = have.get(scope, set())
        events += [ScopeEvent(seq, user, scope, GRANT) for user in sorted(want - had)]
        events += [ScopeEvent(seq, user, scope, REVOKE) for user in sorted(had - want)]
    return events


def _settle_user(connection: Connection, organisation: Organisation, user: str, seq: int) -> list[ScopeEvent]:
    want = wanted_scopes(connection, organisation, user)
    had: set[str] = {row[0] for row in _OF_USER.rows(connection, user=user)}
    granted = [ScopeEvent(seq, user, scope, GRANT) for scope in sorted(want - had)]
    return granted + [ScopeEvent(seq, user, scope, REVOKE) for scope in sorted(had - want)]


def _accounts_of(organisation: Organisation, user: str) -> Select[Any]:
    every = select(_ACCOUNTS.c.id)
    if user in organisation.administrators:
        return every
    shared = select(_SHARES.c.account).where(_SHARES.c.user == user, _SHARES.c.deleted_seq.is_(None))
    reach = sorted(organisation.reach(user))
    return every.where(or_(_ACCOUNTS.c.territory.in_(reach), _ACCOUNTS.c.owner == user, _ACCOUNTS.c.id.in_(shared)))


def viewers_now(connection: Connection, scopes: Iterable[str]) -> dict[str, set[str]]:
    """List who sees some scopes, as ``settle`` has left it."""
    return _gathered(_VIEWERS, connection, scopes=list(scopes))


def _gathered(asked: Prepared, connection: Connection, **wanted: list[str]) -> dict[str, set[str]]:
    """Ask for pairs, and put what belongs to each first one together; nothing is asked where nothing is wanted."""
    found: dict[str, set[str]] = {}
    for first, second in asked.rows(connection, **wanted) if any(wanted.values()) else ():
        found.setdefault(first, set()).add(second)
    return found


def _visibility_values(connection: Connection, accounts: Iterable[str]) -> dict[str, dict[str, str | None]]:
    wanted = list(accounts)
    rows = _VISIBILITY.rows(connection, accounts=wanted) if wanted else ()
    return {account: dict(zip(_DECIDING, values, strict=True)) for account, *values in rows}


def _write(connection: Connection, events: list[ScopeEvent]) -> None:
    insert_rows(
        connection,
        SCOPE_EVENT,
        [
            {"shard": SHARD, "user_id": each.user, "seq": each.seq, "scope": each.scope, "kind": each.kind}
            for each in events
        ],
    )
    gone = [{"of": each.user, "at": each.scope} for each in events if each.kind == REVOKE]
    run_for_rows(connection, _FORGET, gone)
    new = [each for each in events if each.kind == GRANT]
    rows = [{"user_id": each.user, "scope": each.scope, "granted_seq": each.seq} for each in new]
    insert_rows(connection, USER_SCOPE, rows)


_FORGET: Final = text("DELETE FROM user_scope WHERE user_id = :of AND scope = :at")
