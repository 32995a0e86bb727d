"""``make package`` ends here: checks the packaged programs as a user without Python would; reports size and speed."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "dist" / "roundsman"
RUNS = 5
START_TIMEOUT_S = 120


def main() -> int:
    """Check the folder, print one line per figure; 1 when anything is not as it should be."""
    program, server = FOLDER / "roundsman", FOLDER / "roundsman-server"
    if not program.exists() or not server.exists():
        print(f"No packaged program in {FOLDER}; make package builds it.", file=sys.stderr)
        return 1
    size = sum(each.stat().st_size for each in FOLDER.rglob("*") if each.is_file() and not each.is_symlink())
    print(f"size of the folder        {size / 1e6:8.1f} MB")
    with tempfile.TemporaryDirectory() as home:
        failed = _check(program, server, Path(home))
    return int(failed)


def _check(program: Path, server: Path, home: Path) -> bool:
    env = _bare_environment(home)
    password = home / "password"
    password.write_text("a password for this check\n")
    office = f"sqlite:///{home / 'office.db'}"
    _run([server, "seed", "demo", "--db", office, "--password-file", str(password)], env)
    with subprocess.Popen(
        [server, "serve", "--port", "0", "--db", office], env=env, stdout=subprocess.PIPE, text=True
    ) as serving:
        try:
            line = serving.stdout.readline() if serving.stdout else ""
            url = line.split()[-1]
            users = _run([server, "user", "list", "--db", office, "--json"], env)
            login = _a_rep(users)
            sign_in = ["--server", url, "--user", login, "--password-file", str(password)]
            _run([program, "init", *sign_in, "--key-file", str(home / "key")], env)
            doctor = _run([program, "doctor", "--json"], env)
            print(f"doctor                    {'passed' if doctor else 'said nothing'}")
            started = _median(lambda: _run([program, "status", "--json"], env))
            print(f"start to status           {started:8.2f} s, median of {RUNS}")
            toured = _median(lambda: _run([program, "tour", str(home / "tour")], env), 1)
            print(f"start to a toured window  {toured:8.2f} s")
        finally:
            serving.terminate()
    pictures = len(list((home / "tour").glob("*.png")))
    print(f"pictures of the tour      {pictures:8d}")
    return not doctor or not pictures


def _a_rep(users_json: str) -> str:
    return next(str(each["login"]) for each in json.loads(users_json) if each["role"] == "rep")


def _bare_environment(home: Path) -> dict[str, str]:
    # No Python and nothing of ours on the path: the folder must be enough.
    keep = {name: os.environ[name] for name in ("LANG", "SYSTEMROOT", "TEMP") if name in os.environ}
    empty = home / "empty"
    empty.mkdir()
    return {
        **keep,
        "PATH": str(empty),
        "HOME": str(home),
        "ROUNDSMAN_HOME": str(home / "profile"),
        "QT_QPA_PLATFORM": "offscreen",
    }


def _run(command: list[Path | str], env: dict[str, str]) -> str:
    done = subprocess.run(
        [str(part) for part in command], env=env, capture_output=True, text=True, timeout=START_TIMEOUT_S, check=False
    )
    if done.returncode:
        print(f"{Path(str(command[0])).name} {command[1]}: exit {done.returncode}\n{done.stderr}", file=sys.stderr)
        raise SystemExit(1)
    return done.stdout


def _median(act: Callable[[], object], runs: int = RUNS) -> float:
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


if __name__ == "__main__":
    raise SystemExit(main())
