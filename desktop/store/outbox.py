"""The outbox: own journal entries without an outcome, as messages, in the order in which they were made."""

from typing import Any

from sqlalchemy import Connection, Row, func, literal_column, select

from desktop.store.journal import loads
from desktop.store.tables import journal
from sync.contract.wire import Mutation, Op

_AROUND_BYTES = 500
"""More than what stands around the values of a mutation: ids, instants and the names of its members."""

_UNSENT = (journal.c.outcome.is_(None), journal.c.origin == literal_column("'local'"))


def count(connection: Connection) -> int:
    """Count the unsent mutations."""
    return int(connection.execute(select(func.count()).select_from(journal).where(*_UNSENT)).scalar_one())


def mutations(connection: Connection, *, max_mutations: int, max_bytes: int, after_n: int) -> list[Mutation]:
    """List unsent mutations after ``after_n``: at least one, whole groups, else no more than the limits allow."""
    rows = connection.execute(
        select(journal)
        .where(*_UNSENT, journal.c.client_n > after_n)
        .order_by(journal.c.client_n)
        .execution_options(stream_results=True)
    )
    taken: list[Mutation] = []
    size = 0
    with rows:
        for row in rows:
            each = _mutation(row)
            size += _AROUND_BYTES + sum(len(text.encode()) for text in (row.new, row.old, row.context) if text)
            full = len(taken) >= max_mutations or size > max_bytes
            if taken and full and (each.group is None or each.group != taken[-1].group):
                break
            taken.append(each)
    return _whole_groups(taken, max_mutations)


def _whole_groups(taken: list[Mutation], most: int) -> list[Mutation]:
    """Leave out a group that began before the limit and ends behind it, unless it is the first."""
    if len(taken) <= most or taken[-1].group is None:
        return taken
    group = taken[-1].group
    kept = [each for each in taken if each.group != group]
    return kept or taken


def _mutation(row: Row[Any]) -> Mutation:
    return Mutation(
        id=row.mutation,
        n=row.client_n,
        type=row.type,
        record=row.record,
        op=Op(row.op),
        base=row.base,
        fields=loads(row.new),
        was={**loads(row.context), **loads(row.old)},
        older=loads(row.older),
        group=row.bond,
        command=row.command,
        schema=row.schema,
        user=row.actor,
        at=row.at,
    )
