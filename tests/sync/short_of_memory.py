"""Saves and syncs with less memory than that takes, and more each time until it is enough; see ``test_out_of_memory``.

    python -m tests.sync.short_of_memory FOLDER

Prints one JSON line for each time: what was done, how it ended (a code, or nothing where it went well), how many
records are there afterwards and how many changes wait. A program of its own, because it limits what its process may
have; without threads, because a thread for which there is no memory keeps Python waiting for it.
"""

import json
import logging
import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from desktop.commands.imports import ImportRecords, ImportRow
from desktop.services.refusals import known
from sync.contract.clock import SystemClock
from sync.contract.errors import Code
from tests.helpers import oracle
from tests.helpers.small_world import World

RECORDS = 100
_TEXT = "谈价格 " * 2000
_FIRST_MORE = 1 << 19
_LONGEST_S = 60
_ENOUGH = 1 << 32
_CODES = {"": 10, Code.MEMORY_FULL.value: 11}
_OTHERWISE = 12


def _used() -> int:
    return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()


def _limited(work: Callable[[], object], more: int) -> str:
    """Do something with so much more memory than is used now; gives the code with which it was refused."""
    resource.setrlimit(resource.RLIMIT_AS, (_used() + more, resource.RLIM_INFINITY))
    try:
        work()
    except Exception as failed:  # noqa: BLE001 - what it is, is what is looked for
        refused = known(failed)
        return refused.code.value if refused else repr(failed)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return ""


def _save(folder: Path, more: int) -> str:
    rows = [ImportRow(number, {"name": f"account {number}", "description": _TEXT}) for number in range(RECORDS)]
    with World(folder, SystemClock()) as world:
        # What is loaded with the first save is not what is looked at.
        world["ana"].add("task", title="call")
        return _limited(lambda: world["ana"].run(ImportRecords("account", rows)), more)


def _sync(folder: Path, more: int) -> str:
    with World(folder, SystemClock()) as world:
        return _limited(world["ana"].sync, more)


def _ended(work: Callable[[Path, int], str], folder: Path, more: int) -> str:
    """Do something in a child: a library that breaks for want of memory takes its process with it, as a kill does."""
    child = os.fork()
    if child == 0:
        signal.alarm(_LONGEST_S)
        told = work(folder, more)
        os._exit(_CODES.get(told, _OTHERWISE))
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return "killed" if code < 0 else {number: told for told, number in _CODES.items()}.get(code, f"otherwise {code}")


def main(folder: Path) -> None:
    """Import records and sync them."""
    logging.disable(logging.CRITICAL)
    for work in (_save, _sync):
        more, told = 0, " "
        while told and more < _ENOUGH:
            told = _ended(work, folder, more)
            more = max(_FIRST_MORE, 4 * more)
            with World(folder, SystemClock()) as world:
                ana = world["ana"]
                waiting = sum(each.changes for each in ana.reads.waiting())
                line = [work.__name__, told, ana.reads.counts()["account"], waiting]
            sys.stdout.write(json.dumps(line) + "\n")
    with World(folder, SystemClock()) as world:
        oracle.check_equals_office(world["ana"].office, world["ana"])
        oracle.check_ledger(world.office.log.storage, [world["ana"]])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
