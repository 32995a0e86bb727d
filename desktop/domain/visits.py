"""What an activity says about the customer and the person it was with; pure."""

from dataclasses import dataclass

from sync.contract.fields import Value, Values

CONTACTING = frozenset({"visit", "call", "meeting", "message"})
"""Kinds of activity in which somebody was talked to; a note is not."""


@dataclass(frozen=True, slots=True)
class Touch:
    """A record's instant that an activity moves forward, never back."""

    type: str
    id: str
    field: str
    at: str


def touches(activity: Values) -> tuple[Touch, ...]:
    """List what follows from an activity: a visit is the account's last one, a talk the contact's last contact."""
    kind, at = activity.get("kind"), activity.get("at")
    if at is None:
        return ()
    found = []
    if kind == "visit" and activity.get("account"):
        found.append(Touch("account", str(activity["account"]), "last_visit_at", str(at)))
    if kind in CONTACTING and activity.get("contact"):
        found.append(Touch("contact", str(activity["contact"]), "last_contacted_at", str(at)))
    return tuple(found)


def is_later(at: str, known: Value) -> bool:
    """Tell whether an instant is after the known one; wire instants sort by time."""
    return known is None or at > str(known)
