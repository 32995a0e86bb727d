"""What is on this laptop and what is to come, by kind; pure data and the arithmetic over it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from sync.contract.file_classes import Covered, FileClass

MIB: Final = 1_048_576

PER_BYTE: Final = 3.2
"""So many bytes on the disk come of one byte of values: columns, indexes and what is searched, as measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What the database knows: records here by type, what the office said there are, sizes of values of one record.

    ``database_bytes`` is how large the database is, without what is free in it.
    ``there`` and ``sizes_there`` are empty until the office has said them. ``files`` are the classes of files at the
    office, as it told while not all records are here, else counted on this laptop.
    """

    here: Mapping[str, int]
    mean_sizes: Mapping[str, float]
    database_bytes: int = 0
    there: Mapping[str, int] = field(default_factory=dict)
    sizes_there: Mapping[str, int] = field(default_factory=dict)
    files: Sequence[FileClass] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """How much of something is here and how much there will be, in records and in bytes; ``0`` while unknown."""

    here: int = 0
    there: int = 0
    bytes_here: int = 0
    bytes_there: int = 0

    @property
    def is_here(self) -> bool:
        """Whether all of it is here."""
        return self.there > 0 and self.here >= self.there

    def __add__(self, other: "Amount") -> "Amount":
        """Take both together."""
        return Amount(
            here=self.here + other.here,
            there=self.there + other.there,
            bytes_here=self.bytes_here + other.bytes_here,
            bytes_there=self.bytes_there + other.bytes_there,
        )


def amounts(holdings: Holdings) -> dict[str, Amount]:
    """Tell by type how much is here and how much there will be.

    Once everything is here, the size of the database is shared out, so that the parts add up to what the disk holds;
    before, it is worked out from what the office told, and unknown until it has.
    """
    weights = {
        kind: max(1.0, rows * holdings.mean_sizes.get(kind, 0.0)) for kind, rows in holdings.here.items() if rows
    }
    scale = PER_BYTE
    if holdings.complete and weights:
        scale = holdings.database_bytes / sum(weights.values())
    found = {}
    for kind in {**holdings.here, **holdings.there}:
        here, there = holdings.here.get(kind, 0), holdings.there.get(kind, 0)
        bytes_here = round(weights.get(kind, 0.0) * scale)
        is_all = holdings.complete or (kind in holdings.there and here > there)
        found[kind] = Amount(
            here=here,
            there=here if is_all else there,
            bytes_here=bytes_here,
            bytes_there=bytes_here if is_all else round(holdings.sizes_there.get(kind, 0) * PER_BYTE),
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Which files come by themselves; all others when somebody opens them.

    With ``own`` those of the user's own accounts and files, with ``others`` all others that the user may see; of
    these what is no larger than ``max_bytes`` and no older than ``max_age``.
    """

    own: bool = True
    others: bool = False
    max_bytes: int = 5 * MIB
    max_age: timedelta = timedelta(days=180)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesHere:
    """How many files are here, how many of them were chosen by the policy, and how many of those are still to come."""

    here: Covered
    chosen_here: Covered
    coming: Covered


class Pace:
    """How long something still takes, from how fast it went since it was begun to be watched."""

    _LEAST_S: Final = 2.0

    def __init__(self) -> None:
        """Nothing was seen yet."""
        self._first: tuple[float, int] | None = None

    def forget(self) -> None:
        """Begin anew: it stood still."""
        self._first = None

    def left_s(self, now_s: float, done: int, total: int) -> float | None:
        """Note how much is done now; gives the seconds that are left, ``None`` while that cannot be said."""
        if self._first is None or done < self._first[1]:
            self._first = (now_s, done)
            return None
        seconds, gone = now_s - self._first[0], done - self._first[1]
        if seconds < self._LEAST_S or gone <= 0:
            return None
        return max(0.0, (total - done) * seconds / gone)
