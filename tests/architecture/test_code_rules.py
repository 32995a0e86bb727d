"""Rules about single lines and sizes that no linter knows, or that a noqa must not switch off."""

import ast
from collections.abc import Callable, Iterator

import pytest

from tests.architecture.sources import (
    EVERYTHING,
    PRODUCT,
    Source,
    all_sources,
    called_name,
    dotted_name,
    sources,
)

MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 60

# Who may print: the two places that speak to a terminal, and the programs of tests/ that report figures.
_PRINTERS = (
    "desktop/cli/output.py",
    "sync/server/output.py",
    "tests/bench/",
    "tests/gallery/",
    "tests/mutation/",
    "tests/package_report.py",
)

# Who may catch everything: the edges of lanes, where an unknown error becomes a failed job, not a dead thread.
_LANE_EDGES = (
    "desktop/services/jobs.py",
    "sync/client/background.py",
    "sync/client/listening.py",
    "desktop/cli/main.py",
    "sync/server/__main__.py",
    "sync/server/app.py",
    "sync/server/push.py",
)


def _process_events(source: Source) -> Iterator[ast.AST]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr == "processEvents":
            yield node


def _prints(source: Source) -> Iterator[ast.AST]:
    if source.path.startswith(_PRINTERS):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            yield node


def _sleeps(source: Source) -> Iterator[ast.AST]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and called_name(node) in {"sleep", "qSleep", "qWait"}:
            yield node


def _catches_everything(source: Source) -> Iterator[ast.AST]:
    if source.path.startswith(_LANE_EDGES):
        return
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        everything = any(kind is None or dotted_name(kind) in {"Exception", "BaseException"} for kind in caught)
        # What tidies up and lets the error go on its way catches nothing.
        last = node.body[-1]
        if everything and not (isinstance(last, ast.Raise) and last.exc is None):
            yield node


def _swallows(source: Source) -> Iterator[ast.AST]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler) and all(isinstance(line, ast.Pass) for line in node.body):
            yield node


def _styles_by_hand(source: Source) -> Iterator[ast.AST]:
    if source.path.startswith("desktop/ui/design/"):
        return
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call):
            continue
        numbers = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
        if called_name(node) == "setStyleSheet" or (
            called_name(node) in {"setContentsMargins", "setSpacing"} and any(numbers)
        ):
            yield node


def _starts_qthread(source: Source) -> Iterator[ast.AST]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Name) and node.id == "QThread":
            yield node


_RULES: dict[str, tuple[Callable[[Source], Iterator[ast.AST]], tuple[str, ...]]] = {
    "processEvents re-enters the event loop; return to it instead": (_process_events, EVERYTHING),
    "print belongs into the output module": (_prints, EVERYTHING),
    "sleeping hides a missing signal; wait for the condition": (_sleeps, EVERYTHING),
    "only a lane's edge may catch everything": (_catches_everything, PRODUCT),
    "sizes and colours come from the tokens, through desktop.ui.design": (_styles_by_hand, ("desktop",)),
    "work runs on the lanes of desktop/services/jobs.py, not on a QThread": (_starts_qthread, ("desktop",)),
    "an error that is swallowed needs at least contextlib.suppress and its reason": (_swallows, EVERYTHING),
}


@pytest.mark.parametrize("rule", list(_RULES))
def test_source_breaks_no_rule(rule: str) -> None:
    find, folders = _RULES[rule]

    broken = [source.at(node) for source in all_sources(folders) for node in find(source)]

    assert not broken, f"{rule}: {', '.join(broken)}"


def test_file_stays_short_enough_to_read() -> None:
    lengths = {source.path: source.text.count("\n") for source in all_sources(EVERYTHING)}

    long = {path: lines for path, lines in lengths.items() if lines > MAX_FILE_LINES}

    assert not long, f"more than {MAX_FILE_LINES} lines, find the second subject in each: {long}"


def test_function_stays_short_enough_to_read() -> None:
    long = [
        f"{source.at(node)} {node.name} ({lines} lines)"
        for source in all_sources(EVERYTHING)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > MAX_FUNCTION_LINES
    ]

    assert not long, f"more than {MAX_FUNCTION_LINES} lines: {', '.join(long)}"


def test_module_is_named_for_its_subject() -> None:
    vague = {"utils", "util", "helpers", "helper", "manager", "common", "misc", "base", "handler2"}

    named = [source.path for source in all_sources(PRODUCT) if vague & set(source.path.removesuffix(".py").split("/"))]

    assert not named


def test_rules_see_the_sources() -> None:
    assert {source.path for source in sources("desktop")} >= {"desktop/app_info.py"}
