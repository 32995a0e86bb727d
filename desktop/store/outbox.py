"""The outbox: own journal entries without an outcome, as messages, in the order in which they were made."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection

from desktop.store.connections import raw
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
_BOND = 10
_OPS = {each.value: each for each in Op}


def count(connection: Connection) -> int:
    """Count the unsent mutations."""
    return int(raw(connection).execute(_COUNT).fetchone()[0])


def mutations(connection: Connection, *, max_mutations: int, max_bytes: int, after_n: int) -> list[Mutation]:
    """List unsent mutations after ``after_n``: at least one, whole groups, else no more than the limits allow."""
    from msgspec.json import decode

    taken: list[Mutation] = []
    size = 0
    rows = raw(connection).execute(_MUTATIONS, (after_n,))
    try:
        for row in rows:
            group = row[_BOND]
            size += _AROUND_BYTES + sum(len(text.encode()) for text in row[:_TEXTS] if text)
            full = len(taken) >= max_mutations or size > max_bytes
            if taken and full and (group is None or group != taken[-1].group):
                break
            taken.append(_mutation(row, decode))
    finally:
        rows.close()
    return _whole_groups(taken, max_mutations)


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
