"""A save that is refused because the disk fails does not come back, although the disk kept it from being taken out.

And what only the file has stays in it, whoever writes it anew.
"""

import errno
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from desktop.store import meta
from desktop.store.outbox_file import disk
from sync.contract.errors import AppError, Code
from tests.store.laptops import USER, Laptop, applied, open_database


def _broken(*_arguments: Any) -> None:
    raise OSError(errno.EIO, "Input/output error")


def _refuse(laptop: Laptop) -> None:
    with pytest.MonkeyPatch.context() as failing:
        failing.setattr(disk, "_sync", _broken)
        failing.setattr(os, "ftruncate", _broken)
        with pytest.raises(AppError) as told:
            laptop.add("task", {"title": "call"})
    assert told.value.code is Code.DISK_UNUSABLE


@pytest.fixture
def refused(tmp_path: Path) -> Laptop:
    """A laptop of which a save was written to the outbox file whole, and refused: the disk failed from its sync on."""
    laptop = Laptop(open_database(tmp_path))
    laptop.add("account", {"name": "Acme"})
    _refuse(laptop)
    assert len(laptop.database.outbox_file.read().live) == 2
    return laptop


def _tasks(folder: Path) -> list[str]:
    with open_database(folder, create=False) as database:
        return [title for (title,) in Laptop(database).table("SELECT title FROM tasks")]


def test_save_that_was_refused_is_taken_out_before_the_next_one(refused: Laptop, tmp_path: Path) -> None:
    refused.add("task", {"title": "call again"})
    refused.database.close()

    assert _tasks(tmp_path) == ["call again"]


def test_save_that_was_refused_is_taken_out_when_the_program_ends(refused: Laptop, tmp_path: Path) -> None:
    refused.database.close()

    assert _tasks(tmp_path) == []


def test_save_that_was_refused_is_not_taken_for_damage(refused: Laptop, tmp_path: Path) -> None:
    found = refused.database.outbox_file.agree(refused.database, thoroughly=True)
    refused.database.close()

    assert (found.brought_in, _tasks(tmp_path)) == (0, [])


def test_save_that_was_refused_is_remembered_while_the_file_cannot_be_read(
    refused: Laptop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, real = refused.database.outbox_file.path, Path.open

    def unreadable(file: Path, *arguments: Any, **options: Any) -> Any:
        return _broken() if file == path else real(file, *arguments, **options)

    with monkeypatch.context() as failing:
        failing.setattr(Path, "open", unreadable)
        with pytest.raises(AppError) as told:
            refused.add("task", {"title": "call at once"})
    refused.add("task", {"title": "call again"})
    refused.database.close()

    assert told.value.code is Code.DISK_UNUSABLE
    assert _tasks(tmp_path) == ["call again"]


def test_save_that_was_refused_is_taken_out_before_edits_are_kept_again(refused: Laptop, tmp_path: Path) -> None:
    waiting = [each.id for each in refused.outbox()]

    with refused.database.writing() as connection:
        refused.database.outbox_file.keep_again(connection, waiting, known=True)
    refused.add("task", {"title": "call again"})
    refused.database.close()

    assert _tasks(tmp_path) == ["call again"]


def test_save_that_was_refused_is_taken_out_when_a_sync_begins(refused: Laptop, tmp_path: Path) -> None:
    refused.replica.offer_some()

    assert _tasks(tmp_path) == []
    refused.database.close()


def test_save_that_was_refused_is_taken_out_where_another_process_wrote_after_it(tmp_path: Path) -> None:
    with open_database(tmp_path) as first, open_database(tmp_path, create=False) as second:
        refused, other = Laptop(first), Laptop(second)
        refused.add("account", {"name": "Acme"})
        _refuse(refused)
        other.add("task", {"title": "write"})
        assert len(second.outbox_file.read().live) == 3

        refused.add("task", {"title": "call again"})

    assert _tasks(tmp_path) == ["write", "call again"]


def test_save_of_which_some_was_written_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    laptop = Laptop(open_database(tmp_path))
    laptop.add("account", {"name": "Acme"})
    path, real = laptop.database.outbox_file.path, os.write
    before = path.stat().st_size

    def half(descriptor: int, content: memoryview) -> int:
        real(descriptor, content[: len(content) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as failing:
        failing.setattr(os, "write", half)
        failing.setattr(os, "ftruncate", _broken)
        with pytest.raises(AppError) as told:
            laptop.add("task", {"title": "call"})
    written = path.stat().st_size
    laptop.replica.offer_some()

    assert told.value.code is Code.DISK_FULL
    assert (written > before, path.stat().st_size) == (True, before)
    laptop.database.close()


@pytest.fixture
def behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Laptop:
    """A laptop whose file has an edit that the database lacks: an older one was put back, and the disk was full."""
    laptop = Laptop(open_database(tmp_path))
    laptop.database.meta.set_many({meta.USER_ID: USER})
    for number in range(60):
        laptop.add("task", {"title": f"task {number}"})
    laptop.database.close()
    older = tmp_path / "older.db"
    shutil.copy(laptop.database.file, older)
    with open_database(tmp_path, create=False) as database:
        Laptop(database).add("task", {"title": "call"})
    shutil.copy(older, laptop.database.file)
    with monkeypatch.context() as full:
        full.setattr(disk, "_sync", _broken)
        opened = Laptop(open_database(tmp_path, create=False))
    opened.add("task", {"title": "write"})
    return opened


@pytest.mark.allow_logs("the outbox file was not brought in step")
def test_edit_that_only_the_file_has_outlives_the_receipts_of_all_others(behind: Laptop, tmp_path: Path) -> None:
    behind.replica.take_receipts([applied(each, seq) for seq, each in enumerate(behind.outbox(), 1)])
    kept = behind.database.outbox_file.read()
    behind.database.close()

    assert (len(kept.live), kept.frames < 10) == (1, True)
    assert "call" in _tasks(tmp_path)


@pytest.mark.allow_logs("the outbox file was not brought in step")
def test_edit_that_only_the_file_has_outlives_a_parting(behind: Laptop, tmp_path: Path) -> None:
    behind.replica.new_id()
    behind.replica.part("token")
    behind.database.close()

    assert "call" in _tasks(tmp_path)
