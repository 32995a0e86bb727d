"""When a deletion is a mass: alike for the laptop that asks and for the office that holds."""

import pytest

from sync.contract.brake import FEW, MOST, is_mass


@pytest.mark.parametrize(
    ("gone", "held", "asked"),
    [
        ({}, {}, False),
        ({"contact": 1}, {"contact": 3}, False),
        ({"contact": FEW - 1}, {"contact": FEW - 1}, False),
        ({"contact": FEW}, {"contact": FEW * 5}, False),
        ({"contact": FEW}, {"contact": FEW * 5 - 1}, True),
        ({"contact": FEW}, {}, True),
        ({"contact": MOST - 1}, {"contact": 1_000_000}, False),
        ({"contact": MOST}, {"contact": 1_000_000}, True),
        ({"contact": MOST - 1, "task": 1}, {"contact": 1_000_000, "task": 1_000_000}, True),
    ],
)
def test_mass_is_many_records_or_a_share_of_a_kind(gone: dict[str, int], held: dict[str, int], *, asked: bool) -> None:
    assert is_mass(gone, held) is asked
