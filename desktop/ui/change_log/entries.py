"""The lists of the change log, asked on the read lane; knows no widgets."""

from dataclasses import dataclass

from desktop.domain.changes import ActKind
from desktop.domain.views import ActView, AttentionView, UndoLabel
from desktop.ui.bridge.ports import Reads

ALL, YOURS, COLLEAGUES, REFUSED = "all", "yours", "colleagues", "refused"
TABS = (ALL, YOURS, COLLEAGUES, REFUSED)

MOST = 400
"""Own acts that are listed, and as many changes that came from the office."""


_DONE = frozenset({ActKind.DO, ActKind.REDO})


@dataclass(frozen=True, slots=True)
class Ways:
    """What undo can do about an own act: ``back`` is what to take back to come before it, newest first, itself last.

    ``again`` is the id of the undo that did away with it, empty where there is none to do again.
    """

    back: tuple[str, ...] = ()
    again: str = ""


@dataclass(frozen=True, slots=True)
class ChangeLog:
    """Everything the page shows; newest first."""

    acts: tuple[ActView, ...] = ()
    refused: tuple[AttentionView, ...] = ()
    undoable: UndoLabel | None = None
    redoable: UndoLabel | None = None

    def of_tab(self, tab: str) -> tuple[ActView, ...]:
        """List the acts of a tab."""
        if tab == YOURS:
            return tuple(act for act in self.acts if act.mine)
        return tuple(act for act in self.acts if not act.mine) if tab == COLLEAGUES else self.acts

    def act(self, act_id: str) -> ActView | None:
        """Give an act by its id."""
        return next((act for act in self.acts if act.id == act_id), None)

    def ways(self, act: ActView) -> Ways:
        """Tell what undo can do about an act."""
        if act.mine and act.kind in _DONE and not act.undone:
            place = self.acts.index(act)
            later = [each for each in self.acts[:place] if each.mine and each.kind in _DONE and not each.undone]
            return Ways(back=(*(each.id for each in later), act.id))
        undo = act if act.kind is ActKind.UNDO else self.act(act.undone_by)
        is_open = undo is not None and undo.mine and undo.kind is ActKind.UNDO and not undo.undone
        return Ways(again=undo.id if undo is not None and is_open else "")

    def decisions(self, record_type: str) -> tuple[AttentionView, ...]:
        """List what was not accepted and can be decided by itself, of one record type if one is named.

        What only goes with something else stands there, not in the list.
        """
        wanted = {each.waits_for or each.id for each in self.refused if not record_type or each.type == record_type}
        return tuple(each for each in self.refused if each.id in wanted)

    def with_it(self, mutation: str) -> tuple[AttentionView, ...]:
        """List what goes with something that was not accepted, oldest first."""
        return tuple(each for each in reversed(self.refused) if each.waits_for == mutation)

    def refusal(self, mutation: str) -> AttentionView | None:
        """Give what was not accepted by its id."""
        return next((each for each in self.refused if each.id == mutation), None)


def read_log(reads: Reads, record_type: str) -> ChangeLog:
    """Ask for the log, of one record type if one is named; runs on the read lane."""
    types = (record_type,) if record_type else ()
    # In the order of time: what colleagues did arrives later than it happened.
    acts = sorted(reads.change_log(types=types, limit=MOST), key=lambda act: act.at, reverse=True)
    return ChangeLog(
        acts=tuple(acts),
        refused=tuple(reads.attention()),
        undoable=reads.undoable(),
        redoable=reads.redoable(),
    )
