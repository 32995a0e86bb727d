"""What this laptop has seen beyond a position of the log: changes from its journal, and rows whose change it lacks.

For an office that was set back. Questions are not among them: the office asks anew where it must.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection

from desktop.store.connections import raw
from desktop.store.journal import DELETED, loads
from desktop.store.overlay import Overlays
from desktop.store.queries.titles import title_of
from desktop.store.rows import StoredRow
from desktop.store.schema import Schema
from desktop.store.selecting import stored_by_id
from sync.contract.fields import STAMPS, Value
from sync.contract.wire import Op
from sync.contract.witness import ROW, SeenLine

_PAGE = 200
_CONFLICT = "conflict"
_JOURNAL = "journal"
_LINES = (
    "SELECT n, seq, type, record, op, actor, at, mutation, new FROM journal WHERE n > ? AND seq > ? "
    "AND type <> 'conflict' AND (origin = 'sync' OR outcome IN ('applied', 'merged', 'conflict', 'late')) "
    "ORDER BY n LIMIT ?"
)
# In the words of the indexes of lines that the office told and of own ones; those behind the position are few by then.
_FORGET_TOLD = (
    "UPDATE journal SET seq = NULL WHERE n IN (SELECT n FROM journal WHERE origin = 'sync' AND seq > ? LIMIT ?)"
)
_FORGET_OWN = (
    "UPDATE journal INDEXED BY journal_client_n SET seq = NULL WHERE client_n IS NOT NULL AND origin = 'local' "
    "AND seq > ?"
)


def seen(connection: Connection, schema: Schema, common: int, place: str) -> tuple[list[SeenLine], str]:
    """List a page of what was seen beyond a position; the second value asks for the next page, empty at the end.

    ``place`` names what comes next, the journal or a type, and the number of the last row that was looked at.
    """
    name, _, after = (place or f"{_JOURNAL}:0").partition(":")
    if name == _JOURNAL:
        rows = raw(connection).execute(_LINES, (int(after), common, _PAGE)).fetchall()
        lines = _lines(connection, schema, rows)
    else:
        rows = raw(connection).execute(_unexplained(schema, name), (int(after), common, _PAGE)).fetchall()
        lines = _states(connection, schema, name, [row[1] for row in rows])
    if len(rows) == _PAGE:
        return lines, f"{name}:{rows[-1][0]}"
    names = [_JOURNAL, *(record.name for record in schema.catalogue if record.name != _CONFLICT)]
    following = dict(pairwise(names)).get(name)
    return lines, "" if following is None else f"{following}:0"


def forget_positions(connection: Connection, common: int, most: int) -> bool:
    """Let entries of the journal claim no position that the office's log has not, or has given anew. Gate open.

    Gives whether there may be more.
    """
    driver = raw(connection)
    if driver.execute(_FORGET_TOLD, (common, most)).rowcount == most:
        return True
    driver.execute(_FORGET_OWN, (common,))
    return False


def _unexplained(schema: Schema, name: str) -> str:
    """Ask for rows whose last change is not in the journal: they came with a first sync or a grant."""
    table = schema.table(name).name
    explained = f"SELECT 1 FROM journal AS j WHERE j.record = t.id AND j.type = '{name}' AND j.seq = t.version"  # noqa: S608 - a type's name
    return (
        f"SELECT t.row, t.id FROM {table} AS t WHERE t.row > ? AND t.version > ? AND t.scope <> '' "  # noqa: S608 - a table's name
        f"AND NOT EXISTS ({explained}) ORDER BY t.row LIMIT ?"
    )


def _lines(connection: Connection, schema: Schema, rows: Sequence[Sequence[Any]]) -> list[SeenLine]:
    wanted: dict[str, list[str]] = {}
    for row in rows:
        wanted.setdefault(row[2], []).append(row[3])
    there = {name: _agreed(connection, schema, name, ids) for name, ids in wanted.items() if name in schema.catalogue}
    lines = []
    for _, seq, name, record, op, actor, at, mutation, new in rows:
        held = there.get(name, {}).get(record)
        values = {} if held is None else held[1]
        fields = loads(new)
        if op == Op.CREATE and not fields:
            # What a colleague made comes as a row; the line itself holds no values.
            fields = _without_stamps(values)
        lines.append(
            SeenLine(
                seq=seq,
                type=name,
                record=record,
                op=op,
                by=actor,
                at=at or "",
                mutation=mutation,
                title=_title(schema, name, values or fields),
                fields=fields,
            )
        )
    return lines


def _states(connection: Connection, schema: Schema, name: str, ids: Sequence[str]) -> list[SeenLine]:
    found = _agreed(connection, schema, name, ids)
    return [
        SeenLine(
            seq=row.version,
            type=name,
            record=row.id,
            op=Op.DELETE.value if row.deleted else ROW,
            by=values.get("updated_by"),
            at=str(values.get("updated_at") or ""),
            title=_title(schema, name, values),
            fields={} if row.deleted else _without_stamps(values),
        )
        for row, values in found.values()
    ]


def _agreed(
    connection: Connection, schema: Schema, name: str, ids: Iterable[str]
) -> dict[str, tuple[StoredRow, dict[str, Value]]]:
    """Read rows with the values that the office gave, own unsent ones left out."""
    rows = stored_by_id(connection, schema, name, ids)
    overlays = Overlays(connection, [(name, each) for each in rows])
    return {record: (row, _beneath(row, overlays, name)) for record, row in rows.items()}


def _beneath(row: StoredRow, overlays: Overlays, name: str) -> dict[str, Value]:
    overlay = overlays.over((name, row.id))
    values: dict[str, Value] = {**row.custom, **row.values}
    if overlay is not None:
        covered = overlay.covered()
        known = {field: each.value for field, each in overlay.agreed.items() if field != DELETED}
        values = {field: value for field, value in values.items() if field not in covered} | known
    return {field: value for field, value in values.items() if value is not None}


def _title(schema: Schema, name: str, values: Mapping[str, Value]) -> str:
    return title_of(schema.record(name), values, {}) if name in schema.catalogue else ""


def _without_stamps(values: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in values.items() if name not in STAMPS}
