"""Networks that break, lie and fall silent between real laptops and a real office: nothing is lost or done twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.services.profiles import enrol
from desktop.services.sync_status import Tone
from sync.contract.clock import SystemClock
from sync.contract.errors import AppError, Code
from tests.helpers.fault_proxy import HTML, Answer, Blackhole, Call, CutAnswer, CutRequest, FaultProxy, LoseAnswer
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
