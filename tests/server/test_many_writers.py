"""Several processes write one PostgreSQL: whoever reads the log misses nothing, and nobody stands in another's way."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import msgspec
import psycopg
import pytest
from sqlalchemy import Connection, func, select, text

from sync.contract.clock import SystemClock
from sync.contract.fields import Role
from sync.contract.wire import PullAnswer
from sync.server import log as log_module
from sync.server import pull as pull_module
from sync.server import recording
from sync.server.chain import Cursor, Head, prefix
from sync.server.check import check
from sync.server.log import Log, open_log
from sync.server.people import add_user
from sync.server.pull import Puller, pull
from sync.server.recording import read_head
from sync.server.schema import CHANGE_LOG, ENTITY_TABLES, TX_LOG
from sync.server.storage import Storage
from tests.helpers.databases import PostgreSQL
from tests.server import pushing_together
from tests.simulate.patching import patched

pytestmark = pytest.mark.postgres

WRITERS, TRANSACTIONS = 8, 12


@pytest.fixture
def database(postgresql: PostgreSQL, ready_postgresql: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """URL of a PostgreSQL database of its own with the office's tables."""
    name = f"many_{abs(hash(request.node.nodeid))}"
    yield postgresql.create(name, template=ready_postgresql)
    postgresql.drop(name)


@pytest.fixture
def log(database: str) -> Iterator[Log]:
    opened = open_log(database, SystemClock())
    yield opened
    opened.close()


class Reader:
    """An administrator's laptop that reads the log page by page."""

    def __init__(self, log: Log) -> None:
        self._log = log
        with log.writing() as writer:
            self.user = add_user(writer, "reader", role=Role.ADMIN, territories=())
        with log.storage.reading() as connection:
            head = read_head(connection)
        self.begin = self.seq = head.seq
        self._cursor = Cursor(head.epoch, 1, head.seq, prefix(head.chain)).text()
        self.seen: list[int] = []
        self.ids: set[str] = set()

    def read(self) -> bool:
        """Read a page; tells whether there was anything."""
        with self._log.storage.reading() as connection:
            page = msgspec.json.decode(pull(connection, Puller(user=self.user), self._cursor, 40), type=PullAnswer)
        self._cursor, self.seq = page.cursor, page.seq
        self.seen += [each.seq for each in page.changes]
        self.ids |= {each.record for each in page.changes if each.type == "tag"}
        return bool(page.changes)


def test_reader_beside_eight_writers_reads_all_that_they_wrote(log: Log, database: str) -> None:
    reader = Reader(log)
    words = [sys.executable, "-m", "tests.server.writing", database, str(WRITERS), str(TRANSACTIONS)]

    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as writers:
        pages = 0
        while writers.poll() is None:
            pages += reader.read()
        written, complaints = writers.communicate()
    while reader.read():
        pages += 1

    assert (writers.returncode, complaints) == (0, "")
    assert reader.ids == set(written.split())
    assert reader.seen == list(range(reader.begin + 1, reader.seq + 1))
    with log.storage.reading() as connection:
        count, first, last = connection.execute(
            select(func.count(), func.min(CHANGE_LOG.c.seq), func.max(CHANGE_LOG.c.seq))
        ).one()
    assert count == last - first + 1
    assert check(log, None).damage == []


def test_eight_processes_that_hand_in_the_same_records_crosswise_stand_in_nobodys_way(log: Log, database: str) -> None:
    laptops, pushes = WRITERS // pushing_together.TWICE, 6
    words = [sys.executable, "-m", "tests.server.pushing_together", database, str(laptops), str(pushes)]

    done = subprocess.run(words, capture_output=True, encoding="utf-8", check=False)

    assert (done.returncode, done.stderr) == (0, "")
    with log.storage.reading() as connection:
        points = list(connection.execute(select(ENTITY_TABLES["account"].c.points)).scalars())
    assert points == [laptops * pushes] * pushing_together.ACCOUNTS
    assert check(log, None).damage == []
    with log.storage.reading() as connection:
        told = connection.execute(text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"))
        assert told.scalar_one() == 0


def test_position_is_seen_only_after_all_before_it(log: Log, database: str) -> None:
    reader = Reader(log)
    other = Log(Storage(database), SystemClock())
    finished = threading.Event()

    def second() -> None:
        with other.writing() as writer:
            writer.create("tag", {"name": "second"})
        finished.set()

    thread = threading.Thread(target=second)
    try:
        with log.writing() as writer:
            first = writer.create("tag", {"name": "first"})
            thread.start()
            # The second writer stands behind the counter row, so it has no position that could be seen too early.
            _wait_for_a_lock(database)
            assert not finished.is_set()
            assert not reader.read()
        thread.join()
    finally:
        other.close()
    while reader.read():
        pass

    assert first in reader.ids
    assert len(reader.ids) == 2
    assert reader.seen == sorted(reader.seen) == list(range(reader.begin + 1, reader.seq + 1))


@contextmanager
def positions_from_a_sequence(storage: Storage) -> Iterator[None]:
    """Put the usual mistake in: numbers come from a sequence, and a reader goes on from the largest that it sees."""
    with storage.writing() as connection:
        connection.execute(text(f"CREATE SEQUENCE positions START {read_head(connection).seq + 1}"))

    def take(connection: Connection) -> Head:
        number = connection.execute(text("SELECT nextval('positions')")).scalar_one()
        return replace(read_head(connection), seq=number - 1)

    def largest(connection: Connection) -> Head:
        asked = select(TX_LOG.c.seq_to, TX_LOG.c.chain).order_by(TX_LOG.c.seq_to.desc()).limit(1)
        seq, chain = connection.execute(asked).one()
        return replace(read_head(connection), seq=seq, chain=bytes(chain))

    nowhere = text("UPDATE shard_head SET seq = :seq, chain = :chain WHERE shard = -:shard")
    with (
        patched(log_module, "lock_head", take),
        patched(recording, "_MOVE_HEAD", nowhere),
        patched(pull_module, "read_head", largest),
    ):
        yield


def test_reader_of_positions_from_a_sequence_passes_over_the_one_that_commits_later(log: Log, database: str) -> None:
    reader = Reader(log)
    other = Log(Storage(database), SystemClock())
    try:
        with positions_from_a_sequence(log.storage):
            with log.writing() as writer:
                writer.create("tag", {"name": "first"})
                with other.writing() as between:
                    second = between.create("tag", {"name": "second"})
                assert reader.read()
            while reader.read():
                pass
    finally:
        other.close()

    assert reader.ids == {second}
    assert reader.seen != list(range(reader.begin + 1, reader.seq + 1))


def test_long_write_in_another_database_hides_nothing(log: Log, postgresql: PostgreSQL) -> None:
    reader = Reader(log)
    postgresql.execute("CREATE DATABASE elsewhere")
    try:
        with psycopg.connect(postgresql.url("elsewhere").replace("+psycopg", "")) as busy:
            busy.execute("CREATE TABLE long (n integer)")
            with log.writing() as writer:
                made = writer.create("tag", {"name": "at once"})
            reader.read()
            assert reader.ids == {made}
            assert busy.execute("SELECT count(*) FROM long").fetchone() == (0,)
    finally:
        postgresql.drop("elsewhere")


def _wait_for_a_lock(database: str) -> None:
    """Wait until somebody waits for a lock in this database."""
    watching = Storage(database)
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    try:
        found = 0
        while not found:
            with watching.reading() as connection:
                found = connection.execute(waiting).scalar_one()
    finally:
        watching.close()
