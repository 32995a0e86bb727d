"""Loads the guards that stand around every test, and the fixtures that all areas share.

Qt draws into memory here: the platform is set before anything imports Qt, so that a caller need not know it.
"""

import os
from pathlib import Path

import pytest
from hypothesis import settings

os.environ["QT_QPA_PLATFORM"] = "offscreen"

# Absolute times are never asserted, and that includes Hypothesis's own deadline on a busy machine.
# CI repeats the same examples, so that a red run is about the change; everybody else looks for new ones.
settings.register_profile("roundsman", deadline=None, print_blob=True, derandomize="CI" in os.environ)
settings.load_profile("roundsman")

pytest_plugins = [
    # The order matters: fixtures of the same scope are torn down from the last to the first, so a leak is
    # looked for only after the test's own fixtures have cleaned up, and files after threads and widgets.
    "tests.guards.profile",
    "tests.guards.files",
    "tests.guards.logs",
    "tests.guards.threads",
    "tests.guards.qt",
    "tests.helpers.databases",
]


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the public data sets, which are not part of the repository; skips where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the public data sets are not here: they are expected in ../shared/data beside the project")
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that asks for the real data, so that ``-m real_data`` selects exactly those."""
    for item in items:
        if "real_data" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.real_data)
