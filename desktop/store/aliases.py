"""Accounts that were merged into others: which one stands for which, and what is hidden because of it.

The office lets no ring come about. Here one may stand for a while, made of an unsent merge and one that was pulled;
none of those in it is hidden then, so that no customer is lost from sight.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from sqlalchemy import Connection

from desktop.store.connections import raw
from desktop.store.schema import Schema
from desktop.store.selecting import AMONG, listed
from desktop.store.tables import GONE_SCOPE
from sync.contract.fields import Scope, Values

ACCOUNT = "account"
MERGED_INTO = "merged_into"

_SOME = "SELECT EXISTS (SELECT 1 FROM accounts WHERE merged_into IS NOT NULL)"
_ALL = "SELECT id, merged_into FROM accounts WHERE merged_into IS NOT NULL"
_DELETED = f"SELECT id FROM accounts WHERE id {AMONG} AND deleted = 1"  # noqa: S608 - our own names
_SHOW = f"UPDATE accounts SET hidden = ? WHERE id {AMONG} AND hidden <> ? AND scope <> ?"  # noqa: S608 - our own names
_HIDE = "UPDATE {table} SET hidden = {wanted} WHERE scope = ? AND hidden <> {wanted}"
_TARGETS = "SELECT DISTINCT merged_into FROM accounts WHERE merged_into IN (SELECT value FROM json_each(?))"
_UP = (
    "WITH RECURSIVE way (id, up, here) AS ("
    "SELECT id, merged_into, scope <> ?2 FROM accounts WHERE id IN (SELECT value FROM json_each(?1)) "
    "UNION SELECT a.id, a.merged_into, a.scope <> ?2 FROM way JOIN accounts AS a ON a.id = way.up"
    ") SELECT id, up, here FROM way"
)
_OUTSIDE = (
    "SELECT coalesce(external_source, ''), external_id, id FROM accounts "
    "WHERE merged_into IS NOT NULL AND deleted = 0 AND scope <> ? "
    "AND external_id IN (SELECT value FROM json_each(?)) ORDER BY id"
)
_DOWN = (
    "WITH RECURSIVE family (id) AS (SELECT value FROM json_each(?) "
    "UNION SELECT a.id FROM family JOIN accounts AS a ON a.merged_into = family.id AND a.merged_into IS NOT NULL"
    ") SELECT id FROM family"
)


def any_here(connection: Connection) -> bool:
    """Tell whether any account is merged into another one."""
    return bool(raw(connection).execute(_SOME).fetchone()[0])


def all_here(connection: Connection) -> list[str]:
    """List the accounts that are merged into others."""
    return [row[0] for row in raw(connection).execute(_ALL)]


def roots(connection: Connection, accounts: Iterable[str]) -> dict[str, str]:
    """Give, for those of some accounts that are merged into another one that is here, the one that stands for them."""
    wanted = list(dict.fromkeys(accounts))
    if not wanted or not any_here(connection):
        return {}
    way = raw(connection).execute(_UP, (listed(wanted), GONE_SCOPE)).fetchall()
    up = {account: target for account, target, _ in way if target is not None}
    here = {account for account, _, is_here in way if is_here}
    found = {each: _end(each, up, here) for each in wanted}
    return {each: root for each, root in found.items() if root != each}


def root(connection: Connection, account: str) -> str:
    """Give the account that stands for this one; mostly itself."""
    return roots(connection, [account]).get(account, account)


def family(connection: Connection, accounts: Collection[str]) -> set[str]:
    """Give some accounts and everything that is merged into them, over any number of steps."""
    if not any_here(connection):
        return set(accounts)
    return {row[0] for row in raw(connection).execute(_DOWN, (listed(accounts),))}


def known_outside(connection: Connection, externals: Collection[str]) -> list[tuple[str, str, str]]:
    """List accounts that were merged into one which lists show, of those that other systems call so.

    Gives the source, the external id, and the id of each.
    """
    found = raw(connection).execute(_OUTSIDE, (GONE_SCOPE, listed(externals))).fetchall()
    ids = [account for _, _, account in found]
    shown = roots(connection, ids).keys() - gone(connection, ids)
    return [(source, external, account) for source, external, account in found if account in shown]


def whole_families(connection: Connection, accounts: Collection[str]) -> set[str]:
    """Give everything that is one customer with one of these accounts, themselves included."""
    return family(connection, {*accounts, *roots(connection, accounts).values()})


def gone(connection: Connection, accounts: Collection[str]) -> frozenset[str]:
    """Tell which of these accounts are deleted, or what stands for them is."""
    standing = roots(connection, accounts)
    asked = listed({*accounts, *standing.values()})
    deleted = {row[0] for row in raw(connection).execute(_DELETED, (asked,))}
    return frozenset(each for each in accounts if each in deleted or standing.get(each) in deleted)


class _Told(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def values(self) -> Values: ...


def concerned(connection: Connection, rows: Collection[_Told], before: Mapping[str, _Told]) -> list[str]:
    """List those of some written accounts that are or were merged, or into which others are."""
    found = {each.id for each in rows if each.values.get(MERGED_INTO)}
    found |= {each for each, old in before.items() if old.values.get(MERGED_INTO)}
    driver = raw(connection)
    if driver.execute(_SOME).fetchone()[0]:
        targets = driver.execute(_TARGETS, (listed(each.id for each in rows),))
        found.update(target for (target,) in targets)
    return sorted(found)


def settle(connection: Connection, schema: Schema, accounts: Iterable[str]) -> set[str]:
    """Hide or show accounts, and what hangs on them, after one of them was merged, parted, deleted or restored.

    Gives the types of which rows may have changed. The rows must hold their new state; the gate must be open.
    """
    started = list(dict.fromkeys(accounts))
    if not started:
        return set()
    standing = roots(connection, started)
    concerned = family(connection, {*started, *standing.values()})
    standing = roots(connection, concerned)
    lost = gone(connection, concerned)
    touched: set[str] = set()
    for wanted, ids in ((1, standing.keys() | lost), (0, concerned - standing.keys() - lost)):
        if raw(connection).execute(_SHOW, (wanted, listed(ids), wanted, GONE_SCOPE)).rowcount:
            touched.add(ACCOUNT)
    for each in concerned:
        touched |= _settle_scope(connection, schema, each, is_gone=each in lost)
    return touched


def _settle_scope(connection: Connection, schema: Schema, account: str, *, is_gone: bool) -> set[str]:
    driver, wanted = raw(connection), "1" if is_gone else "deleted"
    touched = set()
    for record in schema.catalogue:
        if record.scope not in {Scope.ACCOUNT, Scope.INHERITED}:
            continue
        if driver.execute(_HIDE.format(table=record.table, wanted=wanted), (account,)).rowcount:
            touched.add(record.name)
    return touched


def _end(account: str, up: dict[str, str], here: Collection[str]) -> str:
    path = [account]
    while (target := up.get(path[-1])) is not None and target in here:
        if target in path:
            # A ring: who is in it stands for itself, who leads into it is found with whom it meets first.
            ring = path[path.index(target) :]
            return account if account in ring else ring[0]
        path.append(target)
    return path[-1]
