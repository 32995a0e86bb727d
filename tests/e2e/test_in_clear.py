"""Whoever takes the disk finds nothing: what a rep typed lies in no file of the laptop in clear."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.helpers.office import Office

CANARY = "Zyzzyva7Quagmire"
CHINESE = "鸑鷟麒麟冷链"
_LIMIT_S = 200


class _Laptop:
    """A laptop whose every folder (data, settings, temporary files, caches) lies under one."""

    def __init__(self, disk: Path) -> None:
        self.disk = disk
        for name in ("home", "tmp", "cache"):
            (disk / name).mkdir(parents=True)
        self._env = {
            **os.environ,
            "HOME": str(disk / "home"),
            "TMPDIR": str(disk / "tmp"),
            "XDG_CACHE_HOME": str(disk / "cache"),
            "ROUNDSMAN_HOME": str(disk / "home" / "profile"),
            "QT_QPA_PLATFORM": "offscreen",
        }

    def run(self, *words: str, code: int = 0) -> str:
        """Run the program and give what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "desktop", *words],
            env=self._env,
            capture_output=True,
            encoding="utf-8",
            timeout=_LIMIT_S,
            check=False,
        )
        assert done.returncode == code, done.stderr
        return done.stdout.strip()

    def killed_while(self, *words: str) -> None:
        """Start the program and kill it as soon as it has said something."""
        with subprocess.Popen(
            [sys.executable, "-m", "desktop", *words], env=self._env, stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            process.kill()

    def files_with(self, text: str) -> Iterator[Path]:
        """Find the files in which a text lies in clear, as UTF-8 or as UTF-16."""
        forms = (text.encode(), text.encode("utf-16-le"))
        for file in self.disk.rglob("*"):
            if file.is_file() and any(form in file.read_bytes() for form in forms):
                yield file


def test_what_a_rep_typed_lies_in_no_file_in_clear(sqlite_office: Office, tmp_path: Path) -> None:
    sqlite_office.add_user("ana", territories=("North",))
    secret = tmp_path / "password"
    secret.write_text(Office.PASSWORD)
    laptop = _Laptop(tmp_path / "disk")
    laptop.run(
        "init",
        "--server",
        sqlite_office.url,
        "--user",
        "ana",
        "--password-file",
        str(secret),
        "--key-file",
        str(tmp_path / "key"),
    )

    account = laptop.run("add", "account", f"name={CANARY} Foods", f"local_name={CHINESE}")
    laptop.run("add", "activity", "kind=note", f"account={account}", f"body=door code {CANARY}")
    contract = tmp_path / f"{CANARY} contract.txt"
    contract.write_text(f"{CANARY} pays {CHINESE}\n" * 20_000)
    file = laptop.run("attach", "account", account, str(contract))
    laptop.killed_while("attach", "account", account, str(contract))
    laptop.run("sync")
    laptop.run("file", file, "--to", str(tmp_path / "outside.txt"))
    laptop.run("set", "account", account, f"email={CANARY} at home", code=2)
    laptop.run("set", "account", account, f"description={CANARY} " + "x" * 5000)
    laptop.run("undo")
    assert CANARY in laptop.run("search", CANARY)
    laptop.run("export", "account", "--to", str(tmp_path / "outside.csv"))
    laptop.run("tour", str(tmp_path / "pictures"))
    laptop.killed_while("list", "account", "--json")
    sqlite_office.kill()
    laptop.run("sync", code=1)

    assert any((tmp_path / "disk").rglob("roundsman.db"))
    assert any((tmp_path / "disk").rglob("roundsman.outbox"))
    (laptop.disk / "tmp" / "planted").write_text(f"... {CANARY} ...", encoding="utf-16-le")
    assert [each.name for each in laptop.files_with(CANARY)] == ["planted"]
    (laptop.disk / "tmp" / "planted").unlink()
    assert [*laptop.files_with(CANARY), *laptop.files_with(CHINESE)] == []
