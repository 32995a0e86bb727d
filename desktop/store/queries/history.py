"""What happened to a record, and what happened with a customer."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, func, literal_column, select

from desktop.domain.views import HistoryEntry
from desktop.store import aliases
from desktop.store.journal import loads
from desktop.store.queries import listing, titles
from desktop.store.schema import Schema
from desktop.store.tables import command, journal
from sync.contract.fields import Value
from sync.contract.wire import Op, Outcome

TASK_DONE = "task"
"""Kind under which a finished task stands in the timeline."""


def history(connection: Connection, schema: Schema, record_type: str, record_id: str) -> list[HistoryEntry]:
    """List the changes of a record, newest first; what does not wait for a receipt stands where its time says."""
    rows = connection.execute(
        select(journal, command.c.label, command.c.label_values)
        .outerjoin(command, command.c.id == journal.c.command)
        .where(journal.c.type == record_type, journal.c.record == record_id)
        .order_by(journal.c.at.desc(), journal.c.n.desc())
    ).all()
    names = titles.user_names(connection, schema, (row.actor for row in rows))
    return [_entry(row, names) for row in rows]


def timeline(
    connection: Connection, schema: Schema, account_id: str, *, kinds: Collection[str] = (), limit: int = 200
) -> list[dict[str, Value]]:
    """List what happened with a customer, newest first: activities, and finished tasks as kind ``task``.

    Each is a row as lists give it, with ``type``, ``kind``, ``at``, ``by`` and ``by_name`` on top.
    """
    accounts = aliases.whole_families(connection, [account_id])
    found = [*_activities(connection, schema, accounts, kinds, limit), *_tasks(connection, schema, accounts, kinds)]
    found.sort(key=lambda each: (each["at"], each["id"]), reverse=True)
    names = titles.user_names(connection, schema, (each.get("owner") for each in found[:limit]))
    return [
        {**each, "by": each.get("owner"), "by_name": names.get(each.get("owner") or "", "")} for each in found[:limit]
    ]


def _activities(
    connection: Connection, schema: Schema, accounts: Collection[str], kinds: Collection[str], limit: int
) -> list[dict[str, Value]]:
    table = schema.table("activity")
    statement = select(table.c.id).where(table.c.hidden == literal_column("0"), table.c.account.in_(accounts))
    if kinds:
        statement = statement.where(table.c.kind.in_(sorted(kinds)))
    newest = func.coalesce(table.c.at, table.c.created_at).desc()
    ids = connection.execute(statement.order_by(newest, table.c.id.desc()).limit(limit)).scalars().all()
    rows = listing.rows(connection, schema, "activity", ids)
    return [{**each, "type": "activity", "at": each.get("at") or each.get("created_at") or ""} for each in rows]


def _tasks(
    connection: Connection, schema: Schema, accounts: Collection[str], kinds: Collection[str]
) -> list[dict[str, Value]]:
    if kinds and TASK_DONE not in kinds:
        return []
    table = schema.table("task")
    done = table.c.hidden == literal_column("0"), table.c.account.in_(accounts), table.c.done == 1
    ids = connection.execute(select(table.c.id).where(*done)).scalars().all()
    return [
        {**each, "type": "task", "kind": TASK_DONE, "at": each.get("done_at") or each.get("updated_at") or ""}
        for each in listing.rows(connection, schema, "task", ids)
    ]


def _entry(row: Row[Any], names: dict[str, str]) -> HistoryEntry:
    old, new = loads(row.old), loads(row.new)
    return HistoryEntry(
        n=row.n,
        at=row.at,
        by=row.actor,
        by_name=names.get(str(row.actor), ""),
        op=Op(row.op),
        fields={name: (old.get(name), new.get(name)) for name in {**new, **old}},
        origin=row.origin,
        outcome=None if row.outcome is None else Outcome(row.outcome),
        code=row.code or "",
        mutation=row.mutation or "",
        command=row.command,
        label=row.label or "",
        label_values=loads(row.label_values),
    )
