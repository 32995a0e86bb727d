"""What a laptop tells an office that was set back: the changes it had seen there and which the office has no more."""

from dataclasses import dataclass, field
from typing import Any

MAX_SEEN_LINES = 500
ROW = "row"
"""Operation of a line that is no change but the whole state in which a record was seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLine:
    """One change as a laptop has seen it, at position ``seq`` of the log that is no more.

    ``op`` is an operation or ``ROW``, ``title`` what the record is called on that laptop. ``fields`` holds the new
    values; it is empty where the laptop does not hold them any more.
    """

    seq: int
    type: str
    record: str
    op: str
    by: str | None = None
    at: str = ""
    mutation: str | None = None
    title: str = ""
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessRequest:
    """``POST /v1/sync/witness``: at most ``MAX_SEEN_LINES`` lines. Telling twice is harmless.

    ``cursor`` is where the laptop stood in the log that is no more; positions count only together with it.
    """

    cursor: str
    lines: list[SeenLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessAnswer:
    """How many lines were taken down."""

    lines: int
