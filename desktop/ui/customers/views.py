"""The saved views of the list of customers, as questions to the store; pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.domain.listing import Condition, Listing, Sort, Test
from sync.contract.clock import instant_text

UNSEEN_DAYS = 60
BY_NAME = (Sort("name"),)
BY_LAST_VISIT = (Sort("last_visit_at"),)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, and when."""

    user: str
    now: datetime


@dataclass(frozen=True, slots=True)
class SavedView:
    """One tab: conditions that always hold on it, ``said`` in words too, and the order in which it opens."""

    key: str
    said: str
    where: Callable[[Viewer], tuple[Condition, ...]]
    sort: tuple[Sort, ...] = BY_NAME

    def listing(self, viewer: Viewer) -> Listing:
        """Give the view's question without further filters."""
        return Listing("account", where=self.where(viewer), sort=self.sort)


def _all(_viewer: Viewer) -> tuple[Condition, ...]:
    return ()


def _mine(viewer: Viewer) -> tuple[Condition, ...]:
    return (Condition("owner", Test.EQ, viewer.user),)


def _unseen(viewer: Viewer) -> tuple[Condition, ...]:
    # Counted in whole days, so that the question, and with it the list, stays the same all day long.
    midnight = viewer.now.replace(hour=0, minute=0, second=0, microsecond=0)
    return (Condition("last_visit_at", Test.NOT_SINCE, instant_text(midnight - timedelta(days=UNSEEN_DAYS))),)


SAVED_VIEWS: tuple[SavedView, ...] = (
    SavedView("all", "", _all),
    SavedView("mine", "owner = me", _mine),
    SavedView("unseen", f"last_visit_at not since {UNSEEN_DAYS} days ago", _unseen, BY_LAST_VISIT),
)
"""The tabs in order."""
