"""Measures how much a power cut costs: ``make power-loss`` and ``make byte-cuts``. Ends with 1 when anything is lost.

python -m tests.power loss [--states 50000] [--seed 1] [--workers 2]
python -m tests.power bytes [--every 1]
python -m tests.power faults [--points 40]
"""

import argparse
import logging
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.power import shim
from tests.power.byte_cuts import cut_whole
from tests.power.controls import CONTROLS
from tests.power.cutting_proxy import Way
from tests.power.failing import WORKS
from tests.power.killing import kill_all
from tests.power.losing import Outcome, controlled, make_template, session
from tests.power.scratch import scratch
from tests.power.steps import STEPS

PER_SESSION = 1_250
CONTROL_STATES = 400


def main(words: list[str] | None = None) -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.power", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked = parser.add_subparsers(required=True)
    loss = asked.add_parser("loss", help="cut the power of recorded sessions")
    loss.add_argument("--states", type=int, default=50_000)
    loss.add_argument("--seed", type=int, default=1, help="the first session's; the others follow")
    loss.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    loss.set_defaults(run=power_loss)
    kills = asked.add_parser("kills", help="kill -9 at every write, sync, rename, removal and request of each step")
    kills.add_argument("--points", type=int, default=0, help="so many of each step's calls; 0: all")
    kills.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    kills.add_argument("--steps", nargs="*", default=list(STEPS), choices=list(STEPS))
    kills.set_defaults(run=kill_steps, by="killed")
    faults = asked.add_parser("faults", help="let the disk fail from every call of each work on, in each way")
    faults.add_argument("--points", type=int, default=0, help="so many of each work's calls, one way each; 0: all")
    faults.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    faults.add_argument("--steps", nargs="*", default=list(WORKS), choices=list(WORKS))
    faults.set_defaults(run=kill_steps, by="failing")
    cuts = asked.add_parser("bytes", help="cut a sync after each of its bytes, in both directions")
    cuts.add_argument("--every", type=int, default=1, help="after each so many bytes only")
    cuts.set_defaults(run=cut_bytes)
    options = parser.parse_args(words)
    return int(options.run(options))


def power_loss(options: argparse.Namespace) -> int:
    """Cut the power of as many sessions as it takes, and of those that must lose something."""
    logging.disable(logging.WARNING)  # settings that a control has cut to pieces say so each time
    if why := shim.missing():
        say(f"power loss: not run, {why}")
        return 0
    sessions = [min(PER_SESSION, options.states - at) for at in range(0, options.states, PER_SESSION)]
    with scratch() as folder, _processes(options.workers) as pool:
        template = make_template(folder / "template")
        seeds = range(options.seed, options.seed + len(sessions))
        labs = [folder / f"lab-{seed}" for seed in seeds]
        begun = time.monotonic()
        total = Outcome()
        for seed, outcome in zip(seeds, pool.map(session, labs, [template] * len(labs), seeds, sessions), strict=True):
            total.join(outcome)
            say(f"session {seed}: {told(outcome)}")
        took = time.monotonic() - begun
        say(f"all: {told(total)}; seeds {seeds[0]}-{seeds[-1]}, {took:.0f} s, {total.states / took:.0f} states/s")
        blind = 0
        for number, control in enumerate(CONTROLS):
            outcome = controlled(folder / f"control-{number}", template, control, CONTROL_STATES)
            blind += not outcome.lost
            verdict = "as it must" if outcome.lost else "BUT IT MUST LOSE SOMETHING"
            say(f"control, {control.name}: {told(outcome)}: {verdict}")
    return int(bool(total.lost or total.unmended or blind))


def kill_steps(options: argparse.Namespace) -> int:
    """Kill each step at its calls, or let the disk fail there."""
    if why := shim.missing():
        say(f"{options.by}: not run, {why}")
        return 0
    broken = 0
    with scratch() as folder:
        for number, step in enumerate(options.steps):
            begun = time.monotonic()
            killed = kill_all(folder / str(number), step, points=options.points, parts=options.workers, by=options.by)
            took = time.monotonic() - begun
            broken += killed.broken
            say(f"{step}: {killed.told()}, {took:.0f} s")
    return int(bool(broken))


def cut_bytes(options: argparse.Namespace) -> int:
    """Cut a sync after its bytes, both directions at once."""
    with scratch() as folder, _processes(len(Way)) as pool:
        begun = time.monotonic()
        found = pool.map(cut_whole, [folder / way.value for way in Way], Way, [options.every] * len(Way))
        broken = 0
        for way, cuts in zip(Way, found, strict=True):
            broken += len(cuts.faults)
            say(f"{way.value}: {cuts.told()}, {time.monotonic() - begun:.0f} s")
    return int(bool(broken))


def told(outcome: Outcome) -> str:
    """Say what was found."""
    kinds = ", ".join(f"{name} {count}" for name, count in outcome.faults.most_common())
    figures = f"{outcome.states} states, {outcome.lost} lost, {outcome.unmended} with the outbox file too"
    return figures + (f" ({kinds}; {outcome.example})" if kinds else "")


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _processes(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"))


if __name__ == "__main__":
    sys.exit(main())
