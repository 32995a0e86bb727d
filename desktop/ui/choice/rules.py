"""One rule for many questions: whose value is taken, or the one that was written last; pure."""

from enum import StrEnum

from desktop.domain.views import ConflictView, Side
from desktop.ui.choice.board import is_either_or
from desktop.ui.choice.picks import OTHER, THEIRS, YOURS, Pick


class Rule(StrEnum):
    """Which of the values a question is answered with."""

    YOURS = "yours"
    THEIRS = "theirs"
    NEWEST = "newest"


def picked_by(rule: Rule, view: ConflictView) -> Pick | None:
    """Give what a rule picks for a question; ``None`` where it picks nothing.

    Whether a record is removed or added is never left to a rule. Of values without a time none is the newest.
    """
    if is_either_or(view):
        return None
    if rule is Rule.NEWEST:
        return _newest(view)
    return Pick(YOURS if rule is Rule.YOURS else THEIRS)


def _newest(view: ConflictView) -> Pick | None:
    yours_at = view.proposed_at if view.mine is Side.PROPOSED else view.current_at
    found = [(yours_at, Pick(YOURS)), (view.theirs_at, Pick(THEIRS))]
    found += [(each.at, Pick(OTHER, dict(each.values))) for each in view.others]
    if any(at is None for at, _ in found):
        return None
    return max(found, key=lambda each: each[0] or "")[1]
