"""The log under many writers: dense, in commit order, its chain whole; and what damage is found in it."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Executable, Select, delete, insert, select, text, update

from sync.contract.clock import SystemClock, new_id
from sync.contract.errors import AppError, Code
from sync.contract.fields import Role
from sync.server.check import check
from sync.server.log import MAX_TRANSACTION_ROWS, Author, Log, open_log
from sync.server.recording import read_head
from sync.server.schema import (
    ACCOUNT_HEAD,
    CHANGE_LOG,
    ENTITY_TABLES,
    RECEIPT,
    SCOPE_EVENT,
    SHARD_HEAD,
    TX_LOG,
    USER_SCOPE,
)
from tests.server.desk import Desk, Laptop

THREADS = 8
EACH = 12


def test_log_stays_dense_under_many_writers(desk: Desk) -> None:
    def work(thread: int) -> None:
        for n in range(EACH):
            with desk.log.writing() as writer:
                for _ in range(1 + n % 3):
                    writer.create("tag", {"name": f"{thread}-{n}"})

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))

    assert check(desk.log).damage == []


def test_log_stays_dense_under_writers_of_several_processes(desk: Desk, database_url: str) -> None:
    others = [open_log(database_url, SystemClock()) for _ in range(3)]

    def work(log: Log) -> None:
        for n in range(EACH):
            log.write(lambda writer: writer.create("tag", {"name": str(n)}))  # noqa: B023 - called at once

    try:
        with ThreadPoolExecutor(len(others)) as pool:
            list(pool.map(work, others))
    finally:
        for each in others:
            each.close()

    assert check(desk.log).damage == []


def test_reader_beside_writers_misses_nothing(desk: Desk) -> None:
    root = desk.laptop("root", role=Role.ADMIN)
    begun = root.seq
    done = threading.Event()
    names = [f"{thread}-{n}" for thread in range(THREADS) for n in range(EACH)]

    def work(thread: int) -> None:
        for n in range(EACH):
            with desk.log.writing() as writer:
                writer.create("tag", {"name": f"{thread}-{n}"})

    def read() -> None:
        while not done.is_set():
            root.pull(7)
        root.pull(7)

    with ThreadPoolExecutor(THREADS + 1) as pool:
        reading = pool.submit(read)
        list(pool.map(work, range(THREADS)))
        done.set()
        reading.result()

    assert sorted(str(row.fields["name"]) for row in root.rows.values() if row.type == "tag") == sorted(names)
    assert [each.seq for each in root.changes] == list(range(begun + 1, begun + 1 + len(names)))


def test_position_taken_first_is_visible_first(desk: Desk, database_url: str) -> None:
    """Two writers stepped by hand: the second cannot take a position before the first has committed or gone back."""
    other = open_log(database_url, SystemClock())
    began, seen = threading.Event(), []

    def second() -> None:
        began.set()
        with other.writing() as writer:
            writer.create("tag", {"name": "second"})

    try:
        with ThreadPoolExecutor(1) as pool:
            with desk.log.writing() as writer:
                writer.create("tag", {"name": "first"})
                waiting = pool.submit(second)
                began.wait()
                with desk.log.storage.reading() as connection:
                    seen.append(connection.scalars(_names()).all())
            waiting.result()
        with desk.log.storage.reading() as connection:
            seen.append(connection.scalars(_names()).all())
    finally:
        other.close()

    assert seen == [[], ["first", "second"]]


def _names() -> Select[Any]:
    tags = ENTITY_TABLES["tag"]
    return select(tags.c.name).order_by(tags.c.version)


def write_tags(desk: Desk, *tags: dict[str, str]) -> None:
    with desk.log.writing() as writer:
        for each in tags:
            writer.create("tag", each)


def test_transaction_that_fails_leaves_no_gap(desk: Desk) -> None:
    with pytest.raises(AppError):
        write_tags(desk, {"name": "lost"}, {"colour": "no name"})
    with desk.log.writing() as writer:
        writer.create("tag", {"name": "kept"})

    assert check(desk.log).damage == []


def test_transaction_that_is_too_large_is_refused(desk: Desk) -> None:
    with pytest.raises(ValueError, match="use loading"):
        write_tags(desk, *({"name": str(n)} for n in range(MAX_TRANSACTION_ROWS + 1)))


def test_loading_parts_its_work_into_transactions(desk: Desk) -> None:
    with desk.log.loading() as writer:
        for n in range(MAX_TRANSACTION_ROWS * 2 + 10):
            writer.create("tag", {"name": str(n)})

    with desk.log.storage.reading() as connection:
        sizes = list(connection.scalars(select(TX_LOG.c.n_rows).order_by(TX_LOG.c.seq_to)))
    assert max(sizes) <= MAX_TRANSACTION_ROWS
    assert sum(sizes[-3:]) == MAX_TRANSACTION_ROWS * 2 + 10
    assert check(desk.log).damage == []


def test_loading_with_an_id_that_exists_is_refused(desk: Desk) -> None:
    tag = new_id()
    with desk.writing() as writer:
        writer.create("tag", {"name": "a"}, record_id=tag)

    with pytest.raises(AppError) as refused, desk.log.loading() as writer:
        writer.create("tag", {"name": "b"}, record_id=tag)

    assert refused.value.code is Code.ID_TAKEN
    assert check(desk.log).damage == []


def test_writer_going_back_leaves_no_trace(desk: Desk) -> None:
    with desk.writing() as writer:
        writer.create("tag", {"name": "kept"})
        mark = writer.mark()
        territory = writer.create("territory", {"name": "Lost"})
        user = writer.create("user", {"name": "Lost", "login": "lost"})
        writer.create("assignment", {"user": user, "territory": territory})
        writer.go_back(mark)
        seq = writer.seq

    with desk.log.storage.reading() as connection:
        assert read_head(connection).seq == seq
    assert check(desk.log).damage == []


def test_stamps_come_from_the_author(desk: Desk) -> None:
    user = desk.user("ana")
    with desk.writing() as writer:
        tag = writer.create("tag", {"name": "a"}, author=Author(user=user, at="2024-05-01T08:00:00.000Z"))
        writer.patch("tag", tag, {"colour": "info"}, author=Author(user=user, at="2024-06-01T08:00:00.000Z"))

    values = desk.values("tag", tag)
    assert (values["created_by"], values["created_at"]) == (user, "2024-05-01T08:00:00.000Z")
    assert (values["updated_by"], values["updated_at"]) == (user, "2024-06-01T08:00:00.000Z")


_TAGS = ENTITY_TABLES["tag"]

DAMAGE: dict[str, tuple[Callable[[], Executable], str]] = {
    "a line of the log is lost": (lambda: delete(CHANGE_LOG).where(CHANGE_LOG.c.seq == 9), "log:"),
    "a line of the log was changed": (
        lambda: update(CHANGE_LOG).where(CHANGE_LOG.c.seq == 9).values(actor="somebody"),
        "not what was written",
    ),
    "a transaction was rewritten": (lambda: update(TX_LOG).values(chain=b"x" * 32), "chain"),
    "the counter was set back": (lambda: update(SHARD_HEAD).values(seq=3), "counter"),
    "a row was changed behind the log": (lambda: update(_TAGS).values(version=2), "version 2"),
    "a row was deleted behind the log": (lambda: delete(_TAGS), "not in its table"),
    "a field version was lost": (lambda: update(_TAGS).values(fv=None), "field versions"),
    "the head of a scope is wrong": (lambda: update(ACCOUNT_HEAD).values(n_rows=1), "rows are noted"),
    "a receipt is lost": (lambda: delete(RECEIPT), "has no receipt"),
    "a receipt names another position": (lambda: update(RECEIPT).values(seq=1), "position 1"),
    "somebody sees what the rules do not give": (
        lambda: insert(USER_SCOPE).values(user_id="USER", scope="stolen", granted_seq=1),
        "against the rules",
    ),
    "a grant is lost": (lambda: delete(SCOPE_EVENT), "not what was written"),
}


@pytest.mark.parametrize("damage", list(DAMAGE))
def test_check_finds_damage(desk: Desk, ana: Laptop, damage: str) -> None:
    tag = ana.create("tag", name="a")
    ana.patch("tag", tag, colour="info")
    ana.push()
    before = check(desk.log).damage
    make, expected = DAMAGE[damage]
    with desk.log.storage.writing() as connection:
        connection.execute(make())
        connection.execute(text(f"UPDATE user_scope SET user_id = '{ana.user}' WHERE user_id = 'USER'"))

    after = check(desk.log).damage

    assert before == []
    assert any(expected in each for each in after), after
