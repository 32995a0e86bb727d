"""How the last sync ended, read from the database alone."""

from desktop.live.reads import Reads
from sync.contract.errors import Code

_NOT_REACHED = frozenset({Code.SERVER_UNREACHABLE, Code.NOT_A_SERVER, Code.INSECURE_ADDRESS})


def reached_last_time(reads: Reads) -> bool:
    """Tell whether the office answered when it was last asked."""
    runs = reads.sync_runs(1)
    return bool(runs) and runs[0].error not in _NOT_REACHED
