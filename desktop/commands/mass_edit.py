"""One edit of many records, counted before it is made."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from desktop.commands import following
from desktop.commands.bus import Bus, Command, Work
from sync.contract.errors import AppError, Code
from sync.contract.fields import Values

_OF_ONE_RECORD = frozenset(
    {Code.RECORD_READ_ONLY, Code.RECORD_DELETED, Code.RECORD_NOT_FOUND, Code.GROUP_HELD, Code.EXTERNAL_ID_TAKEN}
)
"""Refusals that stand in the way of one record and say nothing about the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """What an edit of many records comes to: ``cannot`` counts those it leaves alone by the code of the reason."""

    changed: int
    same: int
    cannot: Mapping[Code, int] = field(default_factory=dict)

    @property
    def kept_out(self) -> int:
        """How many records cannot be changed."""
        return sum(self.cannot.values())


class EditMany(Command):
    """Give the same fields of many records the same values; the result is ``Edited``.

    Records that are so already stay untouched, those that cannot be changed are counted and left. What is wrong with
    the values themselves refuses it all.
    """

    label = "commands.changed_many"

    def __init__(self, record_type: str, record_ids: Sequence[str], changes: Values) -> None:
        """``changes`` are wire values, ``None`` empties."""
        super().__init__()
        self.record_type = record_type
        self.record_ids = tuple(dict.fromkeys(record_ids))
        self.changes = dict(changes)

    def apply(self, work: Work) -> Edited:
        """Change what differs and can be changed."""
        changed = same = 0
        cannot: Counter[Code] = Counter()
        for each in dict.fromkeys(work.standing(self.record_type, one) for one in self.record_ids):
            try:
                current = following.found(work, self.record_type, each)
                if all(current.get(name) == value for name, value in self.changes.items()):
                    same += 1
                    continue
                following.check_external_id(work, self.record_type, self.changes, current)
                following.change(work, self.record_type, each, self.changes)
            except AppError as refused:
                if refused.code not in _OF_ONE_RECORD:
                    raise
                cannot[refused.code] += 1
            else:
                changed += 1
        self.label_values["count"] = changed
        return Edited(changed=changed, same=same, cannot=dict(cannot))


def count_edit(bus: Bus, command: EditMany) -> Edited:
    """Say what an edit of many records would come to, on a reading connection.

    Raises:
        AppError: The edit itself is refused.
    """
    return cast(Edited, bus.rehearse(EditMany(command.record_type, command.record_ids, command.changes)))
