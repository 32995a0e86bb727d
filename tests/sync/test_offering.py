"""Own edits are handed in again after the office was set back: in slices, between which anything may end."""

from pathlib import Path

import pytest

from desktop.domain.listing import Listing
from desktop.store import gate, lineage, meta, offering, testimony
from desktop.store.connections import raw
from desktop.store.gate import GateMode
from desktop.store.replica import StoreReplica
from sync.client.cancel import CancelledError, CancelToken
from tests.helpers import oracle
from tests.helpers.small_world import Laptop, World

pytestmark = pytest.mark.allow_logs(
    "the office was set back", "fetching everything anew", "the office has other edits under this laptop's id"
)

PHONES = ("111", "112", "113", "114")


class _EndingAfterASlice(StoreReplica):
    """Asks the run to end after each slice."""

    cancel: CancelToken

    def offer_some(self) -> bool:
        more = super().offer_some()
        if more:
            self.cancel.set()
        return more


@pytest.fixture
def set_back(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """An office set back to before Ana edited four accounts twice; one record makes a slice."""
    monkeypatch.setattr(offering, "_ENTRIES", 1)
    ana = world["ana"]
    accounts = [ana.add("account", name=f"Customer {phone}") for phone in PHONES]
    for laptop in world.laptops:
        laptop.sync()
    backup = world.backup_office(tmp_path / "office-backup")
    for city in ("Ulm", "York"):
        for account, phone in zip(accounts, PHONES, strict=True):
            ana.set("account", account, phone=phone, city=city)
    for laptop in (ana, world["ben"]):
        laptop.sync()
    world.set_back_office(backup)
    return world


def broken_off(laptop: Laptop) -> bool:
    """Sync, with an end after the first slice; tells whether it was broken off. The program ends, too."""
    replica = _EndingAfterASlice(laptop.database)
    replica.cancel = CancelToken()
    laptop.replica = replica
    try:
        laptop.sync(cancel=replica.cancel)
    except CancelledError:
        return True
    finally:
        laptop.reopen()
    return False


def cities(laptop: Laptop) -> list[object]:
    shown = [laptop.get("account", each) or {} for each in laptop.reads.ids(Listing("account"))]
    return [each.get("city") for each in shown if str(each["name"]).startswith("Customer")]


def task(laptop: Laptop) -> str:
    return min(laptop.reads.ids(Listing("task")))


def test_handing_in_again_that_is_broken_off_after_every_slice_goes_on_and_loses_nothing(set_back: World) -> None:
    ana, ben = set_back["ana"], set_back["ben"]

    runs = 0
    while broken_off(ana):
        runs += 1
        assert cities(ana) == ["York"] * 4
        ana.set("task", task(ana), title=f"saved after {runs} slices")
    for laptop in (*set_back.laptops, *set_back.laptops):
        laptop.sync()

    assert runs >= len(PHONES)
    assert (ana.unsent, cities(ana), cities(ben)) == (0, ["York"] * 4, ["York"] * 4)
    assert (ana.get("task", task(ana)) or {})["title"] == f"saved after {runs} slices"
    assert ana.database.meta.get(meta.OFFERING) is None
    oracle.check(set_back)


def test_edits_that_wait_again_are_in_the_outbox_file_and_claim_to_have_seen_no_more_than_the_office_has(
    set_back: World,
) -> None:
    ana = set_back["ana"]
    behind = ana.database.meta.get(meta.SEQ)

    broken_off(ana)
    while broken_off(ana) and ana.unsent < 2 * len(PHONES):
        continue

    with ana.database.reading() as connection:
        waiting = dict(
            raw(connection).execute("SELECT mutation, base FROM journal WHERE outcome IS NULL AND origin = 'local'")
        )
    kept = {str(row["mutation"]): row["base"] for row in ana.database.outbox_file.read().rows()}
    assert len(waiting) == 2 * len(PHONES)
    assert kept == waiting
    assert max(waiting.values()) < behind


def test_once_no_record_is_left_no_slice_looks_for_one_again(set_back: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offering, "_POSITIONS", 1)
    ben = set_back["ben"]
    ben.replica.restart_snapshot(0)

    asked: list[str] = []
    while ben.replica.offer_some():
        asked.append(ben.database.meta.get(meta.OFFERING)["after"])

    assert len(asked) > len(PHONES)
    assert set(asked) == {None}


def test_own_entries_behind_a_position_are_found_by_their_numbers(set_back: World) -> None:
    database = set_back["ana"].database
    asked: list[str] = []
    with database.writing() as connection, gate.opened(connection, GateMode.SYNC):
        driver = raw(connection)
        driver.set_trace_callback(asked.append)
        known = lineage.known_upto(connection, 1_000_000)
        testimony.forget_positions(connection, 1_000_000, 1)
        driver.set_trace_callback(None)
        ways = [driver.execute(f"EXPLAIN QUERY PLAN {each}").fetchone()[3] for each in (asked[0], asked[-1])]

    assert known > 2 * len(PHONES)
    assert all("USING INDEX journal_client_n" in way for way in ways)


def test_laptop_that_begins_twice_to_part_does_so_under_the_same_id(world: World) -> None:
    ana = world["ana"]
    ana.replica.offer_again(1000)
    begun = ana.replica.new_id()

    ana.replica.offer_again(1000)

    assert ana.replica.new_id() == begun
