"""``make run`` as a newcomer meets it: one command, a server, a signed-in rep, and nothing left behind."""

import os
import subprocess
import sys
from pathlib import Path

_LIMIT_S = 110


def test_demo_without_a_display_leaves_pictures_and_nothing_else(tmp_path: Path) -> None:
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "TMPDIR": str(tmp_path)}

    done = subprocess.run(
        [sys.executable, "-m", "desktop", "--demo"],
        env=env,
        capture_output=True,
        encoding="utf-8",
        timeout=_LIMIT_S,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    left = [each for each in tmp_path.iterdir() if each.name.startswith("roundsman-")]
    assert [each.name[:18] for each in left] == ["roundsman-pictures"]
    pictures = sorted(left[0].glob("*.png"))
    assert len(pictures) >= 8
    assert all(str(each) in done.stdout for each in pictures)
