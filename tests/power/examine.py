"""Looks at what a power cut or a kill has left of a profile, as the next start of the program would find it.

The profile is opened by the program's own way (settings, key file, recovery, migrations); then it is compared with what
was marked before the cut, and what must never be half done is looked for. Plain SQL, because compiled statements of an
engine that lives for one look cost more than the look.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver

from desktop.services.profiles import open_database
from desktop.store import checks, connections
from desktop.store.database import Database
from desktop.store.outbox_file import disk
from desktop.store.outbox_file.entries import kept
from desktop.store.outbox_file.frames import FrameCipher
from desktop.store.outbox_file.frames import Kind as FrameKind
from desktop.store.outbox_file.keeping import OutboxFile, outbox_path
from desktop.store.search.progress import search_progress
from desktop.system.credentials import key_store
from desktop.system.paths import ProfilePaths
from desktop.system.settings import KEY_FILE, PROFILE_ID, Settings
from sync.contract.clock import SystemClock
from sync.contract.entities import CATALOGUE
from sync.contract.errors import AppError
from sync.contract.values import columns, to_columns
from tests.power.trace import Call, Kind

Row = tuple[str, str, int]
"""Type, id and version of a row that the office sent."""

Pages = Sequence[tuple[str, Sequence[Row]]]
"""The cursor after each page, and the page's rows."""


@dataclass(frozen=True, slots=True)
class Promised:
    """What had been called saved at some moment.

    ``commands`` gives the number of journal entries of each act; ``receipts`` are the mutations that were answered;
    ``seq`` is the log position of the last page that was taken.
    """

    enrolled: bool = False
    commands: Mapping[str, int] = field(default_factory=dict)
    receipts: frozenset[str] = frozenset()
    seq: int = 0

    def and_then(self, mark: Mapping[str, Any]) -> "Promised":
        """Add what a mark says; an act that changed nothing is not kept and promises nothing."""
        if mark.get("entries"):
            return replace(self, commands={**self.commands, mark["command"]: mark["entries"]})
        return replace(
            self,
            enrolled=self.enrolled or "enrolled" in mark,
            receipts=self.receipts | set(mark.get("receipts", ())),
            seq=max(self.seq, mark.get("seq", 0)),
        )


def promises(calls: Sequence[Call]) -> list[Promised]:
    """Tell what had been promised after each number of calls."""
    found = [Promised()]
    for call in calls:
        found.append(found[-1].and_then(call.marked) if call.kind is Kind.MARK else found[-1])
    return found


def pages(calls: Sequence[Call]) -> Pages:
    """List the pages that came in a session, in their order."""
    marks = (call.marked for call in calls if call.kind is Kind.MARK)
    return [(mark["cursor"], [tuple(row) for row in mark["rows"]]) for mark in marks if "rows" in mark]


@dataclass(frozen=True, slots=True)
class Found:
    """What is wrong with a profile: ``faults`` with its database alone, ``mended`` after the program has opened it.

    ``digest`` stands for everything in the database alone; empty where there is none.
    """

    faults: tuple[str, ...] = ()
    digest: str = ""
    mended: tuple[str, ...] = ()


def examine(profile: Path, promised: Promised, sent: Pages = (), *, thorough: bool = False) -> Found:
    """Hold a profile to what was promised; ``sent`` are the pages of the whole session.

    Looked at twice: first the database by itself, then what the program makes of it and of the outbox file beside it. A
    thorough look folds the log into the file and asks for what the program's own check-up finds, too.
    """
    named = ProfilePaths(profile)
    try:
        if promised.enrolled or named.database.exists():
            key = _key(named)
            with closing(connections.open_raw(named.database, key)) as raw:
                alone = Found((*_faults(raw, promised, sent), *_kept_once(raw, named, key)), digest(raw))
                return replace(alone, mended=tuple(_after_opening(named, promised, sent, thorough=thorough)))
        return Found()
    except (AppError, driver.Error) as refusal:
        return Found((f"cannot be opened: {refusal!r}",), mended=(f"cannot be opened: {refusal!r}",))


def _key(named: ProfilePaths) -> bytes:
    settings = Settings(named.settings)
    return key_store(settings.get(KEY_FILE), settings.get(PROFILE_ID)).load()


def _after_opening(named: ProfilePaths, promised: Promised, sent: Pages, *, thorough: bool) -> Iterator[str]:
    try:
        database = open_database(named, clock=SystemClock())
    except AppError as refusal:
        yield f"cannot be opened: {refusal!r}"
        return
    try:
        with database.reading() as connection:
            yield from _faults(connections.raw(connection), promised, sent)
        if thorough:
            yield from _check_up(database)
    finally:
        database._dispose()  # noqa: SLF001 - folding the log into a file that is thrown away takes half of the time


def digest(raw: connections.RawConnection) -> str:
    """Give a short text that differs when anything in a database does, its tables and guards included."""
    digested = hashlib.blake2b(digest_size=12)
    everything = raw.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall()
    digested.update(repr(everything).encode())
    for kind, name, sql in everything:
        if kind == "table" and not name.startswith("sqlite_") and not sql.startswith("CREATE VIRTUAL"):
            digested.update(repr((name, raw.execute(f"SELECT * FROM {name}").fetchall())).encode())
    return digested.hexdigest()


