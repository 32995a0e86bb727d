"""Files by class: how large, how old, whose; so that a choice among them can be counted without listing them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sync.contract.blobs import MAX_BLOB_BYTES

_MIB: Final = 1_048_576

SIZE_LIMITS: Final = (_MIB, 5 * _MIB, 10 * _MIB, 25 * _MIB, 50 * _MIB, 100 * _MIB, MAX_BLOB_BYTES)
"""A class ends with one of these sizes; the last one holds every file."""

AGE_LIMITS_D: Final = (30, 90, 180, 365, 730, 36_500)
"""A class ends with one of these ages in days; the last one holds every file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileClass:
    """Files that are larger than the limit before ``size`` and older than the one before ``age_d``, but no more.

    ``own`` tells those of the user's own accounts and files from those of others. The same bytes count once.
    """

    size: int
    age_d: int
    own: bool
    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Covered:
    """How many files, and how many bytes."""

    files: int = 0
    bytes: int = 0


def covered(classes: Iterable[FileClass], *, own: bool, size: int = MAX_BLOB_BYTES, age_d: int = 36_500) -> Covered:
    """Add up the classes up to a size and an age, among one's own files or among others'."""
    found = [each for each in classes if each.own is own and each.size <= size and each.age_d <= age_d]
    return Covered(sum(each.files for each in found), sum(each.bytes for each in found))
