"""Time and ids of a simulated world: both follow from the step that is being lived through, and from nothing else."""

from datetime import UTC, datetime, timedelta

_BEGIN = datetime(2026, 11, 2, 8, tzinfo=UTC)
_BETWEEN = timedelta(minutes=7)
_TICK = timedelta(milliseconds=1)


class Course:
    """Which step it is. Every look at a clock takes a millisecond, every id is the next one of the step."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Begin anew, before the first step."""
        self._pauses = timedelta(0)
        self._number = self._looks = self._ids = 0

    def enter(self, number: int) -> None:
        """Let the step of this number begin."""
        self._number = number
        self._looks = self._ids = 0

    def pass_over(self, time: timedelta) -> None:
        """Let time pass for everybody."""
        self._pauses += time

    def now(self) -> datetime:
        """Give the true time."""
        self._looks += 1
        return _BEGIN + self._pauses + self._number * _BETWEEN + self._looks * _TICK

    def chance(self, count: int) -> bytes:
        """Give bytes for an id: their end says which step made it, and is larger for later ones."""
        self._ids += 1
        return ((self._number << 16) | self._ids).to_bytes(count, "big")


class WallClock:
    """A clock that may be wrong."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self.wrong_by = timedelta(0)

    def now(self) -> datetime:
        """Give the time as this clock shows it."""
        return self._course.now() + self.wrong_by

    def chance(self, count: int) -> bytes:
        """Give bytes for an id; those of the course."""
        return self._course.chance(count)


def short(record: str) -> str:
    """Name an id as the story does: the step that made it and its number in that step."""
    number = int(record[-12:], 16)
    return f"#{number >> 16}.{number & 0xFFFF}"
