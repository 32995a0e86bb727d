"""Killed before any SQL statement of either side, a laptop or the office goes on as if nothing had been (I7)."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from desktop.store.tables import journal
from sync.contract.clock import SystemClock
from tests.helpers import oracle
from tests.helpers.histories import History
from tests.helpers.killing import SAVED
from tests.helpers.small_world import Template, World

POINTS = 24
PARTS = 3


def run(template: Template, target: Path, statements: list[int]) -> int:
    target.mkdir()
    command = [sys.executable, "-m", "tests.helpers.killing", str(template.folder), str(target), *map(str, statements)]
    ended = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    return int(ended.stdout)


def edits(world: World, name: str) -> int:
    with world[name].database.reading() as connection:
        own = select(func.count(journal.c.command.distinct())).where(journal.c.origin == "local")
        return int(connection.execute(own).scalar_one())


@pytest.fixture(scope="module")
def statements(template: Template, tmp_path_factory: pytest.TempPathFactory) -> list[int]:
    """Statements spread over the whole day."""
    count = run(template, tmp_path_factory.mktemp("whole") / "day", [])
    assert count > 10 * POINTS
    return [1 + place * count // POINTS for place in range(POINTS)]


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_kill_at_any_statement_loses_nothing_and_does_nothing_twice(
    template: Template, tmp_path: Path, statements: list[int], part: int
) -> None:
    with World(template.folder, SystemClock()) as world:
        before = {name: edits(world, name) for name in ("ana", "ben")}
    chosen = statements[part::PARTS]

    run(template, tmp_path / "days", chosen)

    for dies_at in chosen:
        folder = tmp_path / "days" / str(dies_at)
        saved = Counter((folder / SAVED).read_text(encoding="utf-8").split())
        with World(folder, SystemClock()) as world:
            for name, count in saved.items():
                assert edits(world, name) - before[name] in {count, count + 1}, f"killed at {dies_at}"
            History(world, dies_at).heal()
            oracle.check(world)
