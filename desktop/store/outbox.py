"""The outbox: own journal entries without an outcome, as messages, in the order in which they were made.

What an office of before cannot take yet stays in it until that office has been updated; the rest does not wait for it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from desktop.store import meta
from desktop.store.connections import raw
from sync.contract.catalogue import Catalogue
from sync.contract.upcasting import held_back
from sync.contract.wire import Mutation, Op

_AROUND_BYTES = 500
"""More than what stands around the values of a mutation: ids, instants and the names of its members."""

_COUNT = "SELECT count(*) FROM journal WHERE outcome IS NULL AND origin = 'local'"
_MUTATIONS = (
    "SELECT new, old, context, older, mutation, client_n, type, record, op, base, bond, command, schema, actor, at, "
    # Only a deletion may need the word of its author.
    "replaces, CASE op WHEN 'delete' THEN (SELECT c.consent FROM command AS c WHERE c.id = journal.command) END "
    "FROM journal WHERE outcome IS NULL AND origin = 'local' AND client_n > ? ORDER BY client_n"
)
_TEXTS = 3
_OPS = {each.value: each for each in Op}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much goes into one request."""

    mutations: int
    bytes: int


def count(connection: Connection) -> int:
    """Count the unsent mutations."""
    return int(raw(connection).execute(_COUNT).fetchone()[0])


def mutations(connection: Connection, catalogue: Catalogue, limits: Limits, *, after_n: int) -> list[Mutation]:
    """List unsent mutations after ``after_n``: at least one, whole groups, else no more than the limits allow."""
    taken: list[Mutation] = []
    size = 0
    for text_bytes, each in _sendable(connection, catalogue, after_n):
        size += _AROUND_BYTES + text_bytes
        full = len(taken) >= limits.mutations or size > limits.bytes
        if taken and full and (each.group is None or each.group != taken[-1].group):
            break
        taken.append(each)
    return _whole_groups(taken, limits.mutations)


def may_be_sent(connection: Connection, catalogue: Catalogue) -> bool:
    """Tell whether anything unsent is not waiting for the office's update."""
    return any(True for _each in _sendable(connection, catalogue, 0))


def waiting_for_update(connection: Connection, catalogue: Catalogue) -> int:
    """Count the unsent mutations that the office can take only when it has been updated."""
    return len(_held(connection, catalogue))


def _held(connection: Connection, catalogue: Catalogue) -> frozenset[str]:
    from msgspec.json import decode

    office = meta.read(connection, meta.OFFICE_SCHEMA) or catalogue.version
    if office >= catalogue.version:
        return frozenset()
    unsent = [_mutation(row, decode) for row in raw(connection).execute(_MUTATIONS, (0,)).fetchall()]
    return held_back(unsent, {each.name: each for each in catalogue}, office)


def _sendable(connection: Connection, catalogue: Catalogue, after_n: int) -> Iterator[tuple[int, Mutation]]:
    """Go through what the office can take, each with the length of its texts."""
    from msgspec.json import decode

    held = _held(connection, catalogue)
    rows = raw(connection).execute(_MUTATIONS, (after_n,))
    try:
        for row in rows:
            each = _mutation(row, decode)
            if each.id not in held:
                yield sum([_length(text) for text in row[:_TEXTS] if text]), each
    finally:
        rows.close()


def _length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def _whole_groups(taken: list[Mutation], most: int) -> list[Mutation]:
    """Leave out a group that began before the limit and ends behind it, unless it is the first."""
    if len(taken) <= most or taken[-1].group is None:
        return taken
    group = taken[-1].group
    kept = [each for each in taken if each.group != group]
    return kept or taken


def _mutation(row: Sequence[Any], decode: Callable[[str], Any]) -> Mutation:
    (new, old, context, older, mutation, number, record_type, record, op, base, *told, replaces, consent) = row
    bond, command, schema, actor, at = told
    return Mutation(
        id=mutation,
        n=number,
        type=record_type,
        record=record,
        op=_OPS[op],
        base=base,
        fields=decode(new) if new else {},
        was={**(decode(context) if context else {}), **(decode(old) if old else {})},
        older=decode(older) if older else {},
        group=bond,
        command=command,
        schema=schema,
        user=actor,
        at=at,
        consent=consent or 0,
        replaces=decode(replaces) if replaces else [],
    )
