"""Engine and office are state machines: clock, chance, network and disk are handed to them, but for named edges.

The simulator lives through one history per seed only because nothing else decides what they do.
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pytest

from tests.architecture.sources import Source, called_name, dotted_name, sources

ENGINE = ("sync/client/", "sync/contract/")
STORE = ("desktop/store/", "desktop/commands/", "desktop/domain/", "desktop/live/")
OFFICE = ("sync/server/",)

_CLOCKS = frozenset({"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "SystemClock"})
_CHANCES = frozenset({"os.urandom", "uuid.uuid1", "uuid.uuid4", "uuid4", "urandom", "random", "secrets"})


@dataclass(frozen=True, slots=True)
class Rule:
    """What may only be reached for at an edge; ``edges`` name them with the reason."""

    where: tuple[str, ...]
    find: Callable[[ast.AST], bool]
    edges: Mapping[str, str]


def _imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.level == 0:
        return {(node.module or "").partition(".")[0]}
    return set()


def _reads_a_clock(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return dotted_name(node.func) in _CLOCKS
    return "time" in _imported(node)


def _throws_a_die(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and called_name(node) == "new_id" and isinstance(node.func, ast.Name):
        return len(node.args) < 2  # then it is the machine's clock, or the operating system's chance
    return bool(_imported(node) & _CHANCES) or (isinstance(node, ast.Attribute) and dotted_name(node) in _CHANCES)


def _imports(*libraries: str) -> Callable[[ast.AST], bool]:
    return lambda node: bool(_imported(node) & set(libraries))


RULES = {
    "the time of day and seconds that never go back are injected": Rule(
        (*ENGINE, *STORE, *OFFICE),
        _reads_a_clock,
        {
            "sync/contract/clock.py": "the machine's clock itself",
            "sync/client/transport.py": "where the application hands it none",
            "sync/server/__main__.py": "the command line, which hands it on",
            "sync/server/keeping.py": "the command line's work, as above",
            "sync/server/seed": "invented organisations, which begin today unless they are told a day",
            "sync/server/blobs_http.py": "how long ago files were swept",
            "sync/server/chunk_cache.py": "how old a file is, by the clock of its disk",
            "desktop/live/hub.py": "the default of a clock that is handed to it",
        },
    ),
    "what nobody can foresee is injected": Rule(
        (*ENGINE, *STORE, *OFFICE),
        _throws_a_die,
        {
            "sync/contract/clock.py": "the operating system's chance itself",
            "sync/server/incarnation.py": "an epoch must be new even where all else is played back",
            "sync/server/migrate.py": "as above",
            "sync/server/passwords.py": "tokens, passwords and their salt",
            "sync/server/incidents.py": "a number in the server's own log",
            "sync/server/problems.py": "how many seconds a busy office asks for",
            "sync/server/seeds/": "invented organisations, by a seed of their own",
            "sync/client/listening.py": "a number in the laptop's own log",
            "desktop/store/outbox_file/frames.py": "a cipher's nonces",
        },
    ),
    "the engine reaches the office through a port": Rule(
        ENGINE,
        _imports("socket", "ssl", "http", "requests", "urllib3", "asyncio", "subprocess"),
        {
            "sync/client/transport.py": "the port's implementation",
            "sync/client/surroundings.py": "which addresses this machine has",
        },
    ),
    "the engine reaches the disk through a port": Rule(
        ENGINE,
        _imports("pathlib", "shutil", "sqlite3", "sqlalchemy", "sqlcipher3", "tempfile", "keyring"),
        {},
    ),
    "steps of the engine run where they are called": Rule(
        ENGINE,
        _imports("threading", "concurrent", "multiprocessing", "queue"),
        {
            "sync/client/background.py": "a request that can be cancelled, the page after this one",
            "sync/client/cancel.py": "a cancel comes from another thread",
            "sync/client/listening.py": "the thread that listens; live.py decides",
            "sync/client/live_http.py": "a stream that another thread breaks off",
            "sync/client/surroundings.py": "the thread that looks around",
            "sync/client/blobs.py": "a wait that a cancel ends",
        },
    ),
}


def _reached(rule: Rule) -> Iterator[tuple[Source, ast.AST]]:
    for folder in ("sync", "desktop"):
        for source in sources(folder):
            if source.path.startswith(rule.where):
                for node in ast.walk(source.tree):
                    if rule.find(node):
                        yield source, node


@pytest.mark.parametrize("rule", list(RULES))
def test_engine_and_office_reach_for_nothing_that_they_are_not_given(rule: str) -> None:
    edges = RULES[rule].edges

    reached = [source.at(node) for source, node in _reached(RULES[rule]) if not source.path.startswith(tuple(edges))]

    assert not reached, f"{rule}: {', '.join(reached)}"


@pytest.mark.parametrize("rule", list(RULES))
def test_edge_that_is_named_is_one(rule: str) -> None:
    reached = {source.path for source, _node in _reached(RULES[rule])}

    assert not [edge for edge in RULES[rule].edges if not any(path.startswith(edge) for path in reached)]
