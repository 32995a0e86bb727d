"""``make simulate SEEDS=a-b``: one line for each seed, the shortest story of each that broke a promise, a summary."""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed

from tests.simulate.running import run_plans
from tests.simulate.steps import EDITION, EDITS, FAULTS, SYNCS, plan_of
from tests.simulate.worlds import simulated_world

_CHUNK = 250
_SUMMARY_EVERY = 1000
_Chunk = tuple[list[tuple[str, str]], Counter[str]]


def main(arguments: Sequence[str]) -> int:
    """Run what was asked for; 1 if a promise was broken."""
    # Sets of texts have an order of their own in every process otherwise, and a seed must mean the same everywhere.
    if os.environ.get("PYTHONHASHSEED") != "0":
        os.execve(  # noqa: S606 - this program again
            sys.executable,
            [sys.executable, "-m", "tests.simulate", *arguments],
            {**os.environ, "PYTHONHASHSEED": "0"},
        )
    given = _parser().parse_args(arguments)
    span, _, edition = given.seeds.partition("@")
    first, _, last = span.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    started, broken, happened = time.monotonic(), 0, Counter[str]()
    for lived, (results, seen) in enumerate(
        _chunks(seeds, given.jobs, (int(edition or EDITION), not given.whole)), start=1
    ):
        happened.update(seen)
        for name, story in results:
            broken += bool(story)
            if story or not given.quiet:
                say(f"seed {name}: {'BROKEN' if story else 'ok'}")
            if story:
                say(story)
        if lived * _CHUNK % _SUMMARY_EVERY == 0:
            _print_happened(happened)
    _print_happened(happened)
    seconds = time.monotonic() - started
    say(f"{len(seeds)} histories, {broken} broken, {seconds:.0f} s")
    return 1 if broken else 0


def _chunks(seeds: range, jobs: int, how: tuple[int, bool]) -> Iterator[_Chunk]:
    parts = [seeds[at : at + _CHUNK] for at in range(0, len(seeds), _CHUNK)]
    if jobs == 1:
        for part in parts:
            yield _run(part, how)
        return
    parts = [seeds[place::jobs] for place in range(jobs)] if len(seeds) < _CHUNK * jobs else parts
    with ProcessPoolExecutor(jobs) as pool:
        for done in as_completed([pool.submit(_run, part, how) for part in parts]):
            yield done.result()


def _run(seeds: range, how: tuple[int, bool]) -> _Chunk:
    """Live through seeds of an edition, shortening what broke or not, in a process of its own."""
    edition, shrink = how
    happened = Counter[str]()
    results = []
    with simulated_world() as world:
        for plan, story, seen in run_plans(world, (plan_of(seed, edition) for seed in seeds), shrink=shrink):
            results.append((plan.name, story))
            happened.update(seen)
    return results, happened


def _print_happened(happened: Counter[str]) -> None:
    for kind in sorted({*EDITS, *SYNCS, *FAULTS, *happened}):
        say(f"  {happened[kind]:>8}  {kind}")


def say(line: str) -> None:
    """Write a line at once: whoever runs this for long wants to see how far it is."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make simulate", description=__doc__)
    parser.add_argument("seeds", help="a seed, or first-last; @1 after it asks for the plans of an older edition")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--quiet", action="store_true", help="tell of broken seeds only")
    parser.add_argument("--whole", action="store_true", help="tell broken histories as they were, not shortened")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
