"""What the documents point at exists: a promise that is linked to a test is linked to one that runs."""

import ast
import re
from functools import cache

import pytest

from tests.architecture.sources import ROOT, sources

_FILE = re.compile(r"\b((?:tests|desktop|sync|resources)/[\w/]+\.(?:py|toml|js|c))\b")
_LINK = re.compile(r"\[`?([^\]`]*)`?\]\(([^)\s#]+)(?:#([\w-]+))?\)")
_TEST = re.compile(r"(?:(tests/[\w/]+\.py)::|`(?:::)?)(test_\w+)")

_DOCUMENTS = sorted(each.relative_to(ROOT).as_posix() for each in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")))


@cache
def _tests() -> dict[str, set[str]]:
    """Map each test's name to the files in which it is."""
    found: dict[str, set[str]] = {}
    for source in sources("tests"):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found.setdefault(node.name, set()).add(source.path)
    return found


@pytest.mark.parametrize("document", _DOCUMENTS)
def test_document_names_only_files_and_tests_that_exist(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    modules = {each.removesuffix(".py").rpartition("/")[2] for files in _tests().values() for each in files}

    missing = [each for each in _FILE.findall(text) if not (ROOT / each).exists()]
    missing += [
        f"{file}::{name}"
        for file, name in _TEST.findall(text)
        if name not in modules and (name not in _tests() or (file and file not in _tests()[name]))
    ]

    assert not missing


@pytest.mark.parametrize("document", _DOCUMENTS)
def test_links_of_a_document_lead_to_what_they_say(document: str) -> None:
    folder = (ROOT / document).parent
    links = [each for each in _LINK.findall((ROOT / document).read_text(encoding="utf-8")) if "://" not in each[1]]

    astray = [target for _, target, _ in links if not (folder / target).exists()]
    astray += [
        f"{label} in {target}"
        for label, target, _ in links
        if label.startswith("test_")
        and "." not in label
        and f"def {label}(" not in (folder / target).read_text("utf-8")
    ]
    astray += [
        f"{target}#{anchor}"
        for _, target, anchor in links
        if anchor and (folder / target).exists() and anchor not in _anchors((folder / target).read_text("utf-8"))
    ]

    assert not astray


def _anchors(text: str) -> set[str]:
    """Return the names that headings of a document are linked by."""
    headings = [line.lstrip("#").strip().lower() for line in text.splitlines() if line.startswith("#")]
    return {re.sub(r"[^\w\- ]", "", each).replace(" ", "-") for each in headings}
