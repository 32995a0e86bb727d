"""The mass-change brake: how many deletions at once somebody is asked about, alike on the laptop and at the office.

Only deletions count. An edit keeps the value before it in the history and meets others field by field; what is deleted
takes everything below it out of sight at once. A revocation is no deletion.
"""

from collections.abc import Mapping
from typing import Final

MOST: Final = 500
"""So many records at once are asked about, whatever kinds they are."""

FEW: Final = 10
"""Fewer of a kind are never a mass: of three records one may go without a question."""

SHARE_PERCENT: Final = 20
"""More of a kind than this share of those that are there is asked about."""


def is_mass(gone: Mapping[str, int], held: Mapping[str, int]) -> bool:
    """Tell whether deletions must be asked about.

    ``gone`` counts what is deleted, by record type, with all that goes with it; ``held`` what was there before.
    """
    if sum(gone.values()) >= MOST:
        return True
    return any(count >= FEW and count * 100 > held.get(kind, 0) * SHARE_PERCENT for kind, count in gone.items())
