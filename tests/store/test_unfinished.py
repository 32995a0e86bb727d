"""What was being typed is there after a kill at any point, unreadable without the key, and gone when it was saved."""

from pathlib import Path

import pytest

from desktop.store.unfinished import Unfinished
from sync.contract.errors import AppError, Code

KEY = bytes(range(32))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "unfinished.bin"


def test_value_is_there_without_closing(file: Path) -> None:
    Unfinished(file, KEY).put("draft", {"name": "霁川"})

    assert Unfinished(file, KEY).get("draft") == {"name": "霁川"}


def test_last_value_holds_and_none_forgets(file: Path) -> None:
    kept = Unfinished(file, KEY)
    for text in ("H", "Hu", "Hul"):
        kept.put("draft", text)
    kept.put("other", 1)
    kept.put("other", None)

    again = Unfinished(file, KEY)
    assert (again.get("draft"), again.get("other")) == ("Hul", None)


def test_kill_within_a_write_leaves_the_keystroke_before(file: Path) -> None:
    kept = Unfinished(file, KEY)
    kept.put("draft", "Hu")
    whole = file.read_bytes()
    kept.put("draft", "Hul")
    longer = file.read_bytes()

    found = set()
    for end in range(len(whole), len(longer)):
        file.write_bytes(longer[:end])
        found.add(Unfinished(file, KEY).get("draft"))

    assert found == {"Hu"}


def test_typing_goes_on_after_a_torn_write(file: Path) -> None:
    Unfinished(file, KEY).put("draft", "Hu")
    file.write_bytes(file.read_bytes() + b"\xf1RO\x01\x00\x00")

    Unfinished(file, KEY).put("draft", "Hull")

    assert Unfinished(file, KEY).get("draft") == "Hull"


def test_other_key_reads_nothing(file: Path) -> None:
    Unfinished(file, KEY).put("draft", "Hull")

    assert b"Hull" not in file.read_bytes()
    assert Unfinished(file, bytes(32)).get("draft") is None


def test_what_was_dropped_is_not_in_the_file_after_closing(file: Path) -> None:
    kept = Unfinished(file, KEY)
    kept.put("kept", "a")
    small = file.stat().st_size
    for number in range(50):
        kept.put("draft", "x" * number)
    kept.put("draft", None)

    kept.close()

    assert file.stat().st_size == small
    assert Unfinished(file, KEY).get("kept") == "a"


@pytest.mark.allow_logs("cannot be kept over a crash")
def test_value_is_kept_in_memory_where_the_disk_takes_nothing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object, **_named: object) -> None:
        raise AppError(Code.DISK_FULL)

    monkeypatch.setattr("desktop.store.unfinished.disk.append", full)
    kept = Unfinished(file, KEY)

    kept.put("draft", "Hull")

    assert kept.get("draft") == "Hull"


@pytest.mark.allow_logs("cannot be kept over a crash")
def test_file_that_cannot_be_read_for_a_while_keeps_what_is_in_it(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Unfinished(file, KEY).put("draft", "Hull")
    Unfinished(file, KEY).put("dropped", "York")
    before = file.read_bytes()

    def unreadable(_path: Path) -> bytes:
        raise AppError(Code.FILE_UNREADABLE)

    kept = Unfinished(file, KEY)
    with monkeypatch.context() as patched:
        patched.setattr("desktop.store.unfinished.disk.read", unreadable)
        kept.put("other", "Ulm")
        kept.put("dropped", None)
        meanwhile = kept.get("other"), kept.get("dropped")
        kept.close()
        untouched = file.read_bytes() == before
    kept.put("last", 1)

    assert meanwhile == ("Ulm", None)
    assert untouched
    again = Unfinished(file, KEY)
    assert [again.get(each) for each in ("draft", "other", "dropped", "last")] == ["Hull", "Ulm", None, 1]


def test_what_is_forgotten_is_not_in_the_file_while_it_is_open(file: Path) -> None:
    kept = Unfinished(file, KEY)
    kept.put("kept", "a")
    small = file.stat().st_size
    for number in range(50):
        kept.put("draft", "x" * number)

    kept.forget(["draft"])

    assert file.stat().st_size == small
    assert kept.names() == Unfinished(file, KEY).names() == ["kept"]
