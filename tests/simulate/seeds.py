"""Which seeds are lived through where: new ones for every commit, and every one that ever broke a promise."""

import subprocess
from pathlib import Path

from tests.simulate.steps import EDITION, Plan, plan_of

IN_CI = 400
"""New histories in each run of continuous integration."""

_FAILED = Path(__file__).with_name("failed_seeds.txt")
_ROOT = Path(__file__).resolve().parents[2]


def new_seeds() -> range:
    """Give seeds that no other commit lives through; without a repository those of no commit."""
    found = subprocess.run(
        ["git", "rev-parse", "--short=7", "HEAD"],  # noqa: S607 - the one on the path
        capture_output=True,
        cwd=_ROOT,
        encoding="utf-8",
        check=False,
    )
    first = int(found.stdout.strip() or "0", 16) * 1000
    return range(first, first + IN_CI)


def failed_plans() -> list[Plan]:
    """Give the plan of every seed that ever broke a promise, as it was then."""
    lines = (line.partition("#")[0].strip() for line in _FAILED.read_text(encoding="utf-8").splitlines())
    return [plan_named(line) for line in lines if line]


def plan_named(name: str) -> Plan:
    """Give the plan of a seed, of an older edition where that follows after an ``@``."""
    seed, _, edition = name.partition("@")
    return plan_of(int(seed), int(edition or EDITION))
