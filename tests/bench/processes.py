"""Starts the real programs, talks with them and says how much memory they took."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_GIVE_UP_S = 7200.0
_GRACE_S = 10.0


class ProgramError(Exception):
    """A program that was to be measured ended with an error; the message is what it wrote."""


@dataclass(frozen=True, slots=True)
class RunningOffice:
    """A server process and where it listens."""

    address: str
    pid: int

    @property
    def peak_mb(self) -> float:
        """Its largest resident memory so far."""
        return peak_memory_mb(self.pid)


def run_module(module: str, *arguments: str) -> str:
    """Run ``python -m module`` to its end; gives what it wrote to stdout.

    Raises:
        ProgramError: it ended with another code than 0.
    """
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=_environment(), capture_output=True, text=True, timeout=_GIVE_UP_S, check=False
    )
    if done.returncode != 0:
        raise ProgramError(f"{' '.join(command[1:])} ended with {done.returncode}: {done.stderr.strip()[-2000:]}")
    return done.stdout


def ask_module(module: str, *arguments: str) -> Any:
    """Run ``python -m module`` and read the JSON document that it writes."""
    return json.loads(run_module(module, *arguments))


@contextmanager
def office(url: str, *options: str) -> Iterator[RunningOffice]:
    """Serve a database by the real server, on a free port, until the end of the block; ``options`` are its own.

    Raises:
        ProgramError: the server did not begin to listen.
    """
    command = [sys.executable, "-m", "sync.server", "serve", "--db", url, "--port", "0", *options]
    process = subprocess.Popen(command, cwd=ROOT, env=_environment(), stdout=subprocess.PIPE, text=True)
    try:
        said = process.stdout.readline() if process.stdout else ""
        found = re.search(r"https?://\S+", said)
        if found is None:
            raise ProgramError(f"the server said {said.strip()!r} instead of where it listens")
        yield RunningOffice(found.group(), process.pid)
    finally:
        process.terminate()
        try:
            process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()


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


def _environment() -> dict[str, str]:
    # A window is drawn into memory, so that figures do not depend on a display.
    # Users' machines keep compiled modules; without them a start would measure the compiler.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**inherited, "QT_QPA_PLATFORM": "offscreen", "PYTHONUNBUFFERED": "1"}
