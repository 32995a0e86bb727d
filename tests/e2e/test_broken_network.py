"""Networks that break, lie and fall silent between real laptops and a real office: nothing is lost or done twice."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Queue

import pytest

from desktop.domain.listing import Listing
from desktop.services.profiles import enrol
from desktop.services.sync_status import SyncStatus, Tone
from desktop.services.sync_words import detail
from sync.client.cancel import CancelledError
from sync.contract.clock import SystemClock, parse_instant
from sync.contract.errors import AppError, Code
from sync.contract.wire import PROBLEM_TYPE, PROTOCOL, PROTOCOL_HEADER
from tests.helpers.fault_proxy import (
    HTML,
    Answer,
    Blackhole,
    Call,
    CutAnswer,
    CutRequest,
    FaultProxy,
    LoseAnswer,
    Refuse,
)
from tests.helpers.fleet import Fleet, FleetLaptop


@pytest.fixture
def proxy(sqlite_fleet: Fleet) -> Iterator[FaultProxy]:
    with FaultProxy(sqlite_fleet.office.url) as proxy:
        yield proxy


@pytest.fixture
def ana(sqlite_fleet: Fleet, proxy: FaultProxy) -> FleetLaptop:
    """Ana's laptop behind the broken network, with one account that everybody has."""
    ana = sqlite_fleet.laptop("ana", server=proxy.address)
    ana.add("account", name="Kestrel Foods", points=1)
    ana.sync()
    proxy.seen.clear()
    return ana


def account_of(laptop: FleetLaptop) -> str:
    with laptop.database.reading() as connection:
        table = laptop.database.schema.table("account")
        return str(connection.execute(table.select().with_only_columns(table.c.id)).scalar_one())


def refused(laptop: FleetLaptop) -> Code | None:
    try:
        laptop.sync()
    except AppError as refusal:
        return refusal.code
    return None


def test_reply_that_is_lost_after_the_commit_is_not_done_twice(
    sqlite_fleet: Fleet, proxy: FaultProxy, ana: FleetLaptop
) -> None:
    account = account_of(ana)
    ana.set("account", account, points=4)
    ana.add("activity", kind="call", account=account, body="Asked for a price.")
    lost: list[Code | None] = []

    while ana.unsent:
        if len(lost) < 3:
            proxy.next(Call(), LoseAnswer())
        lost.append(refused(ana))

    assert lost == [Code.SERVER_UNREACHABLE] * 3 + [None]
    assert (ana.get("account", account) or {})["points"] == 4
    assert len(ana.reads.timeline(account)) == 1
    sqlite_fleet.check()


