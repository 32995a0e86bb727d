"""Starts the real programs, talks with them and says how much memory they took."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_GIVE_UP_S = 1800.0


class ProgramFailed(Exception):
    """A program that was to be measured ended with an error; the message is what it wrote."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A program that has run: what it said, how long it took, its largest resident memory in megabytes."""

    stdout: str
    seconds: float
    peak_mb: float

    @property
    def document(self) -> Any:
        """What it said, read as JSON."""
        return json.loads(self.stdout)


def run_module(module: str, *arguments: str, env: dict[str, str] | None = None) -> Ended:
    """Run ``python -m module`` to its end.

    Raises:
        ProgramFailed: it ended with another code than 0.
    """
    began = time.perf_counter()
    command = [sys.executable, "-m", module, *arguments]
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **(env or {})}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        out, err = process.communicate(timeout=_GIVE_UP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    seconds = time.perf_counter() - began
    if process.returncode != 0:
        raise ProgramFailed(f"{' '.join(command[1:])} ended with {process.returncode}: {err.strip()[-2000:]}")
    return Ended(out, seconds, 0.0)


def peak_memory_mb(pid: int | None = None) -> float:
    """Give the largest resident memory of a process so far, this one by default; 0 where the system does not say."""
    try:
        status = Path(f"/proc/{pid or 'self'}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    for row in status.splitlines():
        if row.startswith("VmHWM:"):
            return int(row.split()[1]) / 1024
    return 0.0
