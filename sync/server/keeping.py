"""The administrator's commands about what the office keeps. Each gives an exit code."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Final

from sync.contract.clock import SystemClock
from sync.server import witness
from sync.server.backup import Copied, backup, restore
from sync.server.check import check
from sync.server.compacting import Rules, compact
from sync.server.log import Log, open_log
from sync.server.output import complain, say, show_json, show_table
from sync.server.storage import Storage

_SHORTEST_DAYS: Final = 35
_BRIEF: Final = 60


def configure_compact(parser: ArgumentParser) -> None:
    """Add the options of ``compact``."""
    parser.add_argument(
        "--days", type=_days, default=400, metavar="N", help="changes younger than this stay whole; 400 without it"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run_compact(log: Log, given: Namespace) -> int:
    """Remove what is superseded from the log, and records deleted long ago."""
    history = timedelta(days=given.days)
    done = compact(log, Rules(history=history))
    if given.json:
        show_json(asdict(done))
        return 0
    say(
        f"{done.lines:,} superseded changes, {done.records:,} records deleted more than {given.days} days ago and "
        f"{done.payloads:,} copies of edits removed. Laptops can go on from position {done.min_cursor:,}."
    )
    return 0


def _days(text: str) -> int:
    number = int(text)
    if number < _SHORTEST_DAYS:
        raise ArgumentTypeError(f"at least {_SHORTEST_DAYS} days: so old may backups of laptops be")
    return number


def configure_copy(parser: ArgumentParser) -> None:
    """Add the options of ``backup`` and ``restore``."""
    parser.add_argument("folder", type=Path, metavar="FOLDER")


def run_backup(log: Log, given: Namespace) -> int:
    """Copy database and files, all of one moment, into a new folder; the server may go on working."""
    say(f"Copied to {given.folder} and read back: {_told(backup(log, given.folder, given.files))}.")
    return 0


def run_restore(url: str, given: Namespace) -> int:
    """Make an office of a copy, in an empty database, and check it."""
    storage = Storage(url)
    try:
        done = restore(storage, given.folder, given.files)
    finally:
        storage.close()
    log = open_log(url, SystemClock())
    try:
        damage = check(log, given.files).damage
    finally:
        log.close()
    for each in damage:
        complain(each)
    say(f"Restored and checked: {_told(done)}.")
    say(
        "Laptops notice it by themselves with their next sync and hand in what the copy lacks. "
        "A day later, roundsman-server lost lists what did not come back."
    )
    return 1 if damage else 0


def configure_lost(parser: ArgumentParser) -> None:
    """Add the options of ``lost``."""
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument(
        "--close", action="store_true", help="wait for none of it any longer: edits that wait for it are refused"
    )


def run_lost(log: Log, given: Namespace) -> int:
    """List what laptops had seen of this office that it has no more since it was set back to a copy."""
    with log.storage.reading() as connection:
        missing, edits = witness.lost(connection), witness.waiting(connection)
    if given.json:
        show_json({"lost": [asdict(each) for each in missing], "waiting": [asdict(each) for each in edits]})
    else:
        if missing:
            rows = [(each.at, each.by, each.op, each.type, each.title or each.record, _brief(each)) for each in missing]
            show_table(("WHEN", "WHO", "WHAT", "TYPE", "RECORD", "VALUES"), rows)
        say(f"{len(missing):,} changes did not come back; {len(edits):,} edits wait on laptops for one of them.")
    if given.close:
        witness.close(log)
        say("None of it is waited for any longer.")
    return 0


def _brief(each: witness.Lost) -> str:
    text = ", ".join(f"{name}={value}" for name, value in each.fields.items())
    return text if len(text) <= _BRIEF else f"{text[:_BRIEF]}..."


def _told(done: Copied) -> str:
    return f"{done.rows:,} rows up to position {done.seq:,}, {done.files:,} files with {done.bytes:,} bytes"
