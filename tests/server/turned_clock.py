"""A clock that goes on by itself and that a test can turn forward."""

from datetime import datetime, timedelta

from sync.contract.clock import Clock, SystemClock


class TurnedClock(SystemClock):
    """The usual clock, some time ahead."""

    def __init__(self, usual: Clock) -> None:
        self._usual = usual
        self._ahead = timedelta()

    def forward(self, by: timedelta) -> None:
        """Turn it."""
        self._ahead += by

    def now(self) -> datetime:
        return self._usual.now() + self._ahead
