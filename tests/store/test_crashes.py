"""A program that is killed at any statement leaves all of a transaction or nothing, and its step can be repeated."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def kills(folder: Path, step: str, number: int) -> list[dict[str, str]]:
    """Run ``tests.store.crashing`` and read what each next program found."""
    arguments = [sys.executable, "-m", "tests.store.crashing", str(folder), step, str(number)]
    ended = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=False, timeout=110)
    assert ended.returncode == 0, ended.stderr
    return [json.loads(line) for line in ended.stdout.splitlines()]


@pytest.mark.slow
def test_save_killed_at_any_statement_is_whole_or_absent(tmp_path: Path) -> None:
    found = kills(tmp_path, "save", 10)

    assert len(found) == 10
    assert found[0]["before"] != found[0]["done"]
    assert {each["found"] for each in found} <= {found[0]["before"], found[0]["done"]}


@pytest.mark.slow
@pytest.mark.parametrize("step", ["receipts", "pull"])
def test_sync_step_killed_at_any_statement_is_whole_or_absent_and_can_be_repeated(tmp_path: Path, step: str) -> None:
    found = kills(tmp_path, step, 8)

    assert found[0]["before"] != found[0]["done"]
    assert {each["found"] for each in found} <= {found[0]["before"], found[0]["done"]}
    assert {each["repeated"] for each in found} == {found[0]["done"]}


@pytest.mark.slow
def test_snapshot_killed_at_any_statement_comes_to_the_same_when_it_goes_on(tmp_path: Path) -> None:
    found = kills(tmp_path, "snapshot", 8)

    assert {each["repeated"] for each in found} == {found[0]["done"]}


@pytest.mark.slow
def test_exchange_of_indexes_killed_at_any_statement_leaves_the_former_or_the_new_and_goes_on(tmp_path: Path) -> None:
    found = kills(tmp_path, "indexes", 8)

    states = [{name: json.loads(each[name]) for name in ("before", "found", "done")} for each in found]
    assert {each["repeated"] for each in found} == {found[0]["done"]}
    for each in states:
        known = [*each["before"].pop("indexes"), *each["done"].pop("indexes")]
        assert all(index in known for index in each["found"].pop("indexes"))
        assert each["found"] == each["before"]
