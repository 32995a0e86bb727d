"""Which records are still worked on; what is found shows them before what is closed."""

from collections.abc import Mapping

from sync.contract.fields import Value, Values

_CLOSED: Mapping[str, tuple[str, frozenset[Value]]] = {
    "account": ("status", frozenset({"lost", "dormant"})),
    "opportunity": ("status", frozenset({"won", "lost"})),
    "task": ("done", frozenset({True})),
    "product": ("active", frozenset({False})),
    "user": ("active", frozenset({False})),
}

OPENNESS_FIELDS = frozenset(field for field, _ in _CLOSED.values())
"""Fields that tell whether a record is still worked on."""


def is_open(record_type: str, values: Values) -> bool:
    """Tell whether a record is not closed, lost or done; types that know no such thing are always open."""
    field, closed = _CLOSED.get(record_type, ("", frozenset()))
    return values.get(field) not in closed
