"""A folder for the files of a proof; whether it is slow or quick to sync makes no difference to what is found."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it; nothing here is about this machine's disk


@contextmanager
def scratch() -> Iterator[Path]:
    """Make a folder, in memory where there is one; it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="roundsman-power-", dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        yield Path(folder)
