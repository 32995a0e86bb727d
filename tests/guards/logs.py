"""Fails a test during which something was logged at WARNING or above that the test did not announce."""

import logging
import re
from collections.abc import Callable, Iterator

import pytest

_ECHOES = ("WARNING psycopg: error ignored terminating",)
"""Told by a driver beside the error that it raises anyway, now and then only."""


class _Collector(logging.Handler):
    """Keeps the formatted message of every record at WARNING or above."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def allow_logs(request: pytest.FixtureRequest) -> Iterator[Callable[[str], None]]:
    """Fail on unannounced warnings and errors; call it with a regular expression to announce one.

    The marker ``allow_logs("pattern", ...)`` does so for a whole test, class or module; without patterns
    it allows everything. A pattern is searched in "LEVEL logger: message".
    """
    patterns: list[str] = [*_ECHOES]
    for marker in request.node.iter_markers("allow_logs"):
        patterns.extend(marker.args or [""])
    collector = _Collector()
    root = logging.getLogger()
    root.addHandler(collector)
    try:
        yield patterns.append
    finally:
        root.removeHandler(collector)
    unexpected = [line for line in collector.lines if not any(re.search(pattern, line) for pattern in patterns)]
    if unexpected:
        pytest.fail("unexpected log records:\n" + "\n".join(unexpected), pytrace=False)
