"""Programs as they really were: laptops and offices of earlier commits, as processes, beside those of this one.

    python -m tests.helpers.older_programs             # the last commit of each of the two catalogues before today's
    python -m tests.helpers.older_programs 3           # of one of them

Each is checked out of this repository's own history. Ana and Ben edit, clash and count with programs of different
versions; then everything is updated, with edits waiting. In the end both must show the same, nothing may wait, each
account of own changes must balance, and the office's own check must find no damage.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sync.contract.entities import SCHEMA_VERSION
from tests.helpers.office import Office

ROOT = Path(__file__).parents[2]
WINDOW = 2
_DECLARED = "sync/contract/entities/__init__.py"
_KINDS = ("account", "contact", "task", "conflict")
_STAMPS = {"created_at", "updated_at"}


@contextmanager
def program_of(version: int, folder: Path) -> Iterator[Path]:
    """Check the last commit with a catalogue out; gives where it lies."""
    raised, *_ = _git(
        "log", "--reverse", "--format=%h", "-S", f"SCHEMA_VERSION = {version + 1}\n", "--", _DECLARED
    ).split()
    tree = folder / f"program-{version}"
    _git("worktree", "add", "--quiet", "--detach", str(tree), f"{raised}^")
    try:
        yield tree
    finally:
        _git("worktree", "remove", "--force", str(tree))


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)  # noqa: S607 - as in sources.py
    return done.stdout.strip()


class OtherOffice(Office):
    """An office of any program; ``become`` updates it."""

    def __init__(self, database: str, folder: Path, program: Path) -> None:
        super().__init__(database, folder)
        self._program = program

    def become(self, program: Path) -> None:
        """End it and start another program over the same database."""
        self.stop()
        self._program = program
        self.start()

    def _command(self, *arguments: str) -> list[str]:
        return ["env", "-C", str(self._program), *super()._command(*arguments)]


@dataclass
class Someone:
    """A laptop of any program, used by its command line."""

    name: str
    profile: Path
    program: Path

    def say(self, *words: str) -> str:
        """Run a command; it must go well."""
        line = [sys.executable, "-m", "desktop", "--profile", str(self.profile), *words]
        done = subprocess.run(line, cwd=self.program, capture_output=True, encoding="utf-8", check=False)
        if done.returncode:
            raise AssertionError(f"{self.name}: {' '.join(words)}: {done.stderr}{done.stdout}")
        return done.stdout.strip()

    def add(self, kind: str, *values: str) -> str:
        return self.say("add", kind, *values).split()[-1]

    def shown(self) -> dict[str, list[dict[str, Any]]]:
        """Give everything that is listed, without times."""
        found = {kind: json.loads(self.say("list", kind, "--json")) for kind in _KINDS}
        return {
            kind: [{name: value for name, value in row.items() if name not in _STAMPS} for row in rows]
            for kind, rows in found.items()
        }


def play(folder: Path, *, office: Path, ana: Path, ben: Path) -> None:
    """Live through one history with three programs, and update all of them."""
    with OtherOffice(f"sqlite:///{folder / 'office.db'}", folder, office) as server:
        people = [_hired(server, folder, "ana", ana), _hired(server, folder, "ben", ben)]
        _work(*people)
        server.become(ROOT)
        for each in people:
            each.say("add", "task", f"title=before the update of {each.name}")
            each.program = ROOT
        _sync(*people, *people)
        _check(server, people)


def _hired(server: OtherOffice, folder: Path, name: str, program: Path) -> Someone:
    secret = folder / "password"
    secret.write_text(server.PASSWORD, encoding="utf-8")
    done = server.run(*("user", "add", name, "--role", "rep", "--territory", "North", "--password-file", str(secret)))
    assert done.code == 0, done.err
    laptop = Someone(name, folder / name, program)
    words = ("--user", name, "--password-file", str(secret), "--key-file", str(folder / "key"))
    laptop.say("init", "--server", server.url, *words)
    return laptop


def _work(ana: Someone, ben: Someone) -> None:
    account = ana.add("account", "name=Kestrel Foods", "phone=110", "tags=red")
    ana.add("contact", "name=Li Wei", f"account={account}")
    _sync(ana, ben)
    ana.say("set", "account", account, "phone=120", "points+=2", "tags+=blue")
    ben.say("set", "account", account, "phone=130", "points+=3", "city=Bonn")
    ben.add("task", "title=call", f"account={account}")
    _sync(ben, ana, ben)
    # These wait while everything is updated.
    ana.say("set", "account", account, "description=one")
    ben.say("set", "account", account, "website=https://example.com")


def _sync(*people: Someone) -> None:
    for each in people:
        each.say("sync")


def _check(server: OtherOffice, people: list[Someone]) -> None:
    ana, ben = people
    theirs = ben.shown()
    own = {each["id"] for each in theirs["task"] if not each["account"]}
    mine = ana.shown()
    for kind in _KINDS:
        have = [row for row in theirs[kind] if row["id"] not in own]
        assert [row for row in mine[kind] if row.get("account") or kind != "task"] == have, f"{kind} differ"
    (account,) = mine["account"]
    expected = {"phone": "130", "city": "Bonn", "points": 5, "tags": ["blue", "red"], "description": "one"}
    assert account.items() >= expected.items(), account
    for each in people:
        told = json.loads(each.say("status", "--json"))
        assert (told["pending"], told["attention"], told["ledger"]["waiting"]) == (0, 0, 0), told
    checked = server.run("check")
    assert checked.code == 0, checked.out + checked.err


def main(words: list[str]) -> int:
    """Play every combination of today's program and earlier ones."""
    versions = [int(each) for each in words] or [SCHEMA_VERSION - each for each in range(1, WINDOW + 1)]
    with tempfile.TemporaryDirectory() as name:
        for version in versions:
            with program_of(version, Path(name)) as old:
                for told, programs in (
                    ("all of them", {"office": old, "ana": old, "ben": old}),
                    ("one laptop", {"office": ROOT, "ana": old, "ben": ROOT}),
                    ("the office and one laptop", {"office": old, "ana": ROOT, "ben": old}),
                ):
                    folder = Path(name) / f"{version} {told}"
                    folder.mkdir()
                    play(folder, **programs)
                    sys.stdout.write(f"catalogue {version}: {told}: nothing lost, both sides equal\n")
                    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
