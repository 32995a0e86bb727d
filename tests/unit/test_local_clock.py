"""Local time follows the machine's zone, summer time included."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from desktop.system.clock import LocalZone, local_day, local_text
from sync.contract.clock import SystemClock
from sync.contract.fields import Field, FieldType
from sync.contract.values import parse_value


class At(SystemClock):
    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.delenv("TZ")
    time.tzset()


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize(
    ("local", "utc"),
    [("2026-01-15 12:00", "2026-01-15T11:00:00.000Z"), ("2026-07-15 12:00", "2026-07-15T10:00:00.000Z")],
)
def test_local_time_is_read_with_the_offset_of_its_own_season(local: str, utc: str) -> None:
    field = Field(name="at", type=FieldType.INSTANT)

    assert parse_value(field, local, zone=LocalZone()) == utc


@pytest.mark.usefixtures("berlin")
def test_instant_is_written_as_local_time() -> None:
    assert local_text("2026-07-15T22:30:00.000Z", LocalZone()) == "2026-07-16 00:30"


@pytest.mark.usefixtures("berlin")
def test_local_day_turns_at_local_midnight() -> None:
    assert local_day(At(datetime(2026, 7, 15, 22, 30, tzinfo=UTC)), LocalZone()) == date(2026, 7, 16)
