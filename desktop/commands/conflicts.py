"""Choosing between two values that nobody could join."""

from collections.abc import Mapping

from desktop.commands import following
from desktop.commands.bus import Command, Work
from desktop.domain.choosing import (
    CREATED,
    DELETED,
    Answer,
    Choice,
    Clash,
    as_asked,
    chosen_values,
    keeps_current,
    side_of,
    taken_up,
)
from sync.contract.errors import AppError, Code
from sync.contract.fields import Value, Values
from sync.contract.questions import proposals_of
from sync.contract.rules import writable_fields


class ResolveConflict(Command):
    """Choose one of two values, or give another; the result is the id of the record they are about.

    First the conflict says how it was decided, then the record gets the values as by any edit. If somebody changes
    that field once more at the same time, their edit meets this one and asks anew; this choice stays closed.
    """

    label = "commands.choice_saved"

    def __init__(self, conflict_id: str, choice: Choice | Answer) -> None:
        """``choice`` is a side, or values of one's own by field."""
        super().__init__()
        self.conflict_id = conflict_id
        self.choice = choice

    def apply(self, work: Work) -> str:
        """Write the choice.

        Raises:
            AppError: ``CHANGED_SINCE`` when somebody chose before, ``VALUE_NOT_A_CHOICE`` as ``chosen_values``, or
                what an edit of the record may raise.
        """
        conflict = following.found(work, "conflict", self.conflict_id)
        if conflict.get("state") != "open":
            raise AppError(Code.CHANGED_SINCE, field=conflict["field"], by=_name(work, conflict.get("resolved_by")))
        conflict = as_asked(conflict, work.actor)
        record_type, record_id = str(conflict["record_type"]), str(conflict["record"])
        record = None if conflict["field"] == CREATED else following.found(work, record_type, record_id)
        clash = _clash(work, conflict)
        values = chosen_values(clash, self.choice)
        # What was added to a number may by chance make what it is already; to keep that adds nothing.
        is_proposal = not keeps_current(clash, self.choice) and any(
            _is_part(values, each.values) for each in proposals_of(conflict)
        )
        if is_proposal and record is not None:
            values = taken_up(work.catalogue[record_type], values, conflict.get("before") or {}, record)
        decided = {"state": "resolved", "resolved_by": work.actor, "resolved_at": work.now, "resolution": values}
        work.change("conflict", self.conflict_id, decided)
        self.label_values["title"] = following.title_of(work.catalogue[record_type], record or values)
        if record is None:
            self.label_values["by"] = conflict.get("proposed_by")
            self._make(work, record_type, record_id, values)
        elif conflict["field"] == DELETED:
            self._keep_or_delete(work, record_type, record_id, delete=bool(values.get(DELETED)))
        else:
            if is_proposal and record["deleted"]:
                work.restore(record_type, record_id)
            following.change(work, record_type, record_id, values)
        return record_id

    def _make(self, work: Work, record_type: str, record_id: str, values: Values) -> None:
        # Under the id that its author gave it, so that it cannot be made a second time.
        present = work.get(record_type, record_id)
        if values and present is None:
            # What only the office writes of it begins anew, as with any new record.
            names = {each.name for each in writable_fields(work.catalogue[record_type], work.role)}
            given = {name: value for name, value in values.items() if name in names}
            work.create(record_type, given, record_id=record_id)
        elif values:
            # Made before and taken back since.
            work.restore(record_type, record_id)

    def _keep_or_delete(self, work: Work, record_type: str, record_id: str, *, delete: bool) -> None:
        if delete:
            work.delete(record_type, record_id)
        else:
            work.restore(record_type, record_id)


class ResolveConflicts(Command):
    """Choose for several open questions at once, as one act; the result is the id of the last record."""

    label = "commands.choice_saved"

    def __init__(self, choices: Mapping[str, Choice | Answer]) -> None:
        """``choices`` maps the ids of conflicts to a side, or to values of one's own by field."""
        super().__init__()
        self.choices = dict(choices)

    def apply(self, work: Work) -> str:
        """Write all choices or, if one of them is refused as ``ResolveConflict`` says, none."""
        record_id, records = "", set[str]()
        for conflict_id, choice in self.choices.items():
            one = ResolveConflict(conflict_id, choice)
            record_id = one.apply(work)
            records.add(record_id)
            self.label_values.update(one.label_values)
        if len(records) > 1:
            self.label = "commands.choices_saved"
            self.label_values.clear()
            self.label_values["count"] = len(records)
        return record_id


def _is_part(values: Values, proposed: Values) -> bool:
    return bool(values) and all(name in proposed and proposed[name] == value for name, value in values.items())


def _clash(work: Work, conflict: Values) -> Clash:
    from_here = work.step(str(conflict.get("mutation"))) is not None
    # A newer program may have put fields into the group that this one cannot write.
    known = work.catalogue[str(conflict["record_type"])].fields.keys() | {DELETED}
    current, proposed = (dict(conflict.get(side) or {}) for side in ("current", "proposed"))
    return Clash(
        field=str(conflict["field"]),
        current={name: value for name, value in current.items() if name in known},
        proposed={name: value for name, value in proposed.items() if name in known},
        mine=side_of(conflict, work.actor, from_here=from_here),
    )


def _name(work: Work, user_id: Value) -> str:
    user = work.get("user", str(user_id)) if user_id else None
    return str((user or {}).get("name") or "")
