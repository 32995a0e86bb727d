"""A world for histories, made once for all tests of a process."""

from collections.abc import Iterator

import pytest

from tests.simulate.worlds import SimWorld, simulated_world


@pytest.fixture(scope="module")
def simulated() -> Iterator[SimWorld]:
    """A world that is put back to its beginning by every history."""
    with simulated_world() as world:
        yield world
