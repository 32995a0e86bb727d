"""A list as it is shown, for the clipboard and for spreadsheets: texts only, nothing that would run."""

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from desktop.services.csv_files import guarded, write_sheet

_UNFIT = frozenset('<>:"/\\|?*')
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class ShownTable:
    """Titles of columns, and rows of as many texts."""

    titles: Sequence[str]
    rows: Sequence[Sequence[str]]


def as_text(table: ShownTable) -> str:
    """Write a table with tabs, as spreadsheets paste it; line breaks inside of a cell become spaces."""
    return "\n".join("\t".join(_one_line(guarded(cell)) for cell in row) for row in (table.titles, *table.rows))


def as_html(table: ShownTable) -> str:
    """Write a table as letters and notes paste it."""
    head = "".join(f"<th>{html.escape(title)}</th>" for title in table.titles)
    body = "".join(f"<tr>{_cells(row)}</tr>" for row in table.rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def write_table(folder: Path, name: str, day: date, table: ShownTable) -> Path:
    """Write a table as a new CSV file named after list and day; a file that is there already is kept.

    Raises:
        AppError: ``FILE_UNWRITABLE``.
    """
    file = free_file(folder, name, day)
    write_sheet(file, table.titles, table.rows)
    return file


def free_file(folder: Path, name: str, day: date) -> Path:
    """Give a name in a folder that no file has yet."""
    plain = "".join(" " if each in _UNFIT or not each.isprintable() else each for each in name)
    stem = f"{' '.join(plain.split())[:_LONGEST].strip('. ') or 'List'} {day.isoformat()}"
    found, number = folder / f"{stem}.csv", 2
    while found.exists():
        found, number = folder / f"{stem} ({number}).csv", number + 1
    return found


def _cells(row: Iterable[str]) -> str:
    return "".join(f"<td>{html.escape(cell)}</td>" for cell in row)


def _one_line(cell: str) -> str:
    return " ".join(cell.split())
