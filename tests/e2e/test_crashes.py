"""Workers are killed and the database crashes while laptops work: nothing is lost, nothing happens twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.crashing import CrashingPostgreSQL, Trouble, crashing_postgresql
from tests.helpers.fleet import Fleet
from tests.helpers.office import Office

pytestmark = [pytest.mark.postgres, pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="reads /proc")]


@pytest.fixture
def postgresql_that_crashes() -> Iterator[CrashingPostgreSQL]:
    with crashing_postgresql() as running:
        yield running


def test_laptops_lose_nothing_while_workers_and_database_crash(
    postgresql_that_crashes: CrashingPostgreSQL, tmp_path: Path
) -> None:
    with (
        Office(postgresql_that_crashes.url, tmp_path, options=("--workers", "2")) as office,
        Fleet(office, tmp_path) as fleet,
    ):
        for name in ("ana", "ben"):
            fleet.laptop(name)
        trouble = Trouble(office, postgresql_that_crashes, fleet)
        with trouble.work_going_on():
            trouble.kill_worker()
            trouble.crash_database()
            trouble.kill_worker()
        fleet.sync_all()

        fleet.check()
        assert office.stop(within_s=60) == 0
