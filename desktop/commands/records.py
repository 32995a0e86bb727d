"""Commands that suit every record type: add, set fields, delete, restore."""

from collections.abc import Mapping, Sequence

from desktop.commands import following
from desktop.commands.bus import Command, Work
from desktop.domain.adjustments import Adjustment
from desktop.store.aliases import MERGED_INTO
from sync.contract.fields import Value, Values


class AddRecord(Command):
    """Add a record; the result is its id."""

    def __init__(self, record_type: str, values: Values) -> None:
        """``values`` are wire values; what is absent gets its default."""
        super().__init__()
        self.record_type = record_type
        self.values = dict(values)
        kind = self.values.get("kind") if record_type == "activity" else None
        self.label = f"commands.logged.{kind}" if kind else "commands.added"

    def apply(self, work: Work) -> str:
        """Add it with owner, territory and what else follows."""
        following.check_external_id(work, self.record_type, self.values)
        made = following.create(work, self.record_type, self.values)
        self.label_values["title"] = following.title_of(work.catalogue[self.record_type], {**self.values, "id": made})
        return made


class SetFields(Command):
    """Change fields of one record; fields not named stay. The result is the record's id."""

    label = "commands.changed"

    def __init__(
        self,
        record_type: str,
        record_id: str,
        changes: Values,
        adjustments: Mapping[str, Sequence[Adjustment]] | None = None,
    ) -> None:
        """``changes`` are wire values, ``None`` empties; ``adjustments`` are worked out from the present values."""
        super().__init__()
        self.record_type = record_type
        self.record_id = record_id
        self.changes = dict(changes)
        self.adjustments = dict(adjustments or {})

    def apply(self, work: Work) -> str:
        """Change what differs."""
        record = work.catalogue[self.record_type]
        if MERGED_INTO not in self.changes:
            self.record_id = work.standing(self.record_type, self.record_id)
        current = following.found(work, self.record_type, self.record_id)
        following.check_external_id(work, self.record_type, self.changes, current)
        following.change(work, self.record_type, self.record_id, {**self.changes, **self._adjusted(work, current)})
        self.label_values["title"] = following.title_of(record, {**current, **self.changes})
        return self.record_id

    def _adjusted(self, work: Work, current: Values) -> dict[str, Value]:
        adjusted: dict[str, Value] = {}
        for name, each in self.adjustments.items():
            field = work.catalogue.field(self.record_type, name)
            value = self.changes.get(name, current.get(name))
            for adjustment in each:
                value = adjustment.applied(field, value)
            adjusted[name] = value
        return adjusted


class DeleteRecord(Command):
    """Delete a record; an account takes out of sight all that is in it. The result is the record's id."""

    label = "commands.deleted"

    def __init__(self, record_type: str, record_id: str) -> None:
        """Name the record."""
        super().__init__()
        self.record_type = record_type
        self.record_id = record_id

    def apply(self, work: Work) -> str:
        """Delete it, if it is not deleted yet."""
        self.record_id = work.standing(self.record_type, self.record_id)
        values = following.found(work, self.record_type, self.record_id)
        work.delete(self.record_type, self.record_id)
        self.label_values["title"] = following.title_of(work.catalogue[self.record_type], values)
        return self.record_id


class DeleteManyRecords(Command):
    """Delete several records of one type; the result is how many there were."""

    label = "commands.deleted_many"

    def __init__(self, record_type: str, record_ids: Sequence[str]) -> None:
        """Name the records."""
        super().__init__()
        self.record_type = record_type
        self.record_ids = tuple(dict.fromkeys(record_ids))
        self.label_values["count"] = len(self.record_ids)

    def apply(self, work: Work) -> int:
        """Delete all or, if one of them is refused, none."""
        for each in self.record_ids:
            following.found(work, self.record_type, each)
            work.delete(self.record_type, each)
        return len(self.record_ids)


class RestoreRecord(Command):
    """Bring a deleted record back, an account with all that went with it. The result is the record's id."""

    label = "commands.restored"

    def __init__(self, record_type: str, record_id: str) -> None:
        """Name the record."""
        super().__init__()
        self.record_type = record_type
        self.record_id = record_id

    def apply(self, work: Work) -> str:
        """Restore it, if it is deleted."""
        values = following.found(work, self.record_type, self.record_id)
        work.restore(self.record_type, self.record_id)
        self.label_values["title"] = following.title_of(work.catalogue[self.record_type], values)
        return self.record_id
