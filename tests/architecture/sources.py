"""Reads the project's own files for the architecture tests; knows no rule."""

import ast
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("desktop", "sync")
EVERYTHING = (*PRODUCT, "tests")


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file: its path relative to the project with forward slashes, its text and syntax tree."""

    path: str
    text: str
    tree: ast.Module

    def at(self, node: ast.AST) -> str:
        """Name the place of a node as editors understand it."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}"

    @property
    def module(self) -> str:
        """Dotted name under which the file is imported."""
        return self.path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


@cache
def sources(folder: str) -> tuple[Source, ...]:
    """Parse every Python file below a top-level folder, sorted by path."""
    files = sorted((ROOT / folder).rglob("*.py"))
    return tuple(_parse(file) for file in files)


def all_sources(folders: tuple[str, ...]) -> Iterator[Source]:
    """Give the files of several top-level folders, one after the other."""
    for folder in folders:
        yield from sources(folder)


def _parse(file: Path) -> Source:
    text = file.read_text(encoding="utf-8")
    return Source(file.relative_to(ROOT).as_posix(), text, ast.parse(text))


@cache
def tracked_files() -> tuple[str, ...]:
    """List what git tracks, relative to the project; skips the test where this is no clone."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("what belongs to the repository can only be told in a clone, by git")
    listing = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 - whichever git the developer has
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return tuple(name for name in listing.stdout.split("\0") if name)


def called_name(call: ast.Call) -> str:
    """Give the last part of what is called: ``b`` for ``a.b()``, empty for anything unnamed."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def dotted_name(node: ast.expr) -> str:
    """Write a chain of attributes as it stands in the source, empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = dotted_name(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return ""
