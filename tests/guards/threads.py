"""Fails a test that leaves a thread running which would keep the program from ending."""

import threading
from collections.abc import Iterator

import pytest

_GRACE_S = 2.0


@pytest.fixture(autouse=True)
def no_running_threads() -> Iterator[None]:
    """Fail when a non-daemon thread started during the test does not end within a short grace."""
    before = set(threading.enumerate())
    yield
    started = [thread for thread in threading.enumerate() if thread not in before and not thread.daemon]
    for thread in started:
        thread.join(_GRACE_S)
    left = sorted(thread.name for thread in started if thread.is_alive())
    if left:
        pytest.fail(f"threads left running after the test: {', '.join(left)}", pytrace=False)
