"""Triggers made from the catalogue: no record table can be written past the journal.

The gate's mode decides: ``closed`` refuses every write; ``local`` writes old and new values of each change into the
journal; ``sync`` is for rows that come with journal entries of their own; ``bulk`` is ``sync`` without
counting and adding up.
"""

from collections.abc import Iterator

from desktop.store.tables import field_columns
from sync.contract.fields import RecordType

_MODE = "(SELECT mode FROM gate)"
_PREFIX = "guarded_"
_NEVER = "the journal forgets nothing"
_OLD_ENOUGH = (
    "((SELECT mode FROM gate) = 'sync' "
    "AND (OLD.origin = 'sync' OR (OLD.outcome IS NOT NULL AND OLD.settled IS NOT NULL)) "
    "AND OLD.n <= coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'forgetting'), 0))"
)
"""What ``retention`` may take out: nothing that waits or needs attention, and only while it says up to where."""


def trigger_ddl(record: RecordType) -> Iterator[str]:
    """Write the triggers of one record type's table.

    They run after the row's change, which an abort takes back all the same: triggers before it would make SQLite build
    every row twice. An insert has one trigger only, because a first sync is all inserts.
    """
    yield _on_insert(record)
    yield from _on_update(record)
    yield _on_delete(record)


def own_trigger_ddl() -> Iterator[str]:
    """Write the triggers of the gate and of the journal, which keeps every entry once it is sealed."""
    for moment in ("UPDATE", "INSERT", "DELETE"):
        # A connection that switched foreign keys off could leave the gate open, so it must not open it.
        yield _refusal(f"gate_{moment}", moment, "gate", "(SELECT foreign_keys FROM pragma_foreign_keys) = 0", "gate")
    yield _refusal("gate_stays", "DELETE", "gate", "1", "the gate stays")
    yield _refusal("gate_never", "INSERT", "gate_never", "1", "the gate must be closed")
    for moment in ("INSERT", "UPDATE"):
        yield _refusal(f"journal_{moment}", moment, "journal", f"{_MODE} = 'closed'", "journal outside a unit of work")
    for moment in ("INSERT", "UPDATE", "DELETE"):
        forbidden = f"{_MODE} IN ('closed', 'local')"
        yield _refusal(f"overflow_{moment}", moment, "overflow", forbidden, "overflow outside a unit of work")
        rows = [which for which, other in (("OLD", "INSERT"), ("NEW", "DELETE")) if moment != other]
        changing = f"AFTER {moment} ON overflow WHEN {_MODE} <> 'bulk'"
        yield _trigger(f"overflow_{moment}_digest", changing, *map(_stale, rows))
    yield _refusal("journal_DELETE", "DELETE", "journal", f"OLD.at IS NOT NULL AND NOT {_OLD_ENOUGH}", _NEVER)


def is_ours(trigger: str) -> bool:
    """Tell by its name whether a trigger was made here."""
    return trigger.startswith(_PREFIX)


def _on_insert(record: RecordType) -> str:
    entry = f"'{record.name}', NEW.id, 'create', NEW.version, NULL, {_json('NEW', _captured(record))}"
    return _trigger(
        f"{record.table}_insert",
        f"AFTER INSERT ON {record.table} WHEN {_MODE} <> 'bulk'",
        _refuse(record, f"{_MODE} = 'closed'"),
        _capture(entry, f"{_MODE} = 'local'"),
        _count(record, f"live = live + {_live('NEW')}, shown = shown + (NEW.hidden = 0)"),
        _stale("NEW"),
    )


def _on_update(record: RecordType) -> Iterator[str]:
    table, names = record.table, _captured(record)
    forbidden = f"{_MODE} = 'closed' OR NEW.id IS NOT OLD.id OR NEW.row IS NOT OLD.row"
    yield _trigger(f"{table}_update", f"AFTER UPDATE ON {table} WHEN {forbidden}", _refuse(record, "1"))
    operation = (
        "CASE WHEN NEW.deleted > OLD.deleted THEN 'delete' WHEN NEW.deleted < OLD.deleted THEN 'restore' "
        "ELSE 'patch' END"
    )
    entry = f"'{record.name}', NEW.id, {operation}, NEW.version, {_json('OLD', names)}, {_json('NEW', names)}"
    watched = ", ".join(f'"{name}"' for name in names)
    capturing = f"AFTER UPDATE OF {watched} ON {table} WHEN {_MODE} = 'local'"
    yield _trigger(f"{table}_capture", capturing, _capture(entry, "1"))
    moved = f"live = live + {_live('NEW')} - {_live('OLD')}, shown = shown + (NEW.hidden = 0) - (OLD.hidden = 0)"
    changed = f"{_live('NEW')} <> {_live('OLD')} OR NEW.hidden <> OLD.hidden"
    counting = f"AFTER UPDATE OF deleted, hidden, scope ON {table} WHEN {_MODE} <> 'bulk' AND ({changed})"
    yield _trigger(f"{table}_count", counting, _count(record, moved))
    other = "NEW.version IS NOT OLD.version OR NEW.scope IS NOT OLD.scope"
    adding_up = f"AFTER UPDATE OF version, scope ON {table} WHEN {_MODE} <> 'bulk' AND ({other})"
    yield _trigger(f"{table}_digest", adding_up, _stale("OLD"), _stale("NEW"))


def _on_delete(record: RecordType) -> str:
    return _trigger(
        f"{record.table}_delete",
        f"AFTER DELETE ON {record.table}",
        # A user's delete marks the row; only a record that the office never accepted is taken out.
        _refuse(record, f"{_MODE} IN ('closed', 'local')"),
        _count(record, f"live = live - {_live('OLD')}, shown = shown - (OLD.hidden = 0)"),
        _stale("OLD"),
    )


def _captured(record: RecordType) -> tuple[str, ...]:
    return (*field_columns(record), "custom", "deleted")


def _refuse(record: RecordType, condition: str) -> str:
    return f"SELECT RAISE(ABORT, '{record.table}: write outside a unit of work') WHERE {condition};"


def _capture(entry: str, condition: str) -> str:
    into = "INSERT INTO journal (type, record, op, base, old, new)"
    return f"{into} SELECT {entry} WHERE {condition};"


def _count(record: RecordType, change: str) -> str:
    return f"UPDATE row_count SET {change} WHERE type = '{record.name}';"  # noqa: S608 - names of the catalogue


def _stale(which: str) -> str:
    """Have the sum of a row's scope worked out anew; the mark tells a sum that was overtaken while it was made."""
    return f"INSERT INTO digest_stale (scope) VALUES ({which}.scope) ON CONFLICT (scope) DO UPDATE SET mark = mark + 1;"  # noqa: S608 - NEW or OLD


def _trigger(name: str, moment: str, *body: str) -> str:
    return f"CREATE TRIGGER {_PREFIX}{name} {moment} BEGIN {' '.join(body)} END"


def _live(which: str) -> str:
    return f"({which}.deleted = 0 AND {which}.scope <> '')"


def _refusal(name: str, moment: str, table: str, condition: str, message: str) -> str:
    return (
        f"CREATE TRIGGER {_PREFIX}{name} BEFORE {moment} ON {table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


def _json(which: str, names: tuple[str, ...]) -> str:
    pairs = ", ".join(f"'{name}', {which}.\"{name}\"" for name in names)
    return f"json_object({pairs})"
