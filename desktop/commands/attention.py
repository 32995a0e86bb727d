"""What the office did not accept: its values go out again, mended or as they were, or are put aside.

Edits that only waited for another one go with it: people under a customer that the office did not take, say.
"""

from collections.abc import Iterator, Mapping

from desktop.commands import following
from desktop.commands.bus import Command, Work
from desktop.domain.dependants import held_with, renamed, waits_for
from desktop.store.journal import Step
from sync.contract.errors import AppError, Code
from sync.contract.fields import Value, Values
from sync.contract.wire import Op

_UNUSABLE_ID = frozenset({Code.ID_TAKEN.value, Code.RECORD_DELETED.value})
"""Refusals after which a record can only be made under another id."""


class Resend(Command):
    """Make the values that were not accepted a new edit; the result is the record's id.

    Deletions that the office held for want of a word go together, and need ``consent``.
    """

    label = "commands.sent_again"

    def __init__(self, mutation: str) -> None:
        """Name the change that was not accepted, as ``AttentionView.id`` does."""
        super().__init__()
        self.mutation = mutation

    def apply(self, work: Work) -> str:
        """Write the edit and take the old one off the list, with all that waited for it."""
        step = refused_step(work, self.mutation)
        refused = work.refused_steps()
        self.check(step)
        sending = _Sending(work)
        record_id = sending.send(step, {**step.new, **self.mended()})
        for each in _together(work, step, refused):
            sending.try_to_send(each)
        if step.code == Code.DELETION_HELD.value:
            work.must_ask()
        values = work.get(step.type, record_id) or {**step.new, "id": record_id}
        self.label_values["title"] = following.title_of(work.catalogue[step.type], values)
        return record_id

    def mended(self) -> Values:
        """Give the values that are others than those that were not accepted."""
        return {}

    def check(self, step: Step) -> None:
        """Refuse what cannot be done with this edit.

        Raises:
            AppError: ``NOTHING_TO_MEND``.
        """


class Mend(Resend):
    """Make the values that were not accepted, with some of them changed, a new edit; the result is the record's id."""

    def __init__(self, mutation: str, values: Values) -> None:
        """``values`` are wire values, ``None`` empties; what is not named goes out as it was."""
        super().__init__(mutation)
        self.values = dict(values)

    def mended(self) -> Values:
        """Give what was mended."""
        return self.values

    def check(self, step: Step) -> None:
        """Refuse to mend what has no values.

        Raises:
            AppError: ``NOTHING_TO_MEND``.
        """
        if step.op not in {Op.CREATE, Op.PATCH}:
            raise AppError(Code.NOTHING_TO_MEND, id=self.mutation)


class Discard(Command):
    """Put the values that were not accepted aside; the record stays as the office has it. The result is its id."""

    label = "commands.put_aside"

    def __init__(self, mutation: str) -> None:
        """Name the change that was not accepted, as ``AttentionView.id`` does."""
        super().__init__()
        self.mutation = mutation

    def apply(self, work: Work) -> str:
        """Take it off the list with all that waited for it; the values stay in the history of their records."""
        step = refused_step(work, self.mutation)
        refused = work.refused_steps()
        work.settle_attention(self.mutation)
        for each in _together(work, step, refused):
            work.settle_attention(each.mutation)
        values = work.get(step.type, step.record) or {**step.new, "id": step.record}
        self.label_values["title"] = following.title_of(work.catalogue[step.type], values)
        return step.record


def refused_step(work: Work, mutation: str) -> Step:
    """Read a change that was not accepted.

    Raises:
        AppError: ``NOTHING_TO_ATTEND``.
    """
    step = work.step(mutation)
    if step is None:
        raise AppError(Code.NOTHING_TO_ATTEND, id=mutation)
    return step


def _together(work: Work, step: Step, refused: list[Step]) -> Iterator[Step]:
    """List what goes with an edit, oldest first: what waits for it, and the rest of a deletion that was held."""
    waiting = held_with(step.mutation, waits_for(refused, work.catalogue))
    held = step.code == Code.DELETION_HELD.value
    for each in refused:
        same_deletion = held and each.code == step.code and each.command == step.command
        if each.mutation != step.mutation and (each.mutation in waiting or same_deletion):
            yield each


class _Sending:
    """Edits on their way out again; records that were made under another id are known by it from then on."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._ids: dict[str, str] = {}

    def send(self, step: Step, values: Values) -> str:
        """Make an edit of one that was not accepted, and take that off the list; gives the record's id.

        Raises:
            AppError: it is refused here already, and stays on the list.
        """
        self._work.settle_attention(step.mutation)
        record_id = self._write(step, renamed(self._work.catalogue[step.type], values, self._ids))
        self._work.replaces(step.type, record_id, step.mutation)
        return record_id

    def try_to_send(self, step: Step) -> None:
        """Send what waited; what has a fault of its own stays on the list."""
        try:
            record_id = self._write(step, renamed(self._work.catalogue[step.type], step.new, self._ids))
        except AppError:
            return
        self._work.settle_attention(step.mutation)
        self._work.replaces(step.type, record_id, step.mutation)

    def _write(self, step: Step, values: Mapping[str, Value]) -> str:
        work, record_id = self._work, self._ids.get(step.record, step.record)
        there = work.get(step.type, record_id)
        match step.op:
            case Op.DELETE:
                work.delete(step.type, record_id)
            case Op.RESTORE:
                work.restore(step.type, record_id)
            case Op.CREATE if there is None:
                # The office never had it, so neither has the laptop now: its id is still its own, unless it was taken.
                wanted = None if step.code in _UNUSABLE_ID else record_id
                self._ids[step.record] = following.create(work, step.type, values, record_id=wanted)
                return self._ids[step.record]
            case _ if there is None:
                raise AppError(Code.RECORD_NOT_FOUND, type=step.type, id=record_id)
            case _:
                work.restore(step.type, record_id)
                following.change(work, step.type, record_id, values)
        return record_id
