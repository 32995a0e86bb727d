"""Connected laptops over real networks: a change travels without anybody asking, whatever happens to the stream."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from desktop.bootstrap import open_application
from desktop.services.profiles import enrol
from desktop.services.sync_status import SyncStatus, Tone
from desktop.system.settings import SYNC_BY_ITSELF
from sync.client import listening, surroundings
from sync.client.live_http import HttpEvents
from sync.contract.clock import SystemClock
from tests.helpers.fault_proxy import HTML, Answer, Call, FaultProxy, Hold, Pass, Stall
from tests.helpers.fleet import Fleet, FleetLaptop

WAIT_S = 60
NEVER_S = 86_400.0
EVENTS = "/v1/sync/events"


class MovableClock(SystemClock):
    """The time of day plus what it was moved by."""

    def __init__(self) -> None:
        self.moved = timedelta()

    def now(self) -> datetime:
        return SystemClock().now() + self.moved


@dataclass
class Connected:
    """Two laptops of the North that sync when there is a reason to and never by their timers; Ben's through a proxy."""

    fleet: Fleet
    proxy: FaultProxy
    clock: MovableClock
    ana: FleetLaptop
    ben: FleetLaptop
    account: str

    def start(self, *laptops: FleetLaptop) -> None:
        for each in laptops or (self.ana, self.ben):
            each.app.start(NEVER_S)

    def is_listening(self, times: int = 1) -> bool:
        return self.proxy.wait_for_path(EVENTS, times)

    def settle(self) -> None:
        """End what syncs by itself, sync by hand once more, and check everything."""
        for each in (self.ana, self.ben):
            each.reopen()
        self.fleet.sync_all()
        self.fleet.check()

    def arrives(self, phone: str) -> bool:
        """Save at Ana's and wait until Ben has it, telling whether it came; nobody syncs by hand."""
        there = threading.Event()

        def look(_change: object = None) -> None:
            if (self.ben.get("account", self.account) or {}).get("phone") == phone:
                there.set()

        leave = self.ben.app.hub.subscribe(look)
        self.ana.set("account", self.account, phone=phone)
        look()
        came = there.wait(WAIT_S)
        leave()
        return came


@pytest.fixture
def connected(sqlite_fleet: Fleet) -> Iterator[Connected]:
    with ExitStack() as stack:
        proxy = stack.enter_context(FaultProxy(sqlite_fleet.office.url))
        ana = sqlite_fleet.laptop("ana")
        account = ana.add("account", name="Kestrel Foods")
        ana.sync()
        ben = sqlite_fleet.laptop("ben", server=proxy.address)
        clock = MovableClock()
        ben.close()
        ben.app = open_application(ben.paths, clock=clock)
        ben.database, ben.reads, ben.bus = ben.app.database, ben.app.reads, ben.app.bus
        # Before the proxy ends, so that nobody listens through it any more.
        stack.callback(ana.close)
        stack.callback(ben.close)
        yield Connected(sqlite_fleet, proxy, clock, ana, ben, account)


def wait_for(laptop: FleetLaptop, holds: Callable[[SyncStatus], bool]) -> bool:
    """Wait until the laptop's status is as wanted."""
    there = threading.Event()

    def look(status: SyncStatus) -> None:
        if holds(status):
            there.set()

    leave = laptop.app.status.subscribe(look)
    look(laptop.app.status.current)
    came = there.wait(WAIT_S)
    leave()
    return came


def test_change_on_one_laptop_comes_to_the_other_by_itself(connected: Connected) -> None:
    connected.start()
    assert connected.is_listening()

    assert [connected.arrives(phone) for phone in ("1", "2", "3")] == [True] * 3
    connected.settle()


def test_burst_of_saves_comes_complete(connected: Connected) -> None:
    connected.start()
    assert connected.is_listening()

    tasks = [connected.ana.add("task", title=f"task {n}", account=connected.account) for n in range(30)]

    assert connected.arrives("99")
    assert [each for each in tasks if connected.ben.get("task", each) is None] == []


