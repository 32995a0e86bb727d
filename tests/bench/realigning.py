"""Moves a hundred accounts with 25,000 rows off a laptop and onto it again, in a laptop of 100,000 rows.

``python -m tests.bench.realigning`` prints the figures as JSON. Laptop and office run in one process, without a
network, so that the processor time is that of both.
"""

import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from desktop.domain.listing import Listing
from tests.helpers.small_world import Person, Template, World

MOVED: Final = 100
STAYING: Final = 300
ROWS_EACH: Final = 250
EDITS: Final = 200


def measure(folder: Path, *, moved: int = MOVED, staying: int = STAYING, rows: int = ROWS_EACH) -> dict[str, Any]:
    """Move accounts out with edits under way, and in again; gives seconds and how many edits are accounted for."""
    people = (Person("ana"), Person("cleo", territories=("South",)))
    made = Template(folder, people, ("ana", "cleo"), fill=lambda world: _fill(world, moved + staying, rows))
    with made.world() as world:
        ana, cleo = world["ana"], world["cleo"]
        accounts = sorted(ana.reads.ids(Listing("account")))[:moved]
        fields = [(each, name) for name in ("phone", "email") for each in accounts][:EDITS]
        for number, (account, name) in enumerate(fields):
            ana.set("account", account, **{name: f"{number}@example.com"})
        _give(world, accounts, "South")
        out = _timed(world)
        cleo.sync()
        asked = sum(view.asked for view in cleo.reads.conflicts())
        left = sum(ana.reads.record("account", each) is not None for each in accounts)
        _give(world, accounts, "North")
        back = _timed(world)
        lost = len(fields) - asked
        here = sum(ana.reads.record("account", each) is not None for each in accounts)
    return {"out": out, "in": back, "edits": len(fields), "lost": lost, "left": left, "here": here}


def _timed(world: World) -> dict[str, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    world["ana"].sync()
    return {"seconds": round(time.perf_counter() - wall, 3), "cpu_s": round(time.process_time() - cpu, 3)}


def _give(world: World, accounts: list[str], territory: str) -> None:
    with world.office.log.loading() as writer:
        place = writer.find("territory", "name", territory)[0]
        owner = writer.find("user", "login", "ana" if territory == "North" else "cleo")[0]
        for each in accounts:
            writer.patch("account", each, {"territory": place, "owner": owner})


def _fill(world: World, accounts: int, rows: int) -> None:
    with world.office.log.loading() as writer:
        place = writer.find("territory", "name", "North")[0]
        owner = writer.find("user", "login", "ana")[0]
        for number in range(accounts):
            values = {"name": f"Customer {number}", "territory": place, "owner": owner, "city": f"City {number % 50}"}
            account = writer.create("account", values)
            for part in range(rows - 1):
                body = f"Visit {part} at customer {number}: talked about delivery {part * number} and prices"
                writer.create("activity", {"kind": "visit", "account": account, "owner": owner, "body": body})
    world["ana"].sync()


if __name__ == "__main__":
    with TemporaryDirectory() as made:
        print(json.dumps(measure(Path(made))))
