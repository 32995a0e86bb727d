"""Live queries run once at a time, when touched, and hand over only what differs."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from desktop.domain.changes import ChangeSet, Origin
from desktop.live.hub import LiveHub, Pace

AT_ONCE = Pace(pause_s=0)


def changed(*types: str) -> ChangeSet:
    return ChangeSet(Origin.COMMAND, {each: frozenset() for each in types})


class Lane:
    """A read lane that runs what was submitted when the test says so."""

    def __init__(self) -> None:
        self.jobs: list[Callable[[], None]] = []

    def submit(self, job: Callable[[], None]) -> None:
        self.jobs.append(job)

    def run(self) -> int:
        jobs, self.jobs = self.jobs, []
        for job in jobs:
            job()
        return len(jobs)


class Answers:
    """A query of which the test sets the answer, and what was delivered of it."""

    def __init__(self) -> None:
        self.answer = 1
        self.delivered: list[int] = []
        self.runs = 0

    def run(self) -> int:
        self.runs += 1
        return self.answer


@pytest.fixture
def lane() -> Lane:
    return Lane()


@pytest.fixture
def hub(lane: Lane) -> LiveHub:
    return LiveHub(lane.submit, AT_ONCE)


@pytest.fixture
def query() -> Answers:
    return Answers()


def test_watch_delivers_the_first_answer(hub: LiveHub, lane: Lane, query: Answers) -> None:
    hub.watch({"account"}, query.run, query.delivered.append)

    lane.run()

    assert query.delivered == [1]


def test_watch_runs_again_after_a_change_of_its_types(hub: LiveHub, lane: Lane, query: Answers) -> None:
    hub.watch({"account", "contact"}, query.run, query.delivered.append)
    lane.run()
    query.answer = 2

    hub.publish(changed("contact"))
    lane.run()

    assert query.delivered == [1, 2]


def test_watch_rests_when_other_types_change(hub: LiveHub, lane: Lane, query: Answers) -> None:
    hub.watch({"account"}, query.run, query.delivered.append)
    lane.run()

    hub.publish(changed("task"))

    assert lane.run() == 0


def test_answer_that_is_the_same_is_not_delivered_again(hub: LiveHub, lane: Lane, query: Answers) -> None:
    hub.watch({"account"}, query.run, query.delivered.append)
    lane.run()

    hub.publish(changed("account"))
    lane.run()

    assert query.delivered == [1]


def test_burst_of_changes_becomes_one_run(hub: LiveHub, lane: Lane, query: Answers) -> None:
    hub.watch({"account"}, query.run, query.delivered.append)
    lane.run()

    for _ in range(10):
        hub.publish(changed("account"))
    lane.run()

    assert query.runs == 2


def test_change_while_the_query_runs_makes_it_run_again(hub: LiveHub, lane: Lane, query: Answers) -> None:
    def run() -> int:
        if query.runs == 0:
            hub.publish(changed("account"))
        return query.run()

    hub.watch({"account"}, run, query.delivered.append)
    lane.run()
    query.answer = 2
    lane.run()

    assert query.delivered == [1, 2]


def test_hidden_watch_is_only_marked_and_catches_up_when_shown(hub: LiveHub, lane: Lane, query: Answers) -> None:
    watch = hub.watch({"account"}, query.run, query.delivered.append)
    lane.run()
    query.answer = 2

    watch.visible = False
    hub.publish(changed("account"))
    ran_hidden = lane.run()
    watch.visible = True
    lane.run()

    assert ran_hidden == 0
    assert query.delivered == [1, 2]


def test_watch_shown_again_without_a_change_does_not_run(hub: LiveHub, lane: Lane, query: Answers) -> None:
    watch = hub.watch({"account"}, query.run, query.delivered.append)
    lane.run()

    watch.visible = False
    watch.visible = True

    assert lane.run() == 0


def test_refresh_runs_the_query_without_a_change(hub: LiveHub, lane: Lane, query: Answers) -> None:
    watch = hub.watch({"account"}, query.run, query.delivered.append)
    lane.run()
    query.answer = 2

    watch.refresh()
    lane.run()

    assert query.delivered == [1, 2]


def test_closed_watch_delivers_nothing(hub: LiveHub, lane: Lane, query: Answers) -> None:
    watch = hub.watch({"account"}, query.run, query.delivered.append)

    watch.close()
    lane.run()
    hub.publish(changed("account"))

    assert query.delivered == []
    assert lane.jobs == []


def test_closed_hub_starts_no_query(hub: LiveHub, lane: Lane, query: Answers) -> None:
    watch = hub.watch({"account"}, query.run, query.delivered.append)
    lane.run()

    hub.close()
    hub.publish(changed("account"))
    watch.refresh()

    assert lane.jobs == []


def test_query_that_fails_runs_again_after_the_next_change(hub: LiveHub, lane: Lane, query: Answers) -> None:
    def run() -> int:
        if query.run() and query.runs == 1:
            raise LookupError
        return query.answer

    hub.watch({"account"}, run, query.delivered.append)
    with pytest.raises(LookupError):
        lane.run()
    hub.publish(changed("account"))
    lane.run()

    assert query.delivered == [1]


def test_second_run_waits_for_the_pause(lane: Lane, query: Answers) -> None:
    waiting: list[tuple[float, Callable[[], None]]] = []
    hub = LiveHub(lane.submit, Pace(0.05, lambda: 100.0, lambda delay, then: waiting.append((delay, then))))
    hub.watch({"account"}, query.run, query.delivered.append)
    lane.run()
    query.answer = 2

    for _ in range(3):
        hub.publish(changed("account"))
    before = lane.run()
    ((delay, then),) = waiting
    then()
    lane.run()

    assert before == 0
    assert delay == pytest.approx(0.05)
    assert query.delivered == [1, 2]


def test_listener_hears_every_change_until_it_leaves(hub: LiveHub) -> None:
    heard: list[ChangeSet] = []
    leave = hub.subscribe(heard.append)

    hub.publish(changed("task"))
    leave()
    hub.publish(changed("task"))

    assert heard == [changed("task")]


def test_answers_arrive_in_order_from_a_lane_of_several_threads(query: Answers) -> None:
    counter = iter(range(1, 1_000_000))
    reached = threading.Event()
    goal = 200

    def deliver(answer: int) -> None:
        query.delivered.append(answer)
        if answer >= goal:
            reached.set()

    with ThreadPoolExecutor(4) as pool:
        hub = LiveHub(pool.submit, AT_ONCE)
        hub.watch({"account"}, lambda: next(counter), deliver)
        while not reached.is_set():
            hub.publish(changed("account"))
        hub.close()

    assert query.delivered == sorted(query.delivered)


@pytest.mark.allow_logs("a query runs without its pause")
def test_query_for_whose_pause_there_is_no_thread_runs_at_once(lane: Lane, query: Answers) -> None:
    def refuse(_delay_s: float, _then: Callable[[], None]) -> None:
        raise RuntimeError("can't start new thread")

    hub = LiveHub(lane.submit, Pace(0.05, lambda: 100.0, refuse))
    hub.watch(("account",), query.run, query.delivered.append)
    lane.run()
    query.answer = 2

    hub.publish(changed("account"))
    lane.run()

    assert query.delivered == [1, 2]
