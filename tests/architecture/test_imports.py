"""Who may import whom: the contracts of pyproject.toml, Qt only in the window, sync.contract without libraries."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import PRODUCT, ROOT, Source, all_sources, sources


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
    names = [source.module for source in all_sources(PRODUCT) if not source.path.startswith("desktop/ui/")]

    run = subprocess.run(
        [sys.executable, "-c", _IMPORT_WITHOUT_QT, *names],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert run.returncode == 0, run.stderr


# Libraries that come with a protected one. The contracts cannot name what nobody imports, so they stand here.
_BELONGS_TO = {
    "psycopg": ("sync/server/",),
    "shiboken6": ("desktop/ui/", "desktop/bootstrap.py"),
    "truststore": ("sync/client/transport.py",),
    "urllib3": ("sync/client/transport.py",),
}


def _imports(source: Source) -> Iterator[tuple[ast.stmt, str]]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node, node.module or ""


@pytest.mark.parametrize("library", list(_BELONGS_TO))
def test_library_is_imported_only_where_it_belongs(library: str) -> None:
    elsewhere = [
        source.at(node)
        for source in all_sources(PRODUCT)
        for node, name in _imports(source)
        if name.partition(".")[0] == library and not source.path.startswith(_BELONGS_TO[library])
    ]

    assert not elsewhere


def test_contract_imports_only_the_standard_library() -> None:
    foreign = [
        f"{source.at(node)} {name}"
        for source in sources("sync")
        if source.path.startswith("sync/contract/")
        for node, name in _imports(source)
        if name.partition(".")[0] not in sys.stdlib_module_names and not f"{name}.".startswith("sync.contract.")
    ]

    assert not foreign
