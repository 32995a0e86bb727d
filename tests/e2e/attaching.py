"""Attaches a file again and again, each time killed (SIGKILL) at another SQL statement; see ``test_files_killed``.

    python -m tests.e2e.attaching PROFILE ACCOUNT FILE KILLS

Each time on a fresh copy of the profile, in a child process, because a killed process must really be gone. Prints one
JSON line per kill: what the next program finds, and what it comes to when the file is attached again.
"""

import json
import os
import shutil
import sys
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from signal import SIGKILL

from desktop.bootstrap import open_application
from desktop.domain.listing import Listing
from desktop.services.application import Application
from desktop.store import connections


def watch(dies_at: int) -> Callable[[], int]:
    """Count the statements of every connection from now on and die before one of them; gives how to ask the count."""
    count = 0
    plain = connections.open_raw

    def another(_statement: str) -> None:
        nonlocal count
        count += 1
        if count == dies_at:
            os.kill(os.getpid(), SIGKILL)

    def watched(file: Path, key: bytes, settings: tuple[str, ...] = ()) -> connections.RawConnection:
        opened = plain(file, key, settings)
        opened.set_trace_callback(another)
        return opened

    connections.open_raw = watched
    return lambda: count


def in_child(work: Callable[[], int]) -> int:
    """Run something in a process of its own; gives what it came to, -1 when it was killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, str(work()).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as stream:
        said = stream.read()
    os.waitpid(child, 0)
    return int(said or -1)


def attach(profile: Path, account: str, file: Path, dies_at: int = 0) -> int:
    """Attach the file; gives how many statements that took."""
    count = watch(dies_at)
    with closing(open_application(profile)) as application:
        application.files.attach("account", account, file)
        return count()


def found(application: Application, file: Path, folder: Path) -> list[str]:
    """Tell of each attachment where its bytes are, and whether they are the right ones."""
    ids = application.reads.ids(Listing("attachment"))
    said = []
    for each in ids:
        saved = application.files.save(each, folder)
        is_right = saved.read_bytes() == file.read_bytes()
        saved.unlink()
        said.append(f"{application.files.state(each).where.value} {'right' if is_right else 'wrong'}")
    return said


def look(profile: Path, account: str, file: Path) -> dict[str, list[str]]:
    """Open the profile that a killed program left, and attach again."""
    with closing(open_application(profile)) as application:
        first = found(application, file, profile)
        application.files.attach("account", account, file)
        return {"found": first, "again": found(application, file, profile)}


def main(template: Path, account: str, file: Path, kills: int) -> None:
    """Kill at points spread over all statements."""

    def fresh() -> Path:
        copy = template.with_name(f"{template.name}-copy")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(template, copy)
        return copy

    profile = fresh()
    total = in_child(partial(attach, profile, account, file))
    for number in range(kills):
        profile = fresh()
        dies_at = 1 + number * (total - 1) // max(kills - 1, 1)
        ended = in_child(partial(attach, profile, account, file, dies_at))
        line = {"killed": ended == -1, "at": dies_at, "of": total, **look_in_child(profile, account, file)}
        sys.stdout.write(json.dumps(line) + "\n")


def look_in_child(profile: Path, account: str, file: Path) -> dict[str, list[str]]:
    """Look without leaving threads in this process, which still has to be forked."""
    report = profile / "found.json"

    def work() -> int:
        report.write_text(json.dumps(look(profile, account, file)))
        return 0

    in_child(work)
    said: dict[str, list[str]] = json.loads(report.read_text())
    return said


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
