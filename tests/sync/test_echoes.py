"""A laptop that pulls what it has just handed in: nothing comes twice, and nothing is taken on trust."""

from dataclasses import replace

import pytest

from sync.contract.errors import AppError, Code
from sync.contract.wire import PullAnswer, PushAnswer, PushRequest
from tests.helpers import oracle
from tests.helpers.small_world import Laptop, World


@pytest.fixture
def account(world: World) -> str:
    """An account that everybody has."""
    made = world["ana"].add("account", name="Heron Ltd", phone="1", city="Jinan")
    everybody_syncs(world)
    return made


def everybody_syncs(world: World) -> None:
    for laptop in (*world.laptops, *world.laptops):
        laptop.sync()


def stand_still(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let receipts not tell a laptop that it holds the version which its edit has made."""
    push = laptop.office.push

    def pushed(request: PushRequest) -> PushAnswer:
        answer = push(request)
        return replace(answer, receipts=[replace(each, before=0) for each in answer.receipts])

    monkeypatch.setattr(laptop.office, "push", pushed)


def listen(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> list[PullAnswer]:
    """Collect the pages that a laptop gets."""
    pages: list[PullAnswer] = []
    pull = laptop.office.pull

    def heard(cursor: str, limit: int, kept: str = "", *, echoes: bool = False) -> PullAnswer:
        pages.append(pull(cursor, limit, kept, echoes=echoes))
        return pages[-1]

    monkeypatch.setattr(laptop.office, "pull", heard)
    return pages


def hand_in_only(laptop: Laptop) -> None:
    """Sync on a line that breaks when the laptop begins to pull."""

    def cut(asked: str) -> None:
        if asked == "pull":
            raise AppError(Code.SERVER_UNREACHABLE)

    laptop.office.before = cut
    with pytest.raises(AppError):
        laptop.sync()
    laptop.office.before = lambda _asked: None
    assert laptop.unsent == 0


def check_whole(laptop: Laptop) -> None:
    """Sync, and check that the laptop has what the office has, by their sums and row by row."""
    report = laptop.sync()
    assert (report.compared, report.repaired) == (True, 0)
    oracle.check_equals_office(laptop.office, laptop)


def test_own_edits_do_not_come_back_and_nothing_differs(
    world: World, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = world["ana"]
    pages = listen(ana, monkeypatch)
    ana.set("account", account, phone="2")
    ana.set("account", account, phone="3", city="Xi'an")

    check_whole(ana)

    assert [(each.rows, each.changes, len(each.echoes)) for each in pages] == [([], [], 1)]
    everybody_syncs(world)
    assert (world["ben"].get("account", account) or {})["city"] == "Xi'an"


def test_edit_on_top_of_a_colleagues_unseen_one_brings_that_too(world: World, account: str) -> None:
    ana, ben = world["ana"], world["ben"]
    ben.set("account", account, city="Xi'an")
    ben.sync()
    ana.set("account", account, phone="2")

    check_whole(ana)

    shown = ana.get("account", account) or {}
    assert (shown["city"], shown["phone"]) == ("Xi'an", "2")


def test_edit_that_is_saved_while_another_is_handed_in_stays_visible(
    world: World, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = world["ana"]
    push = ana.office.push

    def pushed(request: object) -> object:
        answer = push(request)  # type: ignore[arg-type]
        monkeypatch.setattr(ana.office, "push", push)
        ana.set("account", account, phone="3")
        return answer

    monkeypatch.setattr(ana.office, "push", pushed)
    ana.set("account", account, phone="2")

    check_whole(ana)

    assert (ana.get("account", account) or {})["phone"] == "3"
    assert ana.unsent == 0


def test_laptop_that_stands_elsewhere_has_the_page_told_whole(
    world: World, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = world["ana"]
    pages = listen(ana, monkeypatch)
    ana.set("account", account, phone="2")
    stand_still(ana, monkeypatch)

    check_whole(ana)

    assert [len(each.echoes) for each in pages] == [1, 0]
    assert [each.id for each in pages[1].rows] == [account]


def test_receipt_does_not_let_a_deletion_overlook_what_a_colleague_has_done_in_the_account(
    world: World, account: str
) -> None:
    ana, ben = world["ana"], world["ben"]
    visit = ben.add("activity", kind="visit", subject="Talked", account=account)
    ben.sync()
    ana.set("account", account, phone="2")
    hand_in_only(ana)

    ana.delete("account", account)
    everybody_syncs(world)

    assert len(ana.questions(account)) == 1
    assert ben.get("activity", visit) is not None
    assert ben.get("account", account) is not None


def test_receipt_does_not_let_an_edit_give_up_what_another_laptop_of_its_author_asks(
    world: World, account: str
) -> None:
    ana, other, ben = world["ana"], world["ana-2"], world["ben"]
    ben.set("account", account, phone="20")
    ben.sync()
    ana.sync()
    other.set("account", account, phone="30")
    other.sync()
    ana.set("account", account, city="Xi'an")
    hand_in_only(ana)
    ana.set("account", account, phone="40")
    everybody_syncs(world)

    (question,) = other.questions(account)

    assert (question.theirs, question.yours) == ({"phone": "40"}, {"phone": "30"})


def test_page_that_is_told_whole_does_not_end_the_naming(
    world: World, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = world["ana"]
    pages = listen(ana, monkeypatch)
    ana.set("account", account, phone="2")
    with monkeypatch.context() as standing_still:
        stand_still(ana, standing_still)
        ana.sync()
    ana.set("account", account, phone="3")

    check_whole(ana)

    assert [len(each.echoes) for each in pages] == [1, 0, 1]
