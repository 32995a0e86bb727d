"""What a sync tells while it runs and when it is done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Phase(StrEnum):
    """The part of a sync that is under way."""

    HELLO = "hello"
    FIRST = "first"
    SEND = "send"
    RECEIVE = "receive"
    COMPARE = "compare"


ProgressCallback = Callable[[Phase, int, int], None]
"""Called with (phase, done, total) after each step, on the thread of the sync. ``total`` may be an estimate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What one sync did.

    ``pushed`` counts mutations that got their receipt, ``pulled`` rows taken from the office; ``conflicts`` and
    ``attention`` count receipts of this run that ended so. ``compared`` is ``None`` when this laptop's rows
    were not compared with the office's, false when they differ still and everything is fetched anew next time.
    ``repaired`` counts the scopes (accounts mostly) that differed and were fetched again. ``held`` counts mutations
    that the office could not take in this run. ``first`` tells that a first sync was completed.
    ``set_back`` tells that the office had gone back to an earlier state, and ``told`` how many changes it was told that
    it has no more. ``handed`` counts own changes that came late, by the name of who is asked about them.
    ``parted`` tells that this laptop was a copy, or set back, and goes on under an id of its own.
    """

    pushed: int = 0
    pulled: int = 0
    conflicts: int = 0
    attention: int = 0
    cursor: str | None = None
    seconds: float = 0.0
    compared: bool | None = None
    held: int = 0
    first: bool = False
    repaired: int = 0
    set_back: bool = False
    told: int = 0
    handed: Mapping[str, int] = field(default_factory=dict)
    parted: bool = False

    @property
    def is_quiet(self) -> bool:
        """Whether nothing travelled, in either direction."""
        return not (self.pushed or self.pulled or self.first)
