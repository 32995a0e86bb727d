"""The script behind every make target, as far as it can be tried without installing anything."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

_OLD_PYTHON = """#!/bin/sh
[ "$1" = --version ] && echo "Python 3.9.2" && exit
exit 1
"""


@pytest.mark.skipif(shutil.which("bash") is None, reason="the set-up script is for systems with a shell")
def test_setup_without_a_recent_python_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project, old = tmp_path / "project", tmp_path / "old"
    (project / ".ci").mkdir(parents=True)
    old.mkdir()
    for name in (".ci/setup", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, project / name)
    for name in ("python3", "python3.11", "python3.12", "python3.13"):
        (old / name).write_text(_OLD_PYTHON, encoding="utf-8")
        (old / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(old), prepend=":")
    monkeypatch.delenv("PYTHON", raising=False)

    run = subprocess.run([str(project / ".ci/setup")], capture_output=True, encoding="utf-8", check=False)

    assert run.returncode == 1
    assert "needs Python 3.11 or newer" in run.stderr
    assert "3.9.2" in run.stderr
    assert not (project / ".venv").exists()
