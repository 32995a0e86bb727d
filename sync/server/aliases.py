"""Accounts that turned out to be one: the one that is kept stands for those that were merged into it.

An alias stays a record like any other, with all that hangs on it. It names what it was merged into, maybe over several
steps; the last of them is its *root*, and whoever sees the root sees the alias. The office never lets a ring of them
come about (``merged.without_rings``).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Connection, select

from sync.server.prepared import Prepared
from sync.server.schema import ENTITY_TABLES

MERGED_INTO: Final = "merged_into"

_ACCOUNTS = ENTITY_TABLES["account"].c
_MERGED = select(_ACCOUNTS.id, _ACCOUNTS.merged_into)
_ALL: Final = Prepared(lambda _among: _MERGED.where(_ACCOUNTS.merged_into.is_not(None)))
_INTO: Final = Prepared(lambda among: _MERGED.where(among(_ACCOUNTS.merged_into, "accounts")))
_THERE: Final = Prepared(lambda among: select(_ACCOUNTS.id).where(among(_ACCOUNTS.id, "ids")))


def with_aliases(connection: Connection, accounts: Mapping[str, int]) -> dict[str, int]:
    """Give what holds for accounts to all that was merged into them; of two positions the later one."""
    found = dict(accounts)
    waiting = set(accounts)
    while waiting:
        pairs = _merged_into(connection, waiting)
        waiting = {alias for alias, target in pairs if found.get(alias, 0) < found[target]}
        found.update((alias, max(found.get(alias, 0), found[target])) for alias, target in pairs)
    return found


def all_roots(connection: Connection) -> dict[str, str]:
    """Give the root of every alias there is."""
    targets = {str(alias): str(target) for alias, target in _ALL.rows(connection)}
    there = {row[0] for row in _THERE.rows(connection, ids=list(targets.values()))} if targets else set()
    return {each: _end(each, targets, there) for each in targets}


def roots_among(
    values: dict[str, dict[str, Any]], read: Callable[[Iterable[str]], Mapping[str, dict[str, Any]]]
) -> dict[str, str]:
    """Give the root of each of some accounts; ``values`` gets what ``read`` tells of those on the way there."""
    own = list(values)
    targets: dict[str, str] = {}
    news: Mapping[str, dict[str, Any]] = dict(values)
    while news:
        targets.update((each, one[MERGED_INTO]) for each, one in news.items() if one[MERGED_INTO] is not None)
        news = read(set(targets.values()) - values.keys())
        values.update(news)
    return {each: _end(each, targets, values.keys()) for each in own}


def _merged_into(connection: Connection, accounts: Iterable[str]) -> list[tuple[str, str]]:
    return [(alias, target) for alias, target in _INTO.rows(connection, accounts=list(accounts))]


def _end(account: str, targets: Mapping[str, str], there: Collection[str]) -> str:
    path = [account]
    while (target := targets.get(path[-1])) is not None and target in there and target not in path:
        path.append(target)
    return path[-1]
