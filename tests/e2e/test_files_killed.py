"""A laptop killed at any statement of attaching has no record without bytes, and can attach again."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.fleet import Fleet

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_attaching_killed_at_any_statement_leaves_no_record_without_bytes(sqlite_fleet: Fleet, tmp_path: Path) -> None:
    ana = sqlite_fleet.laptop("ana")
    account = ana.add("account", name="Acme")
    ana.close()
    file = tmp_path / "photo.jpg"
    file.write_bytes(os.urandom(6_000_000))

    words = [sys.executable, "-m", "tests.e2e.attaching", str(ana.paths.folder), account, str(file), "14"]
    ended = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=110)
    kills = [json.loads(line) for line in ended.stdout.splitlines()]

    assert ended.returncode == 0, ended.stderr
    assert sum(each["killed"] for each in kills) >= 13
    assert {tuple(each["found"]) for each in kills} <= {(), ("unsent right",)}
    assert {each["again"][-1] for each in kills} == {"unsent right"}
