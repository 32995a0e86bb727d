"""What a call does to the streams it writes to."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device here that is always full")
def test_result_that_cannot_be_written_is_not_told_as_a_change_that_was_not_made(cli: Cli) -> None:
    words = ["add", "task", "title=Call Kestrel"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "desktop", "--profile", str(cli.profile), *words],
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            timeout=100,
            check=False,
        )

    assert done.returncode == 1
    assert "What was saved before that is saved" in done.stderr
    assert [each["title"] for each in cli.json("list", "task")].count("Call Kestrel") == 1


def test_reader_that_has_seen_enough_ends_a_call_without_a_word(cli: Cli) -> None:
    seen_enough, full = os.pipe()
    os.close(seen_enough)

    with os.fdopen(full, "wb") as out:
        done = subprocess.run(
            [sys.executable, "-m", "desktop", "--profile", str(cli.profile), "list", "account", "--json"],
            stdout=out,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            timeout=100,
            check=False,
        )

    assert (done.returncode, done.stderr) == (1, "")
    logs = [each.read_text(encoding="utf-8") for each in (cli.profile / "logs").glob("*.log")]
    assert not any("unexpected" in each for each in logs)
