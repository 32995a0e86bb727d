"""A machine without a display, such as a server: the program says so and names what works there."""

import os
import subprocess
import sys
from pathlib import Path


def test_window_without_a_display_is_refused_with_a_sentence(tmp_path: Path) -> None:
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    env = {name: value for name, value in os.environ.items() if name not in hidden}

    done = subprocess.run(
        [sys.executable, "-m", "desktop", "--profile", str(tmp_path / "laptop")],
        env=env,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert "roundsman tour" in done.stderr
    assert not (tmp_path / "laptop").exists()
