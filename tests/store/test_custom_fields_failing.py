"""A custom field that is saved is never told as refused, although the disk fails in what follows the save."""

from pathlib import Path
from typing import Any

import pytest

from desktop.store.database import Database
from desktop.store.search.building import build_some
from desktop.store.search.progress import search_progress
from sync.contract.errors import AppError, Code
from sync.contract.fields import Role
from tests.store.laptops import Laptop, open_database

FIELD = {"record_type": "account", "name": "machine", "searched": True}


def _full(*_arguments: Any) -> None:
    raise AppError(Code.DISK_FULL)


@pytest.fixture
def saved(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> Laptop:
    """A laptop on which a field was deleted whose values are searched; the disk was full right after."""
    field = laptop.add("custom_field", FIELD, role=Role.ADMIN)
    laptop.add("account", {"name": "Acme", "x_machine": "Turbolader"})
    while not build_some(laptop.database).ready:
        pass
    with monkeypatch.context() as failing:
        failing.setattr(Database, "writing_patiently", _full)
        with laptop.unit(role=Role.ADMIN) as work:
            work.delete("custom_field", field)
    return laptop


pytestmark = pytest.mark.allow_logs("custom fields were saved and not read again")


def test_custom_field_is_saved_although_nothing_can_be_written_after_it(saved: Laptop) -> None:
    assert saved.table("SELECT deleted FROM custom_fields") == [(1,)]
    assert "x_machine" not in saved.database.catalogue["account"].fields


def test_index_that_follows_a_custom_field_is_built_anew_after_the_next_start(saved: Laptop, tmp_path: Path) -> None:
    saved.database.close()

    with open_database(tmp_path, create=False) as again, again.reading() as connection:
        assert not search_progress(connection).ready


def test_what_failed_after_a_custom_field_is_done_with_the_next_save(saved: Laptop) -> None:
    before = saved.database.catalogue_due

    saved.add("task", {"title": "call"})

    assert (before, saved.database.catalogue_due) == (True, False)
