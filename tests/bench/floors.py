"""What the bare machine needs for the same work: SQLCipher without anything of ours, a commit, an HTTP request.

These are limits to compare with in the same run, so that a slow machine is not taken for a slow program.
"""

import http.client
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from desktop.store.connections import open_raw
from desktop.store.search.documents import entries
from sync.contract.entities import CATALOGUE

_KEY = b"\x07" * 32
_BATCH = 5000
_CHANGED_TABLE = "activities"


def insert_rows(profile_database: Path, key: bytes, folder: Path) -> float:
    """Copy every replicated row of a profile into an empty encrypted database, then make its indexes; in seconds.

    Reading and the tables' definitions are not counted. No triggers, no journal, no search: the least that storing
    these rows can cost.
    """
    source = open_raw(profile_database, key, ())
    target = open_raw(folder / "floor.db", _KEY)
    try:
        tables = _replicated(source)
        for name in tables:
            target.execute(_sql_of(source, "table", name))
        return sum(_copy(source, target, name) for name in tables) + _index(source, target, tables)
    finally:
        source.close()
        target.close()


def update_rows(profile_database: Path, key: bytes, folder: Path, *, many: int, repeats: int = 5) -> list[float]:
    """Change one value of ``many`` activities in one transaction of an encrypted copy of the table; in milliseconds.

    The copy has the table's indexes and none of its triggers.
    """
    source = open_raw(profile_database, key, ())
    target = open_raw(folder / "update.db", _KEY)
    try:
        target.execute(_sql_of(source, "table", _CHANGED_TABLE))
        _copy(source, target, _CHANGED_TABLE)
        _index(source, target, [_CHANGED_TABLE])
        ids = [row[0] for row in target.execute(f"SELECT id FROM {_CHANGED_TABLE} LIMIT ?", (many,))]
        return [_update(target, ids, turn) for turn in range(repeats)]
    finally:
        source.close()
        target.close()


def replace_documents(profile_database: Path, key: bytes, folder: Path, *, many: int, repeats: int = 5) -> list[float]:
    """Put the words of ``many`` activities into an encrypted FTS5 table again, one transaction; in milliseconds.

    The words are made before; what is measured is the table alone, filled with those of ten times as many.
    """
    source = open_raw(profile_database, key, ())
    target = open_raw(folder / "documents.db", _KEY)
    try:
        target.execute(_sql_of(source, "table", "search_text"))
        _replace(target, _documents(source, many * 10, "floor"))
        return [_replace(target, _documents(source, many, f"floor {turn}")) for turn in range(repeats)]
    finally:
        source.close()
        target.close()


def commit_row(folder: Path, many: int = 200) -> list[float]:
    """Commit one small update of an encrypted row, again and again; in milliseconds."""
    connection = open_raw(folder / "commit.db", _KEY)
    try:
        connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)")
        connection.execute("INSERT INTO t VALUES (1, '')")
        samples = []
        for n in range(many):
            began = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("UPDATE t SET v = ? WHERE id = 1", (f"District {n}",))
            connection.execute("COMMIT")
            samples.append((time.perf_counter() - began) * 1000)
        return samples
    finally:
        connection.close()


def request(address: str, many: int = 50) -> list[float]:
    """Ask the server for its health over one open connection, again and again; in milliseconds."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port)
    samples = []
    try:
        for _ in range(many):
            began = time.perf_counter()
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            samples.append((time.perf_counter() - began) * 1000)
    finally:
        connection.close()
    return samples


def _replicated(connection: Any) -> list[str]:
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    found = []
    for (name,) in names:
        columns = {row[1] for row in connection.execute(f"PRAGMA table_info({name})")}
        if {"id", "scope", "version"} <= columns:
            found.append(name)
    return found


def _sql_of(connection: Any, kind: str, name: str) -> str:
    row = connection.execute("SELECT sql FROM sqlite_master WHERE type = ? AND name = ?", (kind, name)).fetchone()
    return str(row[0])


def _copy(source: Any, target: Any, name: str) -> float:
    cursor = source.execute(f"SELECT * FROM {name}")
    places = ", ".join("?" * len(cursor.description))
    seconds = 0.0
    while rows := cursor.fetchmany(_BATCH):
        began = time.perf_counter()
        target.execute("BEGIN IMMEDIATE")
        target.executemany(f"INSERT INTO {name} VALUES ({places})", rows)
        target.execute("COMMIT")
        seconds += time.perf_counter() - began
    return seconds


def _index(source: Any, target: Any, tables: list[str]) -> float:
    rows = source.execute("SELECT sql, tbl_name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
    began = time.perf_counter()
    for sql, table in rows:
        if table in tables:
            target.execute(sql)
    return time.perf_counter() - began


def _update(connection: Any, ids: list[str], turn: int) -> float:
    began = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    values = [(f"floor {turn}", f"2026-11-20T10:00:0{turn}.000Z", each) for each in ids]
    connection.executemany(f"UPDATE {_CHANGED_TABLE} SET outcome = ?, updated_at = ? WHERE id = ?", values)
    connection.execute("COMMIT")
    return (time.perf_counter() - began) * 1000


def _documents(connection: Any, many: int, outcome: str) -> list[tuple[int, str]]:
    record = CATALOGUE["activity"]
    rows = connection.execute(f"SELECT row, subject, body FROM {_CHANGED_TABLE} ORDER BY row LIMIT ?", (many,))
    return [
        (row, " ".join(entries(record, {"subject": subject, "body": body, "outcome": outcome})))
        for row, subject, body in rows
    ]


def _replace(connection: Any, documents: list[tuple[int, str]]) -> float:
    began = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany("INSERT OR REPLACE INTO search_text (rowid, words) VALUES (?, ?)", documents)
    connection.execute("COMMIT")
    return (time.perf_counter() - began) * 1000
