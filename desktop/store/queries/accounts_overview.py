"""What a list shows of customers beside their own fields, for all customers in view at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, literal_column, or_, select

from desktop.domain.overviews import AccountOverview
from desktop.store import aliases
from desktop.store.queries import conditions
from desktop.store.schema import Schema
from desktop.store.selecting import among


@dataclass(slots=True)
class _Gathered:
    task: str = ""
    due_at: str | None = None
    value: dict[str, int] = field(default_factory=dict)


def accounts_overview(
    connection: Connection, schema: Schema, account_ids: Collection[str]
) -> Mapping[str, AccountOverview]:
    """Give the next open task and the sums of open opportunities; customers with neither are left out."""
    gathered: dict[str, _Gathered] = {}
    everything = aliases.family(connection, account_ids)
    standing = aliases.roots(connection, everything) if len(everything) > len(account_ids) else {}
    for account, title, due_at in _next_tasks(connection, schema, everything):
        gathered[standing.get(account, account)] = _Gathered(title, due_at)
    for account, currency, minor in _open_values(connection, schema, everything):
        value = gathered.setdefault(standing.get(account, account), _Gathered()).value
        value[currency] = value.get(currency, 0) + minor
    return {
        account: AccountOverview(next_task=each.task, next_task_due_at=each.due_at, open_value=each.value)
        for account, each in gathered.items()
    }


def _next_tasks(
    connection: Connection, schema: Schema, account_ids: Collection[str]
) -> list[tuple[str, str, str | None]]:
    tasks = schema.table("task")
    # Read from the last to the first, so that the first one stays.
    statement = (
        select(tasks.c.account, tasks.c.title, tasks.c.due_at)
        .where(among(tasks.c.account, account_ids), tasks.c.hidden == literal_column("0"))
        .where(or_(tasks.c.done.is_(None), tasks.c.done == literal_column("0")))
        .order_by(tasks.c.due_at.desc().nulls_first(), tasks.c.id.desc())
    )
    return [(str(account), str(title), due_at) for account, title, due_at in connection.execute(statement)]


def _open_values(connection: Connection, schema: Schema, account_ids: Collection[str]) -> list[tuple[str, str, int]]:
    deals = schema.table("opportunity")
    statement = (
        select(deals.c.account, deals.c.amount_currency, func.sum(deals.c.amount))
        .where(among(deals.c.account, account_ids), deals.c.hidden == literal_column("0"))
        .where(conditions.leaves_much(deals.c.status == "open"), deals.c.amount.is_not(None))
        .group_by(deals.c.account, deals.c.amount_currency)
    )
    return [(str(account), str(currency), int(minor)) for account, currency, minor in connection.execute(statement)]
