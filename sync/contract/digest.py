"""Digests: whether laptop and office hold the same rows, told by sums that both sides keep up cheaply.

A row counts with a hash of its type, id and version, so that its content need not be read: the version is the log
position of its last change, and the log is the same for everybody. Sums of hashes do not depend on the order of rows.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

HASH_BITS: Final = 56
MODULUS: Final = 2**HASH_BITS


@dataclass(frozen=True, slots=True)
class Sum:
    """How many rows there are and the sum of their hashes modulo ``MODULUS``."""

    rows: int = 0
    total: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        """Give the sum over both."""
        return Sum(self.rows + other.rows, (self.total + other.total) % MODULUS)


def row_hash(record_type: str, record_id: str, version: int) -> int:
    """Hash one row's state to ``HASH_BITS`` bits."""
    state = hashlib.blake2b(f"{record_type}|{record_id}|{version}".encode(), digest_size=HASH_BITS // 8)
    return int.from_bytes(state.digest(), "big")


def add_up(sums: Iterable[Sum]) -> Sum:
    """Add any number of sums."""
    whole = Sum()
    for each in sums:
        whole += each
    return whole
