"""Many threads at one database: nobody is locked out, nobody sees half of a unit, a save goes before the sync."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from desktop.store.queries import records
from desktop.store.turn import WriterTurn
from tests.store.laptops import Laptop, account_row, open_database, page
from tests.store.test_snapshots import accounts

ACCOUNT = "01900000-0000-7000-8000-00000000aa01"


class Order:
    """Notes who had the turn, in which order."""

    def __init__(self, turn: WriterTurn) -> None:
        self.turn = turn
        self.seen: list[str] = []

    def run(self, name: str, *, urgent: bool) -> threading.Thread:
        """Ask for the turn on a thread of its own; returns when that thread waits."""

        def wait() -> None:
            with self.turn.urgent() if urgent else self.turn.patient():
                self.seen.append(name)

        thread = threading.Thread(target=wait)
        thread.start()
        return thread


def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition that another thread brings about."""
    waiting = threading.Event()
    for _ in range(3000):
        if condition():
            return
        waiting.wait(0.01)
    raise AssertionError


def test_save_that_waits_goes_before_background_work_that_waited_longer() -> None:
    turn = WriterTurn()
    order = Order(turn)
    with turn.patient():
        background = order.run("background", urgent=False)
        wanted_before = turn.wanted()
        save = order.run("save", urgent=True)
        until(turn.wanted)
    background.join()
    save.join()

    assert order.seen == ["save", "background"]
    assert wanted_before is False
    assert turn.wanted() is False


def test_turn_is_given_back_after_an_error() -> None:
    turn = WriterTurn()

    def fail() -> None:
        with turn.urgent():
            raise LookupError

    with ThreadPoolExecutor(1) as pool:
        error = pool.submit(fail).exception()

    with turn.urgent():
        assert isinstance(error, LookupError)


def test_eight_threads_write_read_and_sync_without_a_lock_error(laptop: Laptop) -> None:
    laptop.replica.take_page(page(account_row(ACCOUNT, 1), seq=1))

    def save(number: int) -> None:
        for _ in range(5):
            laptop.add("activity", {"kind": "note", "account": ACCOUNT, "body": f"note {number}"})

    def read(_number: int) -> None:
        for _ in range(10):
            laptop.ids("activity")
            laptop.search("note")

    def pull(_number: int) -> None:
        for seq in range(2, 7):
            laptop.replica.take_page(page(account_row(ACCOUNT, seq, phone=str(seq)), seq=seq))

    def load(_number: int) -> None:
        laptop.replica.take_chunk(accounts(range(1, 801), after="800"))

    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(job, number) for number, job in enumerate([save, save, save, read, read, read, pull, load])]
        for each in jobs:
            each.result()

    assert len(laptop.ids("activity")) == 15
    assert len(laptop.ids("account")) == 801
    assert [each.n for each in laptop.outbox()] == list(range(1, 16))


def test_reader_never_sees_half_of_a_unit(laptop: Laptop) -> None:
    account = laptop.add("account", {"name": "0"})
    contact = laptop.add("contact", {"name": "0", "account": account})
    stop = threading.Event()
    torn: list[tuple[str, str]] = []
    looks = [0]

    def look() -> None:
        while not stop.is_set():
            with laptop.database.reading() as connection:
                schema = laptop.database.schema
                first = records.record(connection, schema, "account", account)
                second = records.record(connection, schema, "contact", contact)
            assert first is not None
            assert second is not None
            looks[0] += 1
            if first.title != second.title:
                torn.append((first.title, second.title))

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(look) for _ in range(2)]
        for number in range(1, 30):
            with laptop.unit() as work:
                work.change("account", account, {"name": str(number)})
                work.change("contact", contact, {"name": str(number)})
        until(lambda: looks[0] > 5)
        stop.set()
        for each in readers:
            each.result()

    assert torn == []


def test_two_processes_worth_of_connections_share_the_file(tmp_path: Path, laptop: Laptop) -> None:
    with open_database(tmp_path, create=False) as other:
        elsewhere = Laptop(other)

        def add(which: Laptop) -> None:
            for number in range(10):
                which.add("account", {"name": f"Account {number}"})

        with ThreadPoolExecutor(2) as pool:
            for each in [pool.submit(add, laptop), pool.submit(add, elsewhere)]:
                each.result()

    assert [each.n for each in laptop.outbox()] == list(range(1, 21))


def test_commits_of_another_process_are_told_with_their_records(tmp_path: Path, laptop: Laptop) -> None:
    with open_database(tmp_path, create=False) as other:
        head, version = laptop.database.journal_head(), laptop.database.data_version()
        laptop.add("tag", {"name": "own"})
        account = Laptop(other).add("account", {"name": "Acme"})
        Laptop(other).replica.take_chunk(accounts(range(1, 11), after="10"))

        tail = laptop.database.journal_tail(head)

        assert laptop.database.data_version() != version
        assert dict(tail.changes.records) == {"account": frozenset(), "journal": frozenset()}
        assert tail.head > head
        assert laptop.database.journal_tail(tail.head).changes.records == {}
        assert account in laptop.ids("account")