def test_stream_that_a_proxy_keeps_back_is_replaced_by_requests_that_wait(
    connected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.client.live.SILENT_S", 2.0)
    monkeypatch.setattr(listening, "MAX_WAIT_S", 1.0)
    connected.proxy.always(Hold())
    connected.start()

    assert connected.proxy.wait_for_path(f"{EVENTS}?wait=")

    assert connected.arrives("1")
    assert connected.arrives("2")


def test_stream_that_falls_silent_is_noticed_and_opened_again(
    connected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.client.live.SILENT_S", 1.0)
    # One event comes through whole, as a laptop in a train hears it, then nothing at all.
    connected.proxy.always(Stall(600))
    connected.start()

    assert connected.is_listening(2)
    connected.proxy.always(Pass())

    assert connected.arrives("1")


def test_dropped_stream_is_opened_again(connected: Connected) -> None:
    connected.start()
    assert connected.is_listening()

    connected.proxy.drop()

    assert connected.is_listening(2)
    assert connected.arrives("1")


def test_office_that_restarts_is_heard_again(connected: Connected) -> None:
    connected.start()
    assert connected.is_listening()

    connected.fleet.office.kill()
    connected.fleet.office.restart()

    assert connected.arrives("1")


def test_laptop_that_slept_syncs_and_listens_anew(connected: Connected, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surroundings, "READ_EVERY_S", 0.05)
    connected.proxy.always(Stall(600))
    connected.start()
    assert connected.is_listening()
    assert wait_for(connected.ben, lambda status: status.online and not status.running)
    connected.ana.set("account", connected.account, phone="7")
    assert wait_for(connected.ana, lambda status: status.pending == 0 and not status.running)
    connected.proxy.always(Pass())

    # Its stream is still open and says nothing; only the clock tells that an hour is missing.
    connected.clock.moved = timedelta(hours=1)

    assert connected.is_listening(2)
    assert connected.arrives("8")


def test_laptop_in_another_network_listens_anew(connected: Connected, monkeypatch: pytest.MonkeyPatch) -> None:
    address = "10.0.0.2"
    monkeypatch.setattr(surroundings, "READ_EVERY_S", 0.05)
    monkeypatch.setattr(surroundings, "own_addresses", lambda _server: address)
    connected.proxy.always(Stall(600))
    connected.start()
    assert connected.is_listening()
    connected.proxy.always(Pass())

    address = "192.168.7.4"

    assert connected.is_listening(2)
    assert connected.arrives("1")


@pytest.mark.parametrize("page", [HTML, Answer(502, {"Content-Type": "text/html"}, b"<p>bad gateway</p>")])
def test_hotel_between_laptop_and_office_is_left_behind_in_the_end(connected: Connected, page: Answer) -> None:
    connected.start()
    assert connected.is_listening()
    connected.proxy.always(page)
    connected.proxy.drop()
    connected.ben.set("account", connected.account, email="kestrel@example.com")

    assert wait_for(connected.ben, lambda status: status.tone is Tone.OFFLINE)
    connected.proxy.always(Call())

    assert connected.arrives("1")
    assert wait_for(connected.ben, lambda status: status.tone is Tone.SENT)


def test_revoked_laptop_listens_again_after_signing_in(connected: Connected) -> None:
    ben = connected.ben
    connected.start()
    assert connected.is_listening()
    assert connected.fleet.office.run("device", "revoke", ben.database.meta.client_id).code == 0
    # The stream ends with the token, and what is opened after that is refused.
    assert connected.is_listening(2)
    task = ben.add("task", title="call Kestrel")
    assert wait_for(ben, lambda status: status.tone is Tone.ATTENTION)
    assert ben.unsent == 1

    credentials = connected.fleet.credentials("ben", server=connected.proxy.address)
    enrol(ben.paths, credentials, clock=SystemClock())
    ben.app.sync.reconnect()

    assert connected.is_listening(3)
    assert connected.arrives("1")
    assert ben.unsent == 0
    assert (ben.get("task", task) or {})["title"] == "call Kestrel"


def test_laptop_that_syncs_only_when_asked_does_not_listen(connected: Connected) -> None:
    connected.ben.app.settings.set(SYNC_BY_ITSELF, False)
    connected.start()
    connected.ben.app.sync.sync()
    seen = [each.path for each in connected.proxy.seen]

    connected.ben.app.settings.set(SYNC_BY_ITSELF, True)

    assert connected.is_listening()
    assert EVENTS not in seen
    assert connected.arrives("1")


def test_program_ends_at_once_while_the_office_is_silent(connected: Connected) -> None:
    connected.proxy.always(Stall(0))
    connected.start(connected.ben)
    assert connected.is_listening()
    running = {each.name for each in threading.enumerate()}

    # Half a minute of silence would have to pass if anything waited for the stream; pytest-timeout is what watches.
    connected.ben.close()

    assert {"listener", "surroundings"} <= running
    assert not {"listener", "surroundings"} & {each.name for each in threading.enumerate()}


def test_stream_of_another_laptop_of_mine_hears_my_changes(connected: Connected) -> None:
    second = connected.fleet.laptop("ana-2")
    line = HttpEvents(second.database.meta.server, token=second.database.meta.token)
    stream = iter(line.listen())
    known = next(stream).head
    connected.start(connected.ana)

    connected.ana.set("account", connected.account, phone="1")

    assert next(stream).head > known
    line.close()
    stream.close()  # type: ignore[attr-defined]
