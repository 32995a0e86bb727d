"""Live events of the real server: who hears of what, when a stream ends, how many there may be, how it all ends."""

import asyncio
import http.client
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from sync.contract.clock import SystemClock, new_id
from sync.contract.fields import Role
from sync.contract.wire import EVENT_STREAM, PROTOCOL, PROTOCOL_HEADER, HeadEvent
from sync.server.auth import Caller
from sync.server.feed import MAX_PER_DEVICE, Feed, Pace, spread_of
from sync.server.log import Author, open_log
from tests.helpers.office import Office

WAIT_S = 20
PATH = "/v1/sync/events"


@dataclass
class Stream:
    """One open stream, read line by line."""

    connection: http.client.HTTPConnection
    answer: http.client.HTTPResponse

    def event(self) -> dict[str, Any] | None:
        """Read up to the next event; ``None`` at the end of the stream."""
        while line := self.answer.readline():
            if line.startswith(b"data: "):
                found: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
                return found
        return None

    def close(self) -> None:
        self.connection.close()


@dataclass
class Device:
    """A signed-in laptop that speaks plain HTTP."""

    office: Office
    login: str
    client_id: str = field(default_factory=new_id)
    token: str = ""
    user: str = ""
    streams: list[Stream] = field(default_factory=list)

    def sign_in(self) -> "Device":
        request = {"login": self.login, "password": Office.PASSWORD, "client_id": self.client_id}
        answer = self.ask("POST", "/v1/sign-in", {**request, "device": "laptop", "schema": 1})[1]
        self.token, self.user = answer["token"], answer["user_id"]
        return self

    def ask(self, method: str, path: str, document: Any = None, **headers: str) -> tuple[int, Any]:
        answer = self.send(method, path, document, **headers).answer
        raw = answer.read()
        return answer.status, json.loads(raw) if raw else None

    def connect(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.office.url)
        return http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=WAIT_S)

    def send(self, method: str, path: str, document: Any = None, **headers: str) -> Stream:
        connection = self.connect()
        body = None if document is None else json.dumps(document)
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        connection.request(method, path, body, headers)
        opened = Stream(connection, connection.getresponse())
        self.streams.append(opened)
        return opened

    def listen(self) -> Stream:
        """Open a stream and read its first event, so that everything from now on is told."""
        opened = self.send("GET", PATH, Accept=EVENT_STREAM)
        assert opened.answer.status == 200, opened.answer.read()
        assert opened.event() is not None
        return opened

    def wait(self, wait_s: float, after: int) -> dict[str, Any]:
        status, event = self.ask("GET", f"{PATH}?{urlencode({'wait': wait_s, 'after': after})}")
        assert status == 200, event
        found: dict[str, Any] = event
        return found


MakeDevice = Callable[..., Device]


@pytest.fixture
def device() -> Iterator[MakeDevice]:
    made: list[Device] = []

    def make(office: Office, login: str) -> Device:
        made.append(Device(office, login).sign_in())
        return made[-1]

    yield make
    for each in made:
        for stream in each.streams:
            stream.close()


def account(office: Office, territory: str, *, name: str = "Kestrel") -> str:
    """Make an account at the office; gives its id."""
    with office.log() as log, log.writing() as writer:
        where = writer.find("territory", "name", territory)[0]
        return writer.create("account", {"name": name, "territory": where}, author=Author(user=None))


def head_of(office: Office) -> int:
    with office.log() as log, log.storage.reading() as connection:
        from sync.server.recording import read_head

        return read_head(connection).seq


def test_stream_begins_with_the_end_of_the_log(office: Office, device: MakeDevice) -> None:
    office.add_user("ana", territories=("North",))

    stream = device(office, "ana").send("GET", PATH, Accept=EVENT_STREAM)

    assert stream.event() == {"shard": 1, "head": head_of(office), "spread_s": 0.0, "news": True}
    assert stream.answer.headers["Content-Type"].startswith(EVENT_STREAM)
    assert stream.answer.headers[PROTOCOL_HEADER] == PROTOCOL
    assert "no-store" in stream.answer.headers["Cache-Control"]


def test_change_written_by_another_process_is_told_to_who_sees_it(office: Office, device: MakeDevice) -> None:
    office.add_user("ana", territories=("North",))
    stream = device(office, "ana").listen()

    account(office, "North")

    event = stream.event()
    assert event is not None
    assert event["head"] == head_of(office)


