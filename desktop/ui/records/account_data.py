"""An account with what belongs to it, read in one go on the read lane."""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.domain.listing import Condition, Listing, Sort, Test
from desktop.domain.views import RecordView
from desktop.ui.bridge.ports import Reads, Row

TYPES = frozenset({"account", "contact", "opportunity", "task", "activity", "conflict", "stage", "user"})
"""Record types on which an account's page depends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountData:
    """``people`` main person first, ``deals`` the open ones first, ``tasks`` open ones by their day."""

    record: RecordView
    people: Sequence[Row]
    deals: Sequence[Row]
    tasks: Sequence[Row]
    timeline: Sequence[Row]
    stages: Sequence[Row]

    @property
    def open_deals(self) -> Sequence[Row]:
        """The opportunities that are neither won nor lost."""
        return [deal for deal in self.deals if deal.get("status") == "open"]


def read_account(reads: Reads, account_id: str, *, latest: int, kinds: Sequence[str] = ()) -> AccountData | None:
    """Read an account with at most ``latest`` activities, of ``kinds`` if any are named; ``None`` if it is gone."""
    record = reads.record("account", account_id)
    if record is None:
        return None
    of_account = Condition("account", Test.EQ, account_id)
    opened = Condition("done", Test.NE, value=True)
    return AccountData(
        record=record,
        people=_rows(reads, Listing("contact", (of_account,), (Sort("is_primary", descending=True), Sort("name")))),
        deals=_rows(reads, Listing("opportunity", (of_account,), (Sort("closed_on"), Sort("expected_on")))),
        tasks=_rows(reads, Listing("task", (of_account, opened), (Sort("due_at"),))),
        timeline=reads.timeline(account_id, kinds=kinds, limit=latest),
        stages=read_stages(reads),
    )


def read_stages(reads: Reads) -> Sequence[Row]:
    """List the stages in their order."""
    return _rows(reads, Listing("stage", sort=(Sort("position"),)))


def _rows(reads: Reads, listing: Listing) -> Sequence[Row]:
    return reads.rows(listing.type, reads.ids(listing))
