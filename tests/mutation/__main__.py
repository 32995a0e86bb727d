"""Measures how well the tests watch the merge core: ``make mutation ARGS="sync/contract/merge.py"``.

python -m tests.mutation [MODULE ...] [--only TEXT] [--again] [--nice N]

Without a module all are tried, one after the other. ``--only`` tries the changes whose names contain a text,
``--again`` those that no test has noticed yet, so that a run that was broken off goes on. Ends with 1 when a module's
score is below the goal.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEFT = ROOT / "build" / "mutation"
GOAL = 90
_NOTICED = frozenset({"killed", "hung"})
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it; commits need not wait for a disk here


def main(words: list[str] | None = None) -> int:
    """Try the changes of the modules that are asked for."""
    from tests.mutation.focus import FOCUS

    parser = argparse.ArgumentParser(
        prog="python -m tests.mutation", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("modules", nargs="*", default=list(FOCUS), metavar="MODULE", help="default: all")
    parser.add_argument("--only", default="", help="only changes whose names contain this")
    parser.add_argument("--again", action="store_true", help="only changes that no test has noticed yet")
    parser.add_argument("--nice", type=int, default=19, help="how much to leave the machine to others (default: 19)")
    options = parser.parse_args(words)
    os.nice(max(0, options.nice - os.nice(0)))
    if len(options.modules) == 1:
        return try_module(options.modules[0], only=options.only, again=options.again)
    # Each module gets a process of its own, because a module can be woven only before anything imports it.
    told = ["--again"] * options.again + ["--only", options.only] * bool(options.only) + [f"--nice={options.nice}"]
    failed = 0
    for module in options.modules:
        tried = subprocess.run([sys.executable, "-m", "tests.mutation", module, *told], check=False)
        failed += tried.returncode != 0
    return int(failed > 0)


def try_module(file: str, *, only: str = "", again: bool = False) -> int:
    """Try the changes of one module, and print its score and what survived."""
    from tests.mutation.focus import FOCUS
    from tests.mutation.running import Fate, Trial, Trials, WovenModule
    from tests.mutation.switch import Switch
    from tests.mutation.weaving import weave

    left = LEFT / f"{file.replace('/', '.')}.json"
    woven, switch = weave(ROOT / file), Switch()
    known = json.loads(left.read_text()) if left.exists() else {}
    excused = equivalents(file)
    fates = {each.name: known.get(each.name, Fate.UNTRIED) for each in woven.changes if each.name not in excused}
    wanted = [
        each
        for each in woven.changes
        if only in each.name and each.name in fates and not (again and fates[each.name] in _NOTICED)
    ]
    module = file.removesuffix(".py").replace("/", ".")
    sys.meta_path.insert(0, WovenModule(module, str(ROOT / file), woven, switch))
    LEFT.mkdir(parents=True, exist_ok=True)

    def note(trial: Trial) -> None:
        fates[trial.change.name] = trial.fate
        left.write_text(json.dumps(fates, indent=1))

    trials = Trials(module, woven, switch, wanted, note)
    broken = run_pytest(FOCUS[file], trials)
    if broken:
        say(f"{file}: {broken}")
        return 2
    stale = excused.keys() - {each.name for each in woven.changes}
    for name in sorted(stale):
        say(f"  no such change any more, but excused: {name}")
    return report(file, fates, len(woven.changes), len(excused) - len(stale))


def run_pytest(tests: Sequence[str], trials: object) -> str:
    """Run pytest on these tests with the trials; says what is wrong, if anything."""
    import pytest

    from tests.mutation.running import Trials

    assert isinstance(trials, Trials)
    # Hypothesis repeats the same examples in CI, and only what repeats itself can be compared.
    os.environ["CI"] = "mutation"
    present = [each for each in tests if (ROOT / each).exists()]
    where = _MEMORY if _MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="roundsman-mutation-", dir=where) as folder:
        os.environ["TMPDIR"] = folder
        tempfile.tempdir = folder
        words = ["-q", "-p", "no:randomly", "-p", "no:xdist", "-p", "no:cacheprovider", f"--basetemp={folder}/pytest"]
        outcome = pytest.main(
            [*words, "-o", "tmp_path_retention_policy=none", "--timeout=120", *present], plugins=[trials]
        )
    if outcome is pytest.ExitCode.OK and not trials.broken:
        return ""
    return "; ".join(trials.broken) or f"pytest ended with {outcome}"


def equivalents(file: str) -> Mapping[str, str]:
    """Give the changes of a module that change nothing, each with the reason."""
    listed = tomllib.loads((Path(__file__).parent / "equivalents.toml").read_text())
    return {each["change"]: each["reason"] for each in listed.get("equivalent", []) if each["module"] == file}


def report(file: str, fates: Mapping[str, str], total: int, excused: int) -> int:
    """Print what survived and the score."""
    for name, fate in fates.items():
        if fate not in _NOTICED:
            say(f"  {fate}: {name}")
    noticed = sum(fate in _NOTICED for fate in fates.values())
    score = 100 * noticed / (len(fates) or 1)
    say(f"| {file} | {total} | {noticed} | {excused} | {len(fates) - noticed} | {score:.1f} % |")
    return int(score < GOAL)


def say(text: str) -> None:
    """Print a line."""
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