@pytest.mark.slow
@pytest.mark.parametrize("cut", [CutAnswer, CutRequest])
def test_network_cut_anywhere_in_a_sync_loses_nothing(
    sqlite_fleet: Fleet, proxy: FaultProxy, ana: FleetLaptop, cut: type[CutAnswer | CutRequest]
) -> None:
    account = account_of(ana)
    ben = sqlite_fleet.laptop("ben")
    number = 0

    def work() -> None:
        nonlocal number
        number += 1
        ana.set("account", account, points=(ana.get("account", account) or {}).get("points", 0) + 1)
        ana.add("task", title=f"task {number}", account=account)
        ben.set("account", account, email=f"n{number}@example.com")
        ben.sync()

    work()
    ana.sync()
    sizes = [each.answer_size if cut is CutAnswer else each.size for each in proxy.seen]
    for place, size in enumerate(sizes):
        for after in sorted({0, 1, size // 3, size // 2, size - 1}):
            work()
            proxy.next(*[Call()] * place, cut(after))
            assert refused(ana) in {Code.SERVER_UNREACHABLE, None}

    sqlite_fleet.sync_all()
    assert (ben.get("account", account) or {})["points"] == 1 + number
    assert ben.reads.counts()["task"] == number
    sqlite_fleet.check()


def test_sign_in_page_of_a_hotel_changes_nothing(sqlite_fleet: Fleet, proxy: FaultProxy, ana: FleetLaptop) -> None:
    task = ana.add("task", title="call Kestrel")
    proxy.always(HTML)

    assert refused(ana) is Code.NOT_A_SERVER

    assert ana.unsent == 1
    assert (ana.get("task", task) or {})["title"] == "call Kestrel"
    assert ana.app.status.current.tone is Tone.OFFLINE

    proxy.always(Call())
    ana.sync()
    sqlite_fleet.check()


def test_sign_in_page_that_answers_401_does_not_end_the_sign_in(proxy: FaultProxy, ana: FleetLaptop) -> None:
    ana.add("task", title="call Kestrel")
    proxy.always(Answer(401, {"Content-Type": "text/html"}, b"<p>Who are you?</p>"))

    assert refused(ana) is Code.NOT_A_SERVER
    assert ana.app.status.current.tone is Tone.OFFLINE

    proxy.always(Call())
    assert refused(ana) is None


OURS = {PROTOCOL_HEADER: PROTOCOL, "Content-Type": PROBLEM_TYPE}
PAGE = {"Content-Type": "text/html"}
SOME_DATE = (datetime.now(UTC) + timedelta(minutes=50)).strftime("%a, %d %b %Y %H:%M:%S GMT")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        pytest.param(HTML, Code.NOT_A_SERVER, id="sign-in page of a hotel"),
        pytest.param(Answer(302, {"Location": "http://192.0.2.1/portal"}), Code.NOT_A_SERVER, id="redirect elsewhere"),
        pytest.param(Answer(407, PAGE, b"<p>proxy</p>"), Code.NOT_A_SERVER, id="407 of a proxy"),
        pytest.param(Answer(502, PAGE, b"<p>gateway</p>"), Code.SERVER_UNREACHABLE, id="502 of a proxy"),
        pytest.param(Answer(401, OURS, b"{}"), Code.SIGN_IN_ENDED, id="401"),
        pytest.param(Answer(403, OURS, b"{}"), Code.NOT_PERMITTED, id="403"),
        pytest.param(Answer(429, {"Retry-After": "120"}), Code.SERVER_BUSY, id="429 for seconds"),
        pytest.param(Answer(503, {"Retry-After": SOME_DATE}), Code.SERVER_BUSY, id="503 until a date"),
        pytest.param(Answer(500, OURS, b"{}"), Code.INTERNAL, id="500"),
        pytest.param(Refuse(), Code.SERVER_UNREACHABLE, id="connection refused"),
        pytest.param(LoseAnswer(), Code.SERVER_UNREACHABLE, id="answer lost"),
    ],
)
def test_fault_at_any_request_of_a_sync_keeps_everything(
    sqlite_fleet: Fleet, proxy: FaultProxy, ana: FleetLaptop, fault: Answer | Refuse, code: Code
) -> None:
    ben = sqlite_fleet.laptop("ben")
    account = account_of(ana)
    number = 0

    def work() -> None:
        nonlocal number
        number += 1
        ana.add("task", title=f"task {number}", account=account)
        ben.add("activity", kind="call", account=account, body=f"call {number}")
        ben.sync()

    work()
    ana.sync()
    requests = [each.path for each in proxy.seen]
    assert {path.partition("?")[0].rpartition("/")[2] for path in requests} >= {"hello", "push", "pull"}
    for place in range(len(requests)):
        work()
        proxy.next(*[Call()] * place, fault)
        assert refused(ana) in {code, None}, f"at {requests[place]}"
        proxy.forget()
        assert ana.reads.counts()["task"] == number

    sqlite_fleet.sync_all()
    assert len(ben.reads.ids(Listing("task"))) == number
    assert len(ana.reads.timeline(account, kinds=("call",))) == number
    sqlite_fleet.check()


