"""The connection to PostgreSQL dies while a push is committed: whether before or after, the push counts once."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import Connection, Engine, event

from sync.contract.errors import AppError, Code
from sync.contract.wire import Mutation, Op, Receipt
from sync.server.check import check
from tests.server.desk import Desk, Laptop

pytestmark = pytest.mark.postgres

_TRIES = 3


@contextmanager
def commit_unanswered(url: str, *, done: bool) -> Iterator[list[int]]:
    """End the database's process once, when it is told to commit: after it has (``done``), or before."""
    ended: list[int] = []

    def end(connection: Connection) -> None:
        driver = connection.connection.driver_connection
        if ended or not isinstance(driver, psycopg.Connection) or not _has_written(driver):
            return
        ended.append(driver.info.backend_pid)
        if done:
            driver.execute("COMMIT")
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 10000)", (ended[0],))

    event.listen(Engine, "commit", end)
    try:
        yield ended
    finally:
        event.remove(Engine, "commit", end)


def _has_written(driver: psycopg.Connection) -> bool:
    return driver.execute("SELECT pg_current_xact_id_if_assigned() IS NOT NULL").fetchone() == (True,)


def hand_in(laptop: Laptop, batch: list[Mutation]) -> list[Receipt]:
    """Hand in, and again while the office is busy, as a laptop does."""
    for _ in range(_TRIES):
        try:
            return laptop.send(batch).receipts
        except AppError as refused:
            # Over HTTP this is told as a busy office.
            if refused.code is not Code.DATABASE_UNUSABLE:
                raise
    raise AssertionError("the office does not come back")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("when", ["before", "after"])
def test_push_of_which_the_commit_is_never_answered_counts_once(
    desk: Desk, ana: Laptop, database_url: str, when: str
) -> None:
    account = ana.create("account", name="Kestrel Foods")
    ana.push()
    for _ in range(3):
        ana.add(Op.PATCH, "account", account, fields={"points": 1}, was={"points": 0})
    batch, ana.waiting = ana.waiting, []

    with commit_unanswered(database_url, done=when == "after") as ended:
        receipts = hand_in(ana, batch)
    again = hand_in(ana, batch)

    assert len(ended) == 1
    assert [(each.mutation, each.outcome, each.seq) for each in again] == [
        (each.mutation, each.outcome, each.seq) for each in receipts
    ]
    assert desk.values("account", account)["points"] == 3
    assert check(desk.log).damage == []
