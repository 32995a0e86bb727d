"""Taking the last act back, and doing it again: edits like any other, also after a sync or a restart.

What somebody else changed since stays as it is. Where that is a part of the act, its user is told who changed what and
says whether the rest is taken back (``rest``) or the act is left (``Leave``). An act of which nothing can be taken back
any more is told once and passed over, so that it does not stand before those that came earlier.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from desktop.commands.bus import Acts, Command, Work
from desktop.domain.changes import ActKind
from desktop.domain.reversal import Journalled, Reversal, reverse
from desktop.domain.views import UndoLabel
from desktop.store.journal import Step
from sync.contract.errors import AppError, Code
from sync.contract.wire import Op


@dataclass(frozen=True, slots=True)
class Kept:
    """A part that stays because ``by`` (a name, may be empty) changed it since; ``field`` is a merge group."""

    type: str
    record: str
    field: str
    by: str


REOPENED = "reopened"
"""Among the values of an undo: the changes that need attention again because of it; a redo puts them aside again."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What an undo or redo came to: which act, how many records changed, what had to stay."""

    command: str
    records: int
    kept: tuple[Kept, ...]


_STAYS = frozenset(
    {
        Code.CHANGED_SINCE,
        Code.AS_IT_WAS,
        Code.RECORD_READ_ONLY,
        Code.RECORD_DELETED,
        Code.RECORD_NOT_FOUND,
        Code.REFERENCE_NOT_FOUND,
        Code.NOT_PERMITTED,
        Code.FIELD_READ_ONLY,
        Code.VALUE_NOT_A_CHOICE,
    }
)
"""Refusals that would only be given again, until somebody does something else about it."""


class _TakeBack(Command):
    passed_over: Code
    partly: Code

    def __init__(self, *, rest: bool = False) -> None:
        super().__init__()
        self.act: UndoLabel | None = None
        self.rest = rest
        """Whether what nobody changed since is taken back although another part has to stay."""

    def agree(self, asked: Code) -> None:
        """Take the rest back, or delete as much as that takes."""
        if asked is self.partly:
            self.rest = True
        else:
            super().agree(asked)

    def instead(self, refused: AppError) -> AppError | None:
        """Tell which act was passed over and why; one that was asked for by name is only refused."""
        if self.act is None or refused.code not in _STAYS:
            return None
        act = {"label": self.act.label, "values": dict(self.act.label_values)}
        reason = {"code": refused.code.value, "data": refused.data}
        return AppError(self.passed_over, act=act, reason=reason)

    def remember(self, work: Work) -> None:
        """Let the next undo or redo come to the act before."""
        work.pass_over(self.target or "")

    def apply(self, work: Work) -> TakenBack:
        """Take back the entries of the act, newest first.

        Raises:
            AppError: ``CHANGED_SINCE`` when all of it was changed since, ``UNDO_PARTLY`` or ``REDO_PARTLY`` when a part
                was and ``rest`` is not set, ``AS_IT_WAS`` when nothing is left to do, or what an edit may raise.
        """
        target = self.target or ""
        records: set[str] = set()
        kept: list[Kept] = []
        made = 0
        attended = self._attend(work, target)
        for step in work.steps(target):
            found = _reversal(work, step)
            # Before anything is written: afterwards the last to change the record is the one who takes back.
            kept += _kept(work, step, found.kept) if found.kept else []
            if found.op is not None:
                _apply(work, step, found)
                records.add(step.record)
                made += step.op is Op.CREATE
        if kept and not records and not attended:
            first = kept[0]
            raise AppError(Code.CHANGED_SINCE, type=first.type, field=first.field, by=first.by)
        if not records and not attended:
            raise AppError(Code.AS_IT_WAS)
        if kept and not self.rest:
            stays, first = _told(kept), kept[0]
            about = {"type": first.type, "field": first.field, "by": first.by}
            raise AppError(self.partly, command=target, left=len(records), stays=stays, **about)
        # What the act itself had made goes at a word; whatever else would go with it is asked about.
        self.consent = self.consent or work.loss().total <= made
        return TakenBack(target, len(records), tuple(kept))

    def _attend(self, work: Work, target: str) -> bool:
        again = [str(each) for each in work.act_values(target).get(REOPENED, ())]
        for each in again:
            work.settle_attention(each)
        self.label_values[REOPENED] = work.reopen_attention(target)
        return bool(again or self.label_values[REOPENED])


