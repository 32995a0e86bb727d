"""Kill -9 of the laptop's program or of the office, at many points: the next start goes on as if nothing had been."""

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import pytest

from desktop.commands.imports import ImportRecords, ImportRow
from desktop.commands.mass_edit import EditMany
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
        # When this request is made, at least the first two chunks are written: only two more lie ready.
        reached = run_and_kill(ana, proxy, (6, "after"))
        ana.open()

    assert kills >= 1
    chunks = [each.path for each in proxy.seen if "/chunks/" in each.path]
    assert sum("/manifest" in each.path for each in proxy.seen) == 1
    assert chunks.count(chunks[0]) == 1
    assert ana.reads.counts()["account"] == 9000
    sqlite_fleet.check()


class Killer:
    """Kills the office when a push has come to a point of its way: what it waits for is the push itself, not a time."""

    def __init__(self, fleet: Fleet) -> None:
        self._office = fleet.office
        self._held = ExitStack()

    def as_it_comes(self) -> Call:
        """Before the office hears of the push."""
        return Call(before=self._office.kill)

    def as_it_is_read(self) -> Call:
        """With the push just handed over."""
        return Call(sent=self._office.kill)

    def in_its_body(self) -> Call:
        """With a part of the push handed over."""
        return Call(before=self._hand_over_a_part)

    def waiting_for_the_database(self) -> Call:
        """While the push waits for another writer."""
        return Call(before=self._hold, sent=self._office.kill, after=self._held.close)

    def beginning_to_write(self) -> Call:
        """When another writer has just made way for the push."""
        return Call(before=self._hold, sent=self._make_way)

    def with_its_answer_lost(self) -> Call:
        """After the push was written, before its receipts are carried back."""
        return Call(after=self._kill_and_lose)

    def after_its_answer(self) -> Call:
        """With the receipts on their way, and more to push."""
        return Call(after=self._office.kill)

    def _hold(self) -> None:
        self._held.enter_context(self._held.enter_context(self._office.log()).writing())

    def _make_way(self) -> None:
        self._held.close()
        self._office.kill()

    def _hand_over_a_part(self) -> None:
        host, _, port = self._office.url.partition("//")[2].partition(":")
        with socket.create_connection((host, int(port))) as line:
            line.sendall(b"POST /v1/sync/push HTTP/1.1\r\nHost: office\r\nContent-Length: 5000\r\n\r\n{")
            self._office.kill()

    def _kill_and_lose(self) -> None:
        self._office.kill()
        raise ConnectionResetError


POINTS = (
    Killer.as_it_comes,
    Killer.as_it_is_read,
    Killer.in_its_body,
    Killer.waiting_for_the_database,
    Killer.beginning_to_write,
    Killer.with_its_answer_lost,
    Killer.after_its_answer,
)


@pytest.mark.slow
def test_office_killed_at_any_point_of_a_long_push_has_every_edit_once(fleet: Fleet) -> None:
    with FaultProxy(fleet.office.url) as proxy:
        ana, ben = fleet.laptop("ana", server=proxy.address), fleet.laptop("ben")
        rows = [ImportRow(number, {"name": f"account {number}", "points": 0}) for number in range(100)]
        accounts = ana.run(ImportRecords("account", rows)).created
        fleet.sync_all()
        _edit_at_length(ana, accounts)
        killer = Killer(fleet)

        for number, point in enumerate(POINTS):
            left = ana.unsent
            # Every run gets a batch through before the office dies in the next one.
            proxy.next(Call(), Call(), point(killer))
            with pytest.raises(AppError) as refused:
                ana.sync()
            assert refused.value.code is Code.SERVER_UNREACHABLE
            assert 0 < ana.unsent < left, f"point {number}"
            proxy.forget()
            fleet.office.restart()
            ana.set("account", accounts[number], email=f"after{number}@example.com")

        fleet.sync_all()
        for laptop in (ana, ben):
            assert {(laptop.get("account", each) or {})["points"] for each in accounts} == {ROUNDS}
            assert laptop.reads.counts()["task"] == ROUNDS
            assert (laptop.get("account", accounts[0]) or {})["email"] == "after0@example.com"
        fleet.check()


ROUNDS = 20


def _edit_at_length(laptop: FleetLaptop, accounts: Sequence[str]) -> None:
    """Add a point to every account and a task, again and again: edits for many pushes."""
    for number in range(ROUNDS):
        laptop.run(EditMany("account", accounts, {"points": number + 1}))
        laptop.add("task", title=f"task {number}", account=accounts[number])


def test_office_that_restarts_between_two_syncs_is_not_noticed(fleet: Fleet) -> None:
    ana = fleet.laptop("ana")
    task = ana.add("task", title="call Kestrel")
    ana.sync()

    fleet.office.restart()
    ana.set("task", task, done=True)
    ana.sync()

    fleet.check()
