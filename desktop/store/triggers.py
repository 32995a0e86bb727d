"""Triggers made from the catalogue: no record table can be written past the journal.

The gate's mode decides: ``closed`` refuses every write; ``local`` writes old and new values of each change into the
journal; ``sync`` is for rows that come with journal entries of their own; ``bulk`` is ``sync`` without counting.
"""

from collections.abc import Iterator

from desktop.store.tables import field_columns
from sync.contract.fields import RecordType

GATE_TABLES = (
    "CREATE TABLE IF NOT EXISTS gate_never (id INTEGER PRIMARY KEY)",
    """CREATE TABLE IF NOT EXISTS gate (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        mode TEXT NOT NULL DEFAULT 'closed' CHECK (mode IN ('closed', 'local', 'sync', 'bulk')),
        held INTEGER REFERENCES gate_never (id) DEFERRABLE INITIALLY DEFERRED,
        CHECK ((mode = 'closed') = (held IS NULL)))""",
    "INSERT OR IGNORE INTO gate (id) VALUES (1)",
)
"""The gate. ``held`` points to a row that never exists, so that COMMIT fails while the gate is open."""

_MODE = "(SELECT mode FROM gate)"
_PREFIX = "guarded_"


def trigger_ddl(record: RecordType) -> Iterator[str]:
    """Write the triggers of one record type's table."""
    yield from _guards(record)
    yield from _captures(record)
    yield from _counts(record)


def own_trigger_ddl() -> Iterator[str]:
    """Write the triggers of the gate and of the journal, which keeps every entry once it is sealed."""
    for moment in ("UPDATE", "INSERT", "DELETE"):
        # A connection that switched foreign keys off could leave the gate open, so it must not open it.
        yield _refusal(f"gate_{moment}", moment, "gate", "(SELECT foreign_keys FROM pragma_foreign_keys) = 0", "gate")
    yield _refusal("gate_stays", "DELETE", "gate", "1", "the gate stays")
    yield _refusal("gate_never", "INSERT", "gate_never", "1", "the gate must be closed")
    for moment in ("INSERT", "UPDATE"):
        yield _refusal(f"journal_{moment}", moment, "journal", f"{_MODE} = 'closed'", "journal outside a unit of work")
    yield _refusal("journal_DELETE", "DELETE", "journal", "OLD.at IS NOT NULL", "the journal forgets nothing")


def is_ours(trigger: str) -> bool:
    """Tell by its name whether a trigger was made here."""
    return trigger.startswith(_PREFIX)


def _guards(record: RecordType) -> Iterator[str]:
    table, message = record.table, f"{record.table}: write outside a unit of work"
    yield _refusal(f"{table}_guard_insert", "INSERT", table, f"{_MODE} = 'closed'", message)
    changed = f"{_MODE} = 'closed' OR NEW.id IS NOT OLD.id OR NEW.row IS NOT OLD.row"
    yield _refusal(f"{table}_guard_update", "UPDATE", table, changed, message)
    # A user's delete marks the row; only a record that the office never accepted is taken out.
    yield _refusal(f"{table}_guard_delete", "DELETE", table, f"{_MODE} IN ('closed', 'local')", message)


def _captures(record: RecordType) -> Iterator[str]:
    table = record.table
    names = (*field_columns(record), "custom", "deleted")
    watched = ", ".join(f'"{name}"' for name in names)
    operation = (
        "CASE WHEN NEW.deleted > OLD.deleted THEN 'delete' WHEN NEW.deleted < OLD.deleted THEN 'restore' "
        "ELSE 'patch' END"
    )
    yield _capture(f"{table}_capture_insert", "INSERT", record, "'create'", f"NULL, {_json('NEW', names)}")
    old_and_new = f"{_json('OLD', names)}, {_json('NEW', names)}"
    yield _capture(f"{table}_capture_update", f"UPDATE OF {watched}", record, operation, old_and_new)


def _capture(name: str, moment: str, record: RecordType, operation: str, old_and_new: str) -> str:
    values = f"'{record.name}', NEW.id, {operation}, NEW.version, {old_and_new}"
    return (
        f"CREATE TRIGGER {_PREFIX}{name} AFTER {moment} ON {record.table} WHEN {_MODE} = 'local' BEGIN "  # noqa: S608 - our own names
        f"INSERT INTO journal (type, record, op, base, old, new) VALUES ({values}); END"
    )


def _counts(record: RecordType) -> Iterator[str]:
    table = record.table
    added = f"live = live + {_live('NEW')}, shown = shown + (NEW.hidden = 0)"
    taken = f"live = live - {_live('OLD')}, shown = shown - (OLD.hidden = 0)"
    moved = f"live = live + {_live('NEW')} - {_live('OLD')}, shown = shown + (NEW.hidden = 0) - (OLD.hidden = 0)"
    yield _count(f"{table}_count_insert", "INSERT", record, "1", added)
    yield _count(f"{table}_count_delete", "DELETE", record, "1", taken)
    changed = f"{_live('NEW')} <> {_live('OLD')} OR NEW.hidden <> OLD.hidden"
    yield _count(f"{table}_count_update", "UPDATE OF deleted, hidden, scope", record, changed, moved)


def _count(name: str, moment: str, record: RecordType, condition: str, change: str) -> str:
    return (
        f"CREATE TRIGGER {_PREFIX}{name} AFTER {moment} ON {record.table} "  # noqa: S608 - our own names
        f"WHEN {_MODE} <> 'bulk' AND ({condition}) BEGIN "
        f"UPDATE row_count SET {change} WHERE type = '{record.name}'; END"
    )


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
