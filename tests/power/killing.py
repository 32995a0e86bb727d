"""Starts the programs that are killed, or whose disk fails, and counts what came of it."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.power import shim
from tests.power.killed import HERE, Kill
from tests.power.steps import LAPTOP

ROOT = Path(__file__).parents[2]


@dataclass(slots=True)
class Killed:
    """How many kills there were, of how many calls, and what was wrong after the first that went wrong."""

    kills: int = 0
    calls: int = 0
    broken: int = 0
    example: str = ""

    def add(self, kill: Kill) -> None:
        """Count one."""
        self.kills += 1
        self.calls = kill.calls
        if kill.faults or not kill.same:
            self.broken += 1
            self.example = self.example or f"at call {kill.at} of {kill.calls}: {kill.faults or 'ends otherwise'}"

    def told(self) -> str:
        """Say what was found."""
        figures = f"{self.kills} times in {self.calls} calls, {self.broken} went wrong"
        return f"{figures} ({self.example})" if self.example else figures


def kill_all(folder: Path, step: str, *, points: int = 0, parts: int = 1, by: str = "killed") -> Killed:
    """Break a step at so many calls, or at each of them, in ``parts`` programs at once, by kills or as ``by`` does."""
    folder.mkdir(parents=True)
    library = shim.build(folder)
    words = [f"tests.power.{by}", step, str(parts), str(points)]
    programs = [_program(library, folder / str(part), words, part) for part in range(parts)]
    killed = Killed()
    for program in programs:
        for each in _kills(program):
            killed.add(each)
    return killed


def _program(library: Path, folder: Path, told: Sequence[str], part: int) -> "subprocess.Popen[str]":
    seen = folder / HERE / LAPTOP
    seen.mkdir(parents=True)
    module, step, parts, points = told
    words = [sys.executable, "-m", module, str(folder), step, str(part), parts, points]
    environment = dict(shim.environment(library, seen))
    return subprocess.Popen(
        words, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )


def _kills(program: "subprocess.Popen[str]") -> Iterator[Kill]:
    out, err = program.communicate()
    for line in out.splitlines():
        told = json.loads(line)
        yield Kill(told["at"], told["calls"], tuple(told["faults"]), told["same"])
    if program.returncode:
        raise RuntimeError(err)
