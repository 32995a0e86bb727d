"""The lanes: every job ends, and nothing is left when they close."""

import threading
from collections.abc import Iterator

import pytest

from desktop.services.jobs import Jobs
from sync.contract.errors import AppError, Code

WAIT_S = 10


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    jobs = Jobs()
    yield jobs
    jobs.close()


def refuse(_thread: threading.Thread) -> None:
    """Be the system when there is no room for another thread."""
    raise RuntimeError("can't start new thread")


def test_job_gives_its_result(jobs: Jobs) -> None:
    assert jobs.submit_read(lambda: 3).result(WAIT_S) == 3


def test_refused_job_gives_its_refusal_without_noise(jobs: Jobs) -> None:
    def refuse() -> None:
        raise AppError(Code.NOT_PERMITTED)

    error = jobs.submit_write(refuse).exception(WAIT_S)

    assert isinstance(error, AppError)


@pytest.mark.allow_logs("a job failed")
def test_job_that_breaks_is_logged_and_the_lane_goes_on(jobs: Jobs) -> None:
    broken = jobs.submit_network(lambda: int("three"))

    assert isinstance(broken.exception(WAIT_S), ValueError)
    assert jobs.submit_network(lambda: 1).result(WAIT_S) == 1


def test_writes_run_in_the_order_of_their_submission(jobs: Jobs) -> None:
    order: list[int] = []

    done = [jobs.submit_write(lambda number=number: order.append(number)) for number in range(50)]  # type: ignore[misc]
    for each in done:
        each.result(WAIT_S)

    assert order == list(range(50))


def test_slow_network_job_does_not_hold_up_reads_and_writes(jobs: Jobs) -> None:
    release = threading.Event()
    slow = jobs.submit_network(lambda: release.wait(WAIT_S))

    assert jobs.submit_read(lambda: 1).result(WAIT_S) == 1
    assert jobs.submit_write(lambda: 2).result(WAIT_S) == 2

    release.set()
    assert slow.result(WAIT_S)


def test_close_cancels_what_has_not_begun_and_waits_for_what_runs() -> None:
    jobs, begun, release = Jobs(), threading.Event(), threading.Event()

    def run() -> bool:
        begun.set()
        return release.wait(WAIT_S)

    running = jobs.submit_write(run)
    waiting = jobs.submit_write(lambda: None)
    begun.wait(WAIT_S)
    waiting.add_done_callback(lambda _: release.set())

    jobs.close()

    assert running.result(0)
    assert waiting.cancelled()


def test_job_after_close_is_cancelled(jobs: Jobs) -> None:
    jobs.close()

    assert jobs.submit_read(lambda: 1).cancelled()


def test_job_for_which_there_is_no_thread_fails_and_never_runs(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    with monkeypatch.context() as short:
        short.setattr(threading.Thread, "start", refuse)
        failed = jobs.submit_write(lambda: ran.append("refused"))
    jobs.submit_write(lambda: ran.append("next")).result(WAIT_S)

    assert isinstance(failed.exception(WAIT_S), MemoryError)
    assert ran == ["next"]


def test_question_for_which_there_is_no_thread_is_answered_with_the_next_one(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as short:
        short.setattr(threading.Thread, "start", refuse)
        waiting = jobs.submit_read(lambda: "waited")
    jobs.submit_read(lambda: None).result(WAIT_S)

    assert waiting.result(WAIT_S) == "waited"


def test_question_for_which_there_never_was_a_thread_is_cancelled_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = Jobs()
    with monkeypatch.context() as short:
        short.setattr(threading.Thread, "start", refuse)
        waiting = jobs.submit_read(lambda: "waited")
    jobs.close()

    assert waiting.cancelled()


def test_question_for_which_there_is_no_thread_is_answered_with_the_next_job_of_any_lane(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as short:
        short.setattr(threading.Thread, "start", refuse)
        waiting = jobs.submit_read(lambda: "waited")
    jobs.submit_write(lambda: None)

    assert waiting.result(WAIT_S) == "waited"
