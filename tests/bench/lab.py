"""Where measurements take place: offices and laptops prepared once, kept in ``.bench`` and copied for each use.

What is kept carries a fingerprint of the sources it was made by, and is made anew when they have changed.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.bench.processes import ROOT, RunningOffice, ask_module, office

TODAY = "2026-11-20"
LOGIN = "rep1"
PASSWORD = "quiet-river"

_OFFICE_SOURCES = (
    "sync/contract/entities",
    "sync/contract/fields.py",
    "sync/server/schema.py",
    "sync/server/seeds/drafts.py",
    "sync/server/seeds/volume_plan.py",
    "sync/server/seeds/volume_shape.py",
    "sync/server/seeds/volume_words.py",
)
_LAPTOP_SOURCES = (
    *_OFFICE_SOURCES,
    "desktop/store/indexes.py",
    "desktop/store/migrations",
    "desktop/store/search",
    "desktop/store/tables.py",
    "desktop/store/triggers.py",
)


class Lab:
    """Prepares and lends what measurements need."""

    def __init__(self, folder: Path, accounts: int, say: Callable[[str], None]) -> None:
        """Keep things in ``folder``; ``accounts`` is the size of the large set, ``say`` tells what takes long."""
        self.folder = folder
        self.accounts = accounts
        self._say = say
        folder.mkdir(parents=True, exist_ok=True)

    def password_file(self) -> Path:
        """Give the file with everybody's password."""
        path = self.folder / "password"
        path.write_text(PASSWORD + "\n", encoding="utf-8")
        return path

    def key(self) -> bytes:
        """Give the key that all profiles of the lab share."""
        return bytes.fromhex((self.folder / "key").read_text(encoding="ascii").strip())

    def office_file(self, accounts: int) -> Path:
        """Give the database of an office with so many invented accounts; not to be changed."""

        def make(folder: Path) -> None:
            self._say(f"preparing an office with {accounts:,} accounts, once ...")
            report = ask_module(
                "sync.server",
                *("seed", "--db", url_of(folder / "office.db"), "--accounts", str(accounts)),
                *("--today", TODAY, "--password-file", str(self.password_file()), "--json"),
            )
            (folder / "report.json").write_text(json.dumps(report), encoding="utf-8")

        return self._kept(f"office-{accounts}", _OFFICE_SOURCES, make) / "office.db"

    def seed_report(self, accounts: int) -> dict[str, Any]:
        """Give what the seed of that office reported when it was made."""
        report: dict[str, Any] = json.loads((self.office_file(accounts).parent / "report.json").read_text("utf-8"))
        return report

    def profile(self, accounts: int) -> Path:
        """Give the profile of a laptop that has synced everything of such an office; not to be changed."""
        source = self.office_file(accounts)

        def make(folder: Path) -> None:
            self._say(f"syncing a laptop with {accounts:,} accounts, once ...")
            with office(url_of(source), "--chunks-mb", "0") as running:
                self.task("prepare", folder / "profile", "--server", running.address)

        return self._kept(f"laptop-{accounts}", _LAPTOP_SOURCES, make) / "profile"

    @contextmanager
    def profile_copy(self, accounts: int) -> Iterator[Path]:
        """Lend a copy of such a profile that may be changed; its office is not there."""
        with self.room() as folder:
            shutil.copytree(self.profile(accounts), folder / "profile")
            yield folder / "profile"

    @contextmanager
    def office_copy(self, accounts: int) -> Iterator[RunningOffice]:
        """Serve a copy of an office that may be changed."""
        with self.room() as folder:
            copy = folder / "office.db"
            shutil.copyfile(self.office_file(accounts), copy)
            with office(url_of(copy)) as running:
                yield running

    @contextmanager
    def room(self) -> Iterator[Path]:
        """Give an empty folder that goes away at the end of the block."""
        with TemporaryDirectory(dir=self.folder, prefix="room-") as name:
            yield Path(name)

    def task(self, name: str, profile: Path, *arguments: str) -> Any:
        """Let a process of its own do something with a profile; gives the JSON document it answers with."""
        # The key lies beside all profiles, because a profile remembers its path and kept ones are moved once.
        given = ("--profile", str(profile), "--key-file", str(self.folder / "key"))
        return ask_module("tests.bench.laptop_tasks", name, *given, *arguments)

    def _kept(self, name: str, sources: tuple[str, ...], make: Callable[[Path], None]) -> Path:
        folder = self.folder / f"{name}-{fingerprint(sources)}"
        if folder.is_dir():
            return folder
        for old in self.folder.glob(f"{name}-*"):
            shutil.rmtree(old)
        unfinished = self.folder / f"unfinished-{name}"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        make(unfinished)
        # Only a whole one gets its name, so that a measurement that was broken off leaves nothing half made behind.
        unfinished.rename(folder)
        return folder


def url_of(file: Path) -> str:
    """Write the address of an SQLite database."""
    return f"sqlite:///{file}"


def fingerprint(sources: tuple[str, ...]) -> str:
    """Hash the sources that decide what a prepared thing looks like."""
    state = hashlib.sha256()
    for each in sources:
        path = ROOT / each
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            state.update(file.read_bytes())
    return state.hexdigest()[:12]
