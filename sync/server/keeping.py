"""The administrator's commands about what the office keeps. Each gives an exit code."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from dataclasses import asdict
from datetime import timedelta
from typing import Final

from sync.server.compacting import Rules, compact
from sync.server.log import Log
from sync.server.output import say, show_json

_SHORTEST_DAYS: Final = 35


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
