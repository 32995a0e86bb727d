"""``python -m tests.bench.peers [--rounds 5] [--write]``: Roundsman and other programs side by side, in one run.

Rounds of the programs alternate, so that what else the machine does meets all of them.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.__main__ import DOCUMENT, machine
from tests.bench.document import replace_part
from tests.bench.figures import percentile, shown
from tests.bench.lab import Lab
from tests.bench.peers.ours import Roundsman
from tests.bench.peers.programs import Anki, Peer, PouchDb, SlowLine
from tests.bench.processes import ROOT, ProgramError

Found = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Quantity:
    """One line of the table: a figure of each program; ``share`` takes a percentile of many samples of one round."""

    title: str
    key: str
    unit: str
    share: float | None = None

    def of(self, rounds: Sequence[Found]) -> str:
        """Give the median over the rounds, as text; empty where a program has no such thing."""
        samples = [each[self.key] for each in rounds if self.key in each]
        if not samples:
            return ""
        share = self.share
        values = samples if share is None else [percentile(each, share) for each in samples]
        return shown(median(values), self.unit)


_QUANTITIES = (
    Quantity("rows", "rows", ""),
    Quantity("bytes of a row", "row_bytes", ""),
    Quantity("first sync", "first_s", "s"),
    Quantity("first screen of customers in it", "usable_s", "s"),
    Quantity("push of 10,000 edits", "push_s", "s"),
    Quantity("pull of 1,000 changes", "pull_ms", "ms"),
    Quantity("sync with nothing to do", "noop_ms", "ms"),
    Quantity("a change until it is on the other laptop, median", "live_ms", "ms", 0.5),
    Quantity("the same, p95", "live_ms", "ms", 0.95),
    Quantity("memory of the laptop's process after the first sync", "client_mb", "MB"),
    Quantity("memory of the server's process", "server_mb", "MB"),
    Quantity("size on the laptop's disk", "disk_mb", "MB"),
)


def main() -> int:
    """Measure all, print a table for each line; gives 1 when something could not be measured."""
    given = _arguments()
    folder = given.folder.absolute()
    lab = Lab(folder, given.rows, partial(print, file=sys.stderr, flush=True))
    programs: list[Peer] = [Roundsman(lab), PouchDb(folder / "pouchdb"), Anki(folder / "anki")]
    lines: dict[str, SlowLine | None] = {"direct": None, "slow": SlowLine()}
    for each in programs:
        each.install()
    before = machine()
    failed = False
    for name in given.lines or lines:
        found: dict[str, list[Found]] = {each.name: [] for each in programs}
        for turn in range(given.rounds):
            for each in programs:
                try:
                    with lab.room() as room:
                        found[each.name].append(each.measure(room, given.rows, lines[name]))
                except ProgramError as problem:
                    failed = True
                    print(f"{each.name}: not measured: {problem}", file=sys.stderr, flush=True)
                else:
                    print(f"{name} {turn} {each.name}: {_brief(found[each.name][-1])}", file=sys.stderr, flush=True)
        table = _table(found)
        print(table)
        if given.write:
            closing = f"{datetime.now(UTC):%Y-%m-%d}, medians of {given.rounds}, {before}."
            replace_part(DOCUMENT, f"peers-{name}", f"{table}\n\n{closing}")
    return int(failed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.peers")
    parser.add_argument("lines", nargs="*", metavar="LINE", help="direct or slow; both without a name")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--folder", type=Path, default=ROOT / ".bench", help="where prepared data and programs are kept"
    )
    parser.add_argument("--write", action="store_true", help="write the tables into docs/benchmarks.md")
    given = parser.parse_args()
    if unknown := set(given.lines) - {"direct", "slow"}:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are direct and slow")
    return given


def _table(found: Mapping[str, Sequence[Found]]) -> str:
    rows = ["| |" + "|".join(f" {name} " for name in found) + "|", "|---|" + "---:|" * len(found)]
    rows += [
        f"| {each.title} |" + "|".join(f" {each.of(rounds)} " for rounds in found.values()) + "|"
        for each in _QUANTITIES
    ]
    return "\n".join(rows)


def _brief(found: Found) -> str:
    return ", ".join(f"{key} {value:.4g}" for key, value in found.items() if not isinstance(value, list))


if __name__ == "__main__":
    sys.exit(main())
