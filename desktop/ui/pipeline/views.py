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
    """Leave out what open ones satisfy: the board holds only those, and sums those that were won beside them.

    What they do not satisfy stays, so that a board of closed ones is empty.
    """
    return tuple(each for each in where if not (isinstance(each, Condition) and _lets_open_in(each)))


def _lets_open_in(condition: Condition) -> bool:
    if condition.field != _STATUS:
        return False
    value = condition.value
    values = value if isinstance(value, list | tuple) else (value,)
    wanted = {Test.EQ: True, Test.IN: True, Test.NE: False, Test.NOT_IN: False}.get(condition.test)
    return wanted is not None and (_OPEN.value in values) == wanted