def test_sign_in_that_ends_between_any_two_requests_costs_nothing(
    sqlite_fleet: Fleet, proxy: FaultProxy, ana: FleetLaptop
) -> None:
    def revoke() -> None:
        assert sqlite_fleet.office.run("device", "revoke", ana.database.meta.client_id).code == 0

    for place in range(3):
        ana.add("task", title=f"task {place}")
        proxy.next(*[Call()] * place, Call(before=revoke))
        assert refused(ana) is Code.SIGN_IN_ENDED
        proxy.forget()
        # Up to the push it waits; after the push the office has it.
        assert ana.unsent == (place < 2)
        assert ana.reads.counts()["task"] == place + 1
        assert ana.app.status.current.tone is Tone.ATTENTION

        enrol(ana.paths, sqlite_fleet.credentials("ana", server=proxy.address), clock=SystemClock())
        ana.app.sync.reconnect()
        assert refused(ana) is None

    assert ana.unsent == 0
    sqlite_fleet.check()


def test_batch_that_a_proxy_finds_too_large_is_split(sqlite_fleet: Fleet, proxy: FaultProxy, ana: FleetLaptop) -> None:
    for number in range(8):
        ana.add("task", title=f"task {number}")
    too_large = Answer(413, PAGE, b"<p>too large</p>")
    proxy.next(Call(), too_large, too_large)

    ana.sync()

    sizes = [len(json.loads(each.body)["mutations"]) for each in proxy.seen if each.path.endswith("/push")]
    assert sizes[:3] == [8, 4, 2]
    assert ana.unsent == 0
    assert ana.app.status.current.attention == 0
    sqlite_fleet.check()


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(Answer(429, {"Retry-After": "120", "Content-Type": "text/plain"}, b"slow down"), id="seconds"),
        pytest.param(Answer(503, {"Retry-After": SOME_DATE}), id="date"),
        pytest.param(Answer(503, {**OURS, "Retry-After": "9999999"}, b"{}"), id="far too long"),
    ],
)
def test_busy_office_is_not_asked_again_before_it_said_and_the_rep_sees_a_calm_sentence(
    proxy: FaultProxy, ana: FleetLaptop, asked: Answer
) -> None:
    proxy.always(asked)
    ana.add("task", title="call Kestrel")
    told: Queue[SyncStatus] = Queue()
    leave = ana.app.status.subscribe(told.put)
    ana.app.start(0.0)
    status = ana.app.status.current
    while status.retry_at is None:
        status = told.get(timeout=60)
    leave()
    proxy.always(Call())

    for number in range(5):
        ana.add("task", title=f"call {number}")

    now = datetime.now(UTC)
    assert timedelta(seconds=60) < parse_instant(status.retry_at) - now < timedelta(hours=1, minutes=10)
    assert status.tone is Tone.BUSY
    assert detail(status, ana.app.texts, now=now).startswith("The server is busy. Trying again in ")
    assert [each.path for each in proxy.seen] == ["/v1/sync/hello"]
    assert ana.unsent == 6


def test_sync_in_a_network_that_swallows_everything_is_given_up_at_once(proxy: FaultProxy, ana: FleetLaptop) -> None:
    ana.add("task", title="call Kestrel")
    proxy.always(Blackhole())
    ended = ana.app.jobs.submit_network(ana.app.sync.sync)
    assert proxy.wait_for(1)

    ana.app.sync.stop()

    # Its own patience of half a minute would end as an unreachable office.
    assert isinstance(ended.exception(60), CancelledError)
    assert ana.unsent == 1


def test_redirect_to_another_host_gets_no_token_at_any_request(proxy: FaultProxy, ana: FleetLaptop) -> None:
    with FaultProxy() as other:
        for place in range(3):
            ana.add("task", title=f"task {place}")
            proxy.next(*[Call()] * place, Answer(307, {PROTOCOL_HEADER: PROTOCOL, "Location": other.address}))
            assert refused(ana) is Code.NOT_A_SERVER
            proxy.forget()

        assert other.seen == []
    assert refused(ana) is None
    assert ana.unsent == 0


def test_connection_that_died_while_the_laptop_slept_costs_one_attempt_at_most(
    sqlite_fleet: Fleet, proxy: FaultProxy, ana: FleetLaptop
) -> None:
    ana.sync()
    for _ in range(3):
        ana.add("task", title="call Kestrel")
        proxy.drop()
        if refused(ana) is not None:
            assert refused(ana) is None

    assert ana.unsent == 0
    sqlite_fleet.check()


