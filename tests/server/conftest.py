"""The office of a test, on each kind of database in turn."""

from collections.abc import Iterator

import pytest

from tests.server.desk import Desk, Laptop


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """An office without anybody in it."""
    opened = Desk(database_url)
    yield opened
    opened.close()


@pytest.fixture
def ana(desk: Desk) -> Laptop:
    """A rep in the territory North."""
    return desk.laptop("ana", territories=("North",))


@pytest.fixture
def ben(desk: Desk, ana: Laptop) -> Laptop:
    """Another rep in the territory North, who came after Ana."""
    return desk.laptop("ben", territories=("North",))