class Undo(_TakeBack):
    """Take this user's last act back, or one that is named; the result is ``TakenBack``."""

    label = "commands.undone"
    kind = ActKind.UNDO
    passed_over = Code.UNDO_PASSED_OVER
    partly = Code.UNDO_PARTLY

    def __init__(self, act: str | None = None, *, rest: bool = False) -> None:
        """``act`` is the id of a command; without one it is the last that can be taken back."""
        super().__init__(rest=rest)
        self.target = act

    def prepare(self, acts: Acts) -> None:
        """Choose the act where none was named."""
        if self.target is not None:
            return
        last = acts.undoable()
        if last is None:
            raise AppError(Code.NOTHING_TO_UNDO)
        self.act, self.target = last, last.command


class Redo(_TakeBack):
    """Do again what was taken back last, or by an undo that is named; the result is ``TakenBack``."""

    label = "commands.redone"
    kind = ActKind.REDO
    passed_over = Code.REDO_PASSED_OVER
    partly = Code.REDO_PARTLY

    def __init__(self, act: str | None = None, *, rest: bool = False) -> None:
        """``act`` is the id of an undo; without one it is the last that can be done again."""
        super().__init__(rest=rest)
        self.target = act

    def prepare(self, acts: Acts) -> None:
        """Choose the act where none was named."""
        if self.target is not None:
            return
        last = acts.redoable()
        if last is None:
            raise AppError(Code.NOTHING_TO_REDO)
        self.act, self.target = last, last.command


class Leave(Command):
    """Let undo and redo pass over an act of which a part was changed since, as its user wishes; the result is its id.

    It stays in the change log and can be taken back from there by name.
    """

    label = "commands.left"
    undoable = False

    def __init__(self, act: str) -> None:
        """``act`` is the id of a command."""
        super().__init__()
        self._act = act

    def apply(self, work: Work) -> str:
        """Leave it."""
        work.pass_over(self._act)
        return self._act


def _reversal(work: Work, step: Step) -> Reversal:
    current = work.get(step.type, step.record)
    if current is None:
        return Reversal(None)
    change = Journalled(step.op, step.old, step.new)
    return reverse(work.catalogue[step.type], change, current, deleted=bool(current["deleted"]))


def _apply(work: Work, step: Step, found: Reversal) -> None:
    match found.op:
        case Op.DELETE:
            work.delete(step.type, step.record)
        case Op.RESTORE:
            work.restore(step.type, step.record)
        case _:
            work.change(step.type, step.record, found.values)


def _kept(work: Work, step: Step, groups: Sequence[str]) -> list[Kept]:
    """Say of each part that stays who changed it last, by name."""
    record = work.catalogue[step.type]
    since = work.authors_since(step)
    found = []
    for group in groups:
        names = {one.name for one in record.fields.values() if one.merge_group == group} or {group}
        # What came with a snapshot has no entry of its own, but the record knows who was the last.
        author = next((since[name] for name in since if name in names), None)
        by = author or str((work.get(step.type, step.record) or {}).get("updated_by") or "")
        user = work.get("user", by) if by else None
        found.append(Kept(step.type, step.record, group, str((user or {}).get("name") or "")))
    return found


def _told(kept: Sequence[Kept]) -> list[dict[str, object]]:
    """Sum up what stays: which field of how many records, by whom; the most first."""
    counted = Counter((each.type, each.field, each.by) for each in kept)
    return [
        {"type": type_, "field": field, "by": by, "count": count} for (type_, field, by), count in counted.most_common()
    ]
