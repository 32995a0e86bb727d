"""Where this laptop stands, read from its database alone: what waits, when the last sync was, how it ended."""

from desktop.live.reads import Reads
from desktop.services.sync_status import Figures
from desktop.store.meta import Meta
from sync.contract.errors import Code

_NOT_REACHED = frozenset({Code.SERVER_UNREACHABLE, Code.NOT_A_SERVER, Code.INSECURE_ADDRESS})


def figures(reads: Reads, meta: Meta) -> Figures:
    """Count what waits and what asks for the user."""
    runs = reads.sync_runs()
    return Figures(
        pending=sum(each.changes for each in reads.waiting()),
        conflicts=len(reads.conflicts(only_asked=True)),
        attention=len(reads.attention()),
        last_sync_at=next((each.finished_at for each in runs if not each.error), None),
        complete=meta.cursor is not None,
    )


def reached_last_time(reads: Reads) -> bool:
    """Tell whether the office answered when it was last asked."""
    runs = reads.sync_runs(1)
    return bool(runs) and runs[0].error not in _NOT_REACHED
