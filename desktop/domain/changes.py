"""What a committed change touched, as the live queries hear of it; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Origin(StrEnum):
    """Where a change came from."""

    COMMAND = "command"
    UNDO = "undo"
    SYNC = "sync"
    FOREIGN = "foreign"
    """Another process of the same profile."""


class ActKind(StrEnum):
    """What a user's act is: something new, or taking back another act, or bringing back what was taken back."""

    DO = "do"
    UNDO = "undo"
    REDO = "redo"


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """The records that one commit touched, type to ids; no ids for a type means "any of them".

    ``command`` is the id of the user's act, ``initiator`` the part of the screen that asked for it, so that it need
    not refresh itself.
    """

    origin: Origin
    records: Mapping[str, frozenset[str]] = field(default_factory=dict)
    command: str | None = None
    initiator: object | None = None

    def touches(self, types: Iterable[str]) -> bool:
        """Tell whether a record of one of these types changed."""
        return any(each in self.records for each in types)

    def touches_record(self, record_type: str, record_id: str) -> bool:
        """Tell whether this one record may have changed."""
        ids = self.records.get(record_type)
        return ids is not None and (not ids or record_id in ids)
