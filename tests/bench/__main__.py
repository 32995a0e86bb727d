"""``python -m tests.bench [NAME...]``: measure all or some, print each figure beside its goal as it comes."""

import argparse
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.document import write_document
from tests.bench.figures import HEADING, Figure, line
from tests.bench.lab import Lab
from tests.bench.measured import Bench
from tests.bench.measures import MEASURES
from tests.bench.processes import ROOT, ProgramError

DOCUMENT = ROOT / "docs" / "benchmarks.md"


def main() -> int:
    """Measure; gives 1 when a measure could not be taken, never because of a figure."""
    given = _arguments()
    lab = Lab(given.folder.absolute(), given.accounts, _tell)
    bench = Bench(lab, given.rounds)
    print(machine())
    print(HEADING)
    figures: dict[str, list[Figure]] = {}
    failed = False
    for name in given.names or MEASURES:
        try:
            for each in MEASURES[name](bench):
                print(line(each), flush=True)
                figures.setdefault(name, []).append(each)
        except ProgramError as problem:
            failed = True
            print(f"{name}: not measured: {problem}", file=sys.stderr, flush=True)
    if given.write:
        write_document(DOCUMENT, figures, machine=machine(), day=f"{datetime.now(UTC):%Y-%m-%d}")
    return int(failed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(MEASURES)}; all without a name")
    parser.add_argument("--accounts", type=int, default=100_000, help="size of the large set")
    parser.add_argument("--rounds", type=int, default=5, help="how often to take each measure")
    parser.add_argument("--folder", type=Path, default=ROOT / ".bench", help="where prepared data are kept")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/benchmarks.md")
    given = parser.parse_args()
    unknown = set(given.names) - set(MEASURES)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(MEASURES)}")
    return given


def machine() -> str:
    """Say on what is measured, and how busy it was before."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    python = platform.python_version()
    return f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, Python {python}, load {load:.1f} before"


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
