"""What a person did is answered before what follows from it is read; nobody waits for long."""

from collections.abc import Iterator

import pytest

from desktop.services.jobs import Jobs
from desktop.services.precedence import Precedence

WAIT_S = 30


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    jobs = Jobs(Precedence(held_at_most_s=WAIT_S))
    yield jobs
    jobs.close()


def test_read_begins_after_what_was_claimed_before_is_released(jobs: Jobs) -> None:
    order: list[str] = []

    jobs.precedence.claim()
    read = jobs.submit_read(lambda: order.append("read"))
    order.append("answered")
    jobs.precedence.release()
    read.result(WAIT_S)

    assert order == ["answered", "read"]


def test_write_does_not_wait_for_an_answer(jobs: Jobs) -> None:
    jobs.precedence.claim()

    assert jobs.submit_write(lambda: 1).result(WAIT_S) == 1


def test_reads_go_on_when_nobody_answers() -> None:
    precedence = Precedence(held_at_most_s=0.01)

    precedence.claim()
    precedence.wait()

    assert precedence.is_free


def test_closing_does_not_wait_for_an_answer() -> None:
    jobs = Jobs(Precedence(held_at_most_s=WAIT_S))
    jobs.precedence.claim()
    read = jobs.submit_read(lambda: 1)

    jobs.close()

    assert read.cancelled() or read.result(0) == 1
