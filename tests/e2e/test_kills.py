"""Kill -9 of the laptop's program or of the office, at many points: the next start goes on as if nothing had been."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from sync.contract.errors import AppError, Code
from sync.server.log import NOBODY
from tests.helpers.fault_proxy import Call, CutAnswer, FaultProxy
from tests.helpers.fleet import Fleet, FleetLaptop

_SAVER = """
import itertools, sys
from pathlib import Path
from desktop.bootstrap import open_application
from desktop.commands.records import AddRecord

application = open_application(Path(sys.argv[1]))
for number in itertools.count(int(sys.argv[2])):
    made = application.bus.run(AddRecord("task", {"title": f"task {number}"}))
    print(number, made.result, flush=True)
"""


@pytest.fixture
def proxy(sqlite_fleet: Fleet) -> Iterator[FaultProxy]:
    with FaultProxy(sqlite_fleet.office.url) as proxy:
        yield proxy


@pytest.mark.slow
def test_laptop_killed_while_saving_has_everything_it_called_saved(sqlite_fleet: Fleet) -> None:
    ana, ben = sqlite_fleet.laptop("ana"), sqlite_fleet.laptop("ana-2")
    saved: dict[str, str] = {}

    for round_ in range(5):
        ana.close()
        first = 1000 * round_
        saver = subprocess.Popen(
            [sys.executable, "-c", _SAVER, str(ana.paths.folder), str(first)],
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        assert saver.stdout is not None
        for _ in range(3 + 4 * round_):
            number, made = saver.stdout.readline().split()
            saved[made] = f"task {number}"
        saver.kill()
        rest, _ = saver.communicate()
        saved |= {line.split()[1]: f"task {line.split()[0]}" for line in rest.splitlines() if len(line.split()) == 2}
        ana.open()
        for made, title in saved.items():
            assert (ana.get("task", made) or {})["title"] == title

    sqlite_fleet.sync_all()
    for made, title in saved.items():
        assert (ben.get("task", made) or {})["title"] == title
    sqlite_fleet.check()


def run_and_kill(ana: FleetLaptop, proxy: FaultProxy, point: tuple[int, str]) -> bool:
    """Sync in a process of its own that is killed at a request; tells whether it got that far."""
    number, when = point
    process: list[subprocess.Popen[str]] = []
    started = threading.Event()

    def kill() -> None:
        started.wait(60)
        process[0].kill()

    fault: Call | CutAnswer = Call(before=kill) if when == "before" else Call(after=kill)
    proxy.next(*[Call()] * number, fault)
    process.append(ana.command("sync", "--json"))
    started.set()
    process[0].communicate(timeout=100)
    proxy.forget()
    return process[0].returncode == -signal.SIGKILL


@pytest.mark.slow
def test_laptop_killed_while_syncing_ends_up_the_same(sqlite_fleet: Fleet, proxy: FaultProxy) -> None:
    ana, ben = sqlite_fleet.laptop("ana", server=proxy.address), sqlite_fleet.laptop("ben")
    account = ana.add("account", name="Kestrel Foods", points=0)
    sqlite_fleet.sync_all()
    points = 0
    point = 0
    reached = True

    while reached:
        for when in ("before", "after"):
            ana.set("account", account, points=(ana.get("account", account) or {})["points"] + 1)
            ana.add("activity", kind="note", account=account, body=f"note {point} {when}")
            ben.set("account", account, email=f"n{point}{when}@example.com")
            ben.sync()
            points += 1
            ana.close()
            reached = run_and_kill(ana, proxy, (point, when))
            ana.open()
        point += 1

    assert point >= 3
    sqlite_fleet.sync_all()
    assert (ben.get("account", account) or {})["points"] == points
    assert len(ben.reads.timeline(account)) == points
    sqlite_fleet.check()


@pytest.mark.slow
def test_first_sync_killed_again_and_again_goes_on_and_ends_complete(sqlite_fleet: Fleet, proxy: FaultProxy) -> None:
    sqlite_fleet.hire("ana")
    with sqlite_fleet.office.log() as log, log.loading() as writer:
        territory = writer.find("territory", "name", "North")[0]
        for number in range(9000):
            writer.create("account", {"name": f"account {number}", "territory": territory}, author=NOBODY)
    ana = sqlite_fleet.laptop("ana", server=proxy.address, synced=False)
    proxy.seen.clear()
    kills = -1
    reached = True

    while reached:
        kills += 1
        ana.close()
        # When this request is made, at least the first two slices are written: only two more lie ready.
        reached = run_and_kill(ana, proxy, (6, "after"))
        ana.open()

    assert kills >= 1
    slices = [each.path for each in proxy.seen if "/snapshot" in each.path]
    assert slices.count("/v1/sync/snapshot") == 1
    assert ana.reads.counts()["account"] == 9000
    sqlite_fleet.check()


@pytest.mark.slow
def test_office_killed_in_the_middle_of_a_push_has_every_edit_once(fleet: Fleet) -> None:
    with FaultProxy(fleet.office.url) as proxy:
        ana, ben = fleet.laptop("ana", server=proxy.address), fleet.laptop("ben")
        account = ana.add("account", name="Kestrel Foods", points=0)
        fleet.sync_all()

        for round_, delay_s in enumerate((0.0, 0.005, 0.02, 0.05, 0.1)):
            for number in range(100):
                ana.set("account", account, points=1 + 100 * round_ + number)
            begun = threading.Event()
            proxy.next(Call(), Call(before=begun.set))
            killer = threading.Thread(target=_kill_office, args=(fleet, begun, delay_s))
            killer.start()
            try:
                ana.sync()
            except AppError as refusal:
                assert refusal.code in {Code.SERVER_UNREACHABLE, Code.INTERNAL, Code.SERVER_BUSY}  # noqa: PT017
            killer.join()
            fleet.office.restart()

        fleet.sync_all()
        assert (ben.get("account", account) or {})["points"] == 500
        fleet.check()


def _kill_office(fleet: Fleet, begun: threading.Event, delay_s: float) -> None:
    assert begun.wait(60)
    threading.Event().wait(delay_s)
    fleet.office.kill()


def test_office_that_restarts_between_two_syncs_is_not_noticed(fleet: Fleet) -> None:
    ana = fleet.laptop("ana")
    task = ana.add("task", title="call Kestrel")
    ana.sync()

    fleet.office.restart()
    ana.set("task", task, done=True)
    ana.sync()

    fleet.check()
