"""Too little memory fails what is being done, and neither what was saved nor what the office has."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.small_world import Person, Template
from tests.sync.short_of_memory import RECORDS

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="how much memory is used is read on Linux")
def test_save_and_sync_with_too_little_memory_fail_whole_and_go_through_with_more(tmp_path: Path) -> None:
    template = Template(tmp_path, (Person("ana"),), ("ana",))

    done = subprocess.run(
        [sys.executable, "-m", "tests.sync.short_of_memory", str(template.folder)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=250,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    saves = [rest for name, *rest in told if name == "_save"]
    # With each save before came a task: that one, alone, waits.
    assert [records for _, records, _ in saves] == [0] * (len(saves) - 1) + [RECORDS]
    assert saves[0][0] in {"memory_full", "killed"}
    syncs = [rest for name, *rest in told if name == "_sync"]
    assert len(syncs) > 1
    assert {records for _, records, _ in syncs} == {RECORDS}
    assert syncs[-1] == ["", RECORDS, 0]
