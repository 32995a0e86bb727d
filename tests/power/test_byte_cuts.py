"""A network that breaks after any byte of a sync leaves nothing half done, and each edit has its effect once.

``make byte-cuts`` breaks it after every byte; here after some of each direction.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.office import Office
from tests.power.byte_cuts import Line, line_to
from tests.power.cutting_proxy import Way

pytestmark = [pytest.mark.slow, pytest.mark.e2e]

POINTS = 50


@pytest.fixture
def line(sqlite_office: Office, tmp_path: Path) -> Iterator[Line]:
    with line_to(sqlite_office, tmp_path / "fleet") as line:
        yield line


@pytest.mark.allow_logs("Failed to parse headers")  # what the HTTP library says about a head without its end
@pytest.mark.parametrize("way", Way)
def test_sync_cut_after_any_byte_takes_effect_once(line: Line, way: Way) -> None:
    length = line.measure()[way]

    found = line.cut_all(way, [at * length // POINTS for at in range(POINTS)])

    assert found.cuts >= POINTS - 1  # a sync is a few bytes longer or shorter than the one before
    assert not found.faults, found.told()
