"""Runs a day in a small world again and again, each time killed (SIGKILL) at another SQL statement of either side.

    python -m tests.helpers.killing TEMPLATE TARGET STATEMENT...

Copies the world ``TEMPLATE`` to ``TARGET/STATEMENT`` and lives through a day in it in a child process, which dies just
before that statement (counted from 1, commits included). What was called saved until then is in ``saved.txt`` of the
copy. Without statements it tells how many there are. A program of its own, because only a process without other threads
may be forked.
"""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Pool, event

from sync.contract.clock import SystemClock
from tests.helpers.small_world import Laptop, World

SAVED = "saved.txt"


def live(world: World, saved: Callable[[str], None]) -> None:
    """Edit on two laptops, sync both, edit and sync again."""
    ana, ben = world["ana"], world["ben"]
    account = first(ana, "account")
    for number in (1, 2):
        for laptop in (ana, ben):
            points = (laptop.get("account", account) or {}).get("points", 0)
            laptop.set("account", account, points=points + 1, email=f"{laptop.name}{number}@example.com")
            saved(laptop.name)
            laptop.add("task", title=f"task {number} of {laptop.name}", account=account)
            saved(laptop.name)
        ana.delete("task", first(ana, "task"))
        saved("ana")
        for laptop in (ana, ben, ana):
            laptop.sync()


def first(laptop: Laptop, record_type: str) -> str:
    """Give the oldest record of a type that is not deleted."""
    with laptop.database.reading() as connection:
        table = laptop.database.schema.table(record_type)
        ids = connection.execute(table.select().with_only_columns(table.c.id).where(table.c.hidden == 0))
        return min(str(row[0]) for row in ids)


def watch(dies_at: int) -> Callable[[], int]:
    """Count statements and commits from now on and die before one of them; gives how to ask for the count."""
    count = 0

    def another(*_arguments: object) -> None:
        nonlocal count
        count += 1
        if count == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def listen(driver: Any, _record: object, _proxy: object) -> None:
        driver.set_trace_callback(another)

    # Most statements go past SQLAlchemy, so the driver itself is asked. It tells of commits as well.
    event.listen(Pool, "checkout", listen)
    return lambda: count


def in_child(folder: Path, dies_at: int) -> int:
    """Live through the day in a child process that is killed; gives the number of statements it came to."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with World(folder, SystemClock()) as world, (folder / SAVED).open("a", encoding="utf-8") as list_:
            count = watch(dies_at)

            def saved(name: str) -> None:
                list_.write(name + "\n")
                list_.flush()

            live(world, saved)
            os.write(writing, str(count()).encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as answer:
        return int(answer.read() or 0)


def main(template: Path, target: Path, statements: list[int]) -> None:
    """Make one copy for each statement and say how many there are in a day that ends well."""
    for dies_at in statements:
        shutil.copytree(template, target / str(dies_at))
        in_child(target / str(dies_at), dies_at)
    shutil.copytree(template, target / "whole")
    sys.stdout.write(str(in_child(target / "whole", 0)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), [int(each) for each in sys.argv[3:]])
