"""The views that the pipeline comes with, as questions to the store; pure."""

from collections.abc import Sequence

from desktop.domain.listing import Clause, Condition, Listing, Sort, Test

VIEWS = ("open", "mine", "all")
"""The views in order."""

SAID = {"open": "status = open", "mine": "status = open and owner = me", "all": ""}
"""What always holds on a view, in words."""

_STATUS = "status"
_OPEN = Condition(_STATUS, Test.EQ, "open")


def deal_listing(view: str, user: str) -> Listing:
    """Give the question of a view; what closes first comes first."""
    mine = Condition("owner", Test.EQ, user)
    where: dict[str, tuple[Clause, ...]] = {"open": (_OPEN,), "mine": (_OPEN, mine)}
    return Listing("opportunity", where.get(view, ()), (Sort("expected_on"),))


def board_where(where: Sequence[Clause]) -> tuple[Clause, ...]:
    """Leave out what says which are open: the board holds the open ones anyway, and sums those that were won."""
    return tuple(each for each in where if not (isinstance(each, Condition) and each.field == _STATUS))
