"""Runs one step again and again, killed at another call to the disk or statement each time.

A write is also killed half done. Prints one JSON line per kill: what the next start finds unsent with the database as
it was left, and what it finds when the database is destroyed at that very moment.
"""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.pool import Pool

from desktop.store.outbox_file import disk
from tests.store.laptops import Laptop, applied, open_database

ACCOUNT = "01900000-0000-7000-8000-000000000001"
_CALLS = ("open", "write", "ftruncate", "fsync", "replace", "unlink", "close")


def prepare(folder: Path) -> None:
    """Leave a record and unsent edits, enough of them to make the file be written anew when they are sent."""
    with open_database(folder) as database:
        laptop = Laptop(database)
        with laptop.unit() as work:
            work.create("account", {"name": "Acme"}, record_id=ACCOUNT)
        for number in range(40):
            laptop.change("account", ACCOUNT, description=f"{number} " + "x" * 600)


def save(laptop: Laptop) -> None:
    laptop.change("account", ACCOUNT, phone="1")


def save_many(laptop: Laptop) -> None:
    with laptop.unit() as work:
        for number in range(30):
            work.create("contact", {"name": f"Contact {number}", "account": ACCOUNT})


def receipts(laptop: Laptop) -> None:
    laptop.replica.take_receipts([applied(each, 10 + index) for index, each in enumerate(laptop.outbox()[:35])])


def start_again(laptop: Laptop) -> None:
    laptop.database.outbox_file.agree(laptop.database, thoroughly=True)


STEPS: dict[str, Callable[[Laptop], None]] = {
    "save": save,
    "save_many": save_many,
    "receipts": receipts,
    "start_again": start_again,
}


def unsent(folder: Path) -> list[str]:
    """Open the database and tell what is unsent, by what it says: ids are new each time."""
    with open_database(folder) as database:
        laptop = Laptop(database)
        found = database.outbox_file.read()
        listed = [each.id for each in laptop.outbox()]
        if (sorted(found.live), found.gaps, found.cut) != (sorted(listed), 0, False):
            return ["the file is not in step"]
        told = [(each.op.value, each.fields) for each in laptop.outbox()]
        return [json.dumps(each, sort_keys=True) for each in told]


def counted(hear: Callable[[Callable[[], object]], None]) -> None:
    """Call ``hear`` before each call to the disk and each statement, with how to do a write by half."""
    for name in _CALLS:
        real = getattr(os, name)

        def call(*arguments: Any, _real: Any = real, _name: str = name, **named: Any) -> Any:
            half = (lambda: _real(arguments[0], arguments[1][: len(arguments[1]) // 2])) if _name == "write" else int
            hear(half)
            return _real(*arguments, **named)

        setattr(os, name, call)
    sync = disk._sync  # noqa: SLF001 - bound to the system's before it could be counted

    def counted_sync(descriptor: int) -> None:
        hear(int)
        sync(descriptor)

    disk._sync = counted_sync  # noqa: SLF001

    def listen(raw: Any, _record: object, _proxy: object) -> None:
        raw.set_trace_callback(lambda _sql: hear(int))

    event.listen(Pool, "checkout", listen)


def in_child(folder: Path, step: str, dies_at: int, *, half: bool) -> int:
    """Run a step in a child that dies at that event; gives how many there were."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        database = open_database(folder, create=False)
        laptop = Laptop(database)
        seen = [0]

        def hear(by_half: Callable[[], object]) -> None:
            seen[0] += 1
            if seen[0] == dies_at:
                if half:
                    by_half()
                os.kill(os.getpid(), signal.SIGKILL)

        counted(hear)
        STEPS[step](laptop)
        os.write(writing, str(seen[0]).encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as answer:
        return int(answer.read() or 0)


def main(folder: Path, step: str, kills: int) -> None:
    """Kill at so many events, spread evenly, and tell what was found each time."""
    prepare(folder / "base")
    before = unsent(folder / "base")
    shutil.copytree(folder / "base", folder / "whole")
    total = in_child(folder / "whole", step, 0, half=False)
    done = unsent(folder / "whole")
    for index in range(kills):
        at = 1 + index * (total - 1) // max(1, kills - 1)
        here, destroyed = folder / f"at-{at}", folder / f"gone-{at}"
        shutil.copytree(folder / "base", here)
        in_child(here, step, at, half=index % 2 == 1)
        shutil.copytree(here, destroyed)
        for each in (destroyed / "store").glob("data.db*"):
            each.unlink()
        line = {"before": before, "done": done, "found": unsent(here), "destroyed": unsent(destroyed)}
        sys.stdout.write(json.dumps(line) + "\n")
        shutil.rmtree(here)
        shutil.rmtree(destroyed)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
