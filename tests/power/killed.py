"""Does one step again and again, killed (SIGKILL) at another call each time, and tells what was left.

    python -m tests.power.killed FOLDER STEP PART PARTS POINTS

Started with the recorder for ``FOLDER/here/laptop``. Kills at ``POINTS`` calls spread over the step (0: at every one),
of which this process takes every ``PARTS``-th; one in four is a kill in the middle of a write. Then at half as many
requests: before the office has one, or when it has done it and the answer is lost. Prints one JSON line per kill. A
program of its own, because only a process without other threads may be forked.
"""

import json
import logging
import os
import shutil
import signal
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from sync.contract.errors import AppError
from tests.power.examine import Promised
from tests.power.shim import Recorder
from tests.power.steps import NOBODY, STEPS, Heard, Step

HERE = "here"


@dataclass(frozen=True, slots=True)
class Kill:
    """What came of one kill; ``calls`` is how many there are in the whole step, requests among them at the end."""

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
        counted, _ = self._in_child()
        self.writes, self.requests = counted
        self._whole = step.state(self._here)

    def kill(self, at: int) -> Kill:
        """Kill the step at a call, look, and do it again."""
        shutil.rmtree(self._here)
        shutil.copytree(self._base, self._here)
        _, done = self._in_child(at, 0) if at <= self.writes else self._in_child(0, at - self.writes)
        try:
            faults = self._step.look(self._here, Promised(enrolled=self._step is not STEPS["sign-in"], commands=done))
            self._step.run(self._here, NOBODY)
            same = self._step.state(self._here) == self._whole
        except (AppError, AssertionError) as broken:
            faults, same = (f"cannot go on: {broken!r}",), False
        return Kill(at, self.writes + self.requests, faults, same)

    def _in_child(self, call: int = 0, request: int = 0) -> tuple[tuple[int, int], dict[str, int]]:
        """Give how many calls and requests the child came to, where it was not killed, and what it called saved."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            heard = _Telling(writing, request)
            self._recorder.die_at(call, in_its_middle=call % 4 == 3)
            self._step.run(self._here, Heard(saved=heard.tell_saved, asked=heard.count))
            heard.tell({"calls": self._recorder.count(), "requests": heard.asked})
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as answer:
            said = [json.loads(line) for line in answer.read().splitlines()]
        os.waitpid(child, 0)
        end = said.pop() if said and isinstance(said[-1], dict) else {"calls": 0, "requests": 0}
        return (end["calls"], end["requests"]), dict(said)


class _Telling:
    """Tells the parent what a child does, and kills it at a request."""

    def __init__(self, pipe: int, dies_at: int) -> None:
        self._pipe = pipe
        self._dies_at = dies_at
        self.asked = 0

    def tell(self, what: object) -> None:
        os.write(self._pipe, json.dumps(what).encode() + b"\n")

    def tell_saved(self, act: str, entries: int) -> None:
        self.tell([act, entries])

    def count(self, _name: str) -> None:
        self.asked += 1
        if self.asked == self._dies_at:
            os.kill(os.getpid(), signal.SIGKILL)


def spread(count: int, points: int) -> list[int]:
    """Choose so many numbers from 1 to ``count``, all of them for 0."""
    return sorted({1 + at * count // points for at in range(points)} if points and count else range(1, count + 1))


def main(folder: Path, name: str, part: int, parts: int, points: int) -> None:
    """Kill and tell."""
    logging.disable(logging.WARNING)
    scene = Scene(folder, STEPS[name])
    requests = spread(scene.requests, -(-points // 2))
    chosen = [*spread(scene.writes, points), *(scene.writes + each for each in requests)]
    for at in chosen[part::parts]:
        sys.stdout.write(json.dumps(asdict(scene.kill(at))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:6]))
