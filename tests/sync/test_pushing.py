"""How the outbox is handed in, whatever the office makes of it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from sync.client.engine import Engine
from sync.client.pushing import Outbox
from sync.client.report import SyncReport
from sync.contract.clock import SystemClock
from sync.contract.errors import AppError, Code
from sync.contract.wire import HelloRequest, Mutation, Op, Outcome, PullAnswer, PushAnswer, PushRequest, Receipt
from tests.sync.fake_ports import USER, FakeOffice, FakeReplica, edit, page, refuse


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


def test_saves_that_come_while_a_run_hands_in_do_not_hold_it_up() -> None:
    replica, office = outbox(2), FakeOffice()

    def save_once_more(_request: PushRequest) -> None:
        if len(office.pushed) < 20:
            replica.mutations.append(edit(2 + len(office.pushed)))

    office.on_push = save_once_more
    run(replica, office)

    assert office.calls == ["hello", "push", "pull", "push", "pull"]
    assert office.pushed == [[1, 2], [3]]
    assert [each.n for each in replica.mutations] == [4]


def test_saves_that_come_while_an_office_is_found_set_back_do_not_hold_the_run_up() -> None:
    replica, office = outbox(2), FakeOffice()

    def save_once_more(_request: PushRequest) -> None:
        replica.mutations.append(edit(2 + len(office.pushed)))
        if len(office.pushed) == 1:
            raise AppError(Code.CURSOR_DIVERGED)
        assert len(office.pushed) < 20

    office.on_push = save_once_more
    run(replica, office)

    assert office.calls == ["hello", "push", "hello", "push", "pull", "push", "pull"]


def test_edit_saved_while_the_log_is_read_goes_with_the_same_run() -> None:
    replica, office = outbox(2), FakeOffice()

    def save(_cursor: str) -> PullAnswer:
        if len(office.pushed) == 1:
            replica.mutations.append(edit(3))
        return page(office.head, head=office.head)

    office.on_pull = save
    run(replica, office)

    assert office.pushed == [[1, 2], [3]]
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


def refusing_more_than(most: int) -> Callable[[PushRequest], None]:
    return refusing(Code.MESSAGE_TOO_LARGE, lambda request: len(request.mutations) > most)


def test_batches_grow_again_after_one_is_taken() -> None:
    replica, office = outbox(100), FakeOffice()
    office.on_push = refusing_more_than(30)

    run(replica, office)

    assert [len(each) for each in office.pushed] == [100, 50, 25, 25, 50, 25, 25]


def test_batches_grow_no_further_than_the_office_allows() -> None:
    replica, office = outbox(30), FakeOffice(max_mutations=10)
    office.on_push = refusing(Code.MESSAGE_TOO_LARGE, lambda _: len(office.pushed) == 1)

    run(replica, office)

    assert [len(each) for each in office.pushed] == [10, 5, 5, 10, 10]


def test_office_that_allows_nothing_gets_one_at_a_time() -> None:
    replica, office = outbox(3), FakeOffice(max_mutations=0)

    run(replica, office)

    assert office.pushed == [[1], [2], [3]]


@pytest.mark.allow_logs("does not take mutation")
@pytest.mark.parametrize(("broken", "gives_up"), [(3, False), (4, True)])
def test_three_edits_may_break_the_office_before_it_is_left_alone(broken: int, *, gives_up: bool) -> None:
    replica, office = outbox(8), FakeOffice(max_mutations=1)
    office.on_push = refusing(Code.INTERNAL, lambda request: request.mutations[0].n <= broken)

    if gives_up:
        with pytest.raises(AppError, check=lambda refusal: refusal.code is Code.INTERNAL):
            run(replica, office)
    else:
        assert run(replica, office).held == broken


def waiting(*mutations: Mutation) -> tuple[FakeReplica, Outbox]:
    replica = FakeReplica(mutations=list(mutations))
    return replica, Outbox(replica, FakeOffice(max_mutations=3).hello(HelloRequest(client_id="c", schema=1)), USER)


def test_next_batch_follows_what_was_sent_and_has_no_receipts_yet() -> None:
    _, way = waiting(*(edit(n) for n in range(1, 8)))

    sent = way.batch()

    assert [each.n for each in sent] == [1, 2, 3]
    assert [each.n for each in way.batch_after(sent)] == [4, 5, 6]


def test_end_of_what_a_run_hands_in_moves_once_and_no_further() -> None:
    _, way = waiting(*(edit(n) for n in range(1, 4)))
    handed_in = []

    for last in (1, 2, 3):
        way.close_behind(last)
        handed_in.append([each.n for each in way.batch()])

    assert handed_in == [[1], [1, 2], [1, 2]]


def test_next_batch_is_empty_where_somebody_else_s_edits_begin() -> None:
    _, way = waiting(edit(1), edit(2), edit(3), edit(4, user="somebody else"))

    assert way.batch_after(way.batch()) == []


def test_edits_without_an_author_are_handed_in() -> None:
    _, way = waiting(edit(1, user=""), edit(2))

    assert [each.n for each in way.batch()] == [1, 2]


def test_receipts_of_others_do_not_reach_the_laptop() -> None:
    replica, way = waiting(edit(1), edit(2))
    answered = [Receipt(mutation=name, outcome=Outcome.APPLIED) for name in ("m1", "m2", "m9")]

    way.take(way.batch()[:1], PushAnswer(receipts=answered, head=9))

    assert [each.mutation for each in replica.receipts] == ["m1"]


def test_batches_double_up_to_what_the_office_allows() -> None:
    replica = FakeReplica(mutations=[edit(n) for n in range(1, 41)])
    way = Outbox(replica, FakeOffice(max_mutations=16).hello(HelloRequest(client_id="c", schema=1)), USER)
    for _ in range(2):
        way.refused(way.batch(), AppError(Code.MESSAGE_TOO_LARGE))

    sizes = []
    while batch := way.batch():
        sizes.append(len(batch))
        way.take(
            batch, PushAnswer(receipts=[Receipt(mutation=each.id, outcome=Outcome.APPLIED) for each in batch], head=9)
        )

    assert sizes == [4, 8, 16, 12]


def test_edit_that_the_office_lets_wait_stays_and_counts_as_held() -> None:
    replica, way = waiting(edit(1), edit(2))
    answered = [
        Receipt(mutation="m1", outcome=Outcome.WAITING),
        Receipt(mutation="m2", outcome=Outcome.APPLIED),
    ]

    way.take(way.batch(), PushAnswer(receipts=answered, head=9))

    assert [each.mutation for each in replica.receipts] == ["m2"]
    assert [each.id for each in replica.mutations] == ["m1"]
    assert way.held == 1


def test_edit_that_waits_is_not_handed_in_again_in_the_same_run() -> None:
    replica, way = waiting(*(edit(n) for n in range(1, 8)))
    first = way.batch()
    way.take(first, PushAnswer(receipts=[Receipt(mutation=each.id, outcome=Outcome.WAITING) for each in first], head=9))

    assert [each.n for each in way.batch()] == [4, 5, 6]
    way.take(
        way.batch(),
        PushAnswer(receipts=[Receipt(mutation=f"m{n}", outcome=Outcome.APPLIED) for n in (4, 5, 6)], head=9),
    )
    replica.mutations.append(edit(8))

    assert [each.n for each in way.batch()] == [7, 8]
    assert way.held == 3


@pytest.mark.allow_logs("does not take mutation")
@pytest.mark.parametrize(
    ("groups", "apart"),
    [((None,), 1), (("g", "g"), 2), (("g", None), 0), ((None, "g"), 0), (("g", "h"), 0), ((None, None), 0)],
)
def test_only_what_stands_together_is_set_apart_together(groups: tuple[str | None, ...], apart: int) -> None:
    replica, way = waiting(*(edit(n, group=group) for n, group in enumerate(groups, 1)))

    way.refused(way.batch(), AppError(Code.MESSAGE_UNREADABLE))

    assert len(replica.receipts) == apart
    assert all((each.outcome, each.code) == (Outcome.QUARANTINED, "message_unreadable") for each in replica.receipts)


@pytest.mark.allow_logs("does not take mutation")
@pytest.mark.parametrize(("op", "missing"), [(Op.CREATE, True), (Op.PATCH, False)])
def test_creation_that_is_set_apart_is_missing_at_the_office(op: Op, *, missing: bool) -> None:
    replica, way = waiting(replace(edit(1), op=op))

    way.refused(way.batch(), AppError(Code.MESSAGE_TOO_LARGE, limit=7))

    (receipt,) = replica.receipts
    assert (receipt.mutation, receipt.missing, receipt.data) == ("m1", missing, {"limit": 7})
