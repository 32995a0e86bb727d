"""Reads the tables of the sample organisation from ``resources/sample``.

A table is a text file whose first line names the columns; values are parted by ``|``, which occurs in none of them.
"""

import sys
from pathlib import Path

from sync.contract.errors import AppError, Code

SampleRow = dict[str, str]


def sample_folder() -> Path:
    """Name the folder of the tables, in the packaged program as in the sources."""
    packaged = getattr(sys, "_MEIPASS", None)
    root = Path(packaged) if packaged else Path(__file__).resolve().parents[3]
    return root / "resources" / "sample"


class SampleTables:
    """The tables by name, read once each."""

    def __init__(self, folder: Path | None = None) -> None:
        """Read from ``folder``, by default the tables that the product brings along."""
        self._folder = folder or sample_folder()
        self._read: dict[str, tuple[SampleRow, ...]] = {}

    def __getitem__(self, name: str) -> tuple[SampleRow, ...]:
        """Give a table's rows, in order; empty values are empty text.

        Raises:
            AppError: ``FILE_UNREADABLE`` for a missing file or a row with another number of values than columns.
        """
        if name not in self._read:
            self._read[name] = _read(self._folder / f"{name}.csv")
        return self._read[name]


def _read(path: Path) -> tuple[SampleRow, ...]:
    try:
        heading, *lines = path.read_text(encoding="utf-8").splitlines()
        columns = heading.split("|")
        return tuple(dict(zip(columns, line.split("|"), strict=True)) for line in lines)
    except (OSError, ValueError) as problem:
        raise AppError(Code.FILE_UNREADABLE, f"{path.name}: {problem}", path=str(path)) from problem
