"""Does one piece of work again and again on a disk that fails from another call on each time, and tells what was left.

    python -m tests.power.failing FOLDER WORK PART PARTS POINTS

Started with the recorder for ``FOLDER/here/laptop``. The disk fails at ``POINTS`` calls spread over the work, in one of
the ways of ``FAULTS`` after the other (0: at every call in every way), of which this process takes every ``PARTS``-th.
It fails until the work has been refused and what is here has been read. Every second time the same program goes on when
the disk is well again, else it ends while the disk fails and another one goes on. One JSON line for each time.
"""

import errno
import json
import logging
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from sync.contract.errors import AppError, Code
from tests.helpers import oracle
from tests.helpers.small_world import Laptop
from tests.power.examine import Promised
from tests.power.killed import HERE, Kill, spread
from tests.power.shim import Recorder
from tests.power.steps import STEPS, Heard, opened, work

_NEVER = 1 << 62


@dataclass(frozen=True, slots=True)
class Fault:
    """A way in which disks fail, and what the person in front of the screen may be told."""

    error: int
    codes: frozenset[Code]

    def unfitting(self, refused: Exception) -> list[str]:
        """Give what is wrong with an error: it must be one of the refusals of this fault."""
        fits = isinstance(refused, AppError) and refused.code in self.codes
        return [] if fits else [f"told as {refused!r}"]


FAULTS: Mapping[str, Fault] = {
    "full": Fault(errno.ENOSPC, frozenset({Code.DISK_FULL, Code.DISK_UNUSABLE})),
    "broken": Fault(errno.EIO, frozenset({Code.DISK_UNUSABLE})),
    "read only": Fault(errno.EROFS, frozenset({Code.DISK_UNUSABLE})),
    "held by another program": Fault(errno.EACCES, frozenset({Code.DISK_UNUSABLE})),
}


def _save(ana: Laptop, heard: Heard) -> None:
    work(ana, heard)


def _sync(ana: Laptop, _heard: Heard) -> None:
    ana.office.pull_limit = 2
    ana.sync()


def _start(ana: Laptop, _heard: Heard) -> None:
    ana.reopen()


WORKS: Mapping[str, Callable[[Laptop, Heard], None]] = {"save": _save, "sync": _sync, "start": _start}


class Scene:
    """A place whose disk fails while a piece of work is done."""

    def __init__(self, folder: Path, name: str) -> None:
        """Prepare what the work begins with, and find out how it ends on a disk that is well."""
        self._recorder = Recorder()
        self._run = WORKS[name]
        self._step = STEPS["save" if name == "save" else "sync"]
        self._base = folder / "base"
        self._here = folder / HERE
        shutil.rmtree(self._here, ignore_errors=True)
        self._step.prepare(self._here)
        shutil.copytree(self._here, self._base)
        with opened(self._here) as (_, ana):
            self._recorder.fail_at(_NEVER, 0)
            self._run(ana, Heard())
            self.calls = self._recorder.count()
            self._recorder.fail_at(0, 0)
        self._step.run(self._here, Heard())
        self._whole = self._step.state(self._here)

    def fail(self, at: int, fault: Fault, *, goes_on: bool) -> Kill:
        """Let the disk fail from a call on, look, and do the work again when it is well."""
        shutil.rmtree(self._here)
        shutil.copytree(self._base, self._here)
        saved: dict[str, int] = {}
        told: list[str] = []

        def keep(act: str, entries: int) -> None:
            # An act that finds everything as it wants it is not kept.
            if entries:
                saved[act] = entries

        heard = Heard(saved=keep)
        try:
            with opened(self._here) as (_, ana):
                self._recorder.fail_at(at, fault.error)
                refused = self._attempt(ana, heard)
                told += [] if refused is None else fault.unfitting(refused)
                # A program that was not started has nothing open to read.
                told += [] if refused is not None and self._run is _start else _unread(ana)
                if goes_on:
                    self._recorder.fail_at(0, 0)
                    self._run(ana, heard)
            self._recorder.fail_at(0, 0)
            told += self._step.look(self._here, Promised(enrolled=True, commands=saved))
            self._step.run(self._here, Heard())
            same = self._step.state(self._here) == self._whole
        except (AppError, AssertionError, OSError) as broken:
            self._recorder.fail_at(0, 0)
            return Kill(at, self.calls, (*told, f"cannot go on: {broken!r}"), same=False)
        return Kill(at, self.calls, tuple(told), same)

    def _attempt(self, ana: Laptop, heard: Heard) -> Exception | None:
        try:
            self._run(ana, heard)
        except Exception as refused:  # noqa: BLE001 - whatever it is, it is what is looked for
            return refused
        return None


def _unread(ana: Laptop) -> list[str]:
    """Read what the lists, a record and a search read; gives what could not be."""
    try:
        found = dict(oracle.laptop_rows(ana))
        counted = ana.reads.counts()
    except Exception as unknown:  # noqa: BLE001 - as above
        return [f"cannot be read: {unknown!r}"]
    return [] if found and counted["account"] else ["nothing is there to read"]


def main(folder: Path, name: str, part: int, parts: int, points: int) -> None:
    """Let the disk fail and tell."""
    logging.disable(logging.WARNING)
    scene = Scene(folder, name)
    faults = list(FAULTS.values())
    calls = spread(scene.calls, points)
    chosen = (
        [(call, faults[at % len(faults)]) for at, call in enumerate(calls)]
        if points
        else [(call, fault) for call in calls for fault in faults]
    )
    for number, (call, fault) in enumerate(chosen[part::parts]):
        goes_on = number % 2 == (number // len(faults)) % 2
        sys.stdout.write(json.dumps(asdict(scene.fail(call, fault, goes_on=goes_on))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:6]))
