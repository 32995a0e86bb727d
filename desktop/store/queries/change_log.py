"""Everything that changed on this laptop, by act: what its user did, and what colleagues did as it arrived."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, and_, not_, select

from desktop.domain.changes import ActKind
from desktop.domain.views import ActChange, ActView
from desktop.store.journal import loads
from desktop.store.queries import titles
from desktop.store.schema import Schema
from desktop.store.tables import command, journal
from sync.contract.fields import STAMPS, FieldType, Values
from sync.contract.wire import Op, Outcome

_MOST_CHANGES = 40
"""Changes told of one act; an import has many."""


def change_log(
    connection: Connection, schema: Schema, *, types: Collection[str] = (), limit: int = 300
) -> list[ActView]:
    """List the latest acts, newest first, by at most ``limit`` changed records, of ``types`` if any are named."""
    # A question that the office asks is no act; an answer is, and is told by what it changed.
    is_question = and_(journal.c.type == "conflict", journal.c.origin != "local")
    known = journal.c.type.in_([record.name for record in schema.catalogue])
    wanted = journal.c.at.is_not(None), not_(is_question), known
    statement = select(journal).where(*wanted).order_by(journal.c.n.desc()).limit(limit)
    if types:
        statement = statement.where(journal.c.type.in_(sorted(types)))
    rows = connection.execute(statement).all()
    acts = _commands(connection, {row.command for row in rows if row.command and row.origin == "local"})
    people = titles.user_names(connection, schema, (row.actor for row in rows))
    named = _titles(connection, schema, rows)
    return [_act(key, list(group), acts, people, named) for key, group in groupby(rows, _act_key)]


def _act_key(row: Row[Any]) -> str:
    return str(row.command) if row.origin == "local" and row.command else f"n:{row.n}"


def _act(
    key: str,
    rows: Sequence[Row[Any]],
    acts: Mapping[str, Row[Any]],
    people: Mapping[str, str],
    named: titles.Names,
) -> ActView:
    # Newest come first in the list, but the first change of an act is what it was about; others follow from it.
    rows = sorted(rows, key=lambda row: (row.type == "conflict", row.n))
    first = rows[0]
    act = acts.get(key)
    meant = _first_of(acts, act)
    return ActView(
        id=key,
        at=first.at,
        by=first.actor,
        by_name=people.get(str(first.actor), ""),
        mine=first.origin == "local",
        kind=ActKind(act.kind) if act is not None else None,
        label=meant.label if meant is not None else "",
        label_values=loads(meant.label_values) if meant is not None else {},
        undone=act is not None and act.undone_by is not None,
        changes=tuple(_change(row, named) for row in rows[:_MOST_CHANGES]),
        records=len({(row.type, row.record) for row in rows}),
    )


def _change(row: Row[Any], named: titles.Names) -> ActChange:
    old, new = loads(row.old), loads(row.new)
    return ActChange(
        type=row.type,
        record=row.record,
        title=named.get((row.type, row.record), ""),
        op=Op(row.op),
        fields={name: (old.get(name), new.get(name)) for name in {**new, **old} if name not in STAMPS},
        titles={each: title for (_, each), title in named.items() if each in {*_texts(old), *_texts(new)}},
        outcome=None if row.outcome is None else Outcome(row.outcome),
        code=row.code or "",
    )


def _commands(connection: Connection, ids: Iterable[str]) -> dict[str, Row[Any]]:
    """Read acts with everything that they take back or do again."""
    found: dict[str, Row[Any]] = {}
    wanted = set(ids)
    while wanted:
        rows = connection.execute(select(command).where(command.c.id.in_(sorted(wanted)))).all()
        found.update({row.id: row for row in rows})
        wanted = {row.target for row in rows if row.target and row.target not in found}
    return found


def _first_of(acts: Mapping[str, Row[Any]], act: Row[Any] | None) -> Row[Any] | None:
    while act is not None and act.target is not None and act.target in acts:
        act = acts[act.target]
    return act


def _titles(connection: Connection, schema: Schema, rows: Iterable[Row[Any]]) -> titles.Names:
    by_type: dict[str, set[str]] = {}
    for row in rows:
        if row.type in schema.catalogue:
            by_type.setdefault(row.type, set()).add(row.record)
            for target, record in _references(schema, row):
                by_type.setdefault(target, set()).add(record)
    found: dict[tuple[str, str], str] = {}
    for name, ids in by_type.items():
        found.update(titles.of_records(connection, schema, name, ids))
    return found


def _references(schema: Schema, row: Row[Any]) -> Iterator[tuple[str, str]]:
    fields = schema.record(row.type).fields
    for values in (loads(row.old), loads(row.new)):
        for name, value in values.items():
            one = fields.get(name)
            if one is not None and one.type is FieldType.REFERENCE and one.target and value:
                yield one.target, str(value)


def _texts(values: Values) -> Iterator[str]:
    return (value for value in values.values() if isinstance(value, str))
