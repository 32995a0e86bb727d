"""What a list shows of a customer beside its own fields: the next open task and the sum of open opportunities."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class AccountOverview:
    """``next_task`` is the title of the open task that is due first, empty without one; tasks without a day come last.

    ``open_value`` maps a currency to minor units over the open opportunities.
    """

    next_task: str = ""
    next_task_due_at: str | None = None
    open_value: Mapping[str, int] = field(default_factory=dict)


NOTHING_OPEN = AccountOverview()
