"""Runs the tests once for each change, as a plugin of pytest: a copy of this process turns one change on.

The copy is a fork, so everything is imported, collected and prepared once. The first run without a change tells which
tests come by which change, and how long they take; a change is then tried on those only, the quickest first.
"""

import importlib.abc
import importlib.machinery
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import CodeType, ModuleType

import pytest

from sync.server.prepared import Prepared
from tests.mutation.switch import Switch
from tests.mutation.weaving import SWITCH, Change, Woven

HUNG = 5
"""A change with which a test takes so many times as long as without it, and three seconds more, hangs."""


class Fate(StrEnum):
    """What became of a change."""

    KILLED = "killed"
    HUNG = "hung"
    SURVIVED = "survived"
    UNREACHED = "unreached"
    UNTRIED = "untried"


@dataclass(frozen=True, slots=True)
class Trial:
    """A change, what became of it, and the test that noticed."""

    change: Change
    fate: Fate
    by: str = ""


class WovenModule(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports the woven code in place of a module's own."""

    def __init__(self, name: str, file: str, woven: Woven, switch: Switch) -> None:
        self._name = name
        self._file = file
        self._switch = switch
        self._code: CodeType = compile(woven.tree, file, "exec")

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Answer for this one module only."""
        if fullname != self._name:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, origin=self._file)

    def exec_module(self, module: ModuleType) -> None:
        """Run the woven code."""
        module.__dict__[SWITCH] = self._switch
        exec(self._code, module.__dict__)  # noqa: S102 - our own code, changed


class Trials:
    """The plugin: ``trials`` has the results; ``note`` hears of each at once, so that nothing is lost with a run."""

    def __init__(
        self,
        module: str,
        woven: Woven,
        switch: Switch,
        wanted: Sequence[Change],
        note: Callable[[Trial], None] = lambda _trial: None,
    ) -> None:
        self.trials: list[Trial] = []
        self._note = note
        self.broken: list[str] = []
        self._module = module
        self._woven = woven
        self._switch = switch
        self._wanted = wanted
        self._cost: dict[pytest.Item, float] = {}
        self._reached: dict[pytest.Item, frozenset[int]] = {}
        self._kills: dict[tuple[str, str], int] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what takes long or cannot be copied with a process."""
        items[:] = [each for each in items if not any(each.get_closest_marker(name) for name in ("postgres", "slow"))]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests without a change, then those that matter for each change."""
        for number, item in enumerate(session.items):
            self._forget()
            self._switch.reached = set()
            began = time.process_time()
            # The last one is not told that it is the last, so that what all tests share stays for the copies.
            following = session.items[(number + 1) % len(session.items)]
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            self._cost[item] = time.process_time() - began
            self._reached[item] = frozenset(self._switch.reached)
        if session.testsfailed:
            self.broken.append(f"{session.testsfailed} tests fail without any change")
            return True
        for change in self._wanted:
            trial = self._try(session, change)
            self.trials.append(trial)
            self._note(trial)
            print(f"{trial.fate:9} {change.line:4} {change.name}", file=sys.__stderr__, flush=True)
        return True

    def _try(self, session: pytest.Session, change: Change) -> Trial:
        items = self._tests_of(change)
        if not items:
            return Trial(change, Fate.UNREACHED)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            self._be_changed(session, change, items, writer)
        os.close(writer)
        with os.fdopen(reader, "rb") as told:
            by = told.read().decode()
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) in {signal.SIGXCPU, signal.SIGKILL}:
            return Trial(change, Fate.HUNG)
        if status == 0:
            return Trial(change, Fate.SURVIVED)
        self._kills[_function(change), by] = self._kills.get((_function(change), by), 0) + 1
        return Trial(change, Fate.KILLED, by)

    def _tests_of(self, change: Change) -> list[pytest.Item]:
        """Give the tests that come by a change: first those that noticed others of its function, then the quickest."""
        if change.constant:
            switches = self._woven.readers.get(change.constant, set())
            items = [item for item, reached in self._reached.items() if reached & switches]
            items = items or [item for item, reached in self._reached.items() if reached]
        else:
            items = [item for item, reached in self._reached.items() if change.number in reached]
        place = _function(change)
        return sorted(items, key=lambda one: (-self._kills.get((place, one.nodeid), 0), self._cost[one]))

    def _be_changed(self, session: pytest.Session, change: Change, items: list[pytest.Item], writer: int) -> None:
        """Run tests with a change on, in the copy; ends it with 1 at the first test that fails."""
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        self._forget()
        if change.constant:
            self._set_constant(change)
        else:
            self._switch.on = change.number
        for number, item in enumerate(items):
            following = items[(number + 1) % len(items)]
            most = 3 + int(time.process_time() + HUNG * self._cost[item])
            resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.testsfailed:
                os.write(writer, item.nodeid.encode())
                os._exit(1)
        os._exit(0)

    def _forget(self) -> None:
        """Let the module work out anew what it keeps: statements that were written, and results of functions."""
        for kept in list(vars(sys.modules[self._module]).values()):
            if isinstance(kept, Prepared):
                vars(kept)["_known"].clear()
            elif callable(getattr(kept, "cache_clear", None)):
                kept.cache_clear()

    def _set_constant(self, change: Change) -> None:
        assert change.value is not None
        names = vars(sys.modules[self._module])
        try:
            value = eval(compile(change.value, self._module, "eval"), names)  # noqa: S307 - our own code, changed
        except (ArithmeticError, AttributeError, LookupError, NameError, TypeError, ValueError):
            os._exit(1)  # a module that cannot be imported is noticed by every test
        names[change.constant] = value


def _function(change: Change) -> str:
    return change.name.partition(":")[0]
