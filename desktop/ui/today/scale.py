"""Where things lie on the time scale of a day: hours keep their height unless their stops need more. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR_PX = 74
GAP_PX = 12

_USUAL_FIRST_HOUR = 9
_USUAL_LAST_HOUR = 17


@dataclass(frozen=True, slots=True)
class Knot:
    """A moment and where it lies."""

    at: datetime
    y: float


class TimeScale:
    """Maps the moments of one day to heights in px; later is never higher."""

    def __init__(
        self, start: datetime, times: Sequence[datetime], heights: Sequence[int], now: datetime | None = None
    ) -> None:
        """Lay out blocks that begin at ``times``, in order, with room for ``now``; ``start`` is midnight of the day."""
        hours = [_hour_of(start, time) for time in (*times, *([now] if now else []))]
        self.first_hour = min([_USUAL_FIRST_HOUR, *hours])
        self.last_hour = max([_USUAL_LAST_HOUR, *(hour + 1 for hour in hours)])
        self._start = start
        self._knots = [Knot(self.hour(self.first_hour), 0.0)]
        self.tops: list[float] = []
        bottom = 0.0
        for time, height in zip(times, heights, strict=True):
            top = max(self._on_the_last_leg(time), bottom)
            self.tops.append(top)
            if time > self._knots[-1].at:
                self._knots.append(Knot(time, top))
            bottom = top + height + GAP_PX
        self.height = max(bottom, self.y(self.hour(self.last_hour)))

    def hour(self, hour: int) -> datetime:
        """Give the moment of a full hour of the day."""
        return self._start + timedelta(hours=hour)

    def y(self, moment: datetime) -> float:
        """Tell how far below the first hour a moment lies; before it the answer is negative."""
        for before, after in zip(self._knots, self._knots[1:], strict=False):
            if moment < after.at:
                share = (moment - before.at) / (after.at - before.at)
                return before.y + share * (after.y - before.y)
        return self._on_the_last_leg(moment)

    def _on_the_last_leg(self, moment: datetime) -> float:
        last = self._knots[-1]
        return last.y + (moment - last.at) / timedelta(hours=1) * HOUR_PX


def _hour_of(start: datetime, moment: datetime) -> int:
    return int((moment - start) / timedelta(hours=1))
