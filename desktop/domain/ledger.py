"""The account of a laptop's own changes: what was recorded has its receipt or waits; pure data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Own changes ever recorded on this laptop, those that the office confirmed, and those that wait to be sent.

    A change counts as confirmed when it has its receipt, whatever that says.
    """

    recorded: int = 0
    confirmed: int = 0
    waiting: int = 0

    @property
    def balances(self) -> bool:
        """Whether every change that was recorded is accounted for."""
        return self.recorded == self.confirmed + self.waiting
