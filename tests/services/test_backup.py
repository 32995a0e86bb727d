"""A copy of a profile: whole, encrypted, made while the profile is in use, and worth something when it is put back."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.services.backup import back_up
from desktop.system.paths import ProfilePaths
from sync.contract.errors import AppError, Code
from tests.helpers.small_world import Laptop, Person, Template, World

pytestmark = pytest.mark.allow_logs("the office has other edits under this laptop's id")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Ana's laptop with an unsent edit."""
    with Template(tmp_path, [Person("ana")], ["ana"]).world() as world:
        world["ana"].add("account", name="Kestrel Foods")
        yield world


def copied(laptop: Laptop, folder: Path) -> None:
    back_up(ProfilePaths(laptop.folder), laptop.database, folder)


def test_copy_that_is_put_back_has_the_unsent_edits_and_loses_none(world: World, tmp_path: Path) -> None:
    ana = world["ana"]
    done = back_up(ProfilePaths(ana.folder), ana.database, tmp_path / "copy")
    ana.sync()
    later = ana.add("account", name="Made after the copy")
    ana.sync()
    # The key file lies outside of the copy; here it lies where the settings say.
    world.set_back(ana, tmp_path / "copy")
    assert ana.replica.standing().unsent == done.unsent == 1

    for _ in range(3):
        ana.sync()

    assert ana.get("account", later) is not None
    assert ana.reads.counts()["account"] == 2


def test_copy_holds_nothing_that_can_be_read_without_the_key(world: World, tmp_path: Path) -> None:
    copied(world["ana"], tmp_path / "copy")

    files = [each.read_bytes() for each in (tmp_path / "copy").iterdir()]
    assert files
    assert not any(b"Kestrel" in each for each in files)
    assert not any(each.startswith(b"SQLite format") for each in files)


def test_copy_never_writes_over_a_folder(world: World, tmp_path: Path) -> None:
    copied(world["ana"], tmp_path / "copy")
    before = sorted((tmp_path / "copy").iterdir())

    with pytest.raises(AppError) as refused:
        copied(world["ana"], tmp_path / "copy")

    assert refused.value.code is Code.FILE_UNWRITABLE
    assert sorted((tmp_path / "copy").iterdir()) == before


def test_copy_that_was_broken_off_is_begun_anew(world: World, tmp_path: Path) -> None:
    (tmp_path / "copy.partial").mkdir()
    shutil.copy(world["ana"].database.file, tmp_path / "copy.partial" / "roundsman.db")

    copied(world["ana"], tmp_path / "copy")

    assert (tmp_path / "copy" / "roundsman.db").exists()
    assert not (tmp_path / "copy.partial").exists()
