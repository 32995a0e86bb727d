"""Step 1: the store's own tables as they were in the first release. Written out, because a step never changes."""

from sqlalchemy import Connection

_TABLES = (
    "CREATE TABLE gate_never (id INTEGER PRIMARY KEY)",
    # ``held`` points to a row that never exists, so that COMMIT fails while the gate is open.
    """CREATE TABLE gate (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        mode TEXT NOT NULL DEFAULT 'closed' CHECK (mode IN ('closed', 'local', 'sync', 'bulk')),
        held INTEGER REFERENCES gate_never (id) DEFERRABLE INITIALLY DEFERRED,
        CHECK ((mode = 'closed') = (held IS NULL)))""",
    "INSERT INTO gate (id) VALUES (1)",
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE journal (
        n INTEGER PRIMARY KEY, client_n INTEGER, mutation TEXT, command TEXT, bond TEXT,
        type TEXT NOT NULL, record TEXT NOT NULL, op TEXT NOT NULL,
        old TEXT, new TEXT, context TEXT, base INTEGER, older TEXT, schema INTEGER,
        origin TEXT NOT NULL DEFAULT 'local', actor TEXT, at TEXT,
        outcome TEXT, seq INTEGER, code TEXT, data TEXT, settled TEXT)""",
    """CREATE TABLE command (
        n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, label TEXT NOT NULL, label_values TEXT NOT NULL,
        at TEXT NOT NULL, actor TEXT NOT NULL, kind TEXT NOT NULL, undoable INTEGER NOT NULL,
        target TEXT, undone_by TEXT)""",
    """CREATE TABLE agreed (
        type TEXT NOT NULL, record TEXT NOT NULL, field TEXT NOT NULL,
        value TEXT NOT NULL, version INTEGER NOT NULL,
        PRIMARY KEY (type, record, field)) WITHOUT ROWID""",
    """CREATE TABLE row_count (
        type TEXT PRIMARY KEY, live INTEGER NOT NULL DEFAULT 0, shown INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID""",
    "CREATE TABLE frozen_scope (scope TEXT PRIMARY KEY, seq INTEGER NOT NULL, at TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE snapshot_missing (
        type TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (type, record)) WITHOUT ROWID""",
    """CREATE TABLE sync_run (
        n INTEGER PRIMARY KEY, started_at TEXT NOT NULL, finished_at TEXT NOT NULL,
        pushed INTEGER NOT NULL, pulled INTEGER NOT NULL, conflicts INTEGER NOT NULL, attention INTEGER NOT NULL,
        first INTEGER NOT NULL, error TEXT NOT NULL, data TEXT NOT NULL)""",
    """CREATE TABLE change_note (
        n INTEGER PRIMARY KEY AUTOINCREMENT, writer TEXT NOT NULL, command TEXT, records TEXT NOT NULL)""",
    """CREATE TABLE search_type (
        rank INTEGER PRIMARY KEY, type TEXT NOT NULL UNIQUE,
        position INTEGER NOT NULL DEFAULT 0, ready INTEGER NOT NULL DEFAULT 1)""",
    """CREATE VIRTUAL TABLE search_text USING fts5(
        title, body, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2')""",
)
_INDEXES = (
    "CREATE UNIQUE INDEX journal_client_n ON journal (client_n) WHERE client_n IS NOT NULL",
    "CREATE UNIQUE INDEX journal_mutation ON journal (mutation) WHERE origin = 'local'",
    "CREATE UNIQUE INDEX journal_log ON journal (seq, type, record) WHERE origin = 'sync'",
    "CREATE INDEX journal_outbox ON journal (client_n) WHERE outcome IS NULL AND origin = 'local'",
    "CREATE INDEX journal_unsent ON journal (type, record, n) WHERE outcome IS NULL AND origin = 'local'",
    "CREATE INDEX journal_unsealed ON journal (n) WHERE at IS NULL",
    "CREATE INDEX journal_record ON journal (record, n)",
    "CREATE INDEX journal_command ON journal (command)",
    "CREATE INDEX journal_attention ON journal (n) WHERE settled IS NULL AND outcome IS NOT NULL",
    "CREATE INDEX journal_attended ON journal (settled) WHERE outcome IN ('rejected', 'quarantined', 'late')",
)


def apply(connection: Connection) -> None:
    """Make the store's own tables in an empty file."""
    for statement in (*_TABLES, *_INDEXES):
        connection.exec_driver_sql(statement)