def _faults(raw: connections.RawConnection, promised: Promised, sent: Pages) -> Iterator[str]:
    for (each,) in raw.execute("PRAGMA quick_check(5)").fetchall():
        if each != "ok":
            yield f"damaged: {each}"
    numbered, highest, lowest, unsealed = raw.execute(
        "SELECT count(client_n), max(client_n), min(client_n), count(*) - count(at) FROM journal"
    ).fetchone()
    if unsealed or (numbered and highest - lowest + 1 != numbered):
        yield "half applied: own changes are missing from the journal's numbering, or not sealed"
    if raw.execute("SELECT mode FROM gate").fetchall() != [("closed",)]:
        yield "half applied: the gate is open"
    yield from _lost_commands(raw, promised)
    yield from _lost_receipts(raw, promised)
    yield from _unequal_rows(raw)
    yield from _rows_behind_cursor(raw, promised, sent)


def _lost_commands(raw: connections.RawConnection, promised: Promised) -> Iterator[str]:
    counted = "SELECT c.id, count(j.n) FROM command c LEFT JOIN journal j ON j.command = c.id GROUP BY c.id"
    there = dict(raw.execute(counted).fetchall())
    for command, entries in promised.commands.items():
        if command not in there:
            yield f"lost: command {command} was called saved and is not there"
        elif there[command] != entries:
            yield f"half applied: command {command} has {there[command]} of {entries} entries"


def _kept_once(raw: connections.RawConnection, named: ProfilePaths, key: bytes) -> Iterator[str]:
    """Find unsent entries of the database that the outbox file does not have, so that only one of them must be lost."""
    unsent = {row["mutation"] for row in kept(raw)}
    if not unsent:
        return
    frames = FrameCipher(key).read(disk.read(outbox_path(named.database))).frames
    answered = {each for frame in frames if frame.kind == FrameKind.DONE for each in json.loads(frame.body)}
    lacking = unsent - OutboxFile(named.database, key).read().live.keys() - answered
    if lacking:
        yield f"kept once: {len(lacking)} of {len(unsent)} unsent entries are not in the outbox file"


def _lost_receipts(raw: connections.RawConnection, promised: Promised) -> Iterator[str]:
    answered = {each for (each,) in raw.execute("SELECT mutation FROM journal WHERE outcome IS NOT NULL").fetchall()}
    for mutation in promised.receipts - answered:
        yield f"lost: the receipt of {mutation} was taken and is not there"
    agreed = "SELECT count(*) FROM agreed a WHERE NOT EXISTS (SELECT 1 FROM journal WHERE record = a.record)"
    if raw.execute(agreed).fetchone()[0]:
        yield "half applied: a value was agreed upon without an edit"


def _unequal_rows(raw: connections.RawConnection) -> Iterator[str]:
    """Find rows that do not show what the last own entries of the journal wrote, while nobody has answered them."""
    unsent = "SELECT type, record, op, new FROM journal WHERE origin = 'local' AND outcome IS NULL ORDER BY n"
    written: dict[tuple[str, str], dict[str, Any]] = {}
    for kind, record, op, new in raw.execute(unsent).fetchall():
        row = written.setdefault((kind, record), {})
        for name, value in json.loads(new or "{}").items():
            stored = CATALOGUE[kind].fields[name]
            row.update(dict(zip((each.name for each in columns(stored)), to_columns(stored, value), strict=True)))
        if op != "patch":
            row["deleted"] = int(op == "delete")
    for (kind, record), row in written.items():
        names = ", ".join(["id", *row])
        shown = raw.execute(f"SELECT {names} FROM {CATALOGUE[kind].table} WHERE id = ?", (record,)).fetchone()
        if shown is None:
            yield f"half applied: the journal knows {kind} {record}, its table does not"
        elif shown[1:] != tuple(row.values()):
            yield f"half applied: {kind} {record} is {shown[1:]}, the journal says {row}"


def _rows_behind_cursor(raw: connections.RawConnection, promised: Promised, sent: Pages) -> Iterator[str]:
    known = dict(raw.execute("SELECT key, value FROM meta WHERE key IN ('seq', 'cursor')").fetchall())
    if int(known.get("seq", 0)) < promised.seq:
        yield f"lost: synced up to {promised.seq}, stands at {known}"
    taken = [number for number, (cursor, _) in enumerate(sent, 1) if cursor == known.get("cursor")]
    for _, rows in sent[: max(taken, default=0)]:
        for kind, record, version in rows:
            found = f"SELECT version FROM {CATALOGUE[kind].table} WHERE id = ?"
            there = raw.execute(found, (record,)).fetchone()
            if there is None or there[0] < version:
                yield f"half applied: the cursor is at {known}, {kind} {record} is not at {version}"


def _check_up(database: Database) -> Iterator[str]:
    # What the file lacks while the log has it is no damage, and only the whole file is checked page by page.
    with database._writer.connect() as connection:  # noqa: SLF001 - what a person cannot ask for
        connections.raw(connection).execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    with database.reading() as connection:
        for each in checks.damage(connection):
            yield f"damaged: {each}"
        if checks.journal_faults(connection):
            yield "half applied: the journal's numbers have gaps"
        if checks.missing_guards(connection, database.schema):
            yield "half applied: guards are missing"
        if search_progress(connection).ready and checks.search_gaps(connection, database.schema):
            yield "half applied: the search index and the records differ"
