"""Finds in a part of the log what only the laptop that asks has done, so that it need not be told again."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from sync.contract.entities import CATALOGUE
from sync.contract.fields import Scope
from sync.contract.wire import Echo, Op, Outcome
from sync.server.prepared import Prepared
from sync.server.rows import CODECS, by_kind
from sync.server.schema import RECEIPT

_TOLD: Final = frozenset(each.name for each in CATALOGUE if each.scope is not Scope.INHERITED)
"""What receipts tell of: a question changes along with the edit of another record."""

_APPLIED: Final = Prepared(
    lambda among: select(RECEIPT.c.mutation_id).where(
        among(RECEIPT.c.mutation_id, "ids"), RECEIPT.c.outcome == bindparam("outcome")
    )
)


def echoes_among(connection: Connection, client: str, lines: Sequence[Any]) -> dict[tuple[str, str], Echo]:
    """Give the records of which every line is an edit of this laptop that was applied as it was, by type and id.

    A record that has changed after the lines is none: its row is newer than the laptop's receipts can tell.
    """
    last: dict[tuple[str, str], int] = {}
    mutations: dict[tuple[str, str], list[str]] = {}
    for line in lines:
        seq, _scope, kind, record, op, _delta, _actor, _at, mutation, _command, author = line
        if author != client or op != Op.PATCH.value or mutation is None:
            last[kind, record] = 0
        elif last.get((kind, record)) != 0:
            last[kind, record] = seq
            mutations.setdefault((kind, record), []).append(mutation)
    own_keys = {key: seq for key, seq in last.items() if seq and key[0] in _TOLD}
    if not own_keys:
        return {}
    wanted = [each for key in own_keys for each in mutations[key]]
    applied = {row[0] for row in _APPLIED.rows(connection, ids=wanted, outcome=Outcome.APPLIED.value)}
    still = _versions(connection, own_keys)
    return {
        key: Echo(type=key[0], id=key[1], version=seq)
        for key, seq in own_keys.items()
        if still.get(key) == seq and applied.issuperset(mutations[key])
    }


def _versions(connection: Connection, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    return {
        (kind, record_id): version
        for kind, wanted in by_kind(keys).items()
        for record_id, version in CODECS[kind].versions.rows(connection, ids=wanted)
    }
