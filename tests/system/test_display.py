"""The window on a real display: an X server of its own, its fonts, its focus, its keys."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_LIMIT_S = 180
_CANNOT = ("could not load the qt platform plugin", "is needed to load")
_LEAST_COLOURS = 20

pytestmark = pytest.mark.skipif(shutil.which("Xvfb") is None, reason="not installed here: Xvfb")


@pytest.fixture
def display() -> Iterator[str]:
    """Start an X server on a free number; gives its name."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1440x900x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(writing,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        if not number:
            pytest.skip("Xvfb does not start here")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


def test_every_screen_opens_by_its_key_on_a_real_display_with_the_focus_in_it(display: str, tmp_path: Path) -> None:
    told = _walk(display, tmp_path)

    assert told["platform"] == "xcb"
    titles = [page["title"] for page in told["pages"]]
    assert titles == ["Today", "Customers", "People", "Pipeline", "Your choice needed", "Settings"]
    assert [page["title"] for page in told["pages"] if not (page["inside"] and page["focus"])] == []
    assert min(page["colours"] for page in told["pages"]) > _LEAST_COLOURS


def _walk(display: str, folder: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.system.shown_window", str(folder)],
        env={**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "LANG": "C.UTF-8"},
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=_LIMIT_S,
        check=False,
    )
    if any(words in done.stderr.lower() for words in _CANNOT):
        pytest.skip("libraries of Qt for a display are not installed here")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