def test_change_is_told_only_to_those_whom_it_concerns(office: Office, device: MakeDevice) -> None:
    office.add_user("ana", territories=("North",))
    office.add_user("dora", territories=("South",))
    ana, dora = device(office, "ana").listen(), device(office, "dora").listen()

    account(office, "North")
    north = ana.event()
    account(office, "South")
    south = dora.event()

    # Dora heard of the South first: nothing about the North came before it.
    assert north is not None
    assert south is not None
    assert south["head"] == head_of(office) > north["head"]


def test_account_that_is_taken_away_is_told_to_who_loses_it(office: Office, device: MakeDevice) -> None:
    office.add_user("ana", territories=("North",))
    office.add_user("dora", territories=("South",))
    moved = account(office, "North")
    stream = device(office, "ana").listen()

    with office.log() as log, log.writing() as writer:
        writer.patch("account", moved, {"territory": writer.find("territory", "name", "South")[0]}, author=Author())

    event = stream.event()
    assert event is not None
    assert event["head"] == head_of(office)


def test_push_is_told_to_colleagues_on_other_streams(sqlite_office: Office, device: MakeDevice) -> None:
    user = sqlite_office.add_user("ana", territories=("North",))
    sqlite_office.add_user("ben", territories=("North",))
    ana, stream = device(sqlite_office, "ana"), device(sqlite_office, "ben").listen()
    mutation = {"id": new_id(), "n": 1, "type": "account", "record": new_id(), "op": "create", "base": 0}
    mutation |= {"user": user, "fields": {"name": "Otter"}}

    pushed = ana.ask("POST", "/v1/sync/push", {"client_id": ana.client_id, "mutations": [mutation]})[1]
    assert pushed["receipts"][0]["outcome"] == "applied"

    event = stream.event()
    assert event is not None
    assert event["head"] == head_of(sqlite_office)


def test_waiting_request_is_answered_when_there_is_news(office: Office, device: MakeDevice) -> None:
    office.add_user("ana", territories=("North",))
    ana = device(office, "ana")
    head = head_of(office)

    with ThreadPoolExecutor(1) as lane:
        waiting = lane.submit(ana.wait, 25, head)
        account(office, "North")
        event = waiting.result(WAIT_S)

    assert event["news"]
    assert event["head"] > head


def test_waiting_request_ends_without_news_when_its_time_is_over(sqlite_office: Office, device: MakeDevice) -> None:
    sqlite_office.add_user("ana", territories=("North",))
    sqlite_office.add_user("dora", territories=("South",))
    ana, head = device(sqlite_office, "ana"), head_of(sqlite_office)

    event = ana.wait(0.1, head)

    assert event == {"shard": 1, "head": head, "spread_s": 0.0, "news": False}


def test_waiting_request_behind_the_head_is_answered_at_once(sqlite_office: Office, device: MakeDevice) -> None:
    sqlite_office.add_user("ana", territories=("North",))

    event = device(sqlite_office, "ana").wait(25, 0)

    assert event["news"]
    assert event["head"] == head_of(sqlite_office)


def test_caller_that_takes_no_stream_gets_the_end_of_the_log_at_once(sqlite_office: Office, device: MakeDevice) -> None:
    sqlite_office.add_user("ana")

    status, event = device(sqlite_office, "ana").ask("GET", PATH, Accept="application/json")

    assert (status, event["head"]) == (200, head_of(sqlite_office))


@pytest.mark.parametrize(
    "query", ["wait=soon", "wait=-1", "wait=nan", "wait=1&after=x", "after=-4", "after=" + "9" * 40]
)
def test_question_that_cannot_be_read_is_refused(sqlite_office: Office, device: MakeDevice, query: str) -> None:
    sqlite_office.add_user("ana")

    status, problem = device(sqlite_office, "ana").ask("GET", f"{PATH}?{query}")

    assert (status, problem["code"]) == (422, "message_unreadable")


def test_stream_without_a_valid_token_is_refused(sqlite_office: Office, device: MakeDevice) -> None:
    sqlite_office.add_user("ana")
    nobody = device(sqlite_office, "ana")
    nobody.token = "wrong"

    status, problem = nobody.ask("GET", PATH, Accept=EVENT_STREAM)

    assert (status, problem["code"]) == (401, "sign_in_ended")


def test_who_hears_nothing_for_long_is_reminded(tmp_path: Path) -> None:
    log = open_log(f"sqlite:///{tmp_path / 'office.db'}", SystemClock())
    caller = Caller(user="ana", client="laptop", role=Role.REP, last_seen=log.now())

    async def listen() -> HeadEvent | None:
        feed = Feed(log.storage, Pace(heartbeat_s=0.01, sweep_s=0.01))
        with feed.listening(caller, b"token") as ear:
            await feed.catch_up(ear)
            try:
                return await ear.next()
            finally:
                await feed.close()

    try:
        assert asyncio.run(asyncio.wait_for(listen(), 3 * WAIT_S)) is None
    finally:
        log.close()


