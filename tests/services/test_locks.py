"""The lock that dies with its holder."""

import subprocess
import sys
from pathlib import Path

import pytest

from desktop.system.locks import FileLock

_HOLDER = """
import sys
from pathlib import Path
from desktop.system.locks import FileLock
lock = FileLock(Path(sys.argv[1]))
print(lock.acquire(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "sync.lock"


def test_lock_has_one_holder_at_a_time(file: Path) -> None:
    first, second = FileLock(file), FileLock(file)

    assert first.acquire()
    assert not second.acquire()
    first.release()
    assert second.acquire()
    second.release()


def test_lock_is_not_taken_twice_by_one_holder(file: Path) -> None:
    lock = FileLock(file)

    with lock.trying() as taken:
        assert taken
        assert not lock.acquire()
        assert lock.held

    assert not lock.held


def test_lock_of_another_process_holds_until_it_is_killed(file: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "True\n"
    lock = FileLock(file)
    assert not lock.acquire()

    holder.kill()
    holder.communicate()

    assert lock.acquire()
    lock.release()
