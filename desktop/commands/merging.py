"""Saying that two accounts are one customer, and that they are two after all.

An ordinary edit of one field: the account that is dropped names the one that is kept and stays a record of its own,
with all that hangs on it; whoever asks for the kept one finds both. So nothing is moved that would have to be brought
back, and what a colleague hangs on the dropped one meanwhile is found as well.
"""

from desktop.commands import following
from desktop.commands.bus import Command, Work
from desktop.domain.merging import taken_over
from desktop.store.aliases import MERGED_INTO
from sync.contract.errors import AppError, Code
from sync.contract.fields import RecordType


class MergeRecords(Command):
    """Let one account stand for another one as well; the result is the id of the kept one."""

    label = "commands.merged"

    def __init__(self, record_type: str, keep: str, drop: str, *, fill: bool = False) -> None:
        """Name both; where others stand for them, those are meant. With ``fill`` the kept one gets what it lacks."""
        super().__init__()
        self.record_type = record_type
        self.keep = keep
        self.drop = drop
        self.fill = fill

    def apply(self, work: Work) -> str:
        """Merge them, unless they are one already.

        Raises:
            AppError: ``UNKNOWN_FIELD`` for records that cannot be merged, ``SAME_RECORD``, or what an edit may raise.
        """
        record = _mergeable(work, self.record_type)
        if self.keep == self.drop:
            raise AppError(Code.SAME_RECORD, type=record.name, id=self.keep)
        keep, drop = (work.standing(record.name, each) for each in (self.keep, self.drop))
        kept, dropped = (following.found(work, record.name, each) for each in (keep, drop))
        if keep != drop:
            gained = taken_over(record, kept, dropped, work.role) if self.fill else {}
            if gained:
                following.change(work, record.name, keep, gained)
            following.change(work, record.name, drop, {MERGED_INTO: keep})
        self.label_values["title"] = following.title_of(record, dropped)
        self.label_values["kept"] = following.title_of(record, kept)
        return keep


class UnmergeRecord(Command):
    """Let an account that was merged stand for itself again; the result is its id."""

    label = "commands.unmerged"

    def __init__(self, record_type: str, record_id: str) -> None:
        """Name the one that was dropped, or the kept one if there is no doubt."""
        super().__init__()
        self.record_type = record_type
        self.record_id = record_id

    def apply(self, work: Work) -> str:
        """Part them.

        Raises:
            AppError: ``UNKNOWN_FIELD`` for records that cannot be merged, ``RECORD_AMBIGUOUS``, ``NOT_MERGED``, or what
                an edit may raise.
        """
        record = _mergeable(work, self.record_type)
        values = following.found(work, record.name, self.record_id)
        if not values.get(MERGED_INTO):
            inside = work.merged(self.record_id)
            if not inside:
                raise AppError(Code.NOT_MERGED, type=record.name, id=self.record_id)
            if len(inside) > 1:
                raise AppError(Code.RECORD_AMBIGUOUS, type=record.name, id=self.record_id, known=", ".join(inside))
            self.record_id = inside[0]
            values = following.found(work, record.name, self.record_id)
        following.change(work, record.name, self.record_id, {MERGED_INTO: None})
        self.label_values["title"] = following.title_of(record, values)
        return self.record_id


def _mergeable(work: Work, record_type: str) -> RecordType:
    record = work.catalogue[record_type]
    work.catalogue.field(record.name, MERGED_INTO)
    return record
