"""What another process of the same profile commits reaches the live queries of this one."""

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from desktop.commands.records import AddRecord
from desktop.domain.changes import ChangeSet, Origin
from desktop.live.foreign import ForeignChanges
from tests.commands.laptop import Laptop, new_key, opened


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Laptop]:
    found = opened(tmp_path, KEY)
    with closing(found.database):
        yield found


@pytest.fixture
def terminal(window: Laptop, tmp_path: Path) -> Iterator[Laptop]:
    found = opened(tmp_path, KEY)
    with closing(found.database):
        yield found


KEY = new_key()


def test_commit_of_another_process_is_published_once(window: Laptop, terminal: Laptop) -> None:
    heard: list[ChangeSet] = []
    foreign = ForeignChanges(window.database, heard.append)
    task = str(terminal.run(AddRecord("task", {"title": "Call"})).result)

    seen = [foreign.check(), foreign.check()]

    assert seen == [True, False]
    (changes,) = heard
    assert changes.origin is Origin.FOREIGN
    assert changes.touches_record("task", task)


def test_own_commit_is_not_foreign(window: Laptop) -> None:
    heard: list[ChangeSet] = []
    foreign = ForeignChanges(window.database, heard.append)

    window.run(AddRecord("task", {"title": "Call"}))

    assert not foreign.check()
    assert heard == []


def test_commit_before_the_watching_began_is_old_news(window: Laptop, terminal: Laptop) -> None:
    terminal.run(AddRecord("task", {"title": "Call"}))

    assert not ForeignChanges(window.database, lambda _: None).check()


def test_started_watching_publishes_by_itself_until_stopped(window: Laptop, terminal: Laptop) -> None:
    heard = threading.Event()
    foreign = ForeignChanges(window.database, lambda _: heard.set())
    foreign.start(interval_s=0.01)

    terminal.run(AddRecord("task", {"title": "Call"}))

    assert heard.wait(10)
    foreign.stop()
