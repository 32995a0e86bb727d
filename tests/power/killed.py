"""Does one step again and again, killed (SIGKILL) at another call each time, and tells what was left.

    python -m tests.power.killed FOLDER STEP PART PARTS POINTS

Started with the recorder for ``FOLDER/here/laptop``. Kills at ``POINTS`` calls spread over the step (0: at every one),
of which this process takes every ``PARTS``-th; one in four is a kill in the middle of a write. Prints one JSON line per
kill. A program of its own, because only a process without other threads may be forked.
"""

import json
import logging
import os
import shutil
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from sync.contract.errors import AppError
from tests.power.examine import Promised
from tests.power.shim import Recorder
from tests.power.steps import STEPS, Done, Step

HERE = "here"


@dataclass(frozen=True, slots=True)
class Kill:
    """What came of one kill; ``calls`` is how many there are in the whole step."""

    at: int
    calls: int
    faults: tuple[str, ...]
    same: bool


class Scene:
    """A place where a step is killed; it keeps its path, because a profile names its key file."""

    def __init__(self, folder: Path, step: Step) -> None:
        """Prepare what the step begins with, and find out how it ends without a kill."""
        self._recorder = Recorder()
        self._step = step
        self._base = folder / "base"
        self._here = folder / HERE
        shutil.rmtree(self._here, ignore_errors=True)
        step.prepare(self._here)
        shutil.copytree(self._here, self._base)
        self.calls, _ = self._in_child(0)
        self._whole = step.state(self._here)

    def kill(self, at: int) -> Kill:
        """Kill the step at a call, look, and do it again."""
        shutil.rmtree(self._here)
        shutil.copytree(self._base, self._here)
        _, done = self._in_child(at)
        try:
            faults = self._step.look(self._here, Promised(enrolled=self._step is not STEPS["sign-in"], commands=done))
            self._step.run(self._here, lambda _act, _entries: None)
            same = self._step.state(self._here) == self._whole
        except (AppError, AssertionError) as broken:
            faults, same = (f"cannot go on: {broken!r}",), False
        return Kill(at, self.calls, faults, same)

    def _in_child(self, at: int) -> tuple[int, dict[str, int]]:
        """Give how many calls the child came to, where it was not killed, and what it called saved."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            self._recorder.die_at(at, in_its_middle=at % 4 == 3)
            self._step.run(self._here, _telling(writing))
            os.write(writing, json.dumps(self._recorder.count()).encode() + b"\n")
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as answer:
            said = [json.loads(line) for line in answer.read().splitlines()]
        os.waitpid(child, 0)
        calls = said.pop() if said and isinstance(said[-1], int) else 0
        return calls, dict(said)


def _telling(pipe: int) -> Done:
    def tell(act: str, entries: int) -> None:
        os.write(pipe, json.dumps([act, entries]).encode() + b"\n")

    return tell


def main(folder: Path, name: str, part: int, parts: int, points: int) -> None:
    """Kill and tell."""
    logging.disable(logging.WARNING)
    scene = Scene(folder, STEPS[name])
    every = range(1, scene.calls + 1)
    chosen = every if not points else sorted({1 + at * scene.calls // points for at in range(points)})
    for at in chosen[part::parts]:
        sys.stdout.write(json.dumps(asdict(scene.kill(at))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:6]))
