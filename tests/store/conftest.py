"""An open, empty database for every test that asks for a laptop."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.laptops import Laptop, open_database


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database, made once per test process, for copying."""
    folder = tmp_path_factory.mktemp("empty")
    open_database(folder).close()
    return folder / "store" / "data.db"


@pytest.fixture
def laptop(tmp_path: Path, empty_file: Path) -> Iterator[Laptop]:
    (tmp_path / "store").mkdir()
    shutil.copyfile(empty_file, tmp_path / "store" / "data.db")
    with open_database(tmp_path, create=False) as database:
        yield Laptop(database)
