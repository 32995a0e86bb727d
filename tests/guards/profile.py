"""Gives every test a home of its own: no test sees or touches the developer's data, settings or keyring."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

_HOMES = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "APPDATA", "LOCALAPPDATA")
_LEAKS = (
    "PYTHON_KEYRING_BACKEND",
    "DBUS_SESSION_BUS_ADDRESS",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "LANGUAGE",
    "LC_ALL",
    "LC_MESSAGES",
)


def pytest_configure(config: pytest.Config) -> None:
    """Clear the environment of what the developer's login put there, for fixtures that outlive a test too."""
    for name in [*_LEAKS, *(name for name in os.environ if name.startswith("ROUNDSMAN_"))]:
        os.environ.pop(name, None)
    os.environ["LANG"] = "C.UTF-8"
    folder = tempfile.mkdtemp(prefix="roundsman-tests-")
    os.environ["XDG_RUNTIME_DIR"] = folder
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point the program's data and settings, and those of the libraries, into the test's own folder.

    Programs that the test starts inherit it. There is no session bus, hence no keyring: a test that wants one
    says so, by an in-memory backend or a bus of its own. Gives the program's folder, which is not made yet.
    """
    around = tmp_path / "home"
    for name in _HOMES:
        monkeypatch.setenv(name, str(around / name.removeprefix("XDG_").removesuffix("_HOME").lower()))
    runtime = around / "run"
    runtime.mkdir(parents=True, mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    folder = around / "roundsman"
    monkeypatch.setenv("ROUNDSMAN_HOME", str(folder))
    return folder
