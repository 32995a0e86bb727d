"""What a call does to the streams it writes to."""

import os
import subprocess
import sys

from tests.cli.conftest import Cli


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
