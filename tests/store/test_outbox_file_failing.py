"""A save that is refused because the disk fails does not come back, although the disk kept it from being taken out."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from desktop.store.outbox_file import disk
from sync.contract.errors import AppError, Code
from tests.store.laptops import Laptop, open_database


def _broken(*_arguments: Any) -> None:
    raise OSError(errno.EIO, "Input/output error")


@pytest.fixture
def refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Laptop:
    """A laptop of which a save was written to the outbox file whole, and refused: the disk failed from its sync on."""
    laptop = Laptop(open_database(tmp_path))
    laptop.add("account", {"name": "Acme"})
    with monkeypatch.context() as failing:
        failing.setattr(disk, "_sync", _broken)
        failing.setattr(os, "ftruncate", _broken)
        with pytest.raises(AppError) as told:
            laptop.add("task", {"title": "call"})
    assert told.value.code is Code.DISK_UNUSABLE
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
