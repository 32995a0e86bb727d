"""What somebody has to choose between: open conflicts, with the values of both sides."""

from collections.abc import Sequence

from sqlalchemy import Connection, literal_column

from desktop.domain.choosing import side_of
from desktop.domain.views import ConflictView, Side
from desktop.store import journal, meta
from desktop.store.queries import titles
from desktop.store.rows import StoredRow
from desktop.store.schema import Schema
from desktop.store.selecting import stored_rows
from sync.contract.fields import Value


def conflicts(connection: Connection, schema: Schema, *, only_asked: bool = False) -> list[ConflictView]:
    """List the open conflicts, newest first; ``only_asked`` leaves those that this profile's user is asked about."""
    table = schema.table("conflict")
    found = stored_rows(connection, schema, "conflict", table.c.hidden == literal_column("0"), table.c.state == "open")
    views = _views(connection, schema, sorted(found, key=lambda each: each.id, reverse=True))
    return [each for each in views if each.asked] if only_asked else views


def of_record(connection: Connection, schema: Schema, record_id: str) -> list[ConflictView]:
    """List the open conflicts of one record, oldest first."""
    table = schema.table("conflict")
    conditions = table.c.hidden == literal_column("0"), table.c.record == record_id, table.c.state == "open"
    found = stored_rows(connection, schema, "conflict", *conditions)
    return _views(connection, schema, sorted(found, key=lambda each: each.id))


def _views(connection: Connection, schema: Schema, rows: Sequence[StoredRow]) -> list[ConflictView]:
    user = str(meta.read(connection, meta.USER_ID) or "")
    people = [row.values.get(name) for row in rows for name in ("current_by", "proposed_by")]
    names = titles.user_names(connection, schema, people)
    by_type: dict[str, set[str]] = {}
    for row in rows:
        by_type.setdefault(str(row.values["record_type"]), set()).add(str(row.values["record"]))
    called: dict[tuple[str, str], str] = {}
    for name, ids in by_type.items():
        if name in schema.catalogue:
            called.update(titles.of_records(connection, schema, name, ids))
    return [_view(row, user, names, called, mine=_mine(connection, row, user)) for row in rows]


def _view(row: StoredRow, user: str, names: dict[str, str], called: titles.Names, *, mine: Side | None) -> ConflictView:
    values = row.values
    current_by, proposed_by = values.get("current_by"), values.get("proposed_by")
    return ConflictView(
        id=row.id,
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
        asked=bool(user) and values.get("asked") == user,
    )


def _mine(connection: Connection, row: StoredRow, user: str) -> Side | None:
    from_here = journal.step_of(connection, str(row.values.get("mutation"))) is not None
    return side_of(row.values, user, from_here=from_here)


def _by_field(value: Value) -> dict[str, Value]:
    return dict(value) if isinstance(value, dict) else {}
