"""The figures beside the entries of the rail."""

from dataclasses import dataclass

from desktop.domain.listing import Condition, Listing, Test
from desktop.ui.bridge.ports import Reads

TYPES = frozenset({"account", "contact", "opportunity", "task", "conflict"})
"""Record types on which the figures depend."""


@dataclass(frozen=True, slots=True)
class RailCounts:
    """Figures by name: record types, and ``choice`` for the records that wait for this user's choice."""

    accounts: int
    contacts: int
    open_opportunities: int
    choices: int

    def of(self, name: str) -> int:
        """Give the figure that a screen of the registry names."""
        return {
            "account": self.accounts,
            "contact": self.contacts,
            "opportunity": self.open_opportunities,
            "choice": self.choices,
        }[name]


def read_counts(reads: Reads) -> RailCounts:
    """Count on the read lane."""
    live = reads.counts()
    opened = Listing("opportunity", where=(Condition("status", Test.EQ, "open"),))
    return RailCounts(
        accounts=live.get("account", 0),
        contacts=live.get("contact", 0),
        open_opportunities=reads.count(opened),
        choices=reads.sync_figures().conflicts,
    )
