"""CSV files as people and spreadsheets write them: encodings, separators, broken rows, formulas. Knows no records."""

import codecs
import csv
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from sync.contract.errors import AppError, Code

_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHINESE: tuple[tuple[str, range], ...] = (("gb18030", range(0xB0, 0xD8)), ("big5", range(0xA4, 0xC7)))
"""Chinese encodings, each with the lead bytes of its common characters."""

_SURE_SHARE = 0.5
"""Share of common characters from which bytes are believed to be Chinese text and not something else."""

_SEPARATORS = (",", ";", "\t")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
MAX_ROW_LINES = 500
"""A quoted cell may span lines; a row longer than this has a quote that is never closed."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row that can be read: ``line`` is where it begins, ``cells`` are by column name, without empty ones."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """One line that cannot be read: its number, the number of its cells, and its text."""

    line: int
    cells: int
    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a CSV file holds: column names, rows, and the lines that are no rows."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    broken: tuple[BrokenRow, ...]
    encoding: str


def read_sheet(file: Path) -> Sheet:
    """Read a CSV file in whatever of the known encodings it is.

    Raises:
        AppError: ``FILE_UNREADABLE``, ``FILE_ENCODING_UNKNOWN``, or ``FILE_EMPTY`` when it has not even a header.
    """
    try:
        content = file.read_bytes()
    except OSError as refused:
        raise AppError(Code.FILE_UNREADABLE, path=str(file)) from refused
    text, encoding = _decoded(content, file)
    lines = list(io.StringIO(text, newline=""))
    separator = max(_SEPARATORS, key=lines[0].count) if lines else ","
    records = _records(lines, separator)
    header = next((cells for _, cells, _ in records if cells), None)
    if not header:
        raise AppError(Code.FILE_EMPTY, path=str(file))
    columns = tuple(each.strip() for each in header)
    rows: list[Row] = []
    broken: list[BrokenRow] = []
    for line, cells, raw in records:
        if len(cells) == len(columns):
            named = zip(columns, map(unguarded, cells), strict=True)
            rows.append(Row(line, {name: cell for name, cell in named if name and cell.strip()}))
        elif raw.strip():
            broken.append(BrokenRow(line, len(cells), raw.rstrip("\r\n")))
    return Sheet(columns, tuple(rows), tuple(broken), encoding)


def write_sheet(file: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write a CSV file that spreadsheets open rightly: UTF-8 with BOM, no cell that would run as a formula.

    Gives the number of rows. A file of this name is replaced when all is written, and kept when that fails.

    Raises:
        AppError: ``FILE_UNWRITABLE``.
    """
    count = 0
    try:
        with _replacing(file) as stream:
            writer = csv.writer(stream)
            writer.writerow(columns)
            for row in rows:
                writer.writerow([guarded(cell) for cell in row])
                count += 1
    except OSError as refused:
        raise AppError(Code.FILE_UNWRITABLE, path=str(file)) from refused
    return count


def guarded(cell: str) -> str:
    """Put ``'`` before text that a spreadsheet would take for a formula."""
    return f"'{cell}" if _runs(cell) else cell


def unguarded(cell: str) -> str:
    """Take away what ``guarded`` put before a text."""
    return cell[1:] if cell.startswith("'") and _runs(cell[1:]) else cell


@contextmanager
def _replacing(file: Path) -> Iterator[TextIO]:
    """Write beside a file and take its place at the end; what is no plain file, such as a pipe, is written at once."""
    target = file.resolve()
    if file.exists() and not target.is_file():
        with file.open("w", encoding="utf-8-sig", newline="") as stream:
            yield stream
        return
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8-sig", newline="") as stream:
            yield stream
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _runs(cell: str) -> bool:
    # A text that already looks guarded is guarded once more, so that taking one guard away gives it back.
    return cell.startswith(_FORMULA_STARTS) or (cell.startswith("'") and _runs(cell[1:]))


def _decoded(content: bytes, file: Path) -> tuple[str, str]:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            text = _decode(content, encoding)
            if text is not None:
                return text, encoding
    for encoding in ("utf-8", *_wide(content), *_likely_chinese(content)):
        text = _decode(content, encoding)
        if text is not None and "\0" not in text:
            return text, encoding
    raise AppError(Code.FILE_ENCODING_UNKNOWN, path=str(file))


def _wide(content: bytes) -> tuple[str, ...]:
    # A zero byte is in no other encoding: it is half of a separator or a line end in UTF-16 without a mark.
    if 0 not in content:
        return ()
    return ("utf-16-le",) if content[1::2].count(0) >= content[0::2].count(0) else ("utf-16-be",)


def _likely_chinese(content: bytes) -> tuple[str, ...]:
    shares = [(_common_share(content, encoding, common), encoding) for encoding, common in _CHINESE]
    share, best = max(shares)
    return (best,) if share >= _SURE_SHARE else ()


def _common_share(content: bytes, encoding: str, common: range) -> float:
    text = _decode(content, encoding)
    if text is None:
        return 0.0
    encoded = [each.encode(encoding) for each in text if each > "\x7f"]
    return sum(len(each) == 2 and each[0] in common for each in encoded) / max(1, len(encoded))  # noqa: PLR2004


def _decode(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _records(lines: Sequence[str], separator: str) -> Iterator[tuple[int, list[str], str]]:
    """Give each row as (line where it begins, cells, text); a row that cannot be read has no cells.

    After an unreadable row reading goes on at the next line: a quote that is never closed costs one line, not the rest.
    """
    at = 0
    columns = 0
    while at < len(lines):
        taken, cells = _record(lines[at : at + MAX_ROW_LINES], separator)
        if taken > 1 and columns and len(cells) != columns:
            taken, cells = 1, []
        yield at + 1, cells, "".join(lines[at : at + taken])
        columns = columns or len(cells)
        at += taken


def _record(lines: Sequence[str], separator: str) -> tuple[int, list[str]]:
    reader = csv.reader(iter(lines), delimiter=separator, strict=True)
    try:
        cells = next(reader)
    except (csv.Error, StopIteration):
        return 1, []
    return max(1, reader.line_num), cells
