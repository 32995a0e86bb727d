"""A program killed at any call to the disk loses no edit that was called saved, not even with the database."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def kills(folder: Path, step: str, number: int) -> list[dict[str, list[str]]]:
    """Run ``tests.store.outbox_crashing`` and read what each next program found."""
    arguments = [sys.executable, "-m", "tests.store.outbox_crashing", str(folder), step, str(number)]
    ended = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=False, timeout=110)
    assert ended.returncode == 0, ended.stderr
    return [json.loads(line) for line in ended.stdout.splitlines()]


@pytest.mark.slow
@pytest.mark.parametrize("step", ["save", "save_many"])
def test_save_killed_anywhere_is_whole_or_absent_with_and_without_the_database(tmp_path: Path, step: str) -> None:
    found = kills(tmp_path, step, 16)

    before, done = found[0]["before"], found[0]["done"]
    assert len(done) > len(before)
    for each in found:
        assert each["found"] in (before, done)
        # Without the database an act of which a part was written may be there in part: it was not called saved.
        assert each["destroyed"] == done[: len(each["destroyed"])]
        assert len(each["destroyed"]) >= len(before)
    assert [each["destroyed"] for each in found][-1] == done


@pytest.mark.slow
def test_receipts_and_the_file_written_anew_killed_anywhere_keep_what_was_not_answered(tmp_path: Path) -> None:
    found = kills(tmp_path, "receipts", 16)

    before, done = found[0]["before"], found[0]["done"]
    assert len(done) < len(before)
    for each in found:
        assert each["found"] in (before, done)
        assert not Counter(done) - Counter(each["destroyed"])
        assert not Counter(each["destroyed"]) - Counter(before)


@pytest.mark.slow
def test_mending_killed_anywhere_keeps_everything(tmp_path: Path) -> None:
    found = kills(tmp_path, "start_again", 12)

    for each in found:
        assert each["found"] == each["destroyed"] == each["before"]