def test_office_behind_another_network_is_the_same_office(
    sqlite_fleet: Fleet, proxy: FaultProxy, ana: FleetLaptop
) -> None:
    ana.add("task", title="call Kestrel")
    proxy.always(Refuse())
    assert refused(ana) is Code.SERVER_UNREACHABLE

    with FaultProxy(sqlite_fleet.office.url) as elsewhere:
        ana.talk_through(elsewhere.address)
        assert refused(ana) is None

    assert ana.unsent == 0
    ana.talk_through(sqlite_fleet.office.url)
    sqlite_fleet.check()


def test_busy_office_is_left_alone_for_as_long_as_it_says(proxy: FaultProxy, ana: FleetLaptop) -> None:
    ana.add("task", title="call Kestrel")
    proxy.next(Answer(503, {"Retry-After": "120", "Content-Type": "text/plain"}, b"busy"))

    with pytest.raises(AppError) as caught:
        ana.sync()

    assert caught.value.code is Code.SERVER_BUSY
    assert caught.value.data["retry_after_s"] == 120
    assert ana.unsent == 1


def test_second_sync_at_the_same_time_is_refused_until_the_first_is_killed(
    sqlite_fleet: Fleet, proxy: FaultProxy, ana: FleetLaptop
) -> None:
    ana.add("task", title="call Kestrel")
    ana.close()
    proxy.always(Blackhole())
    waiting = ana.command("sync")
    assert proxy.wait_for(1)

    second = ana.command("sync")
    out, err = second.communicate(timeout=60)
    ana.open()
    third = refused(ana)
    waiting.kill()
    waiting.communicate(timeout=60)
    proxy.always(Call())

    assert (second.returncode, out) == (1, "")
    assert err.strip()
    assert third is Code.SYNC_RUNNING
    assert refused(ana) is None
    sqlite_fleet.check()


def test_wrong_password_and_unknown_server_leave_no_profile(sqlite_fleet: Fleet, tmp_path: Path) -> None:
    sqlite_fleet.hire("ana")
    profile = sqlite_fleet.profile("ana")
    with FaultProxy() as gone:
        nobody = gone.address

    for credentials, code in (
        (sqlite_fleet.credentials("ana", password="wrong"), Code.SIGN_IN_REFUSED),
        (sqlite_fleet.credentials("nobody"), Code.SIGN_IN_REFUSED),
        (sqlite_fleet.credentials("ana", server=nobody), Code.SERVER_UNREACHABLE),
        (sqlite_fleet.credentials("ana", server="http://crm.example.com"), Code.INSECURE_ADDRESS),
    ):
        with pytest.raises(AppError) as caught:
            enrol(profile, credentials, clock=SystemClock())
        assert caught.value.code is code
        assert not profile.folder.exists()


def test_laptop_that_was_revoked_keeps_its_edits_and_sends_them_after_signing_in_again(
    sqlite_fleet: Fleet, ana: FleetLaptop
) -> None:
    task = ana.add("task", title="call Kestrel")
    assert sqlite_fleet.office.run("device", "revoke", ana.database.meta.client_id).code == 0

    assert refused(ana) is Code.SIGN_IN_ENDED
    assert ana.unsent == 1
    assert ana.app.status.current.tone is Tone.ATTENTION

    address = ana.database.meta.server
    enrol(ana.paths, sqlite_fleet.credentials("ana", server=address), clock=SystemClock())
    ana.app.sync.reconnect()
    assert refused(ana) is None
    assert (ana.get("task", task) or {})["title"] == "call Kestrel"
    sqlite_fleet.check()


def test_other_user_cannot_take_over_a_profile(sqlite_fleet: Fleet, ana: FleetLaptop) -> None:
    ana.add("task", title="call Kestrel")
    sqlite_fleet.hire("ben")

    with pytest.raises(AppError) as caught:
        enrol(ana.paths, sqlite_fleet.credentials("ben", server=ana.database.meta.server), clock=SystemClock())

    assert caught.value.code is Code.WRONG_USER
    assert ana.unsent == 1
    assert refused(ana) is None
    sqlite_fleet.check()
