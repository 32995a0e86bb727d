"""Installs the other programs once and runs them: a server of each, a laptop of each, and the slow line between."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from tests.bench.processes import ROOT, ProgramError, RunningOffice

_SOURCES = Path(__file__).parent
_ANKI = "26.9.3"
_GIVE_UP_S = 3600.0
_GRACE_S = 10.0


class Peer(Protocol):
    """Another program that syncs."""

    @property
    def name(self) -> str:
        """What it is called, with its version."""
        ...

    def install(self) -> None:
        """Fetch what it needs, once."""
        ...

    def measure(self, room: Path, rows: int, line: "SlowLine | None") -> dict[str, Any]:
        """Fill an office in an empty folder and measure a laptop on it; gives the figures by their names."""
        ...


@dataclass(frozen=True, slots=True)
class SlowLine:
    """How slow the line is."""

    delay_ms: float = 50.0
    loss: float = 0.01

    @contextmanager
    def to(self, address: str) -> Iterator[str]:
        """Run it in front of an address until the end of the block; gives the address to use instead."""
        port = address.rsplit(":", 1)[1]
        given = ("--delay-ms", str(self.delay_ms), "--loss", str(self.loss))
        command = [sys.executable, "-m", "tests.bench.peers.slow_line", port, *given]
        with _served(command, ROOT, {}) as served:
            yield served.address


@contextmanager
def by_way_of(line: SlowLine | None, address: str) -> Iterator[str]:
    """Give the address by which to reach another one: a slow line's, or itself."""
    if line is None:
        yield address
        return
    with line.to(address) as slow:
        yield slow


@dataclass(frozen=True, slots=True)
class PouchDb:
    """PouchDB over LevelDB, and express-pouchdb as its office. Not encrypted, no visibility, no check of values."""

    folder: Path
    name: str = "PouchDB 9.0"

    def install(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for each in (_SOURCES / "pouchdb").iterdir():
            (self.folder / each.name).write_bytes(each.read_bytes())
        if not (self.folder / "node_modules").is_dir():
            _run(["npm", "install", "--no-audit", "--no-fund", "--silent"], self.folder)

    def measure(self, room: Path, rows: int, line: SlowLine | None) -> dict[str, Any]:
        office = ["node", str(self.folder / "office.js"), str(room / "office")]
        laptop = ["node", str(self.folder / "laptop.js")]
        with _served(office, self.folder, {}) as served, by_way_of(line, served.address) as way:
            filled = _run([*laptop, "fill", served.address, str(rows)], self.folder)
            found = _run([*laptop, "measure", served.address, str(room / "laptop"), str(rows), way], self.folder)
            return {**filled, **found, "server_mb": served.peak_mb}


@dataclass(frozen=True, slots=True)
class Anki:
    """Anki's collection and its own sync server. Rows are whole notes; a first sync is a file. Not encrypted."""

    folder: Path
    port: int = 27_701
    name: str = f"Anki {_ANKI}"

    @property
    def _python(self) -> str:
        return str(self.folder / "bin" / "python")

    def install(self) -> None:
        if not (self.folder / "bin" / "python").exists():
            _run([sys.executable, "-m", "venv", str(self.folder)], ROOT)
            _run([self._python, "-m", "pip", "-q", "install", f"anki=={_ANKI}"], ROOT)

    def measure(self, room: Path, rows: int, line: SlowLine | None) -> dict[str, Any]:
        settings = {
            "SYNC_USER1": "bench:benchpass",
            "SYNC_BASE": str(room / "office"),
            "SYNC_HOST": "127.0.0.1",
            "SYNC_PORT": str(self.port),
            "MAX_SYNC_PAYLOAD_MEGS": "500",
        }
        (room / "office").mkdir()
        laptop = [self._python, str(_SOURCES / "anki_laptop.py")]
        with _served([self._python, "-m", "anki.syncserver"], room, settings) as served:
            filled = _run([*laptop, "fill", served.address, str(room), str(rows)], room, settings)
            with by_way_of(line, served.address) as way:
                found = _run([*laptop, "measure", served.address, str(room), str(rows), way], room, settings)
            return {**filled, **found, "server_mb": served.peak_mb}


def _run(command: list[str], folder: Path, settings: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Run a program to its end; gives the JSON document that it wrote, if it wrote one."""
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=_GIVE_UP_S,
        check=False,
    )
    if done.returncode != 0:
        raise ProgramError(f"{' '.join(command[:3])} ended with {done.returncode}: {done.stderr.strip()[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout) if done.stdout.startswith("{") else {}
    return found


@contextmanager
def _served(command: list[str], folder: Path, settings: Mapping[str, str]) -> Iterator[RunningOffice]:
    """Run a server that says its port in its first line, until the end of the block."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, "RUST_LOG": "anki=info", **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        said = process.stdout.readline() if process.stdout else ""
        found = re.search(r"(\d{4,5})\b(?!.*\d{4,5}\b)", re.sub(r"\x1b\[[0-9;]*m", "", said))
        if found is None:
            raise ProgramError(f"{' '.join(command[:3])} said {said.strip()!r} instead of where it listens")
        # What it goes on to say is not wanted, and must not make it wait.
        draining = threading.Thread(target=process.stdout.read if process.stdout else None, daemon=True)
        draining.start()
        yield RunningOffice(f"http://127.0.0.1:{found.group(1)}", process.pid)
        process.terminate()
        draining.join(_GRACE_S)
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
