"""Lineage: one hash over all mutations of a laptop, in their order, by which two copies of one laptop are told apart.

Laptop and office both keep it. A laptop that was set back to a backup, or whose files run on two machines, does not
have the mutations that the office has under its id; it then goes on under an id of its own.
"""

import hashlib
from collections.abc import Iterable

BEGIN = ""
"""The lineage of a laptop that has recorded nothing yet."""

_BYTES = 16


def extend(lineage: str, mutation_ids: Iterable[str]) -> str:
    """Give the lineage after these mutations."""
    for each in mutation_ids:
        lineage = hashlib.blake2b(f"{lineage}|{each}".encode(), digest_size=_BYTES).hexdigest()
    return lineage
