"""When a laptop tries again."""

from datetime import UTC, datetime

import pytest

from sync.client.backoff import MAX_RETRY_AFTER_S, Backoff, parse_retry_after

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def test_waits_grow_to_a_cap() -> None:
    backoff = Backoff(base_s=2, cap_s=60)

    longest = [backoff.delay_s(failures, chance=1.0) for failures in range(1, 9)]

    assert longest == [2, 4, 8, 16, 32, 60, 60, 60]


def test_wait_is_spread_over_its_whole_range() -> None:
    assert Backoff(base_s=2).delay_s(4, chance=0.0) == 0
    assert Backoff(base_s=2).delay_s(4, chance=0.5) == 8


def test_many_failures_do_not_overflow() -> None:
    assert Backoff(cap_s=300).delay_s(10_000, chance=1.0) == 300


def test_server_is_never_asked_earlier_than_it_said() -> None:
    assert Backoff(base_s=2).delay_s(1, chance=0.0, retry_after_s=30) == 30
    assert Backoff(base_s=2).delay_s(1, chance=1.0, retry_after_s=30) == 32


def test_server_cannot_silence_a_laptop_for_ever() -> None:
    assert Backoff().delay_s(1, chance=0.0, retry_after_s=10**9) == MAX_RETRY_AFTER_S


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, None),
        ("120", 120),
        (" 0 ", 0),
        ("Fri, 20 Nov 2026 09:02:00 GMT", 120),
        ("Fri, 20 Nov 2026 08:00:00 GMT", 0),
        ("Fri, 20 Nov 2099 08:00:00 GMT", MAX_RETRY_AFTER_S),
        ("-5", None),
        ("١٢", None),
        ("later", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(text: str | None, seconds: float | None) -> None:
    assert parse_retry_after(text, NOW) == seconds
