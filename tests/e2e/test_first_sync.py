"""A first sync over networks that cut, damage and lie goes on where it was and ends with what the office has."""

from collections.abc import Iterator

import pytest

from sync.contract.chunks import CHUNK_TYPE
from sync.contract.errors import AppError, Code
from sync.contract.wire import PROTOCOL_HEADER
from sync.server.log import NOBODY
from tests.helpers.fault_proxy import HTML, Answer, Call, CutAnswer, FaultProxy, LoseAnswer, Pass, Refuse
from tests.helpers.fleet import Fleet, FleetLaptop

_ACCOUNTS = 4200


@pytest.fixture
def proxy(sqlite_fleet: Fleet) -> Iterator[FaultProxy]:
    with FaultProxy(sqlite_fleet.office.url) as proxy:
        yield proxy


@pytest.fixture
def ana(sqlite_fleet: Fleet, proxy: FaultProxy) -> FleetLaptop:
    """Ana's new laptop, which has signed in and fetched nothing."""
    sqlite_fleet.hire("ana")
    with sqlite_fleet.office.log() as log, log.loading() as writer:
        territory = writer.find("territory", "name", "North")[0]
        for number in range(_ACCOUNTS):
            writer.create("account", {"name": f"account {number}", "territory": territory}, author=NOBODY)
    ana = sqlite_fleet.laptop("ana", server=proxy.address, synced=False)
    proxy.seen.clear()
    return ana


def refused(laptop: FleetLaptop) -> Code | None:
    try:
        laptop.sync()
    except AppError as refusal:
        return refusal.code
    return None


def chunks_asked(proxy: FaultProxy) -> list[str]:
    return [each.path.partition("?")[0] for each in proxy.seen if "/chunks/" in each.path]


DAMAGED = Answer(200, {PROTOCOL_HEADER: "1", "Content-Type": CHUNK_TYPE, "ETag": '"x"'}, b"damaged")


def test_first_sync_through_every_fault_goes_on_and_ends_complete(
    sqlite_fleet: Fleet, proxy: FaultProxy, ana: FleetLaptop
) -> None:
    faults = (HTML, Refuse(), LoseAnswer(), CutAnswer(after=700), Answer(503), Answer(302, {"Location": "/"}))
    ends = []

    for fault in faults:
        # Hello and what comes next pass, so that every run gets one step further before it breaks.
        proxy.next(Pass(), Pass(), fault)
        ends.append(refused(ana))
        proxy.forget()
    ends.append(refused(ana))

    assert ends[-1] is None
    assert set(ends[:-1]) <= {Code.NOT_A_SERVER, Code.SERVER_UNREACHABLE, Code.SERVER_BUSY, None}
    assert sum("/manifest" in each.path for each in proxy.seen) == 1
    assert ana.reads.counts()["account"] == _ACCOUNTS
    sqlite_fleet.check()


def test_damaged_chunk_is_fetched_again_and_a_second_time_damaged_it_ends_with_a_calm_refusal(
    sqlite_fleet: Fleet, proxy: FaultProxy, ana: FleetLaptop
) -> None:
    proxy.next(Pass(), Pass(), DAMAGED, Pass(), DAMAGED, DAMAGED)
    first = refused(ana)
    asked = chunks_asked(proxy)
    second = refused(ana)

    assert (first, second) == (Code.CHUNK_DAMAGED, None)
    assert [asked.count(each) for each in dict.fromkeys(asked)] == [2, 2]
    assert ana.reads.counts()["account"] == _ACCOUNTS
    sqlite_fleet.check()


def test_account_moved_away_and_others_changed_meanwhile_are_right_at_the_end(
    sqlite_fleet: Fleet, proxy: FaultProxy, ana: FleetLaptop
) -> None:
    ben = sqlite_fleet.laptop("ben")
    ids = sorted(_account_ids(ben))
    moved, edited, later = ids[0], ids[1], ids[-1]

    def meanwhile() -> None:
        ben.set("account", edited, points=77)
        ben.set("account", later, points=78)
        ben.sync()
        assert sqlite_fleet.office.run("territory", "move", moved, "--to", "West").code == 0

    # The first chunk with accounts is here, the next are not asked for yet.
    proxy.next(Pass(), Pass(), Pass(), Call(after=meanwhile))
    assert refused(ana) is None
    sqlite_fleet.sync_all()

    assert [(ana.get("account", each) or {})["points"] for each in (edited, later)] == [77, 78]
    assert sum("/manifest" in each.path for each in proxy.seen) <= 2
    sqlite_fleet.check()


def test_office_from_before_manifests_serves_new_laptops_and_old_laptops_are_served(
    sqlite_fleet: Fleet, proxy: FaultProxy, ana: FleetLaptop
) -> None:
    problem = b'{"type":"","title":"","status":404,"code":"not_found","retry":"never"}'
    absent = Answer(404, {PROTOCOL_HEADER: "1", "Content-Type": "application/problem+json"}, problem)
    proxy.next(Pass(), absent)

    assert refused(ana) is None

    assert chunks_asked(proxy) == []
    assert any("/v1/sync/snapshot" in each.path for each in proxy.seen)
    assert ana.reads.counts()["account"] == _ACCOUNTS
    sqlite_fleet.check()


def _account_ids(laptop: FleetLaptop) -> list[str]:
    with laptop.database.reading() as connection:
        table = laptop.database.schema.table("account")
        return [str(each) for each in connection.execute(table.select().with_only_columns(table.c.id)).scalars()]
