"""Everything that changed on this laptop, by act: what its user did, and what colleagues did as it arrived."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, literal_column, not_, select

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

_IS_OWN = and_(journal.c.origin == "local", journal.c.command.is_not(None))


@dataclass(frozen=True, slots=True)
class _Told:
    """What acts are told with: the acts by id with those they take back, names of users and of records."""

    acts: Mapping[str, Row[Any]]
    people: Mapping[str, str]
    named: titles.Names


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Where in the journal the entries of a large own act lie, and how many they are."""

    first: int
    last: int
    entries: int

    @property
    def is_unbroken(self) -> bool:
        """Whether nothing else lies between them."""
        return self.entries == self.last - self.first + 1


def change_log(
    connection: Connection, schema: Schema, *, types: Collection[str] = (), limit: int = 300
) -> list[ActView]:
    """List what was done last, newest first: at most ``limit`` own acts, and ``limit`` changes that arrived.

    They are counted apart, so that neither an own act of thousands of records nor a busy sync hides the own acts
    before it. With ``types`` only what changed records of these types.
    """
    known = [record.name for record in schema.catalogue]
    wanted = journal.c.at.is_not(None), journal.c.type.in_(sorted(set(known) & set(types) if types else known))
    own = _own_entries(connection, wanted, limit)
    acts = _commands(connection, {row.command for row in own})
    numbers = Counter(row.command for row in own)
    large = {act: _stretch(connection, act) for act, number in numbers.items() if number >= _MOST_CHANGES}
    rows = [*own, *_arrived(connection, wanted, limit, large.values())]
    rows.sort(key=lambda row: -int(row.n))
    told = _Told(
        acts=acts,
        people=titles.user_names(connection, schema, (row.actor for row in rows)),
        named=_titles(connection, schema, rows),
    )
    groups: dict[str, list[Row[Any]]] = {}
    for row in rows:
        groups.setdefault(_act_key(row), []).append(row)
    sizes = {key: len({(row.type, row.record) for row in group}) for key, group in groups.items()}
    for act, stretch in large.items():
        sizes[act] = _records_of(connection, acts[act], stretch, wanted, every=not types)
    return [_act(key, group, told, sizes[key]) for key, group in groups.items()]


def _own_entries(connection: Connection, wanted: Collection[ColumnElement[bool]], limit: int) -> list[Row[Any]]:
    """Read the first entries of each of the latest own acts."""
    of_act = journal.c.command == command.c.id, _IS_OWN, *wanted
    told = select(literal_column("1")).where(*of_act).exists()
    latest = select(command.c.id).where(told).order_by(command.c.n.desc()).limit(limit)
    ids = list(connection.execute(latest).scalars())
    first = select(journal.c.n).where(*of_act).order_by(journal.c.n).limit(_MOST_CHANGES).correlate(command)
    entry = journal.alias("entry")
    rows = select(entry).join_from(command, entry, entry.c.n.in_(first.scalar_subquery())).where(command.c.id.in_(ids))
    return list(connection.execute(rows))


def _stretch(connection: Connection, act: str) -> _Stretch:
    """Find where the entries of an own act lie; the index tells, however many there are."""
    own = journal.c.command == act, journal.c.origin == "local"
    ends = [
        connection.execute(select(journal.c.n).where(*own).order_by(order).limit(1)).scalar_one()
        for order in (journal.c.n, journal.c.n.desc())
    ]
    counted = select(func.count()).where(journal.c.command == act, journal.c.n.between(*ends))
    return _Stretch(first=ends[0], last=ends[1], entries=connection.execute(counted).scalar_one())


def _records_of(
    connection: Connection, act: Row[Any], stretch: _Stretch, wanted: Collection[ColumnElement[bool]], *, every: bool
) -> int:
    """Count the records of a large own act; every one it counted itself has an entry at least."""
    if every and loads(act.label_values).get("count") == stretch.entries:
        return stretch.entries
    of_act = journal.c.command == act.id, _IS_OWN, *wanted
    parts = select(journal.c.type, journal.c.record).where(*of_act).distinct().subquery()
    return connection.execute(select(func.count()).select_from(parts)).scalar_one()


def _arrived(
    connection: Connection, wanted: Collection[ColumnElement[bool]], limit: int, large: Iterable[_Stretch]
) -> list[Row[Any]]:
    """Read what arrived last, newest first, stepping over none of the entries of large own acts."""
    # A question that the office asks is no act; an answer is, and is told by what it changed.
    is_question = and_(journal.c.type == "conflict", journal.c.origin != "local")
    arrived = select(journal).where(*wanted, not_(is_question), not_(_IS_OWN)).order_by(journal.c.n.desc())
    rows: list[Row[Any]] = []
    passed = sorted((each.first, each.last) for each in large if each.is_unbroken)
    bounds = [*reversed(passed), (0, 0)]
    for (_, after), before in zip(bounds, [None, *(first for first, _ in bounds)], strict=False):
        part = arrived.where(journal.c.n > after)
        part = part if before is None else part.where(journal.c.n < before)
        rows += connection.execute(part.limit(limit - len(rows)))
        if len(rows) >= limit:
            break
    return rows


def _act_key(row: Row[Any]) -> str:
    return str(row.command) if row.origin == "local" and row.command else f"n:{row.n}"


def _act(key: str, rows: Sequence[Row[Any]], told: _Told, records: int) -> ActView:
    # Newest come first in the list, but the first change of an act is what it was about; others follow from it.
    rows = sorted(rows, key=lambda row: (row.type == "conflict", row.n))
    first = rows[0]
    act = told.acts.get(key)
    meant = _first_of(told.acts, act)
    return ActView(
        id=key,
        at=first.at,
        by=first.actor,
        by_name=told.people.get(str(first.actor), ""),
        mine=first.origin == "local",
        kind=ActKind(act.kind) if act is not None else None,
        label=meant.label if meant is not None else "",
        label_values=loads(meant.label_values) if meant is not None else {},
        undone_by=(act.undone_by or "") if act is not None else "",
        changes=tuple(_change(row, told.named) for row in rows),
        records=records,
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
