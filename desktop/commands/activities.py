"""Activities: what happened between us and a customer."""

from desktop.commands.records import AddRecord
from sync.contract.fields import Values


class LogActivity(AddRecord):
    """Log a visit, call, meeting, message or note; the customer's last visit and the person's last contact follow."""

    def __init__(self, kind: str, values: Values) -> None:
        """``kind`` is one of the activity's choices; without ``at`` it happened now."""
        super().__init__("activity", {**values, "kind": kind})
