"""The server as a process: what it prints, how it ends, what a restart keeps."""

import http.client
import json
import os
import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from sync.server.__main__ import main
from tests.helpers.office import Office


def test_office_told_to_end_ends_cleanly(office: Office) -> None:
    code = office.stop()

    assert code == 0


def test_office_killed_and_restarted_keeps_its_address(sqlite_office: Office) -> None:
    before = sqlite_office.url

    sqlite_office.kill()
    sqlite_office.restart()

    assert sqlite_office.url == before


def test_command_beside_a_running_office_sees_its_database(office: Office) -> None:
    office.add_user("ana", territories=("North",))

    done = office.run("user", "list")

    assert done.code == 0
    assert "ana" in done.out
    assert "North" in done.out


@pytest.mark.parametrize("arguments", [("user", "add", "ana"), ("serve", "--port", "99999"), ("frobnicate",)])
def test_command_that_is_not_one_ends_with_usage(sqlite_office: Office, arguments: tuple[str, ...]) -> None:
    assert sqlite_office.run(*arguments).code == 2


def test_office_told_to_end_does_not_wait_for_a_request_that_is_stuck(sqlite_office: Office) -> None:
    sqlite_office.add_user("ana")
    address = urlsplit(sqlite_office.url)
    request = {"login": "ana", "password": Office.PASSWORD, "client_id": "a", "device": "test", "schema": 1}
    connection = http.client.HTTPConnection(str(address.hostname), address.port)

    with sqlite_office.log() as log, log.storage.writing():
        # Signing in writes, and the database is ours until the end of this block.
        connection.request("POST", "/v1/sign-in", json.dumps(request))
        code = sqlite_office.stop()
    connection.close()

    assert code == 0


def test_office_ends_within_five_seconds_whatever_connections_are_half_open(sqlite_office: Office) -> None:
    address = urlsplit(sqlite_office.url)
    begun = (
        b"",
        b"POST /v1/sign-in HT",
        b"POST /v1/sign-in HTTP/1.1\r\nHost: office\r\nContent-Length: 500\r\n\r\n{",
        b"GET /healthz HTTP/1.1\r\nHost: office\r\n\r\n",
    )

    with ExitStack() as stack:
        lines = [stack.enter_context(socket.create_connection((str(address.hostname), address.port))) for _ in begun]
        for line, each in zip(lines, begun, strict=True):
            line.sendall(each)
        # The last one was answered, so the office has taken the others before it.
        assert lines[-1].recv(1000)
        code = sqlite_office.stop(within_s=5)

    assert code == 0


def test_database_may_be_named_before_the_command(sqlite_office: Office) -> None:
    with_words = sqlite_office.run("user", "list")

    assert main(["--db", sqlite_office.database, "user", "list"]) == with_words.code == 0


@pytest.fixture
def office_of_workers(ready_sqlite: Path, tmp_path: Path) -> Iterator[Office]:
    """A running server with two workers."""
    shutil.copyfile(ready_sqlite, tmp_path / "office.db")
    with Office(f"sqlite:///{tmp_path / 'office.db'}", tmp_path, options=("--workers", "2")) as running:
        yield running


def workers_of(office: Office) -> set[int]:
    listed = Path(f"/proc/{office.pid}/task/{office.pid}/children").read_text(encoding="ascii")
    return {int(each) for each in listed.split()}


def is_healthy(office: Office) -> bool:
    address = urlsplit(office.url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port)
    try:
        connection.request("GET", "/healthz")
        return bool(json.loads(connection.getresponse().read())["ok"])
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


needs_proc = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="reads /proc")


@needs_proc
def test_worker_that_dies_is_replaced_and_all_end_when_told_to(office_of_workers: Office) -> None:
    before = workers_of(office_of_workers)
    victim = min(before)

    os.kill(victim, signal.SIGKILL)
    while len(now := workers_of(office_of_workers) - {victim}) < 2:
        pass

    assert len(before) == 2
    assert now > before - {victim}
    assert is_healthy(office_of_workers)
    assert office_of_workers.stop() == 0
    assert not any(Path(f"/proc/{each}").exists() for each in now)


@needs_proc
def test_workers_end_with_the_process_that_watches_over_them(office_of_workers: Office) -> None:
    office_of_workers.kill()
    while is_healthy(office_of_workers):
        pass

    office_of_workers.restart()

    assert is_healthy(office_of_workers)
