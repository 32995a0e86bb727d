"""The guards of tests/guards must bite: each is shown a test that breaks its rule, and one that keeps it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

_SAMPLES = """
import logging, os, socket, threading
import pytest

kept = {}

def test_warning():
    logging.getLogger("area").warning("unexpected %s", 1)

@pytest.mark.allow_logs("^WARNING area: expected")
def test_warning_announced_by_marker():
    logging.getLogger("area").warning("expected %s", 1)

def test_error_announced_by_fixture(allow_logs):
    allow_logs("area: expected")
    logging.getLogger("area").error("expected")

def test_file_left_open(tmp_path):
    kept["file"] = open(tmp_path / "left", "w")

def test_file_closed(tmp_path):
    kept["file"].close()
    (tmp_path / "closed").write_text("x")

def test_thread_left():
    kept["event"] = threading.Event()
    threading.Thread(target=kept["event"].wait, name="left").start()

def test_thread_ended():
    kept["event"].set()
    threading.Thread(target=kept["event"].wait).start()

def test_window_left(qapp):
    from PySide6.QtWidgets import QWidget
    kept["window"] = QWidget(objectName="left")

def test_timer_left(qapp):
    from PySide6.QtCore import QTimer
    kept["timer"] = QTimer(objectName="left")
    kept["timer"].start(1000)

def test_window_given_to_qtbot(qtbot):
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget
    window = QWidget()
    QVBoxLayout(window).addWidget(QComboBox())
    QTimer(window).start(1000)
    qtbot.addWidget(window)
    window.show()

def test_other_machine_is_unreachable():
    with pytest.raises(RuntimeError), pytest.warns(UserWarning):
        socket.create_connection(("192.0.2.1", 80), timeout=1)

def test_environment_is_fresh(home, tmp_path):
    assert os.environ["ROUNDSMAN_HOME"] == str(home)
    assert home.is_relative_to(tmp_path)
    assert not home.exists()
    assert "ROUNDSMAN_SOMETHING" not in os.environ
    assert "PYTHON_KEYRING_BACKEND" not in os.environ
    assert "DBUS_SESSION_BUS_ADDRESS" not in os.environ
"""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Reason of each sample test that a guard failed, by its name; "passed" for the others."""
    folder = tmp_path_factory.mktemp("samples")
    (folder / "test_samples.py").write_text(_SAMPLES, encoding="utf-8")
    (folder / "conftest.py").write_text("from tests.conftest import *\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "-rpE"]
    command += ["-p", "no:randomly", "-p", "no:cacheprovider", str(folder)]
    environment = {
        "COLUMNS": "200",  # else pytest shortens the reasons
        "ROUNDSMAN_SOMETHING": "leaks",
        "PYTHON_KEYRING_BACKEND": "leaks.Keyring",
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=leaks",
    }
    run = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False, timeout=60
    )
    found = dict.fromkeys(re.findall(r"^PASSED \S+::(\w+)$", run.stdout, re.MULTILINE), "passed")
    found |= dict(re.findall(r"^ERROR \S+::(\w+) - Failed: (.+)$", run.stdout, re.MULTILINE))
    assert found, run.stdout + run.stderr
    return found


@pytest.mark.parametrize(
    ("sample", "reason"),
    [
        ("test_warning", "unexpected log records"),
        ("test_file_left_open", "files left open"),
        ("test_thread_left", "threads left running"),
        ("test_window_left", "windows or running timers left"),
        ("test_timer_left", "windows or running timers left"),
    ],
)
def test_guard_fails_a_test_that_leaves_something(outcomes: dict[str, str], sample: str, reason: str) -> None:
    assert outcomes[sample].startswith(reason)


@pytest.mark.parametrize(
    "sample",
    [
        "test_warning_announced_by_marker",
        "test_error_announced_by_fixture",
        "test_file_closed",
        "test_thread_ended",
        "test_window_given_to_qtbot",
        "test_other_machine_is_unreachable",
        "test_environment_is_fresh",
    ],
)
def test_guard_passes_a_test_that_cleans_up(outcomes: dict[str, str], sample: str) -> None:
    assert outcomes[sample] == "passed"
