"""Runs an act of an office's administrator again and again, each time killed (SIGKILL) at another of its calls.

    python -m tests.helpers.killing_office ACT TEMPLATE TARGET CALL...

``ACT`` is ``backup``, ``restore`` or ``compact``. Copies the folder ``TEMPLATE`` to ``TARGET/CALL`` and does it there
in a child process, which dies just before that call: SQL statements, commits, syncs of files, renames, counted from 1.
Without calls it tells how many there are, and does it to the end in ``TARGET/whole``. A program of its own, because
only a process without other threads may be forked.
"""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from sync.contract.clock import SystemClock
from sync.server.backup import backup, restore
from sync.server.compacting import compact
from sync.server.log import open_log
from sync.server.storage import Storage
from tests.server.turned_clock import TurnedClock

OFFICE = "office.db"
COPY = "copy"
RESTORED = "restored.db"
YEARS = timedelta(days=800)


def url(folder: Path, name: str = OFFICE) -> str:
    """Name an office's database."""
    return f"sqlite:///{folder / name}"


def back_up(folder: Path) -> None:
    """Copy the office."""
    log = open_log(url(folder), SystemClock())
    try:
        backup(log, folder / COPY)
    finally:
        log.close()


def bring_back(folder: Path) -> None:
    """Make an office of the copy."""
    storage = Storage(url(folder, RESTORED))
    try:
        restore(storage, folder / COPY)
    finally:
        storage.close()


def compact_later(folder: Path) -> None:
    """Compact the office when years have gone by."""
    clock = TurnedClock(SystemClock())
    clock.forward(YEARS)
    log = open_log(url(folder), clock)
    try:
        compact(log)
    finally:
        log.close()


ACTS: dict[str, Callable[[Path], None]] = {"backup": back_up, "restore": bring_back, "compact": compact_later}


def watch(dies_at: int) -> Callable[[], int]:
    """Count calls from now on and die before one of them; gives how to ask for the count."""
    count = 0

    def another(*_arguments: object) -> None:
        nonlocal count
        count += 1
        if count == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*arguments: Any, **named: Any) -> Any:
            another()
            return call(*arguments, **named)

        return counting

    event.listen(Engine, "before_cursor_execute", another)
    event.listen(Engine, "commit", another)
    for name in ("fsync", "rename", "replace", "unlink", "mkdir"):
        setattr(os, name, counted(getattr(os, name)))
    return lambda: count


def in_child(act: str, folder: Path, dies_at: int) -> int:
    """Do it in a child process that is killed; gives the number of calls it came to."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        count = watch(dies_at)
        ACTS[act](folder)
        os.write(writing, str(count()).encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as answer:
        return int(answer.read() or 0)


def main(act: str, template: Path, target: Path, calls: list[int]) -> None:
    """Make one copy for each call, or say how many there are."""
    for dies_at in calls:
        shutil.copytree(template, target / str(dies_at))
        in_child(act, target / str(dies_at), dies_at)
    if not calls:
        shutil.copytree(template, target / "whole")
        sys.stdout.write(str(in_child(act, target / "whole", 0)))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), [int(each) for each in sys.argv[4:]])
