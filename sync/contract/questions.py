"""What a ``conflict`` record says: one open question, with every value that was not taken and who wrote it.

The first proposal stands in fields of its own (``proposed``, ``proposed_by``, ...), those of others in ``others``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sync.contract.fields import Value, Values

DELETED = "deleted"
"""The ``field`` of a question whether a record should be deleted after all, or come back."""

CREATED = "created"
"""The ``field`` of a question whether a record should be made that its author could not make any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Values by field that somebody wanted and that were not taken.

    ``asked`` is who is to choose on behalf of this proposal. ``seq`` is the log position at which it was last put; the
    first one of a record has 0, the field versions tell it.
    """

    values: dict[str, Value]
    by: str | None = None
    at: str | None = None
    asked: str | None = None
    mutation: str | None = None
    seq: int = field(default=0, compare=False)


def proposals_of(question: Values) -> list[Proposal]:
    """List what a conflict record proposes, the first proposal first."""
    first = Proposal(
        values=_values(question.get("proposed")),
        by=question.get("proposed_by"),
        at=question.get("proposed_at"),
        asked=question.get("asked"),
        mutation=question.get("mutation"),
    )
    others = question.get("others")
    found = [first]
    for each in others if isinstance(others, list) else ():
        if isinstance(each, dict):
            known = {name: each.get(name) for name in ("by", "at", "asked", "mutation")}
            found.append(Proposal(values=_values(each.get("values")), seq=int(each.get("seq") or 0), **known))
    return found


def proposal_fields(proposals: Sequence[Proposal]) -> dict[str, Any]:
    """Give the fields of a conflict record for some proposals, at least one."""
    first, *rest = proposals
    others = [
        {
            "values": dict(each.values),
            "by": each.by,
            "at": each.at,
            "asked": each.asked,
            "mutation": each.mutation,
            "seq": each.seq,
        }
        for each in rest
    ]
    return {
        "proposed": dict(first.values),
        "proposed_by": first.by,
        "proposed_at": first.at,
        "asked": first.asked,
        "mutation": first.mutation,
        "others": others or None,
    }


def own_first(proposals: Sequence[Proposal], user: str) -> list[Proposal]:
    """Put what a user proposed, if anything, before what others did."""
    return sorted(proposals, key=lambda each: not user or each.by != user)


def _values(value: Value) -> dict[str, Value]:
    return dict(value) if isinstance(value, dict) else {}
