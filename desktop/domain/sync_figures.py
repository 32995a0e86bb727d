"""What the database alone says about syncing; pure data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Unsent changes, records that wait for this user's choice, changes that were not accepted.

    ``last_sync_at`` is when a sync last went through, a wire instant. ``complete`` is false until the first sync is.
    """

    pending: int = 0
    conflicts: int = 0
    attention: int = 0
    last_sync_at: str | None = None
    complete: bool = True
