"""One window per profile: the second raises the first, and a killed one holds nothing."""

import errno
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from desktop.system.locks import FileLock
from desktop.system.single_instance import SingleInstance
from sync.contract.errors import AppError, Code


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "window.lock"


@pytest.fixture
def raised() -> threading.Event:
    return threading.Event()


@pytest.fixture
def first(lock: Path, raised: threading.Event) -> Iterator[SingleInstance]:
    instance = SingleInstance(lock)
    instance.raised = raised.set
    assert instance.claim()
    yield instance
    instance.close()


@pytest.mark.usefixtures("first")
def test_second_window_raises_the_first(lock: Path, raised: threading.Event) -> None:
    second = SingleInstance(lock)

    assert not second.claim()
    assert second.raise_other()

    assert raised.wait(5)


def test_profile_is_free_again_after_closing(first: SingleInstance, lock: Path) -> None:
    first.close()
    second = SingleInstance(lock)

    assert second.claim()

    second.close()


def test_port_file_of_a_killed_window_holds_nobody_up(lock: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    lock.with_suffix(".port").write_text(json.dumps({"port": port, "secret": "x"}))
    instance = SingleInstance(lock)

    assert not instance.raise_other()
    assert instance.claim()

    instance.close()


@pytest.mark.usefixtures("first")
def test_caller_without_the_secret_is_not_heard(lock: Path, raised: threading.Event) -> None:
    port = json.loads(lock.with_suffix(".port").read_text())["port"]

    with socket.create_connection(("127.0.0.1", port), 5) as caller:
        caller.sendall(b"guess")
        caller.shutdown(socket.SHUT_WR)
        answer = caller.recv(1)

    assert answer == b""
    assert not raised.is_set()


@pytest.mark.usefixtures("first")
def test_port_file_is_closed_to_others(lock: Path) -> None:
    assert lock.with_suffix(".port").stat().st_mode & 0o077 == 0


def test_window_that_is_being_closed_is_waited_for(first: SingleInstance, lock: Path, raised: threading.Event) -> None:
    first.leave()
    second = SingleInstance(lock)
    told: list[bool | None] = []

    waiting = threading.Thread(target=lambda: told.append(second.take()))
    waiting.start()
    assert not second.claimed
    first.close()
    waiting.join(30)

    assert told == [True]
    assert not raised.is_set()
    second.close()


def test_profile_whose_holder_cannot_be_asked_is_neither_taken_nor_shown(lock: Path) -> None:
    with FileLock(lock).trying():
        assert SingleInstance(lock).take() is None


@pytest.mark.usefixtures("first")
def test_who_finds_a_window_brings_it_to_the_front(lock: Path, raised: threading.Event) -> None:
    assert SingleInstance(lock).take() is False
    assert raised.wait(5)


@pytest.mark.parametrize("lacking", ["socket", "thread", "turn"])
def test_what_only_serves_the_second_window_keeps_nobody_from_the_first(
    lock: Path, monkeypatch: pytest.MonkeyPatch, lacking: str
) -> None:
    def no_socket(*_: object) -> socket.socket:
        raise OSError(errno.EMFILE, "too many open files")

    def no_thread(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    def no_turn(_: FileLock) -> AbstractContextManager[None]:
        raise AppError(Code.DISK_UNUSABLE)

    instance = SingleInstance(lock)
    if lacking == "turn":
        monkeypatch.setattr(FileLock, "waiting", no_turn)
    with monkeypatch.context() as short:
        if lacking == "socket":
            short.setattr(socket, "create_server", no_socket)
        if lacking == "thread":
            short.setattr(threading.Thread, "start", no_thread)
        assert instance.claim()

    instance.close()
    again = SingleInstance(lock)
    assert again.claim()
    again.close()


def test_closing_without_a_claim_does_nothing(lock: Path) -> None:
    SingleInstance(lock).close()
