"""What a laptop does in a process of its own while it is measured: ``python -m tests.bench.laptop_tasks TASK ...``.

Writes one JSON document. A process of its own has a memory of its own to be measured, and a cold start.
"""

import argparse
import json
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.bootstrap import open_application
from desktop.services.application import Application
from desktop.services.profiles import Credentials, enrol
from desktop.system.garbage import look_rarely
from desktop.system.paths import profile_paths
from sync.contract.clock import SystemClock
from tests.bench.lab import LOGIN, PASSWORD
from tests.bench.laptop_live import measure_hearing, measure_saving
from tests.bench.laptop_reads import measure_reads, measure_saves
from tests.bench.laptop_search import measure_building, measure_keystrokes
from tests.bench.laptop_syncs import measure_daily_sync, measure_first_sync, measure_writes_during_first_sync


@dataclass(frozen=True, slots=True)
class Given:
    """The arguments of a task."""

    profile: Path
    key_file: Path
    server: str
    seed: int
    search: bool
    count: int

    def enrol(self, profile: Path | None = None) -> None:
        """Sign in and make a profile."""
        credentials = Credentials(
            server=self.server, login=LOGIN, password=PASSWORD, key_file=str(self.key_file), device="bench"
        )
        enrol(profile_paths(profile or self.profile), credentials, clock=SystemClock())

    def open(self, profile: Path | None = None) -> Application:
        """Open the profile."""
        return open_application(profile_paths(profile or self.profile))


def _prepare(given: Given) -> Any:
    given.enrol()
    application = given.open()
    try:
        found = measure_first_sync(application, wait_for_search=False)
        application.search.finish()
        application.search.tidy()
        return found
    finally:
        application.close()


def _first_sync(given: Given) -> Any:
    given.enrol()
    application = given.open()
    try:
        return measure_first_sync(application, wait_for_search=given.search)
    finally:
        application.close()


def _writes_during_first_sync(given: Given) -> Any:
    given.enrol()
    application = given.open()
    try:
        return measure_writes_during_first_sync(application)
    finally:
        application.close()


def _daily_sync(given: Given) -> Any:
    colleague_profile = given.profile.with_name("colleague")
    given.enrol()
    given.enrol(colleague_profile)
    laptop, colleague = given.open(), given.open(colleague_profile)
    try:
        return measure_daily_sync(laptop, colleague)
    finally:
        colleague.close()
        laptop.close()


def _reads(given: Given) -> Any:
    application = given.open()
    try:
        return measure_reads(application.reads, seed=given.seed)
    finally:
        application.close()


def _saves(given: Given) -> Any:
    application = given.open()
    try:
        return measure_saves(application, seed=given.seed)
    finally:
        application.close()


def _hear_live(given: Given) -> Any:
    given.enrol()
    application = given.open()
    try:
        return measure_hearing(application, given.count)
    finally:
        application.close()


def _save_live(given: Given) -> Any:
    given.enrol()
    application = given.open()
    try:
        return measure_saving(application, given.count, seed=given.seed)
    finally:
        application.close()


def _keystrokes(given: Given) -> Any:
    with closing(given.open()) as application:
        return measure_keystrokes(application)


def _search_build(given: Given) -> Any:
    with closing(given.open()) as application:
        return measure_building(application)


_TASKS: dict[str, Callable[[Given], Any]] = {
    "prepare": _prepare,
    "first-sync": _first_sync,
    "writes-during-first-sync": _writes_during_first_sync,
    "daily-sync": _daily_sync,
    "reads": _reads,
    "saves": _saves,
    "keystrokes": _keystrokes,
    "search-build": _search_build,
    "hear-live": _hear_live,
    "save-live": _save_live,
}


def main() -> int:
    """Run one task."""
    parser = argparse.ArgumentParser(prog="tests.bench.laptop_tasks")
    parser.add_argument("task", choices=_TASKS)
    parser.add_argument("--profile", type=Path, required=True)
    parser.add_argument("--key-file", type=Path, required=True)
    parser.add_argument("--server", default="")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--search", action="store_true", help="wait until the search index is complete")
    parser.add_argument("--count", type=int, default=100, help="how many changes travel live")
    read = parser.parse_args()
    # As every command of the program does; a window looks for garbage by a timer.
    look_rarely()
    given = Given(read.profile, read.key_file, read.server, read.seed, read.search, read.count)
    json.dump(_TASKS[read.task](given), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
