"""A furnished laptop for every test of a command."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.commands.laptop import Laptop, new_key, opened


@pytest.fixture
def key() -> bytes:
    return new_key()


@pytest.fixture
def laptop(tmp_path: Path, key: bytes) -> Iterator[Laptop]:
    found = opened(tmp_path, key)
    with closing(found.database):
        yield found
