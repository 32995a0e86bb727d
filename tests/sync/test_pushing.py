"""How the outbox is handed in, whatever the office makes of it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from sync.client.engine import Engine
from sync.client.report import SyncReport
from sync.contract.clock import SystemClock
from sync.contract.errors import AppError, Code
from sync.contract.wire import Outcome, PushRequest
from tests.sync.fake_ports import USER, FakeOffice, FakeReplica, edit, refuse


def run(replica: FakeReplica, office: FakeOffice) -> SyncReport:
    engine = Engine(
        replica=replica,
        office=office,
        user_id=USER,
        clock=SystemClock(),
        elapsed=lambda: 0.0,
        nonce=lambda: "nonce",
        applied=lambda _: None,
    )
    return engine.run()


def outbox(count: int) -> FakeReplica:
    return FakeReplica(mutations=[edit(n) for n in range(1, count + 1)])


def refusing(code: Code, when: Callable[[PushRequest], bool]) -> Callable[[PushRequest], None]:
    return lambda request: refuse(code) if when(request) else None


def test_outbox_is_handed_in_by_batches_until_it_is_empty() -> None:
    replica, office = outbox(450), FakeOffice()

    report = run(replica, office)

    assert [len(each) for each in office.pushed] == [200, 200, 50]
    assert report.pushed == 450
    assert not replica.mutations


def test_office_may_ask_for_smaller_batches() -> None:
    replica, office = outbox(25), FakeOffice(max_mutations=10)

    run(replica, office)

    assert [len(each) for each in office.pushed] == [10, 10, 5]


@pytest.mark.parametrize("code", [Code.MESSAGE_TOO_LARGE, Code.MESSAGE_UNREADABLE])
def test_batch_that_is_refused_as_a_whole_is_halved(code: Code) -> None:
    replica, office = outbox(100), FakeOffice()
    office.on_push = refusing(code, lambda request: len(request.mutations) > 30)

    report = run(replica, office)

    assert [len(each) for each in office.pushed[:3]] == [100, 50, 25]
    assert report.pushed == 100
    assert report.attention == 0


@pytest.mark.allow_logs("does not take mutation m41")
@pytest.mark.parametrize("code", [Code.MESSAGE_TOO_LARGE, Code.MESSAGE_UNREADABLE])
def test_one_unreadable_edit_is_set_apart_and_the_rest_goes_on(code: Code) -> None:
    replica, office = outbox(100), FakeOffice()
    office.on_push = refusing(code, lambda request: any(each.n == 41 for each in request.mutations))

    report = run(replica, office)

    outcomes = {each.mutation: each.outcome for each in replica.receipts}
    assert outcomes.pop("m41") is Outcome.QUARANTINED
    assert set(outcomes.values()) == {Outcome.APPLIED}
    assert len(outcomes) == 99
    assert report.attention == 1
    assert len(office.pushed) < 30


@pytest.mark.allow_logs("does not take mutation")
def test_group_is_halved_down_to_itself_and_set_apart_whole() -> None:
    replica = FakeReplica(mutations=[edit(1), *(edit(n, group="g") for n in range(2, 7)), edit(7)])
    office = FakeOffice()
    office.on_push = refusing(Code.MESSAGE_UNREADABLE, lambda request: any(each.group for each in request.mutations))

    run(replica, office)

    apart = [each.mutation for each in replica.receipts if each.outcome is Outcome.QUARANTINED]
    assert apart == ["m2", "m3", "m4", "m5", "m6"]
    assert not replica.mutations


@pytest.mark.allow_logs("does not take mutation m3")
def test_edit_that_breaks_the_office_waits_and_the_rest_goes_on() -> None:
    replica, office = outbox(20), FakeOffice()
    office.on_push = refusing(Code.INTERNAL, lambda request: any(each.n == 3 for each in request.mutations))

    report = run(replica, office)

    assert [each.id for each in replica.mutations] == ["m3"]
    assert report.held == 1
    assert report.pushed == 19


@pytest.mark.allow_logs("does not take mutation")
def test_office_that_breaks_on_everything_is_soon_left_alone() -> None:
    replica, office = outbox(200), FakeOffice()
    office.on_push = refusing(Code.INTERNAL, lambda _: True)

    with pytest.raises(AppError) as caught:
        run(replica, office)

    assert caught.value.code is Code.INTERNAL
    assert len(replica.mutations) == 200
    assert len(office.pushed) < 15


@pytest.mark.parametrize(
    "code",
    [
        Code.SIGN_IN_ENDED,
        Code.SERVER_UNREACHABLE,
        Code.SERVER_BUSY,
        Code.NOT_A_SERVER,
        Code.NOT_PERMITTED,
        Code.DATABASE_UNUSABLE,
    ],
)
def test_refusal_that_is_not_about_the_edits_leaves_the_outbox_alone(code: Code) -> None:
    replica, office = outbox(5), FakeOffice()
    office.on_push = refusing(code, lambda _: True)

    with pytest.raises(AppError) as caught:
        run(replica, office)

    assert caught.value.code is code
    assert len(replica.mutations) == 5
    assert not replica.receipts
    assert len(office.pushed) == 1


def test_edits_of_another_user_are_not_handed_in() -> None:
    replica = FakeReplica(mutations=[edit(1), edit(2, user="somebody else")])
    office = FakeOffice()

    with pytest.raises(AppError) as caught:
        run(replica, office)

    assert caught.value.code is Code.WRONG_USER
    assert not office.pushed
    assert len(replica.mutations) == 2


def test_receipts_for_what_was_not_handed_in_are_passed_over() -> None:
    replica, office = outbox(4), FakeOffice(max_mutations=2)
    office.answered = lambda receipts: [*receipts, *(replace(receipts[0], mutation=f"m{n}") for n in (3, 4, 99))]

    run(replica, office)

    assert office.pushed == [[1, 2], [3, 4]]


def test_missing_receipts_are_asked_for_again() -> None:
    replica, office = outbox(5), FakeOffice()
    office.answered = lambda receipts: receipts[:1]

    report = run(replica, office)

    assert report.pushed == 5
    assert [len(each) for each in office.pushed] == [5, 4, 3, 2, 1]


def test_answer_without_any_receipt_ends_the_run() -> None:
    replica, office = outbox(5), FakeOffice()
    office.answered = lambda _: []

    with pytest.raises(AppError) as caught:
        run(replica, office)

    assert caught.value.code is Code.NOT_A_SERVER
    assert len(replica.mutations) == 5
