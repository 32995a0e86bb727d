"""One record as its page shows it, and finding it by a piece of its id."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, func, select

from desktop.domain.views import RecordView
from desktop.store import aliases, journal, meta, scopes
from desktop.store.connections import raw
from desktop.store.queries import conflicts, titles
from desktop.store.schema import Schema
from desktop.store.selecting import AMONG, listed, stored_row
from sync.contract.errors import AppError, Code
from sync.contract.wire import Op

MIN_SUFFIX = 6
"""Fewest characters of an id's end that stand for it."""

_WHOLE = 36
"""Characters of a whole id; as many are no end of another, and looking for one reads all ids."""

_SHOWN_MATCHES = 5
_EDITS = f"SELECT mutation FROM journal WHERE mutation {AMONG} AND origin = 'local' AND (purged = 0 OR new <> '{{}}')"  # noqa: S608 - our own words


def absent(connection: Connection, schema: Schema, ids: Collection[str]) -> frozenset[str]:
    """Name those ids under which there is neither a record nor an own edit with its values; none in a first sync."""
    if meta.read(connection, meta.CURSOR) is None:
        return frozenset()
    driver, wanted = raw(connection), listed(ids)
    asked = [f"SELECT id FROM {each.table} WHERE id {AMONG}" for each in schema.catalogue]  # noqa: S608 - our own names
    here = {found for sql in (*asked, _EDITS) for (found,) in driver.execute(sql, (wanted,))}
    return frozenset(ids) - here


def record(connection: Connection, schema: Schema, record_type: str, record_id: str) -> RecordView | None:
    """Read one record, deleted ones too; ``None`` where there is none. An account that was merged gives the other."""
    if record_type == aliases.ACCOUNT:
        record_id = aliases.root(connection, record_id)
    row = stored_row(connection, schema, record_type, record_id)
    if row is None:
        return None
    kind = schema.record(record_type)
    names = titles.pick(kind, row.values, titles.of_references(connection, schema, record_type, [row.values]))
    unsent = journal.unsent_of(connection, [(record_type, record_id)]).get((record_type, record_id), [])
    merged = _merged(connection, record_id) if record_type == aliases.ACCOUNT else ()
    acts = [entry.op for entry in unsent if entry.op is not Op.PATCH]
    return RecordView(
        type=record_type,
        id=row.id,
        title=titles.title_of(kind, row.values, names),
        values=row.values,
        titles=names,
        pending=frozenset(name for entry in unsent for name in entry.new),
        unsent_op=acts[-1] if acts else None,
        conflicts=tuple(each for one in (record_id, *merged) for each in conflicts.of_record(connection, schema, one)),
        merged=merged,
        deleted=row.deleted,
        hidden=row.hidden,
        frozen=scopes.is_frozen(connection, row.scope),
        version=row.version,
        scope=row.scope,
    )


def _merged(connection: Connection, account: str) -> tuple[str, ...]:
    return tuple(sorted(aliases.family(connection, [account]) - {account}))


def resolve_id(connection: Connection, schema: Schema, record_type: str, text: str) -> str:
    """Find the whole id for a whole id or its last 6 or more characters, deleted records included.

    An account that was merged into another one gives the other's; ``own_id`` gives its own.

    Raises:
        AppError: ``RECORD_NOT_FOUND`` or ``RECORD_AMBIGUOUS``.
    """
    found = own_id(connection, schema, record_type, text)
    return aliases.root(connection, found) if record_type == aliases.ACCOUNT else found


def own_id(connection: Connection, schema: Schema, record_type: str, text: str) -> str:
    """Find the whole id of a record, whatever stands for it.

    Raises:
        AppError: as ``resolve_id``.
    """
    table = schema.table(record_type)
    # Bytes that are no text come from a terminal as characters that SQLite does not take.
    wanted = text.strip().lower().encode("utf-8", "replace").decode()
    whole = connection.execute(select(table.c.id).where(table.c.id == wanted)).scalar()
    if whole is not None:
        return str(whole)
    if not MIN_SUFFIX <= len(wanted) < _WHOLE:
        raise AppError(Code.RECORD_NOT_FOUND, type=record_type, id=text)
    tail = func.substr(table.c.id, -len(wanted)) == wanted
    found = connection.execute(select(table.c.id).where(tail).limit(_SHOWN_MATCHES + 1)).scalars().all()
    if not found:
        raise AppError(Code.RECORD_NOT_FOUND, type=record_type, id=text)
    if len(found) > 1:
        raise ambiguous(record_type, text, found)
    return str(found[0])


def ambiguous(record_type: str, text: str, found: Sequence[str]) -> AppError:
    """Refuse a text that stands for several ids, the first of which it names."""
    shown = [*found[:_SHOWN_MATCHES], *(["…"] if len(found) > _SHOWN_MATCHES else [])]
    return AppError(Code.RECORD_AMBIGUOUS, type=record_type, id=text, known=", ".join(shown))
