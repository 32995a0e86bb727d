"""What the sync details say, asked on the read lane; knows no widgets."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from desktop.domain.ledger import Ledger
from desktop.domain.views import SyncRun, Waiting
from desktop.ui.bridge.ports import Reads

_MOST_RUNS = 30
COUNTED = ("account", "contact", "opportunity", "activity", "task", "product")
"""Record types whose figures are shown, in this order."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """One sync that went through, or several in a row that ended early for the same reason."""

    runs: tuple[SyncRun, ...]

    @property
    def started_at(self) -> str:
        """When the first of them began; a wire instant."""
        return self.runs[-1].started_at

    @property
    def finished_at(self) -> str:
        """When the last of them ended; a wire instant."""
        return self.runs[0].finished_at

    @property
    def error(self) -> str:
        """The code of the reason, empty for a sync that went through."""
        return self.runs[0].error


@dataclass(frozen=True, slots=True)
class SyncFacts:
    """Everything the panel shows beside the status; stretches newest first.

    ``held`` counts those of the waiting changes that the office can take only when it has been updated.
    """

    waiting: tuple[Waiting, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    choices: int = 0
    ledger: Ledger = field(default_factory=Ledger)
    held: int = 0

    @property
    def last_through(self) -> SyncRun | None:
        """The last sync that went through."""
        return next((each.runs[0] for each in self.stretches if not each.error), None)


def read_facts(reads: Reads) -> SyncFacts:
    """Ask for everything; runs on the read lane."""
    counts = reads.counts()
    return SyncFacts(
        waiting=tuple(reads.waiting()),
        stretches=tuple(stretches(reads.sync_runs(_MOST_RUNS))),
        counts={name: counts[name] for name in COUNTED if counts.get(name)},
        choices=reads.sync_figures().conflicts,
        ledger=reads.ledger(),
        held=reads.waiting_for_update(),
    )


def stretches(runs: Iterable[SyncRun]) -> Sequence[Stretch]:
    """Put syncs that ended early for one reason in a row together; an absent office is tried many times a day."""
    found: list[list[SyncRun]] = []
    for run in runs:
        if found and run.error and found[-1][0].error == run.error:
            found[-1].append(run)
        else:
            found.append([run])
    return [Stretch(tuple(each)) for each in found]
