"""What somebody has to choose between: open conflicts, with the values of both sides."""

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from sqlalchemy import ColumnElement, Connection, func, select

from desktop.domain.choosing import CREATED, DELETED, as_asked, side_of
from desktop.domain.views import ConflictView, OtherProposal, Side
from desktop.store import journal, meta
from desktop.store.queries import titles
from desktop.store.rows import StoredRow
from desktop.store.schema import Schema
from desktop.store.selecting import AMONG, stored_where
from sync.contract.catalogue import Catalogue
from sync.contract.fields import Value, Values
from sync.contract.questions import proposals_of

_OPEN = f"hidden = 0 AND state = 'open' AND record_type || '.' || field {AMONG}"


def conflicts(connection: Connection, schema: Schema, *, only_asked: bool = False) -> list[ConflictView]:
    """List the open conflicts, newest first; ``only_asked`` leaves those that this profile's user is asked about."""
    found = stored_where(connection, schema, "conflict", _OPEN, (answerable_groups(schema.catalogue),))
    views = _views(connection, schema, sorted(found, key=lambda each: each.id, reverse=True))
    return [each for each in views if each.asked] if only_asked else views


def of_record(connection: Connection, schema: Schema, record_id: str) -> list[ConflictView]:
    """List the open conflicts of one record, oldest first."""
    values = answerable_groups(schema.catalogue), record_id
    found = stored_where(connection, schema, "conflict", f"{_OPEN} AND record = ?", values)
    return _views(connection, schema, sorted(found, key=lambda each: each.id))


def _views(connection: Connection, schema: Schema, rows: Sequence[StoredRow]) -> list[ConflictView]:
    user = str(meta.read(connection, meta.USER_ID) or "")
    asked: list[Values] = [{**as_asked(row.values, user), "id": row.id} for row in rows]
    people = [values.get("current_by") for values in asked]
    people += [each.by for values in asked for each in proposals_of(values)]
    names = titles.user_names(connection, schema, people)
    by_type: dict[str, set[str]] = {}
    for values in asked:
        by_type.setdefault(str(values["record_type"]), set()).add(str(values["record"]))
    called: dict[tuple[str, str], str] = {}
    for name, ids in by_type.items():
        if name in schema.catalogue:
            called.update(titles.of_records(connection, schema, name, ids))
    for values in asked:
        key = str(values["record_type"]), str(values["record"])
        if values["field"] == CREATED and key not in called and key[0] in schema.catalogue:
            called[key] = titles.title_of(schema.record(key[0]), _by_field(values.get("proposed")), {})
    views = [_view(values, user, names, called, mine=_mine(connection, values, user)) for values in asked]
    return [_known_part(schema, each) for each in views]


def answerable(schema: Schema) -> ColumnElement[bool]:
    """Give the condition that this program knows what a question is about; a newer one asks the others."""
    table = schema.table("conflict")
    known = func.json_each(answerable_groups(schema.catalogue)).table_valued("value")
    return (table.c.record_type + "." + table.c.field).in_(select(known.c.value))


@lru_cache(maxsize=8)
def answerable_groups(catalogue: Catalogue) -> str:
    """List, as JSON, the record types with the groups of fields that this program can ask about."""
    groups = {record.name: (*record.groups, DELETED, CREATED) for record in catalogue}
    return json.dumps([f"{name}.{group}" for name, some in groups.items() for group in some])


def _view(
    values: Values,
    user: str,
    names: dict[str, str],
    called: titles.Names,
    *,
    mine: Side | None,
) -> ConflictView:
    current_by, proposed_by = values.get("current_by"), values.get("proposed_by")
    proposals = proposals_of(values)
    return ConflictView(
        id=str(values["id"]),
        type=str(values["record_type"]),
        record=str(values["record"]),
        title=called.get((str(values["record_type"]), str(values["record"])), ""),
        field=str(values["field"]),
        before=_by_field(values.get("before")),
        current=_by_field(values.get("current")),
        current_by=current_by,
        current_by_name=names.get(str(current_by), ""),
        current_at=values.get("current_at"),
        proposed=_by_field(values.get("proposed")),
        proposed_by=proposed_by,
        proposed_by_name=names.get(str(proposed_by), ""),
        proposed_at=values.get("proposed_at"),
        mine=mine,
        asked=bool(user) and any(each.asked == user for each in proposals),
        others=tuple(
            OtherProposal(values=each.values, by=each.by, by_name=names.get(str(each.by), ""), at=each.at)
            for each in proposals[1:]
        ),
    )


def _known_part(schema: Schema, view: ConflictView) -> ConflictView:
    """Leave out fields that a newer program put into the group; the office keeps them as they are."""
    known = schema.record(view.type).fields.keys() | {DELETED}
    if known >= view.current.keys() | view.proposed.keys():
        return view
    before, current, proposed = (
        {name: value for name, value in side.items() if name in known}
        for side in (view.before, view.current, view.proposed)
    )
    others = tuple(
        replace(each, values={name: value for name, value in each.values.items() if name in known})
        for each in view.others
    )
    return replace(view, before=before, current=current, proposed=proposed, others=others)


def _mine(connection: Connection, values: Values, user: str) -> Side | None:
    from_here = journal.step_of(connection, str(values.get("mutation"))) is not None
    return side_of(values, user, from_here=from_here)


def _by_field(value: Value) -> dict[str, Value]:
    return dict(value) if isinstance(value, dict) else {}
