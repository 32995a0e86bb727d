"""Fleets on both kinds of database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.fleet import Fleet
from tests.helpers.office import Office


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture
def fleet(office: Office, tmp_path: Path) -> Iterator[Fleet]:
    """A fleet without laptops yet; the test runs on SQLite and on PostgreSQL."""
    with Fleet(office, tmp_path) as fleet:
        yield fleet


@pytest.fixture
def sqlite_fleet(sqlite_office: Office, tmp_path: Path) -> Iterator[Fleet]:
    """A fleet on SQLite only, for what does not depend on the office's database."""
    with Fleet(sqlite_office, tmp_path) as fleet:
        yield fleet