def test_revoked_laptop_hears_nothing_more(office: Office, device: MakeDevice) -> None:
    office.add_user("ana", territories=("North",))
    ana = device(office, "ana")
    other = device(office, "ana").listen()
    stream = ana.listen()

    assert office.run("device", "revoke", ana.client_id).code == 0

    assert stream.event() is None
    assert ana.ask("GET", PATH)[0] == 401
    account(office, "North")
    assert other.event() is not None


def test_disabled_user_hears_nothing_more(sqlite_office: Office, device: MakeDevice) -> None:
    sqlite_office.add_user("ana", territories=("North",))
    sqlite_office.add_user("boss", role=Role.ADMIN.value)
    stream = device(sqlite_office, "ana").listen()

    assert sqlite_office.run("user", "disable", "ana").code == 0

    while stream.event() is not None:
        continue


def test_new_sign_in_ends_the_stream_of_the_old_one(sqlite_office: Office, device: MakeDevice) -> None:
    sqlite_office.add_user("ana")
    ana = device(sqlite_office, "ana")
    stream = ana.listen()

    ana.sign_in()

    assert stream.event() is None
    assert ana.listen().answer.status == 200


def test_device_that_comes_back_again_and_again_keeps_only_its_newest_streams(
    sqlite_office: Office, device: MakeDevice
) -> None:
    sqlite_office.add_user("ana", territories=("North",))
    ana = device(sqlite_office, "ana")

    streams = [ana.listen() for _ in range(MAX_PER_DEVICE + 3)]

    old, kept = streams[:-MAX_PER_DEVICE], streams[-MAX_PER_DEVICE:]
    assert [each.event() for each in old] == [None] * 3
    account(sqlite_office, "North")
    assert all(each.event() for each in kept)


def test_office_told_to_end_ends_while_streams_and_waiting_requests_are_open(
    office: Office, device: MakeDevice
) -> None:
    office.add_user("ana")
    ana, other = device(office, "ana"), device(office, "ana")
    streams = [ana.listen(), other.listen()]
    head = head_of(office)
    waiting = other.connect()
    waiting.request("GET", f"{PATH}?wait=25&after={head}", headers={"Authorization": f"Bearer {other.token}"})

    # ``stop`` itself fails when this takes longer than ten seconds.
    code = office.stop()
    waiting.close()

    assert code == 0
    assert office.errors == ""
    assert [each.event() for each in streams] == [None, None]


def test_quiet_office_writes_nothing_while_streams_come_and_go(sqlite_office: Office, device: MakeDevice) -> None:
    sqlite_office.add_user("ana")
    ana = device(sqlite_office, "ana")
    before = head_of(sqlite_office)

    for _ in range(5):
        ana.listen().close()

    assert ana.listen().answer.status == 200
    assert head_of(sqlite_office) == before
    assert sqlite_office.errors == ""


def test_office_that_was_set_back_is_no_reason_to_wait(sqlite_office: Office, device: MakeDevice) -> None:
    sqlite_office.add_user("ana", territories=("North",))
    head = head_of(sqlite_office)
    ana = device(sqlite_office, "ana")

    event = ana.wait(25, head + 1000)

    # It ends before what the caller knows; hello will say that the logs have parted.
    assert event == {"shard": 1, "head": head, "spread_s": 0.0, "news": True}


@pytest.mark.parametrize(("laptops", "seconds"), [(1, 0.0), (25, 0.0), (200, 2.0), (1000, 10.0), (100_000, 30.0)])
def test_herd_is_spread_and_a_small_fleet_is_not(laptops: int, seconds: float) -> None:
    assert spread_of(laptops) == seconds


def test_push_at_one_server_is_told_by_another_one(office: Office, device: MakeDevice, tmp_path: Path) -> None:
    office.add_user("ana", territories=("North",))
    office.add_user("ben", territories=("North",))
    (tmp_path / "second").mkdir()

    with Office(office.database, tmp_path / "second") as second:
        stream = device(second, "ana").listen()
        ben = device(office, "ben")
        made = {"type": "account", "record": new_id(), "op": "create", "base": 0, "fields": {"name": "Acme"}}
        mutation = {**made, "id": new_id(), "n": 1, "schema": 1, "user": ben.user, "at": ""}
        status, answer = ben.ask("POST", "/v1/sync/push", {"client_id": ben.client_id, "mutations": [mutation]})
        event = stream.event()

    assert (status, answer["receipts"][0]["outcome"]) == (200, "applied")
    assert event is not None
    assert event["head"] == answer["head"]
