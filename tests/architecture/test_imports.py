"""Who may import whom: the contracts of pyproject.toml, Qt only in the window, sync.contract without libraries."""

import ast
import subprocess
import sys
from pathlib import Path

from tests.architecture.sources import ROOT, Source, all_sources, sources


def test_import_contracts_are_kept(tmp_path: Path) -> None:
    linter = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as main; main()"]

    run = subprocess.run(
        [*linter, "--no-logo", "--cache-dir", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert run.returncode == 0, run.stdout + run.stderr


_IMPORT_WITHOUT_QT = """
import importlib, sys, traceback

sys.modules["PySide6"] = sys.modules["shiboken6"] = None
failed = []
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except Exception:
        failed.append(name + "\\n" + traceback.format_exc(limit=-2))
sys.exit("\\n".join(failed) or 0)
"""


def test_module_outside_the_window_imports_without_qt() -> None:
    names = [source.module for source in all_sources(("desktop", "sync")) if not source.path.startswith("desktop/ui/")]

    run = subprocess.run(
        [sys.executable, "-c", _IMPORT_WITHOUT_QT, *names],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert run.returncode == 0, run.stderr


def _foreign_imports(source: Source) -> list[str]:
    found = []
    for node in ast.walk(source.tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
        found += [
            f"{source.at(node)} {name}"
            for name in names
            if name.partition(".")[0] not in sys.stdlib_module_names and not f"{name}.".startswith("sync.contract.")
        ]
    return found


def test_contract_imports_only_the_standard_library() -> None:
    foreign = [
        place
        for source in sources("sync")
        if source.path.startswith("sync/contract/")
        for place in _foreign_imports(source)
    ]

    assert not foreign
